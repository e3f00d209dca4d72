"""Passage embeddings: what is stored ranks as what was computed, and `common` finds what is near to everything."""

import threading
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from test_encoder import small_files

from indexer.encoder import Encoder, Vectors
from indexer.model import Block, Passage
from indexer.vectorcache import VectorCache
from indexer.vectors import (
    NEIGHBOURS,
    VectorSet,
    _common,
    _stored,
    load_vectors,
    save_vectors,
    text_to_embed,
    unit,
)

ENCODER = Encoder(small_files(dimensions=8))


def _passage(text: str, heading: str = "", url: str = "/tea", title: str = "Tea") -> Passage:
    return Passage(url, "section", title, (heading,) if heading else (), "top", (Block("paragraph", text),))


def _saved(
    folder: Path, passages: list[Passage], jobs: int = 1, progress: Callable[[], None] = lambda: None
) -> VectorSet:
    folder.mkdir(exist_ok=True)
    with VectorCache(folder / "known", ENCODER.name, ENCODER.dimensions) as known:
        save_vectors(folder, iter(passages), ENCODER, known, jobs, progress)
    return load_vectors(folder, ENCODER.name)


def _random(count: int, dimensions: int = 384, seed: int = 0) -> Vectors:
    vectors = np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32)
    return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


# Bytes


@given(st.integers(2, 800), st.integers(0, 2**32 - 1))
def test_a_vector_keeps_its_direction_in_bytes(dimensions, seed):
    vectors = _random(3, dimensions, seed)
    stored = np.stack([_stored(vector) for vector in vectors])
    assert stored.dtype == np.int8
    assert np.abs(stored).max(axis=1).tolist() == [127] * 3
    read = unit(stored)
    assert np.linalg.norm(read, axis=1) == pytest.approx(1, abs=1e-5)
    assert ((read * vectors).sum(axis=1) > 0.999).all()


def test_bytes_keep_the_cosines_between_vectors():
    vectors = _random(60, 64)
    read = unit(np.stack([_stored(vector) for vector in vectors]))
    assert np.abs(read @ read.T - vectors @ vectors.T).max() < 0.01


def test_the_zero_vector_stays_what_it_is():
    zeros = np.zeros(8, dtype=np.float32)
    assert _stored(zeros).tolist() == unit(np.zeros((1, 8), dtype=np.int8))[0].tolist() == [0] * 8


# What is embedded of a passage


def test_a_passage_is_embedded_under_its_title_and_heading():
    assert text_to_embed(_passage("Old ones sing.", "Kettles")) == "Tea\nKettles\nOld ones sing."


@pytest.mark.parametrize(
    ("passage", "expected"),
    [
        (_passage("At four."), "Tea\nAt four."),
        (_passage("At four.", "Tea"), "Tea\nAt four."),
        (_passage("Tea", "Tea"), "Tea"),
        (_passage("Kettles", "Kettles"), "Tea\nKettles"),
        (_passage("At four.", "When", title=""), "When\nAt four."),
        (_passage("", "When"), "Tea\nWhen"),
    ],
)
def test_each_text_is_embedded_once_and_none_that_is_empty(passage, expected):
    assert text_to_embed(passage) == expected


def test_of_a_heading_path_only_the_own_heading_counts():
    passage = Passage("/tea", "section", "Tea", ("Kettles", "Old ones"), "old", (Block("paragraph", "They sing."),))
    assert text_to_embed(passage) == "Tea\nOld ones\nThey sing."


# Saving and loading


def test_the_rows_are_those_of_the_passages_and_their_headings(tmp_path):
    passages = [_passage("At four.", "When", "/a"), _passage("Old ones sing.", "Why", "/b"), _passage("No.", "", "/c")]
    found = _saved(tmp_path, passages)
    assert found.encoder == ENCODER.name
    assert [found.passages.shape, found.headings.shape, found.common.shape] == [(3, 8), (3, 8), (3,)]
    for row, passage in enumerate(passages):
        assert found.passages[row] @ ENCODER.passage(text_to_embed(passage)) > 0.999
    assert found.headings[0] @ ENCODER.passage("When") > 0.999
    assert found.headings[1] @ ENCODER.passage("Why") > 0.999


