"""The embedded engine: one generation on this machine, searched in this process.

Strategy: term at a time over the memory-mapped impacts (see `indexer.impacts`): each term adds its impacts to an array
with one number a passage, and the k largest are taken. Whoosh itself is asked for what it is good at: analysis, the
positions of phrases, stored passages. Its reader is used by one thread at a time.
"""

import json
from collections import defaultdict
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from whoosh.query import And, Or, Phrase
from whoosh.query import Term as WhooshTerm
from whoosh.searching import Searcher

from indexer.generations import GenerationError, open_current
from indexer.impacts import FIELDS, load_impacts
from indexer.model import Passage, article_from, passage_from
from indexer.store import analyse, open_reader, read_words

from .engine import Card, Reading
from .model import Hit, Query, Term
from .spelling import Speller


class WhooshEngine:
    """Searches the published generation of an index folder. Raises GenerationError where it cannot be opened."""

    def __init__(self, index: Path) -> None:
        generation = open_current(index)
        self.name = generation.name
        try:
            self._reader = open_reader(generation.folder)
            self._searcher = Searcher(self._reader)
            self._impacts = load_impacts(generation.folder, generation.contents["passages"])
            self._speller = Speller(read_words(generation.folder), self._has)
            self.cards = tuple(Card(**{**c, "topics": tuple(c["topics"])}) for c in generation.contents["catalog"])
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise GenerationError(f"{index}: cannot be opened ({error}); build it again: advice index") from error
        self._lock = Lock()

    def analyse(self, text: str) -> tuple[Term, ...]:
        return tuple(Term(*found) for found in analyse(text))

    def knows(self, term: str) -> bool:
        return term in self._impacts.terms

    def correct(self, word: str) -> str:
        return self._speller.correct(word)

    def _has(self, word: str) -> bool:
        return any(self.knows(term.text) for term in self.analyse(word))

    def find(self, query: Query, k: int) -> tuple[Hit, ...]:
        scores = np.zeros(self._impacts.count, dtype=np.float32)
        for term, weight in query.terms.items():
            rows, values = self._impacts.of(term)
            scores[rows] += np.float32(weight) * values
        self._filter(scores, query)
        best = _largest(scores, k)
        with self._lock:
            stored = [self._reader.stored_fields(int(row))["stored"] for row in best]
        matched, pairs = self._matched(query, best), self._pairs(query, best)
        return tuple(
            Hit(
                passage_from(json.loads(text)),
                {"words": float(scores[row]), "pairs": pairs[place]},
                frozenset(matched[int(row)]),
            )
            for place, (text, row) in enumerate(zip(stored, best, strict=True))
        )

    def read(self, url: str) -> Reading | None:
        with self._lock:
            rows = self._rows(WhooshTerm("url", url))
            stored = [json.loads(self._reader.stored_fields(row)["stored"]) for row in rows]
        article = next((article_from(row) for row in stored if "sections" in row), None)
        passages: dict[str, list[Passage]] = defaultdict(list)
        for passage in (passage_from(row) for row in stored if "sections" not in row):
            passages[passage.anchor].append(passage)
        if article is None:
            return None
        return Reading(article, {anchor: tuple(parts) for anchor, parts in passages.items()})

    def _filter(self, scores: NDArray[np.float32], query: Query) -> None:
        """Zeroes the passages that lack a phrase or have an excluded term."""
        for term in query.excluded:
            scores[self._impacts.of(term)[0]] = 0
        for phrase in query.phrases:
            with self._lock:
                rows = self._rows(Or([_in_order(field.name, phrase) for field in FIELDS]))
            lacking = np.ones(len(scores), dtype=bool)
            lacking[[row for row in rows if row < len(scores)]] = False
            scores[lacking] = 0

    def _rows(self, question: And | Or | Phrase | WhooshTerm) -> list[int]:
        return list(question.docs(self._searcher))

    def _matched(self, query: Query, rows: NDArray[np.intp]) -> dict[int, list[str]]:
        found: dict[int, list[str]] = defaultdict(list)
        for term in query.terms:
            for row in rows[np.isin(rows, self._impacts.of(term)[0])]:
                found[int(row)].append(term)
        return found

    def _pairs(self, query: Query, rows: NDArray[np.intp]) -> list[float]:
        """For each passage, the rarity (sum of both idf) of the query's pairs that stand side by side in it."""
        impacts, size = self._impacts, len(self._impacts.terms)
        known = {
            impacts.terms[a] * size + impacts.terms[b]: (a, b) for a, b in query.pairs if {a, b} <= impacts.terms.keys()
        }
        if not known or not len(rows):
            return [0.0] * len(rows)
        wanted = np.array(sorted(known), dtype=np.int64)
        worth = np.array([sum(map(impacts.idf, known[int(code)])) for code in wanted])
        parts = [impacts.sequence[impacts.starts[row] : impacts.starts[row + 1]] for row in rows]
        owner = np.repeat(np.arange(len(rows)), [len(part) for part in parts])[:-1]
        terms = np.concatenate(parts).astype(np.int64)
        codes = np.where((terms[:-1] >= 0) & (terms[1:] >= 0), terms[:-1] * size + terms[1:], -1)
        place = np.minimum(np.searchsorted(wanted, codes), len(wanted) - 1)
        found = np.unique(np.stack((owner, place), 1)[wanted[place] == codes], axis=0)
        return np.bincount(found[:, 0], worth[found[:, 1]], minlength=len(rows)).tolist()  # type: ignore[no-any-return]


def _in_order(field: str, phrase: tuple[str, ...]) -> And | Phrase:
    words = [WhooshTerm(field, term) for term in phrase]
    return Phrase(field, list(phrase)) if len(words) > 1 else And(words)


def _largest(scores: NDArray[np.float32], k: int) -> NDArray[np.intp]:
    """The rows of the k largest scores above 0, largest first; equal ones in the order of the index."""
    rows = np.flatnonzero(scores)
    if len(rows) > k:
        least = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
        rows = rows[scores[rows] >= least]
    return rows[np.argsort(-scores[rows], kind="stable")][:k]
