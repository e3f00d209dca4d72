"""What speaks of danger without the words of any rule: networks over a question's words and what they mean together.

Strategy: the encoder's upper layers, trained anew for this purpose, read the token vectors that its lower layers made
for the search anyway. A few learned questions to the tokens ("attention pooling", Lin et al., "A structured
self-attentive sentence embedding", 2017), their mean, and the words with their neighbours give the odds of each danger
and voice. One class is harmless. `tests/fit_safety.py` fits them to sentences written for it, and to thousands of
harmless questions. Networks that were fitted in different ways err on different questions, so the mean of what they
say errs less ("deep ensembles", Lakshminarayanan et al., 2017). The numbers belong to one encoder: with another, rules
decide alone.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from math import log
from pathlib import Path
from typing import Any

import numpy as np

from indexer.bundled import bundled
from indexer.encoder import Encoder, session

from .engine import Floats
from .model import Span
from .safety_words import PRONOUNS

HARMLESS = "harmless"
MEAN_LENGTH = 6.0  # of the mean of the tokens, about that of one token
MOST_CHANCES = 12  # sentences; what was learned is never sure enough to make up for more
_TINY = 1e-9  # keeps the logarithm of a certainty finite


@dataclass(frozen=True, slots=True)
class Guess:
    """The likeliest danger of a text, as "category/voice", and how likely any is: the logarithm of the odds."""

    label: str
    log_odds: float


class Learned:
    """The fitted numbers, ready for any number of threads. Raises EncoderError where they cannot be run."""

    def __init__(self, arrays: dict[str, Any]) -> None:
        self.encoder = str(arrays["encoder"])
        self.labels = tuple(str(arrays["labels"]).split("\n"))
        self._rows = {feature: row for row, feature in enumerate(str(arrays["features"]).split("\n"))}
        names = ("words", "questions", "questions_bias", "meaning", "bias")
        self._words, self._questions, self._questions_bias, self._meaning, self._bias = (
            arrays[name].astype(np.float32) for name in names
        )
        from indexer.minilm import upper_layers  # needs onnx, like the encoder that the numbers belong to

        self._layers = session(upper_layers(arrays))

    def guess(self, early: Floats, parts: Sequence[tuple[list[int], set[str]]], sentences: int) -> Guess:
        """Of a piece with these early token vectors, of shape (tokens, dimensions): what the most dangerous of its
        parts says, each of which has the places of its tokens, and its features. The first part is the whole; the
        others are sentences, which must be as many times as likely as the text has `sentences`, up to MOST_CHANCES: of
        many, one is odd by chance."""
        tokens: Floats = self._layers.run(None, {"early": early[None]})[0][0]
        asked = tokens @ self._questions + self._questions_bias
        scores = np.array([self._scores(tokens[own], asked[own], found) for own, found in parts])
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        harmless = self.labels.index(HARMLESS)
        danger = np.log(1 - odds[:, harmless] + _TINY) - np.log(odds[:, harmless] + _TINY)
        danger[1:] -= log(min(max(sentences, 1), MOST_CHANCES))
        worst = int(danger.argmax())
        odds[:, harmless] = 0
        return Guess(self.labels[int(odds[worst].argmax())], float(danger[worst]))

    def _scores(self, tokens: Floats, asked: Floats, features: Iterable[str]) -> Floats:
        """The logarithm of the odds of each label, but for a constant."""
        mean = np.add.reduce(tokens) / len(tokens)
        mean *= MEAN_LENGTH / max(float(np.linalg.norm(mean)), _TINY)
        attention = np.exp(asked - asked.max(axis=0))
        pooled = (attention / attention.sum(axis=0)).T @ tokens
        words = self._words[[self._rows[one] for one in features if one in self._rows]].sum(axis=0)
        total: Floats = np.concatenate([mean, pooled.ravel()]) @ self._meaning + self._bias + words
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


@dataclass(frozen=True, slots=True)
class Piece:
    """As much of a text as is read at once: its early token vectors, of shape (tokens, dimensions); and the whole, then
    each sentence if there are several, as text with the places of its tokens."""

    early: Floats
    parts: tuple[tuple[str, list[int]], ...]


def pieces(text: str, spans: tuple[Span, ...], encoder: Encoder) -> Iterator[Piece]:
    """A text, whose sentences have these bounds, as an encoder reads it: in halves, where it cannot take in all."""
    early, owner = encoder.early(text, spans)
    if len(spans) > 1 and not set(range(len(spans))) <= set(owner):
        for half in (spans[: len(spans) // 2], spans[len(spans) // 2 :]):
            start, end = half[0][0], half[-1][1]
            inner = tuple((first - start, last - start) for first, last in half)
            yield from pieces(text[start:end], inner if len(half) > 1 else (), encoder)
        return
    places = [[place for place, own in enumerate(owner) if own == number] for number in range(len(spans))]
    sentences = ((text[start:end], own) for (start, end), own in zip(spans, places, strict=True))
    yield Piece(early, ((text, list(range(len(owner)))), *sentences))


def networks_for(encoder: str) -> tuple[Learned, ...]:
    """The networks that come with the project for an encoder of this name. Raises OSError or ValueError where a file is
    damaged."""
    return tuple(network for network in _bundled_networks() if network.encoder == encoder)


@lru_cache(maxsize=1)
def _bundled_networks() -> tuple[Learned, ...]:
    return tuple(map(read_network, sorted((bundled("safety") / "learned").glob("*.npz"))))


def read_network(path: Path) -> Learned:
    """The network of a file. Raises OSError or ValueError where it is damaged."""
    with np.load(path, allow_pickle=False) as file:
        return Learned({name: file[name] for name in file.files})
