"""`advice search` as a person sees it: in terminals of any width, without colours, in a pipe, and of hostile texts."""

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest
from server import ADVICE, an_article, publish
from terminal import in_terminal, visible, widest

from indexer.plain import plain, plain_line

QUESTION = "why am I always scared he'll leave me"
NUMBER = re.compile(r"^ {0,2}(\d+)\. ", re.MULTILINE)
HOSTILE = "\x1b]0;owned\x07\x1b[2J\x1b[31mred\x1b[0m\x9b5A\x08\x7f\u202eltr \x1b]8;;https://evil.example/\x1b\\click\x1b]8;;\x1b\\"
MARKUP = "[bold]loud[/bold] [/] :heart: [link=https://evil.example]here[/link]"
HEBREW = "איך לדבר על הנהר בלי לריב"

Shown = Callable[..., str]


@pytest.fixture
def shown(environment: dict[str, str], bundled_index: Path) -> Shown:
    """What `advice search` writes into a terminal."""

    def run(*args: object, index: Path = bundled_index, columns: int = 80, **settings: str) -> str:
        return in_terminal([ADVICE, "search", *args, "--index", index], environment, columns, **settings)

    return run


@pytest.fixture
def piped(advice, bundled_index: Path):
    """What `advice search` gives to a pipe."""
    return lambda *args, index=bundled_index: advice("search", *args, "--index", index)


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index whose articles try to harm the terminal, or only look as if."""
    wild = an_article(
        "wild",
        {f"The river {HOSTILE}": f"A river {HOSTILE} and deep water\n{MARKUP}"},
        title=f"Wild {HOSTILE} {MARKUP}",
    )
    far = an_article("far", {HEBREW: f"{HEBREW}. " * 12 + "A river."}, title=HEBREW)
    live = replace(an_article("live", {"A long river": "The river."}), live="https://example.org/über/fluß?a=1;b=2")
    return publish(tmp_path_factory.mktemp("hostile") / "index", wild, far, live)


# --- what is told ---


def test_hits_stand_under_their_articles_and_are_numbered(piped):
    printed = piped(QUESTION, "-k", 30).stdout
    hits = json.loads(piped(QUESTION, "-k", 30, "--json").stdout)["hits"]
    assert [int(number) for number in NUMBER.findall(printed)] == list(range(1, 31))
    for title in {hit["title"] for hit in hits}:
        assert printed.splitlines().count(title) == 1
    assert {f"{hit['url']}#{hit['anchor']}" for hit in hits} == {
        line.strip().partition("~")[0] for line in printed.splitlines() if line.startswith("    /articles/")
    }


def test_an_article_with_many_hits_quotes_the_best_and_names_the_others(tmp_path: Path, piped):
    long = an_article("long", {f"River {n}": f"The river, sentence {n}." for n in range(5)})
    index = publish(tmp_path / "index", long, an_article("short", {"Water": "A river."}))
    printed = piped("river", "-k", 10, index=index).stdout
    first, others = printed.split("Short\n")[0].split(" 4. ")
    assert (first.count("sentence"), others.count("sentence")) == (3, 0)
    assert others.count("/articles/long#river-") == 2
    assert len(NUMBER.findall(printed)) == 6


def test_kind_and_heading_path_are_shown(piped):
    faq = piped("is it abuse if he has never hit me", "-k", 1).stdout.splitlines()
    assert "    Question and answer" in faq
    section = piped(QUESTION, "-k", 5).stdout
    hit = next(h for h in json.loads(piped(QUESTION, "-k", 5, "--json").stdout)["hits"] if len(h["heading_path"]) > 1)
    assert f"    Section · {' › '.join(hit['heading_path'][:-1])}\n" in section


def test_only_the_words_that_were_corrected_are_told(piped):
    done = piped("my jelous partner and my freind")
    assert "Showing results for “jealous” instead of “jelous”, “friend” instead of “freind”." in done.stderr
    assert "--literal" in done.stderr


def test_uncertainty_is_told(piped):
    sure, unsure = piped("is it abuse if he has never hit me"), piped("how do I descale a kettle")
    assert sure.stderr == ""
    assert "We have no advice on this yet." in unsure.stderr
    assert NUMBER.findall(unsure.stdout)


def test_a_letter_of_unknown_words_does_not_fill_the_screen(piped):
    told = piped(" ".join(f"zepp{n}xq" for n in range(50))).stderr
    assert "zepp9xq and 40 other words." in told
    assert "zepp10xq" not in told


def test_nothing_found_says_what_to_try(shown: Shown):
    lines = visible(shown("zeppelin", "--ranker", "words", columns=40)).splitlines()
    assert lines[0] == "No article has: zeppelin."
    assert lines[1] == "We found no passage with these words."
    assert [line for line in lines if line.startswith("  - ")]
    assert max(map(len, lines)) <= 40


def test_copies_are_named(tmp_path: Path, piped):
    text = "The river is deep, and the water is silent; go round it slowly, and take somebody with you who can swim."
    index = publish(tmp_path / "index", an_article("one", {"River": text}), an_article("two", {"River": text}))
    printed = piped("river", index=index).stdout
    assert re.search(r"Said in the same words in:\n +Two\n +/articles/two#river\n", printed)


# --- terminals ---


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_lines_fit_into_the_terminal(shown: Shown, columns: int):
    text = visible(shown(QUESTION, "--explain", "-k", 5, columns=columns))
    assert widest(text) <= min(columns, 100)
    assert widest(text) > min(columns, 100) - 15
    assert "    /articles/fear-of-being-left#h-how-the-fear-works-on-an-ordinary-tuesday\n" in text


@pytest.mark.parametrize("columns", [1, 7])
def test_a_tiny_terminal_is_no_error(shown: Shown, columns: int):
    assert "Traceback" not in visible(shown(QUESTION, "-k", 1, columns=columns))


def test_the_words_that_were_asked_for_stand_out(shown: Shown):
    assert "\x1b[1;4mscared\x1b[0m" in shown(QUESTION, "-k", 1)


def test_no_color_keeps_bold_and_underline(shown: Shown):
    written = shown(QUESTION, "-k", 3, NO_COLOR="1")
    assert "\x1b[1;4m" in written
    assert set(re.findall(r"\x1b\[([\d;]*)m", written)) <= {"0", "1", "2", "1;4"}
    assert re.search(r"\x1b\[[\d;]*3\dm", shown(QUESTION, "-k", 3))


def test_a_dumb_terminal_gets_no_escapes(shown: Shown):
    assert "\x1b" not in shown(QUESTION, "-k", 3, TERM="dumb")


def test_addresses_on_the_web_can_be_followed_and_read(shown: Shown, piped, hostile: Path):
    written = shown("long river", "--ranker", "words", index=hostile)
    link = "https://example.org/%C3%BCber/flu%C3%9F?a=1;b=2#a-long-river"
    assert re.search(rf"\x1b\]8;[^;]*;{re.escape(link)}\x1b\\https://example\.org/über/fluß", written)
    assert len(re.findall(r"\x1b\]8;[^;]*;http", written)) == 1
    assert "    https://example.org/über/fluß?a=1;b=2#a-long-river\n" in visible(written)
    assert "\x1b" not in piped("long river", index=hostile).stdout


# --- hostile texts ---


@pytest.mark.parametrize("columns", [40, 200])
def test_no_text_moves_the_terminal(shown: Shown, piped, hostile: Path, columns: int):
    question = f"river \x1b]2;rivver\x07 \x1b[7m rivver \x9b2K \u202e {MARKUP}"
    written = shown(question, "--explain", "--ranker", "words", index=hostile, columns=columns)
    assert "evil.example/" not in written
    assert "owned" not in written
    assert "31m" not in written
    text = visible(written)
    assert widest(text) <= columns
    assert "[bold]loud[/bold] [/] :heart:" in " ".join(text.split())
    done = piped(question, "--explain", "--ranker", "words", index=hostile)
    assert visible(done.stdout + done.stderr) == done.stdout + done.stderr


def test_scripts_from_right_to_left_stay_as_they_are(shown: Shown, hostile: Path):
    text = visible(shown("river", "--ranker", "words", index=hostile, columns=40))
    assert HEBREW in text.splitlines()
    assert f" 3. {HEBREW}" in text.splitlines()
    assert widest(text) <= 40


@pytest.mark.parametrize(
    ("text", "harmless"),
    [
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;https://evil.example\x1b\\here\x1b]8;;\x1b\\", "here"),
        ("\x1bP1;2|data\x1b\\after", "after"),
        ("\x9b2Jafter\x90data\x9cend", "afterend"),
        ("\x1b]0;no end", "]0;no end"),
        ("\x1b\x1b[[31mm", "31mm"),
        ("a\x00b\x08c\x7fd\x0ee", "abcde"),
        ("one\r\ntwo\ttab\vline\fpage", "one \ntwo    tab line page"),
        ("\u202eright\u202c \u2066isolated\u2069\u200f", "right isolated"),
        ("می\u200cخواهم 👩\u200d👧 e\u0301", "می\u200cخواهم 👩\u200d👧 e\u0301"),
    ],
)
def test_plain_text_has_nothing_that_a_terminal_obeys(text: str, harmless: str):
    assert plain(text) == harmless
    assert plain(plain(text)) == plain(text)


def test_a_plain_line_is_one_line():
    assert plain_line(" one\n\ttwo\u2028three ") == "one two three"


def test_many_unfinished_sequences_take_no_time():
    assert plain("\x1b]\x1b[" * 200_000).count("]") == 200_000
