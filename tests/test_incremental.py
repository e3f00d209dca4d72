"""Builds after builds: what has not changed is not parsed again, and nobody can tell from the result."""

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from published import published

import indexer.workers
from indexer import cache
from indexer.build import build_index
from indexer.generations import current_name, open_current
from indexer.report import BuildReport, NoArticlesError
from indexer.sources import SourceFile

PAGE = "<h1>{0}</h1><p>Tea at four with {0}.</p><h2>Kettles</h2><p>Old ones sing to {0}.</p>"
NAMES = ("ann", "ben", "cleo", "dan", "eve", "finn")

Parses = list[str]


@pytest.fixture
def parses(monkeypatch: pytest.MonkeyPatch) -> Parses:
    """The URLs of the articles that are parsed in this process."""
    seen: Parses = []
    parse = indexer.workers.parse
    monkeypatch.setattr(indexer.workers, "parse", lambda data, url: seen.append(url) or parse(data, url))
    return seen


def _files(*names: str, **changed: str | bytes | OSError) -> list[SourceFile]:
    def reader(name: str) -> Callable[[], bytes]:
        def read() -> bytes:
            content = changed.get(name, PAGE.format(name))
            if isinstance(content, OSError):
                raise content
            return content.encode() if isinstance(content, str) else content

        return read

    return [SourceFile(f"{name}.html", f"/articles/{name}", reader(name)) for name in names]


def _parsed(out: Path) -> list[Path]:
    return [path for path in (out / "parsed").rglob("*") if path.is_file()]


def test_where_nothing_has_changed_nothing_is_parsed_or_written(tmp_path, parses):
    first = build_index(_files(*NAMES), tmp_path)
    before, files = current_name(tmp_path), sorted(tmp_path.rglob("*"))
    assert (len(parses), first.unchanged) == (6, "")
    again = build_index(_files(*NAMES), tmp_path)
    assert (len(parses), again.unchanged, current_name(tmp_path)) == (6, before, before)
    assert sorted(tmp_path.rglob("*")) == files


def test_only_the_changed_article_is_parsed(tmp_path, parses):
    build_index(_files(*NAMES), tmp_path)
    parses.clear()
    report = build_index(_files(*NAMES, dan="<h1>Dan</h1><p>No tea today.</p>"), tmp_path)
    assert parses == ["/articles/dan"]
    assert (report.articles, report.unchanged) == (6, "")
    assert [card["title"] for card in open_current(tmp_path).contents["catalog"]][3] == "Dan"


@pytest.mark.parametrize("jobs", [1, 2])
def test_an_incremental_build_gives_what_a_full_one_gives(tmp_path, monkeypatch, jobs):
    """One article changed, one deleted, one added, and one that was none before."""
    monkeypatch.setattr(indexer.workers, "FEW", 0)
    now = _files("ann", "cleo", "dan", "eve", "finn", "gus", cleo=PAGE.format("someone"), finn=PAGE.format("f"))
    build_index(_files("ann", "ben", "cleo", "dan", "eve", "finn", finn=b""), tmp_path / "b")
    build_index(now, tmp_path / "b", jobs=jobs)
    build_index(now, tmp_path / "a")
    assert published(tmp_path / "a") == published(tmp_path / "b")


@pytest.mark.parametrize(
    "now", [NAMES[1:], NAMES[:-1], NAMES[::-1], (*NAMES, "gus"), ("gus", *NAMES), (*NAMES[:3], *NAMES[4:])]
)
def test_any_other_list_of_files_gives_what_a_full_build_gives(tmp_path, now):
    build_index(_files(*NAMES), tmp_path / "b")
    assert build_index(_files(*now), tmp_path / "b").articles == len(now)
    build_index(_files(*now), tmp_path / "a")
    assert published(tmp_path / "a") == published(tmp_path / "b")


def test_a_deleted_article_goes_from_the_index_and_from_what_is_kept(tmp_path):
    build_index(_files(*NAMES), tmp_path)
    assert len(_parsed(tmp_path)) == 6
    build_index(_files(*NAMES[1:]), tmp_path)
    assert len(_parsed(tmp_path)) == 5
    assert "/articles/ann" not in [card["url"] for card in open_current(tmp_path).contents["catalog"]]


def test_full_parses_and_publishes_everything_again(tmp_path, parses):
    build_index(_files(*NAMES), tmp_path)
    before = current_name(tmp_path)
    report = build_index(_files(*NAMES), tmp_path, full=True)
    assert (len(parses), report.unchanged) == (12, "")
    assert current_name(tmp_path) != before


def _cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-9])


def _flip(path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"Tea", b"Tee"))


DAMAGES: dict[str, Callable[[Path], object]] = {
    "cut": _cut,
    "one word changed": _flip,
    "empty": lambda path: path.write_bytes(b""),
    "gone": lambda path: path.unlink(),
    "something else": lambda path: path.write_bytes(b"\xff\xfe" * 99),
}


