"""From a question to Results: the one function that the page, the API, the terminal and the evaluation call."""

import time
from collections.abc import Iterable
from dataclasses import replace

from .engine import Engine
from .excerpt import excerpt_of
from .model import Group, Hit, Query, Results
from .query import read_question, unknown_words
from .ranking import rank

CANDIDATES = 100  # passages found by words, for ranking to weigh with all signals; no caller may ask for more
MOST_IN_GROUP = 3  # passages shown of one article


def answer(engine: Engine, question: str, k: int = 10, literal: bool = False, excerpts: int = CANDIDATES) -> Results:
    """The k (of CANDIDATES at the most) best passages for a question, and what the visitor should know about them.

    `literal` searches for the words as they are spelled; the first `excerpts` hits get an excerpt.
    Raises QuestionError where the question is too long.
    """
    started = time.perf_counter()
    query = read_question(question, engine, literal)
    query, hits = _find(engine, query)
    ranked = rank(query, hits)[:k]
    quoted = (replace(h, excerpt=excerpt_of(h.passage, h.matched, engine.analyse)) for h in ranked[:excerpts])
    shown = (*quoted, *ranked[excerpts:])
    ignored = unknown_words(query, engine)
    return Results(query, shown, _grouped(shown), ignored, (time.perf_counter() - started) * 1000)


def _find(engine: Engine, query: Query) -> tuple[Query, tuple[Hit, ...]]:
    """Hits for the query; without its phrases where no passage has them: people quote what was said to them."""
    hits = engine.find(query, CANDIDATES)
    if not hits and query.phrases:
        query = replace(query, phrases=())
        hits = engine.find(query, CANDIDATES)
    return query, hits


def _grouped(hits: Iterable[Hit]) -> tuple[Group, ...]:
    by_url: dict[str, list[Hit]] = {}
    for hit in hits:
        by_url.setdefault(hit.passage.url, []).append(hit)
    return tuple(Group(url, own[0].passage.title, tuple(own[:MOST_IN_GROUP])) for url, own in by_url.items())
