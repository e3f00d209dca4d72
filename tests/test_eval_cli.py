"""`advice eval` and `advice fit`, and the figures of an evaluation, worked out by hand."""

import json
import re
import tempfile
from collections.abc import Callable
from math import log2
from pathlib import Path

import numpy as np
import pytest
from beir import queries_jsonl, write_beir
from click.testing import Result
from typer.testing import CliRunner

from search.cli import app
from search.evaluate import Evaluation, _interval, evaluate, read_collection
from search.fitting import FITTED
from search.ranking import RANKERS, SIGNALS, weights_of

CORPUS = {
    "tea": ("Green tea", "Tea wants hot water."),
    "black": ("Black tea", "Black leaves want boiling water, more of it, and a large cup for the guests of the house."),
    "coffee": ("Coffee", "Coffee wants a fine mill."),
    "mine": ("I am clingy", "Closeness and room, both at once."),
    "theirs": ("My partner is clingy", "Closeness and room, both at once."),
}
QUERIES = {"one": "tea", "two": "coffee mill", "lost": "zeppelin", "clingy": "I am clingy"}
JUDGED = """query-id	corpus-id	score
one	tea	1
one	coffee	0
two	black	1
two	coffee	0
lost	coffee	1
clingy	mine	1
clingy	theirs	0
"""


def write_collection(folder: Path, judged: str = JUDGED, queries: dict[str, str] = QUERIES) -> Path:
    return write_beir(folder, CORPUS, queries, judged)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_collection(tmp_path_factory.mktemp("eval") / "drinks")


@pytest.fixture(scope="module")
def found(folder: Path) -> Evaluation:
    return evaluate(read_collection(folder), weights_of("words"))


def run(*args: object) -> Result:
    return CliRunner().invoke(app, list(map(str, args)))


def figures(*args: object) -> dict[str, object]:
    """What `advice eval --json` prints, without an encoder."""
    done = run("eval", *args, "--encoder", "none", "--json")
    assert (done.exit_code, done.stderr) == (0, "")
    return dict(json.loads(done.stdout))


# The figures


def test_the_figures_are_those_worked_out_by_hand(found: Evaluation):
    """By query: found first; not found; not found; found first."""
    assert found.figures["ndcg@10"] == found.figures["mrr@10"] == 0.5
    assert found.figures["recall@100"] == 0.5


def test_recall_is_the_share_of_what_helps_that_was_found(tmp_path: Path):
    judged = "one\ttea\t1\none\tblack\t2\none\tcoffee\t1\none\tmine\t0\n"
    row = evaluate(read_collection(write_collection(tmp_path / "c", judged)), weights_of("words")).by_query["one"]
    assert row["recall@100"] == pytest.approx(2 / 3)
    assert row["mrr@10"] == 1.0
    second = 1 / log2(3)
    gained = {"tea": 1 + 2 * second, "black": 2 + second}[row["first"][0]]
    assert row["ndcg@10"] == pytest.approx(gained / (2 + second + 1 / 2))


def test_in_order_is_the_share_of_pairs_that_stand_right(found: Evaluation):
    """By query: right, the other was not found; wrong, only the other was found; right."""
    assert found.by_query["clingy"]["first"] == ["mine", "theirs"]
    assert found.figures["in_order"] == round(2 / 3, 4)


@pytest.mark.parametrize(
    ("judged", "expected"),
    [
        ("one\ttea\t1\none\tcoffee\t0\n", 1.0),
        ("one\tcoffee\t1\none\ttea\t0\n", 0.0),
        pytest.param("one\tcoffee\t1\none\tmine\t0\n", 0.0, id="neither was found"),
        pytest.param("one\ttea\t2\none\tblack\t1\none\tcoffee\t0\none\tmine\t0\n", 1.0, id="each with each"),
        pytest.param("one\ttea\t1\none\tcoffee\t1\none\tmine\t0\n", 0.5, id="one of two"),
        pytest.param("one\ttea\t1\none\tblack\t2\n", None, id="nothing was judged 0"),
        pytest.param("one\ttea\t0\n", None, id="nothing helps"),
        pytest.param("one\ttea\t1\ntwo\tcoffee\t0\n", None, id="never in one query"),
    ],
)
def test_in_order_by_hand(tmp_path: Path, judged: str, expected: float | None):
    collection = read_collection(write_collection(tmp_path / "c", judged))
    assert evaluate(collection, weights_of("words")).figures["in_order"] == expected


