"""What many articles of one source repeat is boilerplate, whatever its markup: real builds, with and without it."""

import json
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from published import published
from terminal import said

from indexer.build import build_index
from indexer.report import BuildReport
from indexer.sources import SourceFile
from search.whoosh_engine import WhooshEngine

WORDS = "The {0} letter came on a Monday, and nobody in the house wanted to open it before the tea was ready."
PAGE = "<h1>The {0} letter</h1><p>" + WORDS + "</p>{1}<h2>What the {0} said</h2><p>" + WORDS[:-1] + " again.</p>"
PROMOTION = "Sign up for our free course and get one tip for calmer days every single Monday."

Pages = dict[str, str]
Text = Callable[[str], str]


def _pages(count: int, *, repeating: int, html: str = f"<p>{PROMOTION}</p>") -> Pages:
    """Articles of which the first ones have the same piece of HTML after their lead text."""
    return {f"{n:02}": PAGE.format(f"{n}th", html if n < repeating else "") for n in range(count)}


def _files(pages: Pages) -> Iterable[SourceFile]:
    return [SourceFile(n, f"/articles/{n}", lambda page=page: page.encode()) for n, page in pages.items()]


@pytest.fixture
def build(tmp_path: Path) -> Callable[[Pages], BuildReport]:
    return lambda pages: build_index(_files(pages), tmp_path)


@pytest.fixture
def text(tmp_path: Path) -> Text:
    """All text of an article as visitors read it, which is that of its passages."""

    def of(name: str) -> str:
        reading = WhooshEngine(tmp_path).read(f"/articles/{name}")
        assert reading
        return "\n".join(passage.text for parts in reading.passages.values() for passage in parts)

    return of


def test_a_paragraph_that_many_articles_repeat_is_left_out_and_told(build, text):
    pages = _pages(16, repeating=14)
    report = build(pages)
    assert not [name for name in pages if PROMOTION in text(name)]
    assert [text(name).count(f"The {n}th letter came on a Monday") for n, name in enumerate(pages)] == [2] * 16
    [told] = report.repeated
    assert told.startswith("“Sign up for our free course and get one tip…” was left out of 14 of 16 articles")


def test_without_repetition_nothing_is_left_out(build):
    assert build(_pages(16, repeating=0)).repeated == []


def test_capitals_and_white_space_make_no_difference(build, text):
    pages = _pages(6, repeating=6)
    pages["03"] = pages["03"].replace(PROMOTION, PROMOTION.upper().replace(" ", "\n "))
    build(pages)
    assert "free course" not in text("03").casefold()


@pytest.mark.parametrize(("count", "repeating"), [(4, 4), (6, 4), (26, 5)])
def test_what_few_articles_repeat_stays(build, text, count, repeating):
    assert build(_pages(count, repeating=repeating)).repeated == []
    assert PROMOTION in text("00")


@pytest.mark.parametrize(("count", "repeating"), [(5, 5), (25, 5)])
def test_five_articles_that_are_a_fifth_are_many(build, text, count, repeating):
    assert len(build(_pages(count, repeating=repeating)).repeated) == 1
    assert PROMOTION not in text("00")


@pytest.mark.parametrize(
    "html",
    [
        "<p>You are not alone in this.</p>",
        "<p>Here are some of the things that help most people:</p><ul><li>Tea.</li></ul>",
        f"<ul><li>{PROMOTION}</li><li>Talk to a friend.</li></ul>",
        f"<ol><li>{PROMOTION}</li></ol>",
        f"<table><tr><th>{PROMOTION}</th><th>Then</th></tr><tr><td>Tea</td><td>Cake</td></tr></table>",
        f"<dl><dt>Course</dt><dd>{PROMOTION}</dd></dl>",
        f"<h2>{PROMOTION}</h2><p>Tea at four.</p>",
        f"<details><summary>Is there a course?</summary><p>{PROMOTION}</p></details>",
    ],
    ids=["short", "introduction", "item", "step", "row", "definition", "heading", "FAQ"],
)
def test_what_is_part_of_something_larger_stays_however_often_it_is_said(build, text, html):
    plain = _pages(1, repeating=1, html=html)
    build(plain)
    alone = text("00")
    assert build(_pages(8, repeating=8, html=html)).repeated == []
    assert text("00") == alone