def test_a_passage_without_a_heading_has_a_row_of_zeros(tmp_path):
    found = _saved(tmp_path, [_passage("At four.", "When"), _passage("Old ones sing.")])
    assert np.linalg.norm(found.headings, axis=1) == pytest.approx([1, 0], abs=1e-5)
    assert np.linalg.norm(found.passages, axis=1) == pytest.approx([1, 1], abs=1e-5)


def test_no_passage_gives_empty_arrays(tmp_path):
    found = _saved(tmp_path, [])
    assert [found.passages.shape, found.headings.shape, found.common.shape] == [(0, 8), (0, 8), (0,)]


def _many(count: int) -> list[Passage]:
    return [_passage(f"Kettle {n}.", f"About {n % 7}", f"/{n // 3}") for n in range(count)]


@pytest.mark.parametrize("count", [1, 7, 8, 9, 60])
def test_any_number_of_threads_gives_the_same_files(tmp_path, count):
    for jobs in (1, 3):
        _saved(tmp_path / str(jobs), _many(count), jobs)
    for path in tmp_path.glob("1/*.npy"):
        assert path.read_bytes() == (tmp_path / "3" / path.name).read_bytes()
    assert len(list(tmp_path.glob("1/*.npy"))) == 3


def test_progress_is_called_after_each_passage_by_the_thread_that_saves(tmp_path):
    callers: list[int] = []
    _saved(tmp_path, _many(30), 3, lambda: callers.append(threading.get_ident()))
    assert callers == [threading.get_ident()] * 30


class _Forgetful:
    """Knows nothing, and notes what it is given."""

    def __init__(self) -> None:
        self.put_texts: list[str] = []

    def get(self, text: str) -> None:
        return None

    def put(self, text: str, vector: NDArray[np.int8]) -> None:
        assert (vector.dtype, vector.shape) == (np.int8, (8,))
        self.put_texts.append(text)


def test_what_was_embedded_is_put_where_the_known_are_in_order(tmp_path):
    known = _Forgetful()
    save_vectors(tmp_path, [_passage("At four.", "When"), _passage("Never.")], ENCODER, known, 2, lambda: None)
    assert known.put_texts == ["Tea\nWhen\nAt four.", "When", "Tea\nNever."]


class _AllKnown(_Forgetful):
    """Has the same vector for every text."""

    def get(self, text: str) -> NDArray[np.int8]:  # type: ignore[override]
        return np.arange(8, dtype=np.int8)


def test_a_known_vector_is_taken_as_it_is(tmp_path):
    known = _AllKnown()
    save_vectors(tmp_path, [_passage("At four.", "When")], ENCODER, known, 1, lambda: None)
    found = load_vectors(tmp_path, ENCODER.name)
    expected = np.arange(8) / np.linalg.norm(np.arange(8))
    assert found.passages[0] == pytest.approx(expected, abs=1e-5)
    assert found.headings[0] == pytest.approx(expected, abs=1e-5)
    assert known.put_texts == []


@pytest.mark.parametrize("name", ["passages", "headings", "common"])
def test_arrays_that_are_missing_or_damaged_are_told_as_such(tmp_path, name):
    _saved(tmp_path, _many(3))
    path = tmp_path / f"{name}.{ENCODER.name}.npy"
    path.write_bytes(path.read_bytes()[:-5])
    with pytest.raises(ValueError, match=r"."):
        load_vectors(tmp_path, ENCODER.name)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        load_vectors(tmp_path, ENCODER.name)


# How common a passage is