def test_each_query_has_a_row_of_its_own(found: Evaluation):
    assert list(found.by_query) == list(QUERIES)
    assert all(set(row) == {"ndcg@10", "recall@100", "mrr@10", "ms", "first"} for row in found.by_query.values())
    assert {name: row["ndcg@10"] for name, row in found.by_query.items()} == {
        "one": 1.0,
        "two": 0.0,
        "lost": 0.0,
        "clingy": 1.0,
    }
    assert (found.by_query["lost"]["first"], set(found.by_query["one"]["first"])) == ([], {"tea", "black"})


def test_the_figures_are_the_means_of_the_rows(found: Evaluation):
    for name in ("ndcg@10", "recall@100", "mrr@10"):
        assert found.figures[name] == round(np.mean([row[name] for row in found.by_query.values()]), 4)


@pytest.mark.parametrize("seed", range(5))
def test_an_interval_holds_the_mean_and_is_the_same_each_time(seed: int):
    values = np.random.default_rng(seed).random(50).tolist()
    low, high = _interval(values)
    assert 0 <= low < np.mean(values) < high <= 1
    assert _interval(values) == [low, high]
    width = 2 * 1.96 * np.std(values) / np.sqrt(len(values))
    assert high - low == pytest.approx(width, rel=0.15)


def test_more_queries_give_a_narrower_interval_and_equal_ones_none():
    values = np.random.default_rng(0).random(30).tolist()
    (low, high), (lower, higher) = _interval(values * 4), _interval(values)
    assert high - low < 0.7 * (higher - lower)
    assert _interval([0.25] * 9) == _interval([0.25]) == [0.25, 0.25]


def test_the_interval_is_in_the_figures(found: Evaluation):
    low, high = found.figures["ndcg@10_ci95"]
    assert [low, high] == _interval([row["ndcg@10"] for row in found.by_query.values()])
    assert low <= found.figures["ndcg@10"] <= high


# advice eval


@pytest.mark.parametrize("ranker", ["words", "hybrid"])
def test_without_an_encoder_words_rank(folder: Path, ranker: str):
    told = figures(folder, "--ranker", ranker)
    assert (told["collection"], told["docs"], told["queries"]) == ("drinks", len(CORPUS), len(QUERIES))
    assert (told["ranker"], told["mrr@10"]) == ("words", 0.5)


def test_each_ranker_is_told_by_its_name(folder: Path):
    for ranker in RANKERS:
        done = run("eval", folder, "--ranker", ranker, "--json")
        assert (done.exit_code, json.loads(done.stdout)["ranker"]) == (0, ranker)


def test_meaning_finds_what_no_word_finds(tmp_path: Path):
    place = write_collection(tmp_path / "c", "q\tcoffee\t1\n", {"q": "espresso"})
    by_words, by_meaning = (
        json.loads(run("eval", place, "--ranker", ranker, "--json").stdout)["recall@100"]
        for ranker in ("words", "meaning")
    )
    assert (by_words, by_meaning) == (0.0, 1.0)


def test_another_weight_changes_the_order(folder: Path, tmp_path: Path):
    """Turned round, the worst of what was found stands first."""
    rows = tmp_path / "rows.jsonl"
    told = figures(
        folder,
        "--ranker",
        "words",
        "--weight",
        "words=-1",
        "--weight",
        "pairs=0",
        "--weight",
        "coverage=0",
        "--per-query",
        rows,
    )
    turned = {row["query"]: row["first"] for row in map(json.loads, rows.read_text(encoding="utf-8").splitlines())}
    figures(folder, "--ranker", "words", "--per-query", rows)
    shipped = {row["query"]: row["first"] for row in map(json.loads, rows.read_text(encoding="utf-8").splitlines())}
    assert turned == {query: first[::-1] for query, first in shipped.items()}
    assert told["in_order"] == round(1 / 3, 4)


def test_of_a_weight_given_twice_the_last_counts(folder: Path):
    last = ("--weight", "words=-1", "--weight", "pairs=0", "--weight", "coverage=0")
    assert (
        figures(folder, "--ranker", "words", "--weight", "words=5", *last)["in_order"]
        == figures(folder, "--ranker", "words", *last)["in_order"]
    )


def test_figures_by_query_are_json_lines(folder: Path, tmp_path: Path, found: Evaluation):
    rows = tmp_path / "rows.jsonl"
    figures(folder, "--ranker", "words", "--per-query", rows)
    written = [json.loads(line) for line in rows.read_text(encoding="utf-8").splitlines()]
    assert [row.pop("query") for row in written] == list(QUERIES)
    assert [row | {"ms": 0} for row in written] == [row | {"ms": 0} for row in found.by_query.values()]


