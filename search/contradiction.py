"""How far a heading contradicts a question: it is about somebody else, or denies what the question says.

Only contradiction counts. That both speak of "I" says little, since most do.
"""

import numpy as np
from numpy.typing import NDArray

from indexer.arrays import ragged
from indexer.headings import Headings
from indexer.impacts import Impacts

from .engine import Floats
from .model import Query

_LEAD, _ACTORS, _DENIALS = 0.4, 0.4, 0.2  # how much of the whole each kind is


def contradictions(headings: Headings, query: Query, rows: NDArray[np.int64], impacts: Impacts) -> Floats:
    """For each row, from 0 (none) to 1: another person leads, and all shared words are said of others and denied."""
    leads = np.maximum(-headings.leads[rows].astype(np.float32) * int(query.lead), 0)
    asked = [
        (impacts.terms[term], impacts.idf(term), int(stance.actor), stance.denied)
        for term, own in query.stances.items()
        if term in impacts.terms
        for stance in own
    ]
    if not asked or not len(rows):
        return np.float32(_LEAD) * leads
    owner, here = ragged(headings.starts, rows)
    numbers, idf, actors, denied = map(np.array, zip(*asked, strict=True))
    at, which = np.nonzero(headings.terms[here][:, None] == numbers)
    same_actor = headings.actors[here[at]].astype(int) * actors[which]  # 1, -1, or 0 where one is unknown
    same_denial = np.where(headings.denied[here[at]] == denied[which], 1, -1)
    against = [_against(same, idf[which], owner[at], len(rows)) for same in (same_actor, same_denial)]
    total: Floats = (_LEAD * leads + _ACTORS * against[0] + _DENIALS * against[1]).astype(np.float32)
    return total


def _against(same: NDArray[np.int64], idf: Floats, owner: NDArray[np.int64], count: int) -> Floats:
    """How far each of `count` headings contradicts, 0 to 1: the balance of its shared words, by their rarity."""
    balance = np.bincount(owner, idf * same, count)
    weight = np.bincount(owner, idf * np.abs(same), count)
    against: Floats = np.maximum(-balance / np.maximum(weight, 1e-9), 0)
    return against
