"""What a question's words find, over the arrays of `indexer.impacts` and `indexer.pairs`: one number a passage.

This file does not know about vectors, or about Whoosh.
"""

from functools import lru_cache
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from indexer.impacts import Impacts
from indexer.pairs import Pairs

from .engine import Floats
from .model import Concept, Query

MOST_KEPT = 256  # concepts, and words of these, whose passages are remembered
AS_GOOD = 0.45  # of a word that stands for the asked one, so that the asked one still wins


class WordScores:
    """Scores passages by the words of questions."""

    def __init__(self, impacts: Impacts, pairs: Pairs) -> None:
        self._impacts, self._pairs = impacts, pairs
        self._adjacent = lru_cache(maxsize=MOST_KEPT)(self._find_adjacent)
        self._others = lru_cache(maxsize=MOST_KEPT)(self._find_others)

    def of(self, query: Query) -> tuple[Floats, Floats]:
        """For every passage, what the query's terms are worth, and the share of them that it has, by their rarity."""
        known, count = self._impacts.terms, self._impacts.count
        weight_of = {known[term]: weight for term, weight in query.terms.items() if term in known}
        numbers, weights = np.array(list(weight_of), dtype=np.int64), np.array(list(weight_of.values()))
        rarity = self._impacts.rarity[numbers]
        which, rows, values = self._impacts.postings(numbers)
        scores: Floats = np.bincount(rows, weights[which] * values, count).astype(np.float32)
        having = np.bincount(rows, rarity[which], count).astype(np.float32)
        for concept in query.concepts:
            self._widen(scores, concept, query)
        return scores, having / np.float32(rarity.sum() or 1)

    def _widen(self, scores: Floats, concept: Concept, query: Query) -> None:
        """Gives each passage what its best other words for a concept are worth, less what the asked ones gave it."""
        rows, best = self._others(concept)
        own = np.zeros(self._impacts.count, dtype=np.float32)
        for term in concept.asked:
            having, values = self._impacts.of(term)
            own[having] += np.float32(query.terms.get(term, 0)) * values
        scores[rows] += np.maximum(best - own[rows], 0)

    def _find_others(self, concept: Concept) -> tuple[NDArray[np.int64], Floats]:
        """The passages with other words for a concept, and what the best of these are worth there."""
        best = np.zeros(self._impacts.count, dtype=np.float32)
        idf = sum(self._impacts.idf(term) for term in concept.asked)
        idf_known = all(term in self._impacts.terms for term in concept.asked)
        for other in concept.others:
            rows, values = self._adjacent(other)
            common = min(1.0, idf / max(sum(map(self._impacts.idf, other)), 1e-9)) if idf_known else 1.0
            best[rows] = np.maximum(best[rows], values * np.float32(common * AS_GOOD))
        rows = np.flatnonzero(best)
        return rows, best[rows]

    def _find_adjacent(self, terms: tuple[str, ...]) -> tuple[NDArray[np.int64], Floats]:
        """The passages with all of the terms side by side, and what they are worth there."""
        if not all(term in self._impacts.terms for term in terms):
            return np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32)
        total = np.zeros(self._impacts.count, dtype=np.float32)
        for term in terms:
            rows, values = self._impacts.of(term)
            total[rows] += values
        found = self._having([self._impacts.terms[term] for term in terms]) if len(terms) > 1 else np.flatnonzero(total)
        return found, total[found]

    def _having(self, numbers: list[int]) -> NDArray[np.int64]:
        """The rows of the passages that have these terms side by side in their heading or text."""
        pairs = np.array(list(pairwise(numbers)))
        having = np.bincount(self._pairs.of(pairs)[1], minlength=self._impacts.count) == len(pairs)
        rows = np.flatnonzero(having)
        return rows if len(pairs) == 1 else rows[[self._has_in_order(row, numbers) for row in rows]]

    def _has_in_order(self, row: np.int64, numbers: list[int]) -> bool:
        own = self._impacts.sequence[self._impacts.starts[row] : self._impacts.starts[row + 1]].tolist()
        return any(own[at : at + len(numbers)] == numbers for at in range(len(own) - len(numbers) + 1))

    def pairs(self, query: Query, rows: NDArray[np.int64]) -> Floats:
        """For each row, the rarity (sum of both idf) of the query's pairs that stand side by side in its passage."""
        terms = self._impacts.terms
        pairs = [(terms[one], terms[other]) for one, other in query.pairs if one in terms and other in terms]
        numbers = np.array(pairs, dtype=np.int64).reshape(-1, 2)
        which, passages = self._pairs.of(numbers)
        scores = np.bincount(passages, self._impacts.rarity[numbers].sum(axis=1)[which], self._impacts.count)
        found: Floats = scores[rows].astype(np.float32)
        return found
