"""Where a passage's text has the words of a question, or those that stand for them."""

from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from indexer.model import Passage
from indexer.places import above

from .engine import Engine
from .model import Place, Query


class Marker:
    """Finds the places of a query's words in texts. Words that stand for others only together are marked only where
    they stand side by side."""

    def __init__(self, query: Query, engine: Engine) -> None:
        self._engine = engine
        self._single = query.words
        runs = [other for concept in query.concepts for other in concept.others if len(other) > 1]
        self._runs = {first: [run for run in runs if run[0] == first] for first, *_ in runs}
        self._together = frozenset(term for run in runs for term in run)
        self._all = self._single | self._together

    def places(self, text: str) -> list[Place]:
        """The places in a text, in order."""
        return self._marked(text, self._engine.places(text, self._all))

    def places_in(self, rows: Sequence[int], passages: Iterable[Passage]) -> Iterator[tuple[list[Place], list[Place]]]:
        """The places above each passage, and in its text, in order; `rows` are the engine's of `passages`."""
        for passage, (over, own) in zip(passages, self._engine.places_in(rows, self._all), strict=True):
            yield self._marked(above(passage), over), self._marked(passage.text, own)

    def _marked(self, text: str, found: list[Place]) -> list[Place]:
        """Those of the places where the terms may be marked."""
        if not self._runs:  # then only single words were looked for
            return found
        if not any(term in self._runs for term, _, _ in found):
            return [place for place in found if place[0] in self._single]
        marked = {place for place in found if place[0] in self._single} | set(self._in_runs(text, found))
        return [place for place in found if place in marked]

    def _in_runs(self, text: str, found: list[Place]) -> Iterator[Place]:
        places = [place for place in found if place[0] in self._together]
        for start, (first, _, _) in enumerate(places):
            for run in self._runs.get(first, ()):
                here = places[start : start + len(run)]
                if tuple(term for term, _, _ in here) == run and self._are_neighbours(text, here):
                    yield from here

    def _are_neighbours(self, text: str, places: list[Place]) -> bool:
        """Whether no other word of the index stands between these."""
        return not any(self._engine.analyse(text[before[2] : after[1]]) for before, after in pairwise(places))


def terms_of(marks: Iterable[Place]) -> frozenset[str]:
    """The terms that were marked."""
    return frozenset(term for term, _, _ in marks)