def test_what_is_read_of_common_is_zero_on_average_and_the_mean_is_the_density(tmp_path):
    stored = _common(_random(50, 16), [f"/{n % 9}" for n in range(50)])
    for name in ("passages", "headings"):
        np.save(tmp_path / f"{name}.e.npy", np.zeros((50, 16), dtype=np.int8))
    np.save(tmp_path / "common.e.npy", stored)
    found = load_vectors(tmp_path, "e")
    assert (found.common.dtype, found.common.shape) == (np.float32, (50,))
    assert found.common.mean() == pytest.approx(0, abs=1e-6)
    assert found.density == pytest.approx(stored.mean())
    assert found.common.std() > 0.01


def test_common_is_the_mean_cosine_to_the_nearest_passages_of_other_articles():
    vectors, urls = _random(40, 12), [f"/{n % 5}" for n in range(40)]
    expected = [
        np.mean(sorted(vectors[row] @ vectors[other] for other in range(40) if urls[other] != urls[row])[-NEIGHBOURS:])
        for row in range(40)
    ]
    assert _common(vectors, urls) == pytest.approx(expected, abs=1e-5)


def test_what_is_near_to_many_others_is_common():
    """A passage in the middle of a crowd, its crowd, and loners."""
    axes = np.eye(60, dtype=np.float32)
    crowd, loners = axes[1:21] + axes[0], axes[21:41]
    vectors = np.concatenate([axes[:1], crowd, loners])
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    common = _common(vectors, [f"/{n}" for n in range(len(vectors))])
    assert common[0] == common.max() > common[1] > common[-1]


def test_the_articles_own_passages_do_not_make_one_common():
    """Twenty near passages are common if they are of twenty articles, and not if they are of one."""
    near, far = np.tile(_random(1, 30), (20, 1)), _random(20, 30, seed=1)
    vectors, urls = np.concatenate([near, far]), [f"/{n}" for n in range(40)]
    of_many, of_one = _common(vectors, urls), _common(vectors, ["/one"] * 20 + urls[20:])
    assert of_many[0] > of_many[20:].max() + 0.3
    assert of_one[0] < of_one[20:].max()


def test_the_order_of_passages_does_not_matter():
    vectors, urls = _random(30, 12), [f"/{n % 4}" for n in range(30)]
    assert _common(vectors[::-1], urls[::-1]) == pytest.approx(_common(vectors, urls)[::-1], abs=1e-5)


def test_fewer_other_passages_than_neighbours_are_enough():
    """Two articles of one passage, and one of two, which has the fewest others."""
    axes = np.eye(3, dtype=np.float32)
    vectors = np.stack([axes[0], axes[0], axes[1], axes[0]])
    means = np.array([2 / 3, 2 / 3, 0, 1])  # the last has two others: it is one article with the third
    assert _common(vectors, ["/a", "/b", "/c", "/c"]) == pytest.approx(means, abs=1e-6)


@pytest.mark.parametrize("count", [1, 2, 30])
def test_a_single_article_has_nothing_common(count):
    assert _common(_random(count, 8), ["/a"] * count).tolist() == [0] * count


def test_no_passage_has_no_common():
    assert _common(np.zeros((0, 8), dtype=np.float32), []).shape == (0,)


def test_neighbours_are_looked_for_in_a_sample_of_many_and_for_all(monkeypatch):
    """Every fifth passage is in the sample, and rows are taken a few at a time."""
    monkeypatch.setattr("indexer.vectors.SAMPLE", 10)
    monkeypatch.setattr("indexer.vectors._ROWS", 7)
    vectors, urls = _random(48, 12), [f"/{n}" for n in range(48)]
    sample = range(0, 48, 5)
    expected = [
        np.mean(sorted(vectors[row] @ vectors[other] for other in sample if other != row)[-NEIGHBOURS:])
        for row in range(48)
    ]
    assert _common(vectors, urls) == pytest.approx(expected, abs=1e-5)
