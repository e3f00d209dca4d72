"""The signals' weights, fitted to judged collections, and what each signal is worth.

Strategy: coordinate ascent on the mean nDCG@10 of the collections (Metzler and Croft, "Linear feature-based models for
information retrieval", 2007): one weight after the other is moved as long as that helps. Each collection counts the
same, whatever its size. How far the fit holds elsewhere is told by cross-validation: on folds of the queries, and on
each collection by a fit to the others.
"""

import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.writing import Meaning

from .answer import BY_DEFAULT, find
from .engine import Engine
from .evaluate import Collection, indexed, read_collection
from .ranking import SIGNALS, Weights

DEPTH = 10
FOLDS = 5
# judged entries are single, and no judgement asks for help in danger
FITTED = tuple(s for s in SIGNALS if s.name not in ("article", "freshness", "crowding", "support"))
FIXED = "meaning"  # the weight that is not moved: the others are relative to it
_STEPS = (-0.1, -0.04, -0.015, 0.015, 0.04, 0.1)
_GAIN = 2e-5  # nDCG; smaller gains are noise

Matrix = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Sample:
    """The judged queries of one collection: `measures` of shape (queries, candidates, signals) and `gains` (queries,
    candidates), padded with zeros; `ideals` and `folds` of shape (queries,)."""

    name: str
    measures: Matrix
    gains: Matrix
    there: NDArray[np.bool_]
    ideals: Matrix
    folds: NDArray[np.int64]

    def of(self, queries: NDArray[np.bool_]) -> "Sample":
        """The same with fewer queries."""
        return replace(
            self,
            measures=self.measures[queries],
            gains=self.gains[queries],
            there=self.there[queries],
            ideals=self.ideals[queries],
            folds=self.folds[queries],
        )

    def ndcg(self, weights: Matrix) -> float:
        """The mean nDCG@10 of its queries."""
        scores = np.where(self.there, self.measures @ weights, -np.inf)
        best = np.argsort(-scores, axis=1, kind="stable")[:, :DEPTH]
        gains = np.take_along_axis(self.gains, best, axis=1)
        return float(np.mean(gains @ _discounts(best.shape[1]) / self.ideals))


def read_samples(folder: Path, meaning: Meaning) -> Iterator[Sample]:
    """A sample for each file of queries in a collection's folder. Raises CollectionError, QuestionError."""
    files = sorted(folder.glob("queries*.jsonl")) or [folder / "queries.jsonl"]
    with indexed(read_collection(folder, files[0]), meaning) as (engine, _):
        for file in files:
            yield sample_of(read_collection(folder, file), engine, f"{folder.name}/{file.stem}")


def sample_of(collection: Collection, engine: Engine, name: str) -> Sample:
    """Measures every judged query's candidates."""
    urls = [card.url for card in engine.cards]
    rows: list[tuple[Matrix, list[float]]] = []
    for query, text in collection.queries.items():
        _, found = find(engine, text, literal=False, weights=BY_DEFAULT)
        scores = np.zeros(len(found.rows))
        measures = np.stack([signal.measure(found, scores) for signal in FITTED], axis=1).astype(np.float32)
        judged = collection.judgements[query]
        rows.append((measures, [float(judged.get(urls[at], 0)) for at in found.articles]))
    return _padded(name, rows, collection)


def _padded(name: str, rows: list[tuple[Matrix, list[float]]], collection: Collection) -> Sample:
    width = max(len(gains) for _, gains in rows)
    measures = np.zeros((len(rows), width, len(FITTED)), dtype=np.float32)
    gains, there = np.zeros((len(rows), width), dtype=np.float32), np.zeros((len(rows), width), dtype=bool)
    for number, (own, own_gains) in enumerate(rows):
        measures[number, : len(own)], gains[number, : len(own)], there[number, : len(own)] = own, own_gains, True
    judged = [sorted(collection.judgements[query].values(), reverse=True)[:DEPTH] for query in collection.queries]
    ideals = [float(np.array(values) @ _discounts(len(values))) or 1.0 for values in judged]
    folds = [zlib.crc32(query.encode()) % FOLDS for query in collection.queries]
    return Sample(name, measures, gains, there, np.array(ideals, dtype=np.float32), np.array(folds))


