"""From what an engine measured to a score: the signals, their weights and their reasons, in one table.

Strategy: a score is a weighted sum, so each hit can say what each signal gave. A share is rounded to a multiple of
1/65,536, which makes adding them exact in any order: the shares of a hit add up to its score, in every program.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from .model import Hit, Query

_GRAIN = 65_536


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason to rank a hit higher: a pure function of the query and the hit as the engine gave it."""

    name: str
    weight: float
    reason: str
    measure: Callable[[Query, Hit], float]


def _measured(name: str) -> Callable[[Query, Hit], float]:
    return lambda query, hit: hit.signals.get(name, 0.0)


SIGNALS: tuple[Signal, ...] = (
    Signal("words", 1.0, "the question's words: BM25F over heading or FAQ question, title, text", _measured("words")),
    Signal("pairs", 0.3, "neighbouring words of the question that are neighbours here too", _measured("pairs")),
)


def rank(query: Query, hits: Iterable[Hit]) -> tuple[Hit, ...]:
    """The hits with their shares and scores, best first; equal ones by passage id, to keep their order the same."""
    weighed = sorted((_weigh(query, hit) for hit in hits), key=lambda hit: (-hit.score, hit.passage.id))
    return tuple(replace(hit, rank=number) for number, hit in enumerate(weighed, 1))


def _weigh(query: Query, hit: Hit) -> Hit:
    shares = {s.name: round(s.weight * s.measure(query, hit) * _GRAIN) / _GRAIN for s in SIGNALS}
    return replace(hit, signals=shares, score=sum(shares.values()))
