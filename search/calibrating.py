"""Fits the confidence to judged collections: their own queries are answered, those of the others are not.

Collections whose names begin alike are taken to be about the same things, and are not asked each other's queries. A
collection may bring questions near to its own that it does not answer: `unanswerable.txt`, a question a line.
"""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from indexer.writing import Meaning

from .answer import BY_DEFAULT, find
from .confidence import SHIPPED, SURE, UNSURE, Calibration, calibrate, confidence, features
from .engine import Engine
from .evaluate import Collection, indexed
from .ranking import rank

MOST_ASKED = 250  # queries of a collection; in the order of its file
_ALIKE = 8  # letters


@dataclass(frozen=True, slots=True)
class Asked:
    """What asking one collection gave: rows of features, and which of them were questions that it answers."""

    name: str
    rows: NDArray[np.float64]
    answered: NDArray[np.bool_]

    @property
    def weights(self) -> NDArray[np.float64]:
        """Answered and unanswered questions count the same, whatever their numbers."""
        shares = (0.5 / max(int((~self.answered).sum()), 1), 0.5 / max(int(self.answered.sum()), 1))
        return np.where(self.answered, shares[1], shares[0])


def ask(collection: Collection, others: Sequence[Collection], near: Sequence[str], meaning: Meaning) -> Asked:
    """Asks a collection its own queries, those of the others, and some that are near to its own."""
    own = list(collection.queries.values())[:MOST_ASKED]
    strangers = [one for one in others if one.name[:_ALIKE] != collection.name[:_ALIKE]]
    foreign = [text for one in strangers for text in list(one.queries.values())[: MOST_ASKED // 2]]
    questions = [*own, *foreign, *near]
    with indexed(collection, meaning) as (engine, _):
        rows = np.array([_features(engine, question) for question in questions])
    return Asked(collection.name, rows, np.arange(len(questions)) < len(own))


def unanswerable(folder: Path) -> list[str]:
    """The lines of a collection's `unanswerable.txt`, none where it has no such file."""
    path = folder / "unanswerable.txt"
    return [line for line in path.read_text(encoding="utf-8").splitlines() if line.strip()] if path.exists() else []


def _features(engine: Engine, question: str) -> tuple[float, float, float]:
    _, found = find(engine, question, literal=False, weights=BY_DEFAULT)
    scores = [one.score for one in rank(found, BY_DEFAULT, 10)]
    return features(scores or [0.0], found.density or 0.0)


def report(asked: Sequence[Asked]) -> dict[str, Any]:
    """The coefficients; and for each collection, by those that were fitted to the others, the share of its answered
    questions, and of its unanswered ones, that are on the right side of SURE; and of UNSURE, by the shipped ones."""
    return {
        "coefficients": asdict(_fit(asked)),
        "shipped": {one.name: _right(one, SHIPPED) for one in asked},
        "told that nothing fits, or not": {one.name: _right(one, SHIPPED, UNSURE) for one in asked},
        "fitted to the others": {
            one.name: _right(one, _fit([other for other in asked if other is not one])) for one in asked
        },
    }


def _fit(asked: Sequence[Asked]) -> Calibration:
    return calibrate(
        np.concatenate([one.rows for one in asked]),
        np.concatenate([one.answered for one in asked]),
        np.concatenate([one.weights for one in asked]),
    )


def _right(asked: Asked, by: Calibration, threshold: float = SURE) -> dict[str, float]:
    found = [confidence([row[0]], row[1], by) for row in asked.rows]
    sure = np.array(found) >= threshold
    right = {"answered": sure[asked.answered], "unanswered": ~sure[~asked.answered]}
    return {name: round(float(values.mean()), 3) for name, values in right.items() if len(values)}
