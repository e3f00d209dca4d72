"""A build in this process: what it counts, what it leaves out, and what it publishes."""

from collections.abc import Callable
from pathlib import Path

import pytest

from indexer.build import build_index
from indexer.cli import open_meaning
from indexer.generations import NoGeneration, open_current
from indexer.report import BuildReport
from indexer.sources import SourceError, SourceFile, open_source
from search.answer import answer
from search.whoosh_engine import WhooshEngine

GOOD = "<h1>Two cups</h1><p>Tea at four.</p><h2>Kettles</h2><p>Old ones sing.</p>"
FAQ = "<details><summary>Why tea?</summary><p>It is warm.</p></details>"


def _file(name: str, content: str | bytes | OSError) -> SourceFile:
    def read() -> bytes:
        if isinstance(content, OSError):
            raise content
        return content.encode() if isinstance(content, str) else content

    return SourceFile(name, f"/articles/{name}", read)


Build = Callable[..., BuildReport]


@pytest.fixture
def build(tmp_path: Path) -> Build:
    """Builds an index in tmp_path/index of files with these contents, by name."""
    return lambda **files: build_index([_file(*item) for item in files.items()], tmp_path / "index")


def test_a_build_counts_what_it_indexed(build):
    report = build(a=GOOD + FAQ, b=GOOD)
    assert (report.articles, report.sections, report.faqs, report.passages) == (2, 2, 1, 5)
    assert (report.failures, report.warnings) == ([], [])


def test_the_bundled_articles_are_counted_and_can_be_searched(bundled_index, articles, tmp_path):
    report = build_index(open_source(articles), tmp_path / "again", meaning=open_meaning())
    assert (report.articles, report.faqs, report.failures, report.warnings) == (16, 58, [], [])
    engines = [WhooshEngine(bundled_index), WhooshEngine(tmp_path / "again")]
    assert engines[0].cards == engines[1].cards
    found = [[(hit.passage.id, hit.score) for hit in answer(e, "how do I stop being jealous").hits] for e in engines]
    assert found[0] == found[1] != []


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n", "PNG"),
        (b"", "empty"),
        ("plain words", "plain text"),
        ("<nav>Home</nav>", "no text"),
        ("<h1>Page not found</h1><p>Sorry.</p>", "not found"),
        (PermissionError(13, "Permission denied"), "Permission denied"),
    ],
)
def test_a_file_that_fails_is_named_with_its_reason_and_the_others_are_indexed(build, content, reason):
    report = build(a=GOOD, bad=content, c=GOOD)
    assert report.articles == 2
    [(name, why)] = report.failures
    assert name == "bad"
    assert reason in why


@pytest.mark.parametrize(
    "odd",
    [
        '<script type="application/ld+json">{"@type": 5}</script>',
        '<script type="application/ld+json">{"@type": "Article", "headline": "x \\ud83d"}</script>',
        '<script type="application/ld+json">{"@type": "FAQPage", "mainEntity": {"name": "Why \\ud83d?", '
        '"acceptedAnswer": {"text": "\\ude00"}}}</script>',
        '<meta name="description" content="&#xD83D; half a pair">',
        '<advice-faq n="7"></advice-faq>',
        "<div>" * 5_000,
        "<p>" + "a" * 100_000,
        "<p>" + "\U0010ffff\ufffe\ue000\x1b\x7f\u2028",
        "<h2>" + "&#x202e;" * 3 + "</h2>",
    ],
)
def test_an_odd_page_never_stops_the_build(build, odd):
    assert build(a=GOOD, odd="<p>Words of it.</p>" + odd, c=GOOD).articles == 3


def test_an_article_of_words_that_every_text_has_is_indexed_too(build, tmp_path):
    build(a="<h1>You and me</h1><p>You and me.</p>")
    engine = WhooshEngine(tmp_path / "index")
    assert [card.title for card in engine.cards] == ["You and me"]
    assert answer(engine, "you and me").hits == ()


def test_warnings_are_reported_by_file(build):
    [(name, warning)] = build(a=GOOD, b="<h1>T</h1><p>No heading.</p>").warnings
    assert name == "b"
    assert "no headings" in warning


def test_where_no_file_has_an_article_nothing_is_published(build, tmp_path):
    with pytest.raises(SourceError, match="nothing was published"):
        build(a=b"", b="<nav>Home</nav>")
    with pytest.raises(NoGeneration):
        open_current(tmp_path / "index")


def test_where_no_file_has_an_article_the_last_generation_stays(build, tmp_path):
    build(a=GOOD)
    before = open_current(tmp_path / "index")
    with pytest.raises(SourceError):
        build(a=b"")
    assert open_current(tmp_path / "index") == before


def test_progress_is_told_once_a_file_good_or_bad(tmp_path):
    told = []
    files = [_file("a", GOOD), _file("b", b""), _file("c", OSError("gone"))]
    build_index(files, tmp_path, lambda: told.append(1))
    assert len(told) == 3


def test_a_generation_knows_what_is_in_it(build, tmp_path):
    report = build(a=GOOD + FAQ)
    contents = open_current(tmp_path / "index").contents
    assert (contents["articles"], contents["passages"]) == (1, report.passages)
    assert [card["title"] for card in contents["catalog"]] == ["Two cups"]
