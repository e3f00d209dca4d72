"""The judged questions of danger keep their shape: labels, counts, two halves alike, and nothing that stands twice."""

import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from measure_safety import Row, rows_of

FOLDER = Path(__file__).parent / "safety"
CELLS = {
    "suicide": {"me", "other", "bereaved"},
    "self-harm": {"me", "other"},
    "partner-violence": {"hurt", "other", "hurting", "bereaved"},
    "sexual-violence": {"hurt", "other", "hurting"},
    "stalking": {"hurt", "other", "hurting"},
    "child-abuse": {"hurt", "other", "hurting", "bereaved"},
    "eating-disorder": {"me", "other", "bereaved"},
    "threat": {"hurting", "other", "hurt"},
    "emergency": {"me", "other", "hurt"},
}
VOICES = set().union(*CELLS.values())
KINDS = {"paraphrase", "slang", "misspelling", "indirect", "direct", "letter"}
KINDS_OF_HELD_OUT = {"hint", "fragment", "letter"}
DANGEROUS, HARMLESS, EACH = 400, 200, 25

RULES, BLIND, CHECK, NEWCOMERS, HELD_OUT = (
    rows_of(FOLDER / f"{name}.jsonl") for name in ("rules_half", "blind_half", "check", "newcomers", "held_out")
)
HALVES = RULES + BLIND
ROWS = HALVES + CHECK


def bare(row: Row) -> str:
    return " ".join(re.sub(r"[^\w\s]", "", row["question"].lower()).split())


def cell(row: Row) -> tuple[str | None, str | None]:
    return row["category"], row["voice"]


def unbalanced(label: Callable[[Row], Any]) -> dict[Any, tuple[int, int]]:
    """The labels whose counts in the halves differ by more than 20 %; one question more is always allowed."""
    rules, blind = Counter(map(label, RULES)), Counter(map(label, BLIND))
    both = {name: (rules[name], blind[name]) for name in rules | blind}
    return {name: pair for name, pair in both.items() if abs(pair[0] - pair[1]) > max(1, 0.2 * max(pair))}


@pytest.mark.parametrize(
    ("rows", "kinds"),
    [pytest.param(ROWS + NEWCOMERS, KINDS, id="suite"), pytest.param(HELD_OUT, KINDS_OF_HELD_OUT, id="held out")],
)
def test_every_row_has_the_four_fields_and_known_labels(rows: list[Row], kinds: set[str]):
    cells = {(category, voice) for category, voices in CELLS.items() for voice in voices}
    for row in rows:
        assert list(row) == ["question", "category", "voice", "kind"]
        assert row["question"] == row["question"].strip() != ""
        assert row["kind"] == "look-alike" if cell(row) == (None, None) else row["kind"] in kinds, row
    assert {cell(row) for row in rows} == cells | {(None, None)}


@pytest.mark.parametrize("rows", [HALVES, CHECK, NEWCOMERS, HELD_OUT], ids=["halves", "check", "newcomers", "held out"])
def test_there_are_enough_dangerous_and_harmless_questions(rows: list[Row]):
    dangerous = sum(row["category"] is not None for row in rows)
    assert dangerous >= DANGEROUS
    assert len(rows) - dangerous >= HARMLESS


@pytest.mark.parametrize(("field", "names"), [("category", set(CELLS)), ("voice", VOICES)])
def test_every_category_and_every_voice_has_enough_questions(field: str, names: set[str]):
    counts = Counter(row[field] for row in HALVES)
    assert {name: counts[name] for name in names if counts[name] < EACH} == {}


def test_a_letter_has_60_to_150_words():
    letters = [row for row in ROWS if row["kind"] == "letter"]
    assert letters
    assert [row for row in letters if not 60 <= len(row["question"].split()) <= 150] == []


def test_no_question_stands_twice():
    twice = sum(count > 1 for count in Counter(map(bare, ROWS + NEWCOMERS + HELD_OUT)).values())
    assert twice == 0  # counted, for nobody may read the closed half, not even in what a failed test prints


@pytest.mark.parametrize(
    "label",
    [
        pytest.param(cell, id="category and voice"),
        pytest.param(lambda row: row["category"], id="category"),
        pytest.param(lambda row: row["voice"], id="voice"),
        pytest.param(lambda row: row["kind"], id="kind"),
    ],
)
def test_the_halves_are_balanced(label: Callable[[Row], Any]):
    assert unbalanced(label) == {}
