"""From a question to Results: the one function that the page, the API, the terminal and the evaluation call."""

import time
from collections.abc import Iterable
from dataclasses import replace

from .confidence import BEST, confidence
from .engine import Candidates, Engine
from .excerpt import excerpt_of
from .marks import Marker, terms_of
from .model import Group, Hit, Query, Results
from .query import read_question, unknown_words
from .ranking import DEFAULT_RANKER, FREE_PASSAGES, Ranked, Weights, needs_vectors, rank, weights_of, without_vectors
from .safety import help_for
from .safety_learned import Meaning

CANDIDATES = 100  # passages by words, and as many by meaning, that all signals rank; nobody may ask for more
BY_DEFAULT = weights_of(DEFAULT_RANKER)


def answer(
    engine: Engine,
    question: str,
    k: int = 10,
    literal: bool = False,
    excerpts: int = CANDIDATES,
    weights: Weights = BY_DEFAULT,
    country: str = "",
) -> Results:
    """The k (of CANDIDATES at the most) best passages for a question, and what the visitor should know about them.

    `literal` searches for the words as they are spelled; the first `excerpts` hits get an excerpt; `weights` are those
    of the signals; `country` (ISO 3166-1, "" for none) is where help in danger is wanted. Raises QuestionError where
    the question is too long.
    """
    started = time.perf_counter()
    query, found = find(engine, question, literal, weights)
    weights = weights if query.vectors is not None else without_vectors(weights)
    ranked = rank(found, weights, max(k, BEST))
    hits = tuple(_hits(engine, query, ranked[:k], excerpts))
    ignored = unknown_words(query, engine)
    sure = None if found.density is None else confidence([one.score for one in ranked], found.density)
    aid = help_for(question, query.corrected, country, _meaning(query, engine))
    return Results(query, hits, _grouped(hits), ignored, (time.perf_counter() - started) * 1000, sure, aid)


def find(engine: Engine, question: str, literal: bool, weights: Weights) -> tuple[Query, Candidates]:
    """What we made of a question, and the candidates that answer it; without its phrases where no passage has them:
    people quote what was said to them. Raises QuestionError."""
    query = read_question(question, engine, literal)
    if needs_vectors(weights):
        query = replace(query, vectors=engine.encode(query.searched, query.concerns))
    found = engine.find(query, CANDIDATES)
    if not len(found.rows) and query.phrases:
        query = replace(query, phrases=())
        found = engine.find(query, CANDIDATES)
    return query, found


def _meaning(query: Query, engine: Engine) -> Meaning | None:
    return None if query.vectors is None else Meaning(query.searched, query.concerns, query.vectors, engine.encoder)


def _hits(engine: Engine, query: Query, ranked: tuple[Ranked, ...], excerpts: int) -> Iterable[Hit]:
    passages, marker = engine.fetch(one.row for one in ranked), Marker(query, engine)
    for number, (one, passage) in enumerate(zip(ranked, passages, strict=True), 1):
        hit = Hit(passage, one.signals, one.score, number, copies=engine.fetch(one.copies))
        yield hit if number > excerpts else _quoted(hit, marker)


def _quoted(hit: Hit, marker: Marker) -> Hit:
    passage = hit.passage
    marks = marker.places(passage.text)
    above = marker.places(f"{passage.heading}\n{passage.title}")
    return replace(hit, matched=terms_of(marks) | terms_of(above), excerpt=excerpt_of(passage, marks))


def _grouped(hits: Iterable[Hit]) -> tuple[Group, ...]:
    by_url: dict[str, list[Hit]] = {}
    for hit in hits:
        by_url.setdefault(hit.passage.url, []).append(hit)
    return tuple(Group(url, own[0].passage.title, tuple(own[:FREE_PASSAGES])) for url, own in by_url.items())