@pytest.mark.parametrize("damage", DAMAGES.values(), ids=DAMAGES)
def test_a_damaged_entry_is_parsed_again(tmp_path, parses, damage):
    build_index(_files(*NAMES), tmp_path / "b")
    damage(_parsed(tmp_path / "b")[2])
    parses.clear()
    assert build_index(_files(*NAMES), tmp_path / "b").unchanged
    assert len(parses) == 1
    build_index(_files(*NAMES[1:]), tmp_path / "b")
    build_index(_files(*NAMES[1:]), tmp_path / "a")
    assert published(tmp_path / "a") == published(tmp_path / "b")


def test_a_damaged_generation_is_written_again_without_parsing(tmp_path, parses):
    build_index(_files(*NAMES), tmp_path)
    (open_current(tmp_path).folder / "terms.txt").write_text("tea", encoding="utf-8")
    assert build_index(_files(*NAMES), tmp_path).unchanged == ""
    assert len(parses) == 6
    assert open_current(tmp_path).contents["articles"] == 6


def test_another_parser_parses_again(tmp_path, parses, monkeypatch):
    build_index(_files(*NAMES), tmp_path)
    monkeypatch.setattr(cache, "parser_version", lambda: "another")
    build_index(_files(*NAMES), tmp_path)
    assert len(parses) == 12
    assert len(_parsed(tmp_path)) == 6


def test_another_program_writes_again_without_parsing(tmp_path, parses, monkeypatch):
    build_index(_files(*NAMES), tmp_path)
    monkeypatch.setattr("indexer.build.program_version", lambda: "another")
    assert build_index(_files(*NAMES), tmp_path).unchanged == ""
    assert len(parses) == 6


def test_the_parsers_version_covers_all_that_parsing_imports():
    script = "import sys, indexer.parsing; print(*[m[8:] for m in sys.modules if m.startswith('indexer.')])"
    root = Path(cache.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", script], cwd=root, capture_output=True, text=True, check=True)
    modules = set(done.stdout.split())
    assert {"article", "decode", "faq", "model"} <= modules
    assert modules & cache.NOT_PARSING == set()


def _problems(report: BuildReport) -> list[tuple[str, str]]:
    return [*report.failures, *report.warnings]


def test_failures_and_warnings_are_told_again_on_an_unchanged_run(tmp_path, parses):
    odd = {"ben": b"\x89PNG", "cleo": "<h1>C</h1><p>No heading.</p>", "dan": PermissionError(13, "Permission denied")}
    first = build_index(_files(*NAMES, **odd), tmp_path)
    assert [name for name, _ in _problems(first)] == ["ben.html", "dan.html", "cleo.html"]
    parses.clear()
    again = build_index(_files(*NAMES, **odd), tmp_path)
    assert (_problems(again), parses) == (_problems(first), [])
    assert again.unchanged


def test_a_file_that_can_be_read_again_is_indexed(tmp_path):
    build_index(_files(*NAMES, dan=PermissionError(13, "Permission denied")), tmp_path)
    report = build_index(_files(*NAMES), tmp_path)
    assert (report.articles, report.failures, report.unchanged) == (6, [], "")


def test_what_the_parser_stumbles_over_is_one_failure_and_is_tried_again(tmp_path, monkeypatch):
    def stumble(html: str, url: str) -> None:
        raise RecursionError("too deep \ud83d")

    with monkeypatch.context() as broken:
        broken.setattr("indexer.parsing.read_article", stumble)
        with pytest.raises(NoArticlesError) as raised:
            build_index(_files("ann"), tmp_path)
    [(name, reason)] = raised.value.report.failures
    assert (name, "RecursionError" in reason, "report" in reason) == ("ann.html", True, True)
    assert build_index(_files("ann"), tmp_path).articles == 1


def _advice(*args: object) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-c", "from search.cli import main; main()", *map(str, args)]
    root = Path(cache.__file__).parent.parent
    return subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)


def test_the_command_says_that_nothing_has_changed_and_still_names_what_failed(tmp_path):
    source, out = tmp_path / "source", tmp_path / "out"
    source.mkdir()
    (source / "ann.html").write_text(PAGE.format("ann"), encoding="utf-8")
    assert _advice("index", source, "--out", out).returncode == 0
    assert _advice("index", source, "--out", out).returncode == 0
    (source / "picture.html").write_bytes(b"\x89PNG")
    runs = [_advice("index", source, "--out", out) for _ in range(2)]
    assert [done.returncode for done in runs] == [1, 1]
    assert runs[0].stderr == runs[1].stderr != ""
    assert f"Nothing has changed; generation {current_name(out)} stays." in runs[1].stdout
    assert "Nothing has changed" not in _advice("index", source, "--out", out, "--full").stdout


def test_entries_can_be_read_by_people(tmp_path):
    build_index(_files("ann"), tmp_path)
    [entry] = _parsed(tmp_path)
    row = json.loads(entry.read_bytes().partition(b"\n")[2])
    assert (row["article"]["title"], row["failure"]) == ("ann", "")