PAGE = "<html><head><title>{0}</title></head><body><article><h1>{0}</h1><p>{1}</p></article></body></html>"


@pytest.fixture
def pages(tmp_path: Path) -> Path:
    place = tmp_path / "pages"
    place.mkdir()
    for name, (title, text) in CORPUS.items():
        (place / f"{name}.html").write_text(PAGE.format(title, f"{text} And so on, " * 8), encoding="utf-8")
    return place


def test_articles_can_stand_in_for_the_corpus(folder: Path, pages: Path, tmp_path: Path):
    rows = tmp_path / "rows.jsonl"
    told = figures(folder, "--ranker", "words", "--articles", pages, "--per-query", rows)
    first = json.loads(rows.read_text(encoding="utf-8").splitlines()[0])
    assert (told["docs"], told["queries"], told["recall@100"]) == (len(CORPUS), len(QUERIES), 0.5)
    assert set(first["first"]) == {"tea", "black"}


def test_people_get_a_line_for_each_figure(folder: Path):
    done = run("eval", folder, "--encoder", "none")
    names = [line.split()[0] for line in done.stdout.splitlines()]
    assert (done.exit_code, done.stderr) == (0, "")
    assert names == list(figures(folder))
    assert {"ndcg@10", "ndcg@10_ci95", "in_order", "ranker"} < set(names)


# What goes wrong


def said(done: Result) -> str:
    """What stands on stderr, without the box that is drawn around wrong usage."""
    return " ".join(re.sub(r"[│╭╮╰╯─]", " ", done.stderr).split())


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--ranker", "best"), "--ranker: best is none of: hybrid, words, meaning"),
        (("--weight", "freshness"), "--weight: freshness needs a signal and a number: freshness=0.1"),
        (("--weight", "freshness="), "--weight: freshness= needs a signal and a number"),
        (("--weight", "freshness=much"), "--weight: freshness=much needs a signal and a number"),
        (("--weight", ""), "needs a signal and a number"),
        (("--weight", "x=1"), "--weight: x=1: the signals are words, pairs,"),
        (("--weight", "=1"), "--weight: =1: the signals are words, pairs,"),
        (("--weight", "words=nan"), "weights go from -10 to 10"),
        (("--weight", "words=inf"), "weights go from -10 to 10"),
        (("--weight", "words=-10.5"), "weights go from -10 to 10"),
        (("--weight", "words=1", "--weight", "words"), "words needs a signal and a number"),
    ],
)
def test_wrong_usage_is_refused_before_anything_is_read(options: tuple[str, ...], message: str):
    done = run("eval", "no such folder", *options)
    assert (done.exit_code, done.stdout) == (2, "")
    assert message in said(done)


def test_every_signal_can_be_weighed(folder: Path):
    every = [part for one in SIGNALS for part in ("--weight", f"{one.name}=0.5")]
    assert figures(folder, *every)["queries"] == len(QUERIES)


def in_one_line(done: Result, code: int, message: str) -> bool:
    return (done.exit_code, done.stdout, done.stderr.count("\n")) == (code, "", 1) and message in done.stderr


def test_a_missing_folder_is_named_in_one_line(tmp_path: Path):
    done = run("eval", tmp_path / "nothing", "--encoder", "none")
    assert in_one_line(done, 2, f"{tmp_path / 'nothing' / 'queries.jsonl'}: cannot be read")


def test_a_file_that_cannot_be_written_is_named_in_one_line(folder: Path, tmp_path: Path):
    target = tmp_path / "no such folder" / "rows.jsonl"
    done = run("eval", folder, "--encoder", "none", "--per-query", target)
    assert in_one_line(done, 3, f"{target}: cannot be written (No such file or directory); name another file")


def test_an_encoder_that_is_none_is_named_in_one_line(folder: Path, tmp_path: Path):
    assert in_one_line(run("eval", folder, "--encoder", tmp_path / "nothing"), 2, str(tmp_path / "nothing"))


def test_an_encoder_is_not_opened_where_words_rank(folder: Path, tmp_path: Path):
    done = run("eval", folder, "--ranker", "words", "--encoder", tmp_path / "nothing", "--json")
    assert done.exit_code == 0


def test_articles_that_are_nowhere_are_named_in_one_line(folder: Path, tmp_path: Path):
    done = run("eval", folder, "--encoder", "none", "--articles", tmp_path / "nothing")
    assert in_one_line(done, done.exit_code, f"{tmp_path / 'nothing'}: no such file or folder")