@pytest.mark.parametrize(
    "line",
    [
        "If you are in danger right now, leave the room and go to someone you trust.",
        "In an emergency, do not wait for an answer to your letter to this site.",
        "You can reach the national helpline at any hour, and it costs you nothing.",
        "When you think about suicide, please talk to somebody today and not tomorrow.",
        "If someone hurts you at home, there are people who will help you to leave.",
        "Day and night, people listen and ask for no name: call the Samaritans on 116 123.",
        "Day and night, somebody listens and asks for no name: text HOME to 741741.",
        "Women’s Aid answers every day of the year and is free: 0808 2000 247.",
        "In einer Krise hilft die Telefonseelsorge, Tag und Nacht und ohne Namen.",
    ],
)
def test_a_way_to_help_stays_in_every_article(build, text, line):
    assert build(_pages(8, repeating=8, html=f"<p>{line}</p>")).repeated == []
    assert line in text("07")


@pytest.mark.parametrize(
    "line",
    [
        "Our editors review all content; this text was last checked in 2024 by two of them.",
        "Ten weeks, 40 lessons and a friendly community of 100,000 members wait for you.",
        "This article is general information and does not replace what your doctor tells you.",
        "© 2019-2024 Two Cups of Tea. All rights reserved, in this and every other country.",
    ],
)
def test_a_number_or_a_doctor_alone_is_no_help_line(build, text, line):
    assert len(build(_pages(8, repeating=8, html=f"<p>{line}</p>")).repeated) == 1
    assert line not in text("07")


def test_ten_copies_of_one_article_keep_their_text(build, text):
    copies = {f"copy-{n}": PAGE.format("same", f"<p>{PROMOTION}</p>") for n in range(10)}
    build(_pages(6, repeating=6) | copies)
    assert PROMOTION not in text("00")
    assert {text(name) for name in copies} == {text("copy-0")}
    assert text("copy-0").count("The same letter came on a Monday") == 2


def test_an_article_that_is_little_more_than_the_repeated_text_keeps_it(build, text):
    build(_pages(8, repeating=8) | {"short": f"<h1>Short</h1><p>Tea at four.</p><p>{PROMOTION}</p>"})
    assert text("short") == f"Tea at four.\n\n{PROMOTION}"


def test_an_article_whose_text_is_in_its_faqs_is_no_copy(build, text):
    asked = f"<h1>Asked</h1><p>{PROMOTION}</p><details><summary>Who opened it?</summary><p>{WORDS}</p></details>"
    build(_pages(8, repeating=8) | {"asked": asked})
    assert text("asked") == WORDS


def test_the_article_that_makes_it_many_changes_all_as_in_a_full_build(build, text, tmp_path):
    four, five = _pages(6, repeating=4), _pages(6, repeating=5)
    build(four)
    assert PROMOTION in text("00")
    report = build(five)
    assert (len(report.repeated), PROMOTION in text("00")) == (1, False)
    build_index(_files(five), tmp_path / "full")
    assert published(tmp_path) == published(tmp_path / "full")
    assert build(five).unchanged
    build(four)
    assert PROMOTION in text("00")


def test_every_file_is_told_when_it_is_written(tmp_path):
    written: list[int] = []
    pages = _pages(6, repeating=6) | {"bad": ""}
    build_index(_files(pages), tmp_path, written=lambda: written.append(1))
    assert len(written) == 7
    build_index(_files(pages), tmp_path, written=lambda: written.append(1))
    assert len(written) == 7


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    (tmp_path / "source").mkdir()
    for name, page in _pages(6, repeating=5).items():
        (tmp_path / "source" / f"{name}.html").write_text(page, encoding="utf-8")
    return tmp_path / "source"


def test_the_command_names_what_it_left_out_also_when_nothing_has_changed(advice, folder, tmp_path):
    runs = [advice("index", folder, "--out", tmp_path / "out") for _ in range(2)]
    assert [done.returncode for done in runs] == [0, 0]
    assert "Nothing has changed" in runs[1].stdout
    assert runs[0].stderr == runs[1].stderr
    (line,) = said(runs[0].stderr)
    assert line.startswith("boilerplate: “Sign up for our free course")
    assert line.endswith("was left out of 5 of 6 articles, which repeat it")


def test_parse_leaves_out_what_the_files_that_it_is_given_repeat(advice, folder):
    files = sorted(folder.glob("*.html"))
    done = advice("parse", *files, "--json")
    assert (done.returncode, PROMOTION in done.stdout, len(json.loads(done.stdout))) == (0, False, 6)
    assert done.stderr.startswith("boilerplate: “Sign up for our free course")
    alone = advice("parse", files[0], "--json")
    assert (PROMOTION in alone.stdout, alone.stderr) == (True, "")
