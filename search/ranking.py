"""From what an engine measured to a score: the signals, their weights and their reasons, in one table.

Strategy: a score is a weighted sum (Metzler and Croft, "Linear feature-based models for information retrieval", 2007),
so each hit can say what each signal gave. A share is rounded to a multiple of 1/65,536, which makes adding them exact
in any order: the shares of a hit add up to its score, in every program. Weights are fitted by `advice fit`.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .engine import Candidates

_GRAIN = 65_536
FREE_PASSAGES = 3  # of one article; further ones make room for others

Measures = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Signal:
    """One reason to rank a passage higher, or lower.

    `measure` is a pure function: the candidates, and their scores by the signals above it, to a number for each.
    `weight` is its weight in the hybrid ranker, and `alone` that in the ranker which is named as `by` ("words" or
    "meaning"), where only such signals count and those by "any".
    """

    name: str
    weight: float
    alone: float
    by: str
    reason: str
    measure: Callable[[Candidates, Measures], Measures]


@dataclass(frozen=True, slots=True)
class Ranked:
    """A candidate in its place: the engine's row of it, its score, each signal's share of the score, and the rows of
    those that say the same and rank lower."""

    row: int
    score: float
    signals: Mapping[str, float]
    copies: tuple[int, ...] = ()


def _measured(name: str) -> Callable[[Candidates, Measures], Measures]:
    return lambda found, _: np.asarray(found.measured.get(name, np.zeros(len(found.rows))), dtype=np.float64)


def _of_best(name: str) -> Callable[[Candidates, Measures], Measures]:
    """A measure as a share of what the passage with the best words has: BM25F has no upper bound of its own."""

    def measure(found: Candidates, scores: Measures) -> Measures:
        best = float(np.max(_measured("words")(found, scores), initial=0.0))
        return _measured(name)(found, scores) / (best or 1.0)

    return measure


def _crowding(found: Candidates, scores: Measures) -> Measures:
    """How far down its article's passages it stands, by their scores, after the first FREE_PASSAGES."""
    order = np.lexsort((-scores, found.articles))
    articles = found.articles[order]
    places = np.arange(len(order)) - np.searchsorted(articles, articles)
    crowding = np.zeros(len(order))
    crowding[order] = np.maximum(places - FREE_PASSAGES + 1, 0)
    return crowding


def _article(found: Candidates, scores: Measures) -> Measures:
    """The score of the best other passage of the same article; 0 where there is none, or it has less than none."""
    order = np.lexsort((-scores, found.articles))
    articles, sorted_scores = found.articles[order], np.append(scores[order], 0.0)
    first = np.searchsorted(articles, articles)
    second = np.where(np.append(articles, -1)[first + 1] == articles, first + 1, len(order))
    best_other = np.zeros(len(order))
    best_other[order] = sorted_scores[np.where(np.arange(len(order)) == first, second, first)]
    return np.maximum(best_other, 0)


_words, _pairs = _of_best("words"), _of_best("pairs")
_coverage, _meaning, _heading, _common, _support, _stance, _freshness = map(
    _measured, ("coverage", "meaning", "heading", "common", "support", "stance", "freshness")
)

SIGNALS: tuple[Signal, ...] = (
    Signal("words", 0.09, 1.0, "words", "the question's words: BM25F over heading, title and text", _words),
    Signal("pairs", 0.1, 0.3, "words", "neighbouring words of the question that are neighbours here", _pairs),
    Signal("coverage", 0.03, 0.1, "words", "how many of the question's words it has, by their rarity", _coverage),
    Signal("meaning", 0.6, 0.6, "meaning", "what it means is near to what the question means", _meaning),
    Signal("heading", 0.3, 0.3, "meaning", "its heading is near to the question or to a sentence of it", _heading),
    Signal("common", -0.42, -0.42, "meaning", "it is near to whatever is asked", _common),
    Signal("support", 0.2, 0.2, "meaning", "it is near to what helps in the danger that is spoken of", _support),
    Signal("stance", -0.1, 0.0, "any", "its heading speaks of somebody else, or denies what is asked", _stance),
    Signal("article", 0.0, 0.0, "any", "another passage of its article fits as well", _article),
    Signal("freshness", 0.0, 0.0, "any", "its article is new", _freshness),
    Signal("crowding", -0.25, -0.25, "any", "other passages of its article are shown before it", _crowding),
)

RANKERS = ("hybrid", "words", "meaning")
DEFAULT_RANKER = "hybrid"

Weights = Mapping[str, float]


def weights_of(ranker: str, changed: Weights | None = None) -> Weights:
    """Each signal's weight for a ranker; `changed` replaces some of them."""
    return {signal.name: _weight(signal, ranker) for signal in SIGNALS} | dict(changed or {})


def _weight(signal: Signal, ranker: str) -> float:
    if ranker == DEFAULT_RANKER:
        return signal.weight
    return signal.alone if signal.by in (ranker, "any") else 0.0


def without_vectors(weights: Weights) -> Weights:
    """The weights for a question that has no vectors, where these are of the hybrid ranker: those of words alone,
    except for what was changed."""
    return {
        s.name: 0.0 if s.by == "meaning" else s.alone if weights[s.name] == s.weight else weights[s.name]
        for s in SIGNALS
    }


def needs_vectors(weights: Weights) -> bool:
    """Whether some signal that counts is one of meaning."""
    return any(weights[signal.name] for signal in SIGNALS if signal.by == "meaning")


def rank(found: Candidates, weights: Weights, k: int) -> tuple[Ranked, ...]:
    """The k best candidates with their shares and scores, best first; equal ones in the order of the index. Those that
    say nearly the same as a better one are named with it, and take no place of their own."""
    scores = np.zeros(len(found.rows))
    shares = {signal.name: scores for signal in SIGNALS}
    for signal in SIGNALS:
        if weight := weights[signal.name]:
            share = np.rint(signal.measure(found, scores) * (weight * _GRAIN)) / _GRAIN
            shares[signal.name] = share + 0.0  # no -0.0
            scores = scores + share
    folded: dict[int, list[int]] = {}
    twins = found.twins.tolist()
    for at in np.argsort(-scores, kind="stable").tolist():
        if own := folded.get(twins[at]):
            own.append(at)
        elif len(folded) < k:
            folded[twins[at]] = [at]
    best = [at for at, *_ in folded.values()]
    by_signal = np.array([share[best] for share in shares.values()]).T.tolist()
    return tuple(
        Ranked(row, score, dict(zip(shares, own, strict=True)), tuple(found.rows[others].tolist()) if others else ())
        for row, score, own, (_, *others) in zip(
            found.rows[best].tolist(), scores[best].tolist(), by_signal, folded.values(), strict=True
        )
    )
