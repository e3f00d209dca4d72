"""Passage embeddings: what each passage and its heading mean, as int8 vectors that belong to an encoder's name.

Strategy: a vector has unit length, so its direction is all that counts: each is stored as int8 with its largest number
at 127, which loses nothing that ranking could measure, and is brought back to unit length when it is read. A vector
follows from the encoder and the text alone, so texts that were embedded before are looked up.

Some passages are near to everything that anyone asks: in many dimensions a few points are the neighbours of most
("hubs", Radovanović et al., JMLR 2010). How near a passage is to its NEIGHBOURS nearest ones is kept as `common`, to be
held against it, as in cross-domain similarity local scaling (Conneau et al., "Word Translation Without Parallel Data",
ICLR 2018). The article's own passages do not count: being about one thing is no fault of theirs.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from .encoder import Encoder, Vectors
from .model import Passage

NEIGHBOURS = 10
SAMPLE = 10_000  # passages that neighbours are looked for among; more would take minutes and change nothing
_AHEAD = 8  # texts under way for each thread
_ROWS = 1_000  # of the table of similarities that is held at once

Bytes = NDArray[np.int8]


class Known(Protocol):
    """Vectors of texts that were embedded before, and of those that are now."""

    def get(self, text: str) -> Bytes | None:
        """The vector of a text, None if it was not embedded before."""

    def put(self, text: str, vector: Bytes) -> None:
        """Keeps a vector."""


@dataclass(frozen=True, slots=True)
class VectorSet:
    """The vectors of N passages by one encoder: `passages` and `headings` of shape (N, dimensions), unit length, a row
    of zeros where there is no heading; `common` of shape (N,), 0 on average, and its mean before that, `density`."""

    encoder: str
    passages: Vectors
    headings: Vectors
    common: NDArray[np.float32]
    density: float


def text_to_embed(passage: Passage) -> str:
    """What a passage means depends on the article and the heading that it stands under."""
    return "\n".join(dict.fromkeys(part for part in (passage.title, passage.heading, passage.text) if part))


def save_vectors(
    folder: Path, passages: Iterable[Passage], encoder: Encoder, known: Known, jobs: int, progress: Callable[[], None]
) -> None:
    """Embeds passages, in the order of the index, with `jobs` threads, and writes the arrays; `progress` is called
    after each passage."""
    urls: list[str] = []
    rows: dict[str, list[Bytes]] = {"passages": [], "headings": []}
    with ThreadPoolExecutor(jobs, "embed") as threads:
        for url, own in _in_order(passages, encoder, known, threads, jobs):
            urls.append(url)
            for name, vector in zip(rows, own, strict=True):
                rows[name].append(vector)
            progress()
    arrays = {name: np.array(found, dtype=np.int8).reshape(-1, encoder.dimensions) for name, found in rows.items()}
    for name, array in arrays.items():
        np.save(folder / f"{name}.{encoder.name}.npy", array)
    np.save(folder / f"common.{encoder.name}.npy", _common(unit(arrays["passages"]), urls))


def load_vectors(folder: Path, encoder: str) -> VectorSet:
    """The arrays of one encoder. Raises OSError or ValueError."""
    passages, headings, common = (
        np.load(folder / f"{name}.{encoder}.npy") for name in ("passages", "headings", "common")
    )
    density = float(common.mean()) if len(common) else 0.0
    return VectorSet(encoder, unit(passages), unit(headings), common - np.float32(density), density)


def unit(stored: Bytes) -> Vectors:
    """Stored vectors, of shape (N, dimensions), brought back to unit length."""
    vectors = stored.astype(np.float32)
    lengths: Vectors = np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1).astype(np.float32)
    return vectors / lengths


def _in_order(
    passages: Iterable[Passage], encoder: Encoder, known: Known, threads: ThreadPoolExecutor, jobs: int
) -> Iterator[tuple[str, tuple[Bytes, Bytes]]]:
    """Each passage's URL and vectors. New ones are put where the known are by this thread alone."""
    window: deque[tuple[Passage, Future[Bytes], Future[Bytes]]] = deque()
    under_way: dict[str, Future[Bytes]] = {}

    def begin(text: str) -> Future[Bytes]:
        if text not in under_way:
            found = known.get(text) if text else np.zeros(encoder.dimensions, dtype=np.int8)
            if found is not None:
                return threads.submit(lambda: found)
            under_way[text] = threads.submit(lambda: _stored(encoder.passage(text)))
        return under_way[text]

    def end(text: str, vector: Bytes) -> Bytes:
        if text in under_way:
            del under_way[text]
            known.put(text, vector)
        return vector

    for passage in passages:
        window.append((passage, begin(text_to_embed(passage)), begin(passage.heading)))
        if len(window) >= _AHEAD * jobs:
            yield _vectors(*window.popleft(), end)
    while window:
        yield _vectors(*window.popleft(), end)


def _vectors(
    passage: Passage, text: Future[Bytes], heading: Future[Bytes], end: Callable[[str, Bytes], Bytes]
) -> tuple[str, tuple[Bytes, Bytes]]:
    return passage.url, (end(text_to_embed(passage), text.result()), end(passage.heading, heading.result()))


def _stored(vector: Vectors) -> Bytes:
    stored: Bytes = np.rint(vector * (127 / max(float(np.abs(vector).max()), 1e-12))).astype(np.int8)
    return stored


def _common(vectors: Vectors, urls: list[str]) -> NDArray[np.float32]:
    """The mean cosine of each passage to its nearest ones in other articles."""
    numbers = {url: number for number, url in enumerate(dict.fromkeys(urls))}
    articles = np.array([numbers[url] for url in urls], dtype=np.int64)
    sample = slice(None, None, max(1, -(-len(urls) // SAMPLE)))
    means = [
        _nearest(vectors[at : at + _ROWS] @ vectors[sample].T, articles[at : at + _ROWS, None] == articles[sample])
        for at in range(0, len(urls), _ROWS)
    ]
    return (np.concatenate(means) if means else np.zeros(0)).astype(np.float32)


def _nearest(cosines: Vectors, own: NDArray[np.bool_]) -> NDArray[np.float64]:
    """The mean of the NEIGHBOURS largest cosines of each row, of fewer where there are fewer others."""
    cosines[own] = -np.inf
    count = min(NEIGHBOURS, cosines.shape[1])
    largest = np.partition(cosines, cosines.shape[1] - count, axis=1)[:, -count:]
    there = np.isfinite(largest)
    means: NDArray[np.float64] = np.where(there, largest, 0).sum(axis=1) / np.maximum(there.sum(axis=1), 1)
    return means
