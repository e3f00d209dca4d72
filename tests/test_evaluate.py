"""Figures for judged collections, against figures worked out by hand."""

import json
from math import log2
from pathlib import Path

import pytest
from beir import jsonl, write_beir

from search.evaluate import CollectionError, evaluate, read_collection
from search.ranking import weights_of

WORDS = weights_of("words")

FIGURES = [
    "collection",
    "docs",
    "queries",
    "ndcg@10",
    "recall@100",
    "mrr@10",
    "ndcg@10_ci95",
    "in_order",
    "p50_ms",
    "p95_ms",
    "build_s",
    "index_mb",
]
KEYS = [*FIGURES, "ranker"]
CORPUS = {
    "d1": ("Tea", "tea leaves"),
    "d2": ("", "coffee beans, and then many other words about cups and spoons and a slow morning in town"),
    "d3": ("Coffee beans", "coffee beans"),
    "d4": ("Is milk white?", "Yes."),
    "d5": ("Sugar", "sugar cane"),
}
QUERIES = {
    "first": "tea",
    "second": "coffee beans",
    "lost": "wine",
    "graded": "coffee beans",
    "half": "tea",
    "new": "tea",
}
JUDGED = """query-id	corpus-id	score
first	d1	1
first	d3	0
second	d2	1
lost	d5	1
graded	d2	2
graded	d3	1
half	d1	1
half	d5	1
"""


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write_beir(tmp_path / "drinks", CORPUS, QUERIES, JUDGED)


def test_figures_are_those_worked_out_by_hand(folder: Path):
    """By query: found first; found second; not found; two found in the wrong order; one of two found."""
    second, ideal = 1 / log2(3), 2 + 1 / log2(3)
    figures = evaluate(read_collection(folder), WORDS).figures
    assert figures["ndcg@10"] == round((1 + second + 0 + (1 + 2 * second) / ideal + 1 / (1 + second)) / 5, 4)
    assert figures["recall@100"] == round((1 + 1 + 0 + 1 + 0.5) / 5, 4)
    assert figures["mrr@10"] == round((1 + 0.5 + 0 + 1 + 1) / 5, 4)


def test_figures_name_the_collection_and_its_size(folder: Path):
    figures = evaluate(read_collection(folder), WORDS).figures
    assert list(figures) == FIGURES
    assert (figures["collection"], figures["docs"], figures["queries"]) == ("drinks", 5, 5)
    assert 0 < figures["p50_ms"] <= figures["p95_ms"]
    assert figures["index_mb"] > 0


def test_one_query_is_enough(folder: Path):
    (folder / "qrels.tsv").write_text("first\td1\t1\n", encoding="utf-8")
    figures = evaluate(read_collection(folder), WORDS).figures
    assert (figures["queries"], figures["mrr@10"], figures["p50_ms"]) == (1, 1.0, figures["p95_ms"])


def test_judgements_may_lie_in_a_folder_and_have_no_heading(folder: Path):
    (folder / "qrels").mkdir()
    (folder / "qrels.tsv").unlink()
    (folder / "qrels" / "test.tsv").write_text(JUDGED.partition("\n")[2], encoding="utf-8")
    assert read_collection(folder).judgements["graded"] == {"d2": 2, "d3": 1}


def test_other_queries_can_be_asked(folder: Path, tmp_path: Path):
    other = tmp_path / "other.jsonl"
    other.write_text(jsonl([{"_id": "first", "text": "sugar"}]), encoding="utf-8")
    assert read_collection(folder, other).queries == {"first": "sugar"}


@pytest.mark.parametrize("separator", ["\u2028", "\u0085"])
def test_unusual_line_separators_inside_a_text_do_not_end_its_line(folder: Path, separator: str):
    (folder / "queries.jsonl").write_text(jsonl([{"_id": "first", "text": f"tea{separator}x"}]), encoding="utf-8")
    assert read_collection(folder).queries == {"first": f"tea{separator}x"}


