"""What speaks of danger without the words of any rule: a linear model over a question's words and its meaning.

Strategy: softmax regression (Cox, "The regression analysis of binary sequences", 1958, for several classes) over the
words of each sentence, their pairs and pairs with a gap, and the sentence's vector. One class is harmless, the others
are the dangers with their voices. `tests/fit_safety.py` fits the numbers in `data/safety/learned.npz` to sentences
written for it, and to thousands of harmless questions. They belong to one encoder: for another, rules decide alone.
"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple

import numpy as np

from indexer.bundled import bundled

from .engine import Floats
from .model import Span
from .safety_words import PRONOUNS

HARMLESS = "harmless"
_TINY = 1e-9  # keeps the logarithm of a certainty finite


class Meaning(NamedTuple):
    """A text, the bounds of its sentences if it has several, and the vectors of the whole and of each, of shape
    (1 + spans, dimensions), by the encoder of this name."""

    text: str
    spans: tuple[Span, ...]
    vectors: Floats
    encoder: str


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest danger of a text, as "category/voice", and how likely any is: the logarithm of the odds."""

    label: str
    log_odds: float


@dataclass(frozen=True, eq=False)
class Learned:
    """The fitted numbers: for each of `labels` (n), a bias, a weight of each word feature (m, n) and of each dimension
    of a vector (dimensions, n)."""

    encoder: str
    labels: tuple[str, ...]
    rows: dict[str, int]
    words: Floats
    meaning: Floats
    bias: Floats

    def guess(self, features: list[set[str]], vectors: Floats) -> Guess:
        """Of a text whose whole and sentences have these features and vectors: what the most dangerous of them says."""
        scores = np.array([self._of_words(one) for one in features]) + vectors @ self.meaning + self.bias
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        harmless = self.labels.index(HARMLESS)
        danger = np.log(1 - odds[:, harmless] + _TINY) - np.log(odds[:, harmless] + _TINY)
        worst = int(danger.argmax())
        odds[:, harmless] = 0
        return Guess(self.labels[int(odds[worst].argmax())], float(danger[worst]))

    def _of_words(self, features: Iterable[str]) -> Floats:
        total: Floats = self.words[[self.rows[one] for one in features if one in self.rows]].sum(axis=0)
        return total


def features(sentences: Iterable[str]) -> set[str]:
    """The words of sentences, neighbouring pairs, and pairs with a word between. People are what they are to the
    visitor, and "he" and "she" are one."""
    found: set[str] = set()
    for sentence in sentences:
        words = list(map(_word, sentence.split()))
        found.update(words, map(" ".join, pairwise(words)))
        found.update(f"{first} _ {second}" for first, second in zip(words, words[2:], strict=False))
    return found


def _word(word: str) -> str:
    base, _, role = word.partition("_")
    return "P" if base in PRONOUNS else role.upper() or base


def parts(meaning: Meaning) -> Iterator[str]:
    """The texts of which a meaning has the vectors: the sentences; the whole, where it is one."""
    yield from (meaning.text[start:end] for start, end in meaning.spans)
    if not meaning.spans:
        yield meaning.text


@lru_cache(maxsize=1)
def bundled_numbers() -> Learned:
    """The fitted numbers that come with the project. Raises OSError or ValueError where the file is damaged."""
    with np.load(bundled("safety") / "learned.npz", allow_pickle=False) as file:
        names: dict[str, Any] = {name: file[name] for name in file.files}
    rows = {feature: row for row, feature in enumerate(str(names["features"]).split("\n"))}
    numbers = [names[name].astype(np.float32) for name in ("words", "meaning", "bias")]
    return Learned(str(names["encoder"]), tuple(str(names["labels"]).split("\n")), rows, *numbers)
