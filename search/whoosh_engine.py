"""The embedded engine: one generation on this machine, searched in this process.

Strategy: term at a time over the memory-mapped impacts (see `indexer.impacts`): each term adds its impacts to an array
with one number a passage. The question's vector is compared with those of all passages in one matrix product. The k
best by each are the candidates; only these are measured in all other ways. Whoosh itself is asked for what it is good
at: analysis, the positions of phrases, stored passages. Its reader is used by one thread at a time.
"""

import json
from collections import defaultdict
from collections.abc import Container, Iterable
from datetime import datetime
from functools import lru_cache
from pathlib import Path
from threading import Lock

import numpy as np
from numpy.typing import NDArray
from threadpoolctl import ThreadpoolController
from whoosh.query import And, Or, Phrase
from whoosh.query import Term as WhooshTerm
from whoosh.searching import Searcher

from indexer.encoder import Encoder, EncoderError
from indexer.generations import Generation, GenerationError, open_current
from indexer.headings import load_headings
from indexer.impacts import FIELDS, load_impacts
from indexer.model import Passage, article_from, passage_from
from indexer.names import load_names
from indexer.pairs import load_pairs
from indexer.places import load_places
from indexer.prepare import open_encoder
from indexer.store import analyse, open_reader, places, read_words
from indexer.twins import load_twins
from indexer.vectors import VectorSet, load_vectors

from .contradiction import contradictions
from .engine import Candidates, Card, Floats, Reading
from .model import Filter, Place, Query, Span, Term, topic_slug
from .spelling import Speller
from .words import WordScores

_BLAS = ThreadpoolController()

HALF_LIFE_YEARS = 2.0
PASSAGES_KEPT = 1_000  # in memory, as they were shown


class WhooshEngine:
    """Searches the published generation of an index folder. Raises GenerationError where it cannot be opened."""

    def __init__(self, index: Path) -> None:
        generation = open_current(index)
        self.name = generation.name
        try:
            self._reader = open_reader(generation.folder)
            self._searcher = Searcher(self._reader)
            self._impacts = load_impacts(generation.folder, generation.contents["passages"])
            size = len(self._impacts.terms)
            pairs, self._places = load_pairs(generation.folder, size), load_places(generation.folder, size)
            self._headings, self._twins = load_headings(generation.folder), load_twins(generation.folder)
            self._speller = Speller(read_words(generation.folder), self._has)
            self.cards = tuple(Card(**{**c, "topics": tuple(c["topics"])}) for c in generation.contents["catalog"])
            self.names = load_names(generation.folder)
            self._articles = np.repeat(np.arange(len(self.cards)), [card.passages for card in self.cards])
            self._is_faq = np.concatenate([np.arange(c.passages) >= c.passages - c.faqs for c in self.cards])
            self._fresh = _freshness([card.modified or card.published for card in self.cards])
            self._encoder, self._vectors, self.notice = _meaning(generation)
            self.encoder = self._encoder.name if self._encoder else ""
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise GenerationError(f"{index}: cannot be opened ({error}); build it again: advice index") from error
        self._words = WordScores(self._impacts, pairs)
        self._passage = lru_cache(maxsize=PASSAGES_KEPT)(self._stored)
        self._lock = Lock()

    @staticmethod
    @lru_cache(maxsize=64)  # a question is analysed for its spelling, its words and its stances
    def analyse(text: str) -> tuple[Term, ...]:
        return tuple(Term(*found) for found in analyse(text))

    def places(self, text: str, terms: Container[str]) -> list[Place]:
        return places(text, terms)

    def places_in(self, rows: Iterable[int], terms: Iterable[str]) -> list[tuple[list[Place], list[Place]]]:
        numbers = {self._impacts.terms[term]: term for term in terms if term in self._impacts.terms}
        return self._places.of(list(rows), numbers)

    def knows(self, term: str) -> bool:
        return term in self._impacts.terms

    def correct(self, word: str) -> str:
        return self._speller.correct(word)

    def _has(self, word: str) -> bool:
        return any(self.knows(term.text) for term in self.analyse(word))

    def encode(self, text: str, concerns: tuple[Span, ...]) -> Floats | None:
        return self._encoder.question(text, concerns) if self._encoder else None

    def find(self, query: Query, k: int) -> Candidates:
        allowed = self._allowed(query)
        words, coverage = self._words.of(query)
        words = np.where(allowed, words, np.float32(0))
        rows, density = np.sort(_largest(words, k)), None
        meant: dict[str, Floats] = {}
        if self._vectors and query.vectors is not None:
            with _BLAS.limit(limits=1, user_api="blas"):  # its threads would wait for a processor that others use
                meaning = self._vectors.passages @ query.vectors[0]
                rows = np.union1d(rows, _largest(np.where(allowed, meaning, 0), k))
                meant, density = _near(self._vectors, query, rows, meaning[rows]), self._vectors.density
        measured = {"words": words[rows], "pairs": self._words.pairs(query, rows), "coverage": coverage[rows]}
        measured["freshness"] = self._fresh[self._articles[rows]]
        measured["stance"] = contradictions(self._headings, query, rows, self._impacts)
        return Candidates(rows, self._articles[rows], self._twins[rows], measured | meant, density)

    def fetch(self, rows: Iterable[int]) -> tuple[Passage, ...]:
        return tuple(map(self._passage, rows))

    def _stored(self, row: int) -> Passage:
        with self._lock:
            text = self._reader.stored_fields(row)["stored"]
        return passage_from(json.loads(text))

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

    def _allowed(self, query: Query) -> NDArray[np.bool_]:
        """Which passages have every phrase, and no excluded term."""
        allowed = self._filtered(query.only)
        for term in query.excluded:
            allowed[self._impacts.of(term)[0]] = False
        for phrase in query.phrases:
            with self._lock:
                rows = self._rows(Or([_in_order(field.name, phrase) for field in FIELDS]))
            having = np.zeros(len(allowed), dtype=bool)
            having[[row for row in rows if row < len(allowed)]] = True
            allowed &= having
        return allowed

    def _filtered(self, only: Filter) -> NDArray[np.bool_]:
        kinds = {"faq": self._is_faq, "section": ~self._is_faq}
        allowed = kinds[only.kind].copy() if only.kind in kinds else np.ones(self._impacts.count, dtype=bool)
        if only.topic:
            of_topic = np.array([only.topic in map(topic_slug, card.topics) for card in self.cards])
            allowed &= of_topic[self._articles]
        return allowed

    def _rows(self, question: And | Or | Phrase | WhooshTerm) -> list[int]:
        return list(question.docs(self._searcher))


