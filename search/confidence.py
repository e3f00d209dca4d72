"""How likely it is that a question is answered at all: the best scores, seen beside how close passages stand anyway.

Strategy: a logistic regression on two numbers. Scores alone would not do: where a site has written on everything, the
best passage is near to any question, answered or not. The coefficients are fitted by `advice calibrate` to questions
that the passages answer, and to questions for other sites, which they do not.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp
from statistics import fmean

import numpy as np
from numpy.typing import NDArray

UNSURE = 0.08  # less than this, and visitors are told that nothing fits: `advice calibrate` prints what it is worth
SURE = 0.5  # more likely answered than not: an answer may be composed
BEST = 3  # hits whose mean score counts; one passage can be near by chance


@dataclass(frozen=True, slots=True)
class Calibration:
    """The coefficients: of the mean score of the best hits, of the index's density, and the constant."""

    score: float
    density: float
    constant: float


SHIPPED = Calibration(21.6, -12.3, -3.4)


def confidence(scores: Sequence[float], density: float, by: Calibration = SHIPPED) -> float:
    """From 0 (nothing fits) to 1, for the scores of the hits by the hybrid ranker, best first; 0 without a hit."""
    if not scores:
        return 0.0
    score, density, one = features(scores, density)
    return 1 / (1 + exp(-max(-50.0, min(by.score * score + by.density * density + by.constant * one, 50.0))))


def features(scores: Sequence[float], density: float) -> tuple[float, float, float]:
    """What the coefficients are multiplied with."""
    return fmean(scores[:BEST]), density, 1.0


def calibrate(rows: NDArray[np.float64], answered: NDArray[np.bool_], weights: NDArray[np.float64]) -> Calibration:
    """Fits the coefficients to rows of features, by Newton's method with a little ridge (Hastie, Tibshirani and
    Friedman, "The Elements of Statistical Learning", 2009, section 4.4)."""
    coefficients, ridge = np.zeros(3), 1e-4 * np.eye(3)
    for _ in range(100):
        expected = _logistic(rows @ coefficients)
        slope = rows.T @ (weights * (answered - expected)) - ridge @ coefficients
        curve = (rows * (weights * expected * (1 - expected))[:, None]).T @ rows + ridge
        coefficients = coefficients + np.linalg.solve(curve, slope)
    return Calibration(*(round(float(number), 2) for number in coefficients))


def _logistic(values: NDArray[np.float64]) -> NDArray[np.float64]:
    found: NDArray[np.float64] = 1 / (1 + np.exp(-np.clip(values, -50, 50)))
    return found
