"""What a question's words find, over the arrays of `indexer.impacts`: term at a time, one number a passage.

This file does not know about vectors, or about Whoosh.
"""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from indexer.impacts import Impacts, ragged

from .engine import Floats
from .model import Concept, Query

MOST_KEPT = 256  # words of concepts whose passages are remembered
AS_GOOD = 0.6  # of a word that stands for the asked one, so that the asked one still wins


class WordScores:
    """Scores passages by the words of questions."""

    def __init__(self, impacts: Impacts) -> None:
        self._impacts = impacts
        self._adjacent = lru_cache(maxsize=MOST_KEPT)(self._find_adjacent)

    def of(self, query: Query) -> tuple[Floats, Floats]:
        """For every passage, what the query's terms are worth, and the share of them that it has, by their rarity."""
        scores, having = np.zeros((2, self._impacts.count), dtype=np.float32)
        total = 0.0
        for term, weight in query.terms.items():
            rows, values = self._impacts.of(term)
            scores[rows] += np.float32(weight) * values
            if len(rows):
                idf = self._impacts.idf(term)
                having[rows] += np.float32(idf)
                total += idf
        for concept in query.concepts:
            self._widen(scores, concept, query)
        return scores, having / np.float32(total or 1)

    def _widen(self, scores: Floats, concept: Concept, query: Query) -> None:
        """Gives each passage what its best other words for a concept are worth, less what the asked ones gave it."""
        own, best = np.zeros((2, self._impacts.count), dtype=np.float32)
        for term in concept.asked:
            having, values = self._impacts.of(term)
            own[having] += np.float32(query.terms.get(term, 0)) * values
        idf = sum(self._impacts.idf(term) for term in concept.asked)
        idf_known = all(term in self._impacts.terms for term in concept.asked)
        for other in concept.others:
            rows, values = self._adjacent(other)
            common = min(1.0, idf / max(sum(map(self._impacts.idf, other)), 1e-9)) if idf_known else 1.0
            best[rows] = np.maximum(best[rows], values * np.float32(common * AS_GOOD))
        scores += np.maximum(best - own, 0)

    def _find_adjacent(self, terms: tuple[str, ...]) -> tuple[NDArray[np.int64], Floats]:
        """The passages with all of the terms side by side, and what they are worth there."""
        total = np.zeros(self._impacts.count, dtype=np.float32)
        for term in terms:
            rows, values = self._impacts.of(term)
            total[rows] += values
        if len(terms) > 1:
            total[~self._having(terms)] = 0
        found = np.flatnonzero(total)
        return found, total[found]

    def _having(self, terms: tuple[str, ...]) -> NDArray[np.bool_]:
        """Which passages have these terms side by side in their heading or text."""
        having = np.zeros(self._impacts.count, dtype=bool)
        numbers = [self._impacts.terms.get(term, -2) for term in terms]
        rows = self._impacts.of(min(terms, key=lambda term: len(self._impacts.of(term)[0])))[0]
        for row in rows:
            own = self._impacts.sequence[self._impacts.starts[row] : self._impacts.starts[row + 1]]
            starts = np.flatnonzero(own[: len(own) - len(numbers) + 1] == numbers[0])
            having[row] = any(list(own[at : at + len(numbers)]) == numbers for at in starts)
        return having

    def pairs(self, query: Query, rows: NDArray[np.int64]) -> Floats:
        """For each row, the rarity (sum of both idf) of the query's pairs that stand side by side in its passage."""
        impacts, size = self._impacts, len(self._impacts.terms)
        numbers = [(impacts.terms[a], impacts.terms[b]) for a, b in query.pairs if {a, b} <= impacts.terms.keys()]
        if not numbers or not len(rows):
            return np.zeros(len(rows), dtype=np.float32)
        worth = {impacts.terms[a]: impacts.idf(a) for pair in query.pairs for a in pair if a in impacts.terms}
        firsts, seconds = np.zeros((2, size + 1), dtype=bool)  # NO_TERM, -1, is the last
        firsts[[first for first, _ in numbers]] = seconds[[second for _, second in numbers]] = True
        owner, here = ragged(impacts.starts, rows)
        terms = impacts.sequence[here]
        at = np.flatnonzero(firsts[terms[:-1]] & seconds[terms[1:]])
        wanted = set(numbers)
        found = {one for one in zip(owner[at], terms[at], terms[at + 1], strict=True) if one[1:] in wanted}
        scores = np.zeros(len(rows), dtype=np.float32)
        for place, first, second in found:
            scores[place] += worth[int(first)] + worth[int(second)]
        return scores