def _meaning(generation: Generation) -> tuple[Encoder | None, VectorSet | None, str]:
    """The encoder that made a generation's vectors, and the vectors; or neither, and why it cannot be run."""
    made = generation.contents.get("encoder")
    if not made:
        return None, None, ""
    try:
        encoder = open_encoder(made["folder"])
    except EncoderError as error:
        return None, None, f"{error}; until then questions are answered by their words alone"
    if encoder.name != made["name"]:
        reason = f"the index was made with encoder {made['name']}, here is {encoder.name}; build it again: advice index"
        return None, None, f"{reason}; until then questions are answered by their words alone"
    return encoder, load_vectors(generation.folder, encoder.name), ""


def _in_order(field: str, phrase: tuple[str, ...]) -> And | Phrase:
    words = [WhooshTerm(field, term) for term in phrase]
    return Phrase(field, list(phrase)) if len(words) > 1 else And(words)


def _freshness(dates: list[str]) -> Floats:
    """From 1 for an article as new as the newest to 0; half after HALF_LIFE_YEARS. One without a date is old."""
    days = [datetime.fromisoformat(date).date().toordinal() if date else 0 for date in dates]
    ages = (max(days, default=0) - np.array(days, dtype=np.float32)) / 365.25
    return np.exp2(-ages / HALF_LIFE_YEARS).astype(np.float32)  # type: ignore[no-any-return]


def _near(vectors: VectorSet, query: Query, rows: NDArray[np.int64], meaning: Floats) -> dict[str, Floats]:
    """How near the passages of some rows are to a question: their cosines, which are given, and the best cosine of
    each heading to the question or to a sentence of it. The heading of a passage that has none, or a worse one, is the
    passage. In danger, how near it is to what helps, too."""
    headings = (query.vectors @ vectors.headings[rows].T).max(axis=0)
    near = {"meaning": meaning, "heading": np.maximum(meaning, headings), "common": vectors.common[rows]}
    return near if query.support is None else near | {"support": vectors.passages[rows] @ query.support}


def _largest(scores: Floats, k: int) -> NDArray[np.int64]:
    """The rows of the k largest scores above 0, largest first; equal ones in the order of the index."""
    rows = np.flatnonzero(scores)
    if len(rows) > k:
        least = np.partition(scores[rows], len(rows) - k)[len(rows) - k]
        rows = rows[scores[rows] >= least]
    return rows[np.argsort(-scores[rows], kind="stable")][:k]
