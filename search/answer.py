"""From a question to Results: the one function that the page, the API, the terminal and the evaluation call."""

import time
from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import zip_longest

from indexer.model import Passage

from .confidence import BEST, confidence
from .engine import Candidates, Engine
from .excerpt import excerpt_of
from .marks import Marker, terms_of
from .model import ANYTHING, Excerpt, Filter, Group, Hit, Place, Query, Results
from .query import read_question, unknown_words
from .ranking import DEFAULT_RANKER, FREE_PASSAGES, Ranked, Weights, needs_vectors, rank, weights_of, without_vectors

CANDIDATES = 100  # passages by words, and as many by meaning, that all signals rank; nobody may ask for more
BY_DEFAULT = weights_of(DEFAULT_RANKER)

Reading = Callable[[Query, Engine], Query]  # what more is made of a query before it is searched


def _as_it_is(query: Query, engine: Engine) -> Query:
    return query


def answer(
    engine: Engine,
    question: str,
    k: int = 10,
    literal: bool = False,
    excerpts: int = CANDIDATES,
    weights: Weights = BY_DEFAULT,
    only: Filter = ANYTHING,
    reading: Reading = _as_it_is,
) -> Results:
    """The k (of CANDIDATES at the most) best passages for a question, and what the visitor should know about them.

    `literal` searches for the words as they are spelled; the first `excerpts` hits get an excerpt; `weights` are those
    of the signals; hits are `only` of one kind or topic; `reading` may see more in the query than its words. Raises
    QuestionError where the question is too long.
    """
    started = time.perf_counter()
    query, found = find(engine, question, literal, weights, only, reading)
    weights = weights if query.vectors is not None else without_vectors(weights)
    ranked = rank(found, weights, max(k, BEST))
    ignored = unknown_words(query, engine)
    hits = tuple(_hits(engine, query, ranked[:k], excerpts))
    sure = None if found.density is None else confidence([one.score for one in ranked], found.density)
    return Results(query, hits, grouped(hits), ignored, (time.perf_counter() - started) * 1000, sure)


def find(
    engine: Engine,
    question: str,
    literal: bool,
    weights: Weights,
    only: Filter = ANYTHING,
    reading: Reading = _as_it_is,
) -> tuple[Query, Candidates]:
    """What we made of a question, and the candidates that answer it; without its phrases where no passage has them:
    people quote what was said to them. Raises QuestionError."""
    query = replace(read_question(question, engine, literal), only=only)
    if needs_vectors(weights):
        query = replace(query, vectors=engine.encode(query.searched, query.concerns))
    query = reading(query, engine)
    found = engine.find(query, CANDIDATES)
    if not len(found.rows) and query.phrases:
        query = replace(query, phrases=())
        found = engine.find(query, CANDIDATES)
    return query, found


def _hits(engine: Engine, query: Query, ranked: tuple[Ranked, ...], excerpts: int) -> Iterable[Hit]:
    rows = [one.row for one in ranked]
    passages = engine.fetch(rows)
    marks = Marker(query, engine).places_in(rows[:excerpts], passages[:excerpts])
    for number, (one, passage, own) in enumerate(zip_longest(ranked, passages, marks), 1):
        matched, excerpt = _quoted(passage, *own) if own else (frozenset[str](), Excerpt())
        yield Hit(passage, one.signals, one.score, number, matched, excerpt, engine.fetch(one.copies))


def _quoted(passage: Passage, above: list[Place], marks: list[Place]) -> tuple[frozenset[str], Excerpt]:
    """The query's terms in a passage, and its excerpt."""
    return terms_of(above + marks), excerpt_of(passage, marks)


def grouped(hits: Iterable[Hit]) -> tuple[Group, ...]:
    """Hits by article, in the place of the best of each; of one article FREE_PASSAGES at the most."""
    by_url: dict[str, list[Hit]] = {}
    for hit in hits:
        by_url.setdefault(hit.passage.url, []).append(hit)
    return tuple(Group(url, own[0].passage.title, tuple(own[:FREE_PASSAGES])) for url, own in by_url.items())
