"""How far a heading contradicts a question: it is about somebody else, or denies what the question says.

Only contradiction counts. That both speak of "I" says little, since most do.
"""

import numpy as np
from numpy.typing import NDArray

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
    counts = headings.starts[rows + 1] - headings.starts[rows]
    owner = np.repeat(np.arange(len(rows)), counts)
    here = np.arange(len(owner)) - np.repeat(np.cumsum(counts) - counts - headings.starts[rows], counts)
    terms, actors, denied = headings.terms[here], headings.actors[here].astype(int), headings.denied[here]
    sums = np.zeros((4, len(rows)))
    for number, idf, actor, is_denied in asked:
        at = np.flatnonzero(terms == number)
        known = at[(actors[at] != 0) & (actor != 0)]
        np.add.at(sums[0], owner[known], idf * actors[known] * actor)
        np.add.at(sums[1], owner[known], idf)
        np.add.at(sums[2], owner[at], np.where(denied[at] == is_denied, idf, -idf))
        np.add.at(sums[3], owner[at], idf)
    against = np.maximum(-sums[[0, 2]] / np.maximum(sums[[1, 3]], 1e-9), 0)
    total: Floats = (_LEAD * leads + _ACTORS * against[0] + _DENIALS * against[1]).astype(np.float32)
    return total
