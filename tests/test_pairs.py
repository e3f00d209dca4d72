"""The postings of pairs, against the passages read word by word."""

from contextlib import closing
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from indexer.impacts import Impacts, derive_impacts
from indexer.model import Article, Block, Passage
from indexer.pairs import Pairs, derive_pairs, load_pairs, save_pairs
from indexer.store import analyse, open_reader, write_index

TEXTS = (  # heading and text
    ("Green tea", "Tea is green. Green tea, green tea and more green tea."),
    ("Green", "Tea comes after the heading, and coffee at its end: hot water"),
    ("Water", "tea tea tea"),
    ("", "The of and"),
    ("Hot", "Boiling water ruins green coffee"),
)
PASSAGES = tuple(
    Passage("/articles/a", "section", "Hot tea", (heading,) if heading else (), "top", (Block("paragraph", text),))
    for heading, text in TEXTS
)


@pytest.fixture(scope="module")
def impacts(tmp_path_factory: pytest.TempPathFactory) -> Impacts:
    folder = tmp_path_factory.mktemp("pairs")
    write_index(folder, [(Article("/articles/a", "Hot tea"), PASSAGES)])
    with closing(open_reader(folder)) as reader:
        return derive_impacts(reader, len(PASSAGES))


@pytest.fixture(scope="module")
def pairs(impacts: Impacts) -> Pairs:
    return derive_pairs(impacts)


def beside(passage: Passage) -> set[tuple[str, str]]:
    return {pair for text in (passage.heading, passage.text) for pair in pairwise(term for term, _, _ in analyse(text))}


def numbers(impacts: Impacts, wanted: list[tuple[str, str]]) -> np.ndarray:
    return np.array([[impacts.terms[term] for term in pair] for pair in wanted], dtype=np.int64).reshape(-1, 2)


def test_every_pair_of_terms_is_where_the_passages_have_it_and_nowhere_else(impacts: Impacts, pairs: Pairs):
    every = [(first, second) for first in impacts.terms for second in impacts.terms]
    which, rows = pairs.of(numbers(impacts, every))
    found = [(every[at], row) for at, row in zip(which.tolist(), rows.tolist(), strict=True)]
    assert sorted(found) == sorted((pair, row) for row, passage in enumerate(PASSAGES) for pair in beside(passage))


def test_words_across_two_fields_or_two_passages_are_no_pair(impacts: Impacts, pairs: Pairs):
    assert pairs.of(numbers(impacts, [("water", "water"), ("hot", "boil")]))[1].tolist() == []


def test_a_pair_that_is_asked_twice_is_found_for_both(impacts: Impacts, pairs: Pairs):
    which, rows = pairs.of(numbers(impacts, [("boil", "water"), ("boil", "water")]))
    assert (which.tolist(), rows.tolist()) == ([0, 1], [4, 4])


def test_nothing_is_found_for_no_pair(impacts: Impacts, pairs: Pairs):
    assert [len(found) for found in pairs.of(numbers(impacts, []))] == [0, 0]


def test_saved_pairs_are_loaded_as_they_were(pairs: Pairs, tmp_path: Path):
    save_pairs(tmp_path, pairs)
    loaded = load_pairs(tmp_path, pairs.size)
    assert np.array_equal(loaded.keys, pairs.keys)
    assert np.array_equal(loaded.passages, pairs.passages)


def test_an_index_without_a_pair_is_saved_and_loaded_too(tmp_path: Path):
    none = Impacts(
        1, {}, *(np.zeros(n, dtype=np.int64) for n in (1, 0, 0)), np.array([0, 2]), np.array([-1, -1]), np.zeros(0)
    )
    save_pairs(tmp_path, derive_pairs(none))
    assert [len(found) for found in load_pairs(tmp_path, 0).of(np.zeros((0, 2), dtype=np.int64))] == [0, 0]