def test_articles_that_are_nowhere_are_wrong_usage_as_they_are_for_index(folder: Path, tmp_path: Path):
    codes = [run(*command, tmp_path / "nothing").exit_code for command in (("index",), ("eval", folder, "--articles"))]
    assert codes == [2, 2]


@pytest.mark.parametrize("content", [b"\x89PNG\r\n\x1a\n", b"", b"<html><body></body></html>"])
def test_one_article_that_cannot_be_read_is_no_traceback(folder: Path, pages: Path, content: bytes):
    (pages / "broken.html").write_bytes(content)
    done = run("eval", folder, "--encoder", "none", "--articles", pages)
    assert done.exception is None or isinstance(done.exception, SystemExit)
    assert "broken.html" in done.stderr


def test_a_folder_for_the_index_that_is_gone_is_named(folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "gone"))
    done = run("eval", folder, "--encoder", "none")
    assert "None:" not in done.stderr
    assert str(tmp_path / "gone") in done.stderr


def test_figures_that_are_told_as_those_of_words_are_those_of_words(tmp_path: Path):
    place = write_collection(tmp_path / "c", "q\ttheirs\t1\n", {"q": "I am clingy with my partner"})
    without, words = figures(place), figures(place, "--ranker", "words")
    assert without["ranker"] == words["ranker"]
    assert without["mrr@10"] == words["mrr@10"]


# advice fit


@pytest.fixture(scope="module")
def fitted(tmp_path_factory: pytest.TempPathFactory) -> tuple[Result, Result]:
    place = tmp_path_factory.mktemp("fit")
    folders = [write_collection(place / name) for name in ("drinks", "meals")]
    few = {"one": "hot tea", "clingy": "am I clingy", "two": "mill"}
    (folders[1] / "queries-few.jsonl").write_text(queries_jsonl(few), encoding="utf-8")
    return run("fit", *folders, "--json"), run("fit", *folders)


SAMPLES = ["drinks/queries", "meals/queries-few", "meals/queries"]


def test_a_fit_tells_its_weights_and_what_each_signal_is_worth(fitted: tuple[Result, Result]):
    told = json.loads(fitted[0].stdout)
    assert fitted[0].exit_code == 0
    assert list(told["weights"]) == list(told["left out"]) == [one.name for one in FITTED]
    columns = [told[name] for name in ("as shipped", "fitted", "folds", "other collections")]
    assert all(list(column) == SAMPLES for column in (*columns, *told["left out"].values()))
    assert all(0 <= value <= 1 for column in columns for value in column.values())
    assert sum(told["fitted"].values()) >= sum(told["as shipped"].values())


def test_a_fit_says_what_it_is_doing_beside_what_it_found(fitted: tuple[Result, Result]):
    for done in fitted:
        assert done.stderr.splitlines()[:3] == ["measuring drinks", "measuring meals", "fitting to all"]


def test_people_get_a_table_of_the_fit(fitted: tuple[Result, Result]):
    asked, done = fitted
    told = json.loads(asked.stdout)
    assert done.exit_code == 0
    assert done.stdout.startswith("Weights: " + ", ".join(f"{name} {w}" for name, w in told["weights"].items()))
    rows = {cells[1].strip(): [cell.strip() for cell in cells[2:-1]] for cells in table(done.stdout)}
    assert rows["fitted"] == [f"{value:.4f}" for value in told["fitted"].values()]
    assert rows["without meaning"] == [f"{value:.4f}" for value in told["left out"]["meaning"].values()]
    assert len(rows) == 2 + 4 + len(FITTED)


def table(text: str) -> list[list[str]]:
    return [line.split("|") for line in text.splitlines() if line.startswith("|")]


@pytest.mark.parametrize(
    ("arguments", "code", "message"),
    [
        (("no such folder",), 2, "no such folder/queries.jsonl: cannot be read"),
        (("no such folder", "--encoder", "none"), 3, "fitted with an encoder; install one"),
        (("no such folder", "--encoder", "no such encoder"), 2, "no such encoder"),
    ],
)
def test_what_keeps_a_fit_from_working_is_told_in_one_line(arguments: tuple[str, ...], code: int, message: str):
    done = run("fit", *arguments)
    lines = [line for line in done.stderr.splitlines() if not line.startswith("measuring ")]
    assert (done.exit_code, done.stdout, len(lines)) == (code, "", 1)
    assert message in lines[0]


def test_the_script_ends_with_the_same_codes(advice: Callable[..., object], folder: Path):
    done = advice("eval", folder, "--encoder", "none", "--weight", "words=nan")
    assert (done.returncode, done.stdout, "Traceback" in done.stderr) == (2, "", False)
