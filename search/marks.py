"""Where a passage's text has the words of a question, or those that stand for them."""

from collections.abc import Iterable
from itertools import pairwise

from .engine import Engine
from .model import Place, Query


def marks_in(text: str, query: Query, engine: Engine) -> list[Place]:
    """The places of the query's words in a text, in order. Words that stand for others only together are marked only
    where they stand side by side."""
    runs = [other for concept in query.concepts for other in concept.others if len(other) > 1]
    if not runs:
        return engine.places(text, query.words)
    single, together = query.words, {term for run in runs for term in run}
    found = engine.places(text, single | together)
    places = [place for place in found if place[0] in together]
    marked = {place for place in found if place[0] in single}
    for start, place in enumerate(places):
        for run in runs:
            here = places[start : start + len(run)]
            if run[0] == place[0] and tuple(one[0] for one in here) == run and _together(text, here, engine):
                marked |= set(here)
    return [place for place in found if place in marked]


def _together(text: str, places: list[Place], engine: Engine) -> bool:
    """Whether no other word of the index stands between these."""
    gaps = pairwise(places)
    return not any(engine.analyse(text[before[2] : after[1]]) for before, after in gaps)


def terms_of(marks: Iterable[Place]) -> frozenset[str]:
    """The terms that were marked."""
    return frozenset(term for term, _, _ in marks)
