"""Where each passage's terms stand in its text, so that a question's words are marked without reading the text again.

Of each passage there are two texts: what stands above it (its heading and its title), and its own.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .arrays import mapped, ragged
from .model import Passage
from .store import analyse

_ARRAYS = ("starts", "terms", "bounds")

Place = tuple[str, int, int]


@dataclass(frozen=True, slots=True)
class Places:
    """The terms of text t, in order, are `terms[starts[t]:starts[t + 1]]` (int32, their numbers); the same rows of
    `bounds` (int32, shape (terms, 2)) are where their words start and end. Passage p has the texts 2p, above it, and
    2p + 1, its own. `size` is the number of the index's terms."""

    size: int
    starts: NDArray[np.int64]
    terms: NDArray[np.int32]
    bounds: NDArray[np.int32]

    def of(self, rows: Sequence[int], names: Mapping[int, str]) -> list[tuple[list[Place], list[Place]]]:
        """The places of some terms, whose names are given by their numbers, above each of some passages and in its
        text, in order."""
        texts = (2 * np.array(rows, dtype=np.int64)[:, None] + np.arange(2)).ravel()
        owner, here = ragged(self.starts, texts)
        is_named = np.zeros(self.size, dtype=bool)
        is_named[list(names)] = True
        wanted = is_named[self.terms[here]]
        here = here[wanted]
        found: list[list[Place]] = [[] for _ in texts]
        columns = (owner[wanted], self.terms[here], *self.bounds[here].T)
        for text, number, start, end in zip(*(column.tolist() for column in columns), strict=True):
            found[text].append((names[number], start, end))
        return list(zip(found[::2], found[1::2], strict=True))


def above(passage: Passage) -> str:
    """What stands above a passage's text."""
    return f"{passage.heading}\n{passage.title}"


def derive_places(passages: Iterable[Passage], numbers: Mapping[str, int]) -> Places:
    """Reads passages, in the order of the index; `numbers` are those of the index's terms."""
    texts = [list(analyse(text)) for passage in passages for text in (above(passage), passage.text)]
    terms = [numbers[term] for text in texts for term, _, _ in text]
    bounds = [bounds for text in texts for _, *bounds in text]
    starts = np.cumsum([0, *map(len, texts)], dtype=np.int64)
    pairs = np.array(bounds, dtype=np.int32).reshape(-1, 2)
    return Places(len(numbers), starts, np.array(terms, dtype=np.int32), pairs)


def save_places(folder: Path, places: Places) -> None:
    """Writes the arrays into a folder."""
    for name in _ARRAYS:
        np.save(folder / f"places.{name}.npy", getattr(places, name))


def load_places(folder: Path, size: int) -> Places:
    """Maps the arrays of a folder, of an index with `size` terms, into memory. Raises OSError or ValueError."""
    return Places(size, *(mapped(folder / f"places.{name}.npy") for name in _ARRAYS))
