"""The scoring arrays, against the formula in plain Python."""

from collections import Counter
from contextlib import closing
from dataclasses import fields
from math import log
from pathlib import Path

import numpy as np
import pytest

from indexer.impacts import FIELDS, IN_SEQUENCE, K1, NO_TERM, Impacts, derive_impacts, load_impacts, save_impacts
from indexer.model import Article, Block, Passage
from indexer.store import analyse, open_reader, write_index

ROWS = (
    ("Trust after a lie", "Rebuilding trust", "Trust comes back slowly. Trust is built on what they do, and do again."),
    ("Trust after a lie", "", "You may not want to forgive the lie."),
    ("Waiting for a text", "Why they don’t text", "People do not text for many reasons, and most are dull."),
    ("Waiting for a text", "Is it a lie?", "Rarely."),
    ("Waiting for a text", "A long one", " ".join(f"number{n} waiting" for n in range(60))),
    ("Waiting for a text", "The of and", "you and me"),
)
PASSAGES = tuple(
    Passage(f"/articles/{n}", "section", title, (heading,) if heading else (), "top", (Block("paragraph", text),))
    for n, (title, heading, text) in enumerate(ROWS)
)


def _derived(folder: Path, passages: tuple[Passage, ...]) -> Impacts:
    write_index(folder, [(Article("/articles/all", "All words of trust"), passages)])
    with closing(open_reader(folder)) as reader:
        return derive_impacts(reader, len(passages))


@pytest.fixture(scope="module")
def impacts(tmp_path_factory: pytest.TempPathFactory) -> Impacts:
    return _derived(tmp_path_factory.mktemp("impacts"), PASSAGES)


def _words(passage: Passage, field: str) -> list[str]:
    return [term for term, _, _ in analyse(getattr(passage, field))]


def _bm25f(term: str, row: int) -> float:
    """As the module's docstring has it; a field's mean length is over the passages that have the field."""
    tf = 0.0
    for field in FIELDS:
        lengths = [len(_words(passage, field.name)) for passage in PASSAGES]
        mean = sum(lengths) / sum(length > 0 for length in lengths)
        count = Counter(_words(PASSAGES[row], field.name))[term]
        tf += field.weight * count / (1 - field.b + field.b * lengths[row] / mean)
    having = sum(any(term in _words(passage, field.name) for field in FIELDS) for passage in PASSAGES)
    return log(1 + (len(PASSAGES) - having + 0.5) / (having + 0.5)) * tf * (K1 + 1) / (K1 + tf)


def _vocabulary() -> set[str]:
    return {term for passage in PASSAGES for field in FIELDS for term in _words(passage, field.name)}


def test_every_impact_is_what_the_formula_says(impacts):
    for term in _vocabulary():
        expected = {row: value for row in range(len(PASSAGES)) if (value := _bm25f(term, row))}
        rows, values = impacts.of(term)
        assert dict(zip(rows.tolist(), values.tolist(), strict=True)) == pytest.approx(expected, rel=1e-6)


def test_the_terms_are_those_of_the_passages_and_no_others(impacts):
    assert set(impacts.terms) == _vocabulary()
    assert impacts.count == len(PASSAGES)


def test_postings_are_in_ascending_order(impacts):
    assert all((np.diff(impacts.of(term)[0]) > 0).all() for term in impacts.terms)


def test_the_postings_of_several_terms_are_those_of_each(impacts):
    numbers = np.array([impacts.terms[term] for term in ("trust", "lie", "trust")])
    which, rows, values = impacts.postings(numbers)
    for number, term in enumerate(["trust", "lie", "trust"]):
        assert np.array_equal(rows[which == number], impacts.of(term)[0])
        assert np.array_equal(values[which == number], impacts.of(term)[1])
    assert [len(array) for array in impacts.postings(numbers[:0])] == [0, 0, 0]


@pytest.mark.parametrize("term", ["nowhere", "", "Trust"])
def test_a_term_that_no_passage_has_has_no_postings(impacts, term):
    assert [len(array) for array in impacts.of(term)] == [0, 0]


def test_the_terms_of_each_passage_stand_in_the_order_of_its_words(impacts):
    names = {number: term for term, number in impacts.terms.items()} | {NO_TERM: "|"}
    for row, passage in enumerate(PASSAGES):
        sequence = impacts.sequence[impacts.starts[row] : impacts.starts[row + 1]]
        expected = [term for field in IN_SEQUENCE for term in (*_words(passage, field), "|")]
        assert [names[number] for number in sequence.tolist()] == expected


@pytest.mark.parametrize(("term", "having"), [("trust", 2), ("lie", 3), ("not", 2), ("nowhere", 0)])
def test_a_rarer_term_is_worth_more(impacts, term, having):
    assert impacts.idf(term) == pytest.approx(log(1 + (len(PASSAGES) - having + 0.5) / (having + 0.5)))


def _same(one: Impacts, other: Impacts) -> bool:
    pairs = [(getattr(one, field.name), getattr(other, field.name)) for field in fields(Impacts)]
    return all(np.array_equal(a, b) if isinstance(a, np.ndarray) else a == b for a, b in pairs)


def test_saved_arrays_are_loaded_as_they_were(impacts, tmp_path):
    save_impacts(tmp_path, impacts)
    assert _same(load_impacts(tmp_path, impacts.count), impacts)


def test_loaded_arrays_are_mapped_and_cannot_be_changed(impacts, tmp_path):
    save_impacts(tmp_path, impacts)
    loaded = load_impacts(tmp_path, impacts.count)
    arrays = [array for field in fields(Impacts) if isinstance(array := getattr(loaded, field.name), np.ndarray)]
    assert len(arrays) >= 3
    assert all(isinstance(array.base, np.memmap) and not array.flags.writeable for array in arrays)


def test_an_index_without_a_term_is_saved_and_loaded_too(tmp_path):
    silent = PASSAGES[-1]
    passage = Passage("/articles/silent", "section", "", (), "top", silent.blocks)
    empty = _derived(tmp_path, (passage,))
    save_impacts(tmp_path, empty)
    assert empty.terms == {}
    assert _same(load_impacts(tmp_path, 1), empty)
