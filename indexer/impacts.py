"""Scoring arrays, derived once from the stored postings: what each term is worth to each passage.

Strategy: BM25F as its authors define it (Robertson, Zaragoza and Taylor, "Simple BM25 Extension to Multiple Weighted
Fields", CIKM 2004): the term counts of the fields are weighted, normalised by field length and added *before* they are
saturated, once. Added after it, a term in a short title would outweigh all else. All of it is known when the index is
built, so a question costs one addition a posting. Beside them stands each passage's text as term numbers, to see
which words stand side by side. The arrays are memory-mapped: opening reads only the terms.

The mean length of a field is that of the passages that have the field.

    tf(t, d)     = sum over fields f of  weight(f) * count(t, d, f) / (1 - b(f) + b(f) * length(d, f) / mean length(f))
    impact(t, d) = ln(1 + (N - n(t) + 0.5) / (n(t) + 0.5)) * tf * (K1 + 1) / (K1 + tf)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from math import log1p
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import IndexReader

from .arrays import mapped, ragged

K1 = 1.5


@dataclass(frozen=True, slots=True)
class Field:
    """How much a word in a field counts, and how strongly (`b`, 0 to 1) a long field dilutes it."""

    name: str
    weight: float
    b: float


FIELDS = (Field("heading", 3.0, 0.6), Field("title", 0.5, 0.5), Field("text", 1.0, 0.75))
IN_SEQUENCE = ("heading", "text")  # the fields whose words are kept in order
NO_TERM = -1


@dataclass(frozen=True, slots=True)
class Impacts:
    """Postings with their impacts, by term; and each passage's terms in order.

    The postings of term i are `passages[offsets[i]:offsets[i + 1]]` (int32 rows, ascending) and the same slice of
    `values` (float32); `terms` maps a term to its i. The terms of passage p, in the order of its heading and its text
    with NO_TERM after each, are `sequence[starts[p]:starts[p + 1]]` (int32). `count` is the number of passages.
    `rarity` (float64) has how rare each term is: 0 and more, in natural logarithms; the first factor of its impacts.
    """

    count: int
    terms: dict[str, int]
    offsets: NDArray[np.int64]
    passages: NDArray[np.int32]
    values: NDArray[np.float32]
    starts: NDArray[np.int64]
    sequence: NDArray[np.int32]
    rarity: NDArray[np.float64]

    def of(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The rows and impacts of a term's postings; empty for a term that no passage has."""
        number = self.terms.get(term)
        here = slice(0, 0) if number is None else slice(self.offsets[number], self.offsets[number + 1])
        return self.passages[here], self.values[here]

    def postings(self, numbers: NDArray[np.int64]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.float32]]:
        """The postings of several terms, by their numbers, one after the other: places in `numbers`, rows, impacts."""
        which, places = ragged(self.offsets, numbers)
        return which, self.passages[places].astype(np.int64), self.values[places]

    def idf(self, term: str) -> float:
        """How rare a term is, see `rarity`; one that no passage has is the rarest."""
        number = self.terms.get(term)
        return log1p(2 * self.count + 1) if number is None else float(self.rarity[number])


def derive_impacts(reader: IndexReader, count: int) -> Impacts:
    """Reads the postings of a Whoosh index whose first `count` entries are the passages."""
    names = sorted({text.decode() for field in FIELDS for text in reader.lexicon(field.name)})
    terms = {name: number for number, name in enumerate(names)}
    occurrences = [_occurrences(reader, field.name, terms) for field in FIELDS]
    keys, frequency = _weighted_frequencies(occurrences, count)
    term_of, passages = np.divmod(keys, max(count, 1))
    spread = np.bincount(term_of, minlength=len(names))
    rarity = _rarity(count, spread)
    values = rarity[term_of] * frequency * (K1 + 1) / (K1 + frequency)
    return Impacts(
        count,
        terms,
        _offsets(spread),
        passages.astype(np.int32),
        values.astype(np.float32),
        *_sequence([rows for field, rows in zip(FIELDS, occurrences, strict=True) if field.name in IN_SEQUENCE], count),
        rarity,
    )


def _occurrences(reader: IndexReader, field: str, terms: dict[str, int]) -> NDArray[np.int64]:
    """Every occurrence of every term in a field, as rows of (term number, passage, position)."""
    rows = [(terms[text.decode()], *where) for text in reader.lexicon(field) for where in _places(reader, field, text)]
    return np.array(rows, dtype=np.int64).reshape(-1, 3)


def _places(reader: IndexReader, field: str, text: bytes) -> Iterator[tuple[int, int]]:
    matcher = reader.postings(field, text)
    while matcher.is_active():
        passage = matcher.id()
        for position in matcher.value_as("positions"):
            yield passage, position
        matcher.next()


def _weighted_frequencies(
    occurrences: list[NDArray[np.int64]], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The `tf` of the formula for each posting; a posting's key is its term's number * count + its passage."""
    keys: list[NDArray[np.int64]] = []
    weights: list[NDArray[np.float64]] = []
    for field, rows in zip(FIELDS, occurrences, strict=True):
        lengths = np.bincount(rows[:, 1], minlength=count)
        mean = lengths.sum() / max((lengths > 0).sum(), 1)
        norms = 1 - field.b + field.b * lengths / max(mean, 1)
        keys.append(rows[:, 0] * count + rows[:, 1])
        weights.append(field.weight / norms[rows[:, 1]])
    unique, places = np.unique(np.concatenate(keys), return_inverse=True)
    frequency: NDArray[np.float64] = np.bincount(places, np.concatenate(weights), len(unique)).astype(np.float64)
    return unique, frequency


def _sequence(occurrences: list[NDArray[np.int64]], count: int) -> tuple[NDArray[np.int64], NDArray[np.int32]]:
    """Where each passage's terms start, and all terms in order; NO_TERM stands behind each field."""
    last = np.iinfo(np.int64).max
    ends = np.array([(NO_TERM, passage, last) for passage in range(count)], dtype=np.int64).reshape(-1, 3)
    parts = [np.insert(np.concatenate((rows, ends)), 0, field, axis=1) for field, rows in enumerate(occurrences)]
    field, term, passage, position = np.concatenate(parts).T
    order = np.lexsort((position, field, passage))
    sequence: NDArray[np.int32] = term[order].astype(np.int32)
    return _offsets(np.bincount(passage, minlength=count)), sequence


def _offsets(lengths: NDArray[np.int64]) -> NDArray[np.int64]:
    return np.concatenate(([0], np.cumsum(lengths))).astype(np.int64)


def _rarity(count: int, spread: NDArray[np.int64]) -> NDArray[np.float64]:
    rarity: NDArray[np.float64] = np.log1p((count - spread + 0.5) / (spread + 0.5))
    return rarity


_ARRAYS = ("offsets", "passages", "values", "starts", "sequence", "rarity")


def save_impacts(folder: Path, impacts: Impacts) -> None:
    """Writes the arrays and the terms into a folder."""
    for name in _ARRAYS:
        np.save(folder / f"{name}.npy", getattr(impacts, name))
    (folder / "terms.txt").write_text("\n".join(impacts.terms), encoding="utf-8")


def load_impacts(folder: Path, count: int) -> Impacts:
    """Maps the arrays of a folder into memory."""
    text = (folder / "terms.txt").read_text(encoding="utf-8")
    terms = {name: number for number, name in enumerate(text.split("\n") if text else ())}
    return Impacts(count, terms, *(mapped(folder / f"{name}.npy") for name in _ARRAYS))