def _discounts(depth: int) -> Matrix:
    return (1 / np.log2(np.arange(depth) + 2)).astype(np.float32)


def fit(samples: Sequence[Sample], start: Matrix) -> Matrix:
    """The weights at which no step of a single one helps any more."""
    weights, best = start.copy(), _mean(samples, start)
    improved = True
    while improved:
        improved = False
        for place, signal in enumerate(FITTED):
            if signal.name == FIXED:
                continue
            for step in _STEPS:
                changed = weights.copy()
                changed[place] += step
                if not _keeps_its_sign(start[place], changed[place]):
                    continue
                value = _mean(samples, changed)
                if value > best + _GAIN:
                    weights, best, improved = changed, value, True
    return weights


def _keeps_its_sign(start: float, now: float) -> bool:
    """A signal's reason says whether it speaks for a passage or against it; a fit must not turn that round."""
    return now <= 1e-9 if start < 0 else now >= -1e-9


def _mean(samples: Iterable[Sample], weights: Matrix) -> float:
    return float(np.mean([sample.ndcg(weights) for sample in samples]))


def by_default(weights: Weights = BY_DEFAULT) -> Matrix:
    """The weights of the fitted signals, in their order."""
    return np.array([weights[signal.name] for signal in FITTED], dtype=np.float32)


def report(samples: Sequence[Sample], progress: Callable[[str], None] = lambda text: None) -> dict[str, Any]:
    """Fits, cross-validates and leaves out. The figures are nDCG@10 by sample."""
    start = by_default()
    progress("fitting to all")
    fitted = fit(samples, start)
    return {
        "weights": {signal.name: round(float(w), 4) for signal, w in zip(FITTED, fitted, strict=True)},
        "as shipped": _figures(samples, start),
        "fitted": _figures(samples, fitted),
        "folds": _folds(samples, start, progress),
        "other collections": _others(samples, start, progress),
        "left out": {signal.name: _figures(samples, _without(start, n)) for n, signal in enumerate(FITTED)},
    }


def _figures(samples: Iterable[Sample], weights: Matrix) -> dict[str, float]:
    return {sample.name: round(sample.ndcg(weights), 4) for sample in samples}


def _without(weights: Matrix, place: int) -> Matrix:
    left = weights.copy()
    left[place] = 0
    return left


def _folds(samples: Sequence[Sample], start: Matrix, progress: Callable[[str], None]) -> dict[str, float]:
    """nDCG@10 on queries that the fit has not seen, over all folds."""
    totals = {sample.name: 0.0 for sample in samples}
    for fold in range(FOLDS):
        progress(f"fold {fold + 1} of {FOLDS}")
        seen = [sample.of(sample.folds != fold) for sample in samples if (sample.folds != fold).any()]
        weights = fit(seen, start) if seen else start
        for sample in samples:
            held = sample.folds == fold
            totals[sample.name] += sample.of(held).ndcg(weights) * int(held.sum()) if held.any() else 0.0
    return {sample.name: round(totals[sample.name] / len(sample.folds), 4) for sample in samples}


def _others(samples: Sequence[Sample], start: Matrix, progress: Callable[[str], None]) -> dict[str, float]:
    """nDCG@10 on each collection, by a fit to the samples of all other folders."""
    found = {}
    for sample in samples:
        progress(f"fitting without {sample.name}")
        others = [other for other in samples if other.name.split("/")[0] != sample.name.split("/")[0]]
        found[sample.name] = round(sample.ndcg(fit(others, start) if others else start), 4)
    return found
