"""The pages' own words: whole in every language, plurals and dates as each language has them."""

import re
from pathlib import Path

import pytest
from fluent.syntax import FluentParser, FluentSerializer, ast

from search import messages as catalogue
from search.messages import LANGUAGES, LONGEST_VALUE, MissingMessageError, choose_language, messages

HERE = Path(catalogue.__file__).parent
SOURCES = [*HERE.parent.glob("templates/*"), *HERE.parent.glob("**/*.py")]


def entries(language: str) -> dict[str, set[str]]:
    """Each message with the values that stand in it."""
    tree = FluentParser().parse((HERE / f"{language}.ftl").read_text(encoding="utf-8"))
    assert not [entry for entry in tree.body if isinstance(entry, ast.Junk)]
    found = (entry for entry in tree.body if isinstance(entry, ast.Message))
    return {entry.id.name: set(re.findall(r"\$(\w+)", FluentSerializer().serialize_entry(entry))) for entry in found}


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_every_language_has_every_message(language):
    assert entries(language) == entries(LANGUAGES[0])


def test_every_message_that_is_asked_for_is_there():
    asked = {
        name for path in SOURCES for name in re.findall(r"""\bt\(["']([\w-]+)["']""", path.read_text(encoding="utf-8"))
    }
    assert len(asked) > 30
    assert asked - entries("en").keys() == set()


def test_every_message_is_used():
    text = "\n".join(path.read_text(encoding="utf-8") for path in SOURCES)
    unused = [name for name in entries("en") if f'"{name}"' not in text]
    dynamic = re.compile(r"error-(404|405|408|429|500|other)(-explained)?")
    assert [name for name in unused if not dynamic.fullmatch(name)] == []


@pytest.mark.parametrize(
    ("language", "count", "expected"),
    [("en", 1, "1 article"), ("en", 3, "3 articles"), ("de", 1, "1 Artikel"), ("de", 3, "3 Artikel")],
)
def test_plurals_follow_the_language(language, count, expected):
    assert messages(language)("articles-count", count=count) == expected


@pytest.mark.parametrize("length", [1, LONGEST_VALUE, LONGEST_VALUE + 1, 20_000])
def test_a_value_of_any_length_makes_a_short_message(length):
    shown = messages("en")("results-ignored", words="x" * length)
    assert shown.count("x") == min(length, LONGEST_VALUE)
    assert ("…" in shown) == (length > LONGEST_VALUE)


def test_dates_follow_the_language():
    assert messages("en").day("2026-03-09") == "March 9, 2026"
    assert messages("de").day("2026-03-09T10:00:00Z") == "9. März 2026"


def test_what_is_missing_is_a_mistake():
    with pytest.raises(MissingMessageError, match="no-such"):
        messages("en")("no-such")
    with pytest.raises(MissingMessageError, match="articles-count"):
        messages("en")("articles-count")


@pytest.mark.parametrize(
    ("accepted", "expected"),
    [
        ("", "en"),
        ("de", "de"),
        ("de-AT,de;q=0.9,en;q=0.5", "de"),
        ("fr,de;q=0.4,en;q=0.3", "de"),
        ("fr, en;q=0.8, de;q=0.9", "de"),
        ("de;q=0, en", "en"),
        ("*", "en"),
        ("de;q=broken", "en"),
        ("ü" * 10_000, "en"),
    ],
)
def test_the_language_is_that_of_the_browser(accepted, expected):
    assert choose_language(accepted) == expected
