"""The stances of all headings and FAQ questions, as arrays: which term is said of whom in which passage's heading.

A question is compared with them at once; see `stance` for what a stance is.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from .model import Passage
from .stance import lead, stances
from .store import analyse


@dataclass(frozen=True, slots=True)
class Headings:
    """Of N headings: `leads` (int8, shape (N,)) are the actors that they are about. The terms of heading n are
    `terms[starts[n]:starts[n + 1]]` (int32 numbers of the index), with `actors` (int8) and `denied` (bool) beside."""

    leads: NDArray[np.int8]
    starts: NDArray[np.int64]
    terms: NDArray[np.int32]
    actors: NDArray[np.int8]
    denied: NDArray[np.bool_]


def derive_headings(passages: Iterable[Passage], numbers: Mapping[str, int]) -> Headings:
    """Reads the headings of passages, in the order of the index; `numbers` are those of the index's terms."""
    leads, starts = [], [0]
    said: list[tuple[int, int, bool]] = []
    for passage in passages:
        leads.append(lead(passage.heading))
        terms = [(term, start) for term, start, _ in analyse(passage.heading)]
        said += [(numbers[term], said_of.actor, said_of.denied) for term, said_of in stances(passage.heading, terms)]
        starts.append(len(said))
    rows = np.array(said, dtype=np.int32).reshape(-1, 3)
    return Headings(
        np.array(leads, dtype=np.int8),
        np.array(starts, dtype=np.int64),
        rows[:, 0],
        rows[:, 1].astype(np.int8),
        rows[:, 2].astype(bool),
    )


def save_headings(folder: Path, headings: Headings) -> None:
    """Writes the arrays into a folder."""
    np.savez(folder / "headings.npz", **{one.name: getattr(headings, one.name) for one in fields(Headings)})


def load_headings(folder: Path) -> Headings:
    """Reads the arrays of a folder. Raises OSError, ValueError or KeyError."""
    with np.load(folder / "headings.npz") as arrays:
        found: dict[str, Any] = {one.name: arrays[one.name] for one in fields(Headings)}
    return Headings(**found)