def broken(folder: Path, name: str, content: str | None) -> Path:
    """The same folder with a file replaced, or removed."""
    if content is None:
        (folder / name).unlink()
    else:
        (folder / name).write_text(content, encoding="utf-8")
    return folder


BROKEN = [
    pytest.param("corpus.jsonl", None, "corpus.jsonl: cannot be read", id="no corpus"),
    pytest.param("queries.jsonl", None, "queries.jsonl: cannot be read", id="no queries"),
    pytest.param("qrels.tsv", None, "qrels.tsv: cannot be read", id="no judgements"),
    pytest.param("corpus.jsonl", '{"_id": "d1", "text": ""}\n{"_id": \n', "corpus.jsonl:2: not JSON", id="not JSON"),
    pytest.param(
        "corpus.jsonl", '{"_id": "d1", "text": ""}\n\n{"_id": \n', "corpus.jsonl:3: not JSON", id="blank line"
    ),
    pytest.param("queries.jsonl", '{"_id": "first"}\n', "queries.jsonl:1: needs", id="no text"),
    pytest.param("corpus.jsonl", '["d1", "tea"]\n', "corpus.jsonl:1: needs", id="not an object"),
    pytest.param("qrels.tsv", "first\td1\t1\nfirst d2 1\n", "qrels.tsv:2: needs", id="no tabs"),
    pytest.param("qrels.tsv", "first\td1\t1\nfirst\td2\tyes\n", "qrels.tsv:2: needs", id="no number"),
    pytest.param("qrels.tsv", f"first\td1\t{10**20}\n", "qrels.tsv:1: needs", id="more than any relevance"),
    pytest.param("corpus.jsonl", '{"_id": "\\ud800", "text": ""}\n', "corpus.jsonl:1: half", id="half a character"),
    pytest.param("queries.jsonl", "[" * 200_000 + "\n", "queries.jsonl:1: not JSON", id="nested too deeply"),
    pytest.param("qrels.tsv", "nobody\td1\t1\n", "no query in queries.jsonl has a judgement", id="none judged"),
]


@pytest.mark.parametrize(("name", "content", "message"), BROKEN)
def test_what_is_wrong_is_said_with_its_place(folder: Path, name: str, content: str | None, message: str):
    with pytest.raises(CollectionError) as raised:
        read_collection(broken(folder, name, content))
    assert message in str(raised.value)
    assert str(folder) in str(raised.value)


def test_a_quotation_mark_in_an_id_is_a_character_as_any_other(folder: Path):
    (folder / "qrels.tsv").write_text('first\t"d1\t1\n' + "first\td1\t1\n" * 20_000, encoding="utf-8")
    assert read_collection(folder).judgements == {"first": {'"d1': 1, "d1": 1}}


@pytest.mark.parametrize(("name", "content", "message"), [BROKEN[0], BROKEN[3], BROKEN[-1]])
def test_the_command_says_it_in_one_line(advice, folder: Path, name: str, content: str | None, message: str):
    done = advice("eval", broken(folder, name, content), "--json")
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.parametrize("text", ["", " ", pytest.param("tea " * 5_001, id="too long")])
def test_a_query_that_cannot_be_asked_is_no_traceback(advice, folder: Path, text: str):
    rows = [{"_id": "first", "text": text}, {"_id": "second", "text": "coffee beans"}]
    (folder / "queries.jsonl").write_text(jsonl(rows), encoding="utf-8")
    done = advice("eval", folder, "--json")
    assert done.returncode in (0, 2)
    assert "Traceback" not in done.stderr


def test_the_command_prints_one_json_object(advice, folder: Path):
    done = advice("eval", folder, "--json")
    assert (done.returncode, done.stderr) == (0, "")
    assert list(json.loads(done.stdout)) == KEYS


def test_the_command_prints_a_table_for_people(advice, folder: Path):
    done = advice("eval", folder)
    assert (done.returncode, done.stderr) == (0, "")
    assert [line.split()[0] for line in done.stdout.splitlines()] == KEYS
