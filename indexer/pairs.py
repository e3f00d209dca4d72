"""Which terms stand side by side, and in which passages: postings of pairs, derived once from the sequence of terms.

Strategy: a pair is one number, its first term's times the number of terms plus its second's. All pairs of all passages
are kept in order, so that those of a question are found by bisection, whatever the passages hold beside.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .arrays import mapped, ragged
from .impacts import NO_TERM, Impacts

_ARRAYS = ("keys", "passages")


@dataclass(frozen=True, slots=True)
class Pairs:
    """Postings of pairs: `passages[i]` (int32) has the pair `keys[i]` (int64, ascending) in its heading or its text.
    `size` is the number of the index's terms."""

    size: int
    keys: NDArray[np.int64]
    passages: NDArray[np.int32]

    def of(self, pairs: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
        """Where some pairs of term numbers, of shape (n, 2), stand: their places in `pairs`, and beside each the row of
        a passage that has it, once."""
        keys = pairs @ np.array([self.size, 1])
        bounds = np.searchsorted(self.keys, np.stack((keys, keys + 1), axis=1).ravel())
        which, places = ragged(bounds, np.arange(0, len(bounds), 2))
        return which, self.passages[places]


def derive_pairs(impacts: Impacts) -> Pairs:
    """Reads the pairs from the sequence of each passage's terms, in which NO_TERM stands behind each field."""
    size, terms = len(impacts.terms), impacts.sequence.astype(np.int64)
    passages = np.repeat(np.arange(impacts.count), np.diff(impacts.starts))
    firsts = np.flatnonzero((terms[:-1] != NO_TERM) & (terms[1:] != NO_TERM))
    keys = terms[firsts] * size + terms[firsts + 1]
    found = np.divmod(np.unique(keys * impacts.count + passages[firsts]), max(impacts.count, 1))
    return Pairs(size, found[0], found[1].astype(np.int32))


def save_pairs(folder: Path, pairs: Pairs) -> None:
    """Writes the arrays into a folder."""
    for name in _ARRAYS:
        np.save(folder / f"pairs.{name}.npy", getattr(pairs, name))


def load_pairs(folder: Path, size: int) -> Pairs:
    """Maps the arrays of a folder, of an index with `size` terms, into memory. Raises OSError or ValueError."""
    return Pairs(size, *(mapped(folder / f"pairs.{name}.npy") for name in _ARRAYS))
