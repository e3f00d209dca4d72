"""Which passages say nearly the same, word for word, so that results show one of them and name the others.

Strategy: the likeness of two passages is the share of their runs of three terms that they have in common (Broder, "On
the resemblance and containment of documents", 1997). Passages that agree in two neighbouring ones of a few minima of
hashes are likely to be alike, and only those are compared.
"""

from collections import defaultdict
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .impacts import NO_TERM, Impacts

ALIKE = 0.8  # of all runs; two sentences that differ in a long passage
RUN = 3  # terms
_HASHES = 16
_BAND = 2  # hashes that must agree; with eight bands, of pairs that are just ALIKE one in 3,000 is missed
_PRIMES = np.array([0x9E3779B97F4A7C15, 0xC2B2AE3D27D4EB4F, 0x165667B19E3779F9], dtype=np.uint64)
_SALTS = np.random.default_rng(0).integers(1, 2**63, _HASHES, dtype=np.uint64) * np.uint64(2) + np.uint64(1)

Runs = NDArray[np.uint64]


def derive_twins(impacts: Impacts) -> NDArray[np.int32]:
    """For each passage, the row of the first one that says nearly the same: its own where there is none before it."""
    runs = [_runs(impacts, row) for row in range(impacts.count)]
    first = np.arange(impacts.count, dtype=np.int32)
    buckets: dict[tuple[int, bytes], list[int]] = defaultdict(list)
    for row, own in enumerate(runs):
        keys = _keys(own)
        near = sorted({other for key in keys for other in buckets[key]})
        twin = next((other for other in near if _likeness(runs[other], own) >= ALIKE), row)
        first[row] = first[twin]
        if twin == row:
            for key in keys:
                buckets[key].append(row)
    return first


def _runs(impacts: Impacts, row: int) -> Runs:
    """The hashes of a passage's runs of terms, each once; of all its terms as one run, where it has fewer."""
    terms = impacts.sequence[impacts.starts[row] : impacts.starts[row + 1]]
    terms = (terms[terms != NO_TERM] + 1).astype(np.uint64)
    length = min(RUN, len(terms))
    if not length:
        return np.zeros(0, dtype=np.uint64)
    windows = np.lib.stride_tricks.sliding_window_view(terms, length)
    return np.unique((windows * _PRIMES[:length]).sum(axis=1, dtype=np.uint64))


def _keys(runs: Runs) -> list[tuple[int, bytes]]:
    if not len(runs):
        return []
    minima = ((runs[:, None] ^ (runs[:, None] >> np.uint64(29))) * _SALTS).min(axis=0)
    return [(band, minima[band : band + _BAND].tobytes()) for band in range(0, _HASHES, _BAND)]


def _likeness(runs: Runs, others: Runs) -> float:
    common = len(np.intersect1d(runs, others, assume_unique=True))
    return common / max(len(runs) + len(others) - common, 1)


def save_twins(folder: Path, twins: NDArray[np.int32]) -> None:
    """Writes the array into a folder."""
    np.save(folder / "twins.npy", twins)


def load_twins(folder: Path) -> NDArray[np.int32]:
    """Reads the array of a folder. Raises OSError or ValueError."""
    found: NDArray[np.int32] = np.load(folder / "twins.npy")
    return found
