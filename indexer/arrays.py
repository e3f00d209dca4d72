"""Arrays in files, and rows of different lengths in one array. This file does not know what the numbers mean."""

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

EMPTY_NPY = 128  # bytes: a header and nothing else, which cannot be mapped


def mapped(path: Path) -> NDArray[Any]:
    """The array of a .npy file, mapped into memory; it cannot be changed. Raises OSError or ValueError."""
    if path.stat().st_size <= EMPTY_NPY:
        return np.load(path)[:0]  # type: ignore[no-any-return]
    array: NDArray[Any] = np.load(path, mmap_mode="r").view(np.ndarray)  # a slice of a memmap costs ten times as much
    return array


def ragged(starts: NDArray[np.int64], rows: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """The places `starts[row]` to `starts[row + 1]` for each of `rows`, one after the other, and beside each place the
    number, in `rows`, of the row that it belongs to: (numbers, places), both of one length."""
    counts = starts[rows + 1] - starts[rows]
    owner = np.repeat(np.arange(len(rows)), counts)
    return owner, np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts - starts[rows], counts)
