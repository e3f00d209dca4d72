"""Scoring arrays, derived once from the stored postings: what each term is worth to each passage.

Strategy: BM25F as its authors define it (Robertson, Zaragoza and Taylor, "Simple BM25 Extension to Multiple Weighted
Fields", CIKM 2004): the term counts of the fields are weighted, normalised by field length and added *before* they are
saturated, once. Added after it, a term in a short title would outweigh all else. All of it is known when the index is
built, so a question costs one addition a posting. The arrays are memory-mapped: opening reads only the terms.

    tf(t, d)     = sum over fields f of  weight(f) * count(t, d, f) / (1 - b(f) + b(f) * length(d, f) / mean length(f))
    impact(t, d) = ln(1 + (N - n(t) + 0.5) / (n(t) + 0.5)) * tf * (K1 + 1) / (K1 + tf)
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from whoosh.reading import IndexReader

K1 = 1.5


@dataclass(frozen=True, slots=True)
class Field:
    """How much a word in a field counts, and how strongly (`b`, 0 to 1) a long field dilutes it."""

    name: str
    weight: float
    b: float


FIELDS = (Field("heading", 2.0, 0.5), Field("title", 0.5, 0.5), Field("text", 1.0, 0.75))


@dataclass(frozen=True, slots=True)
class Impacts:
    """Postings with their impacts, by term.

    The postings of term i are `passages[offsets[i]:offsets[i + 1]]` (int32 rows, ascending) and the same slice of
    `values` (float32); `terms` maps a term to its i. `count` is the number of passages.
    """

    count: int
    terms: dict[str, int]
    offsets: NDArray[np.int64]
    passages: NDArray[np.int32]
    values: NDArray[np.float32]

    def of(self, term: str) -> tuple[NDArray[np.int32], NDArray[np.float32]]:
        """The rows and impacts of a term's postings; empty for a term that no passage has."""
        number = self.terms.get(term)
        here = slice(0, 0) if number is None else slice(self.offsets[number], self.offsets[number + 1])
        return self.passages[here], self.values[here]


def derive_impacts(reader: IndexReader, count: int) -> Impacts:
    """Reads the postings of a Whoosh index whose first `count` entries are the passages."""
    names = sorted({text.decode() for field in FIELDS for text in reader.lexicon(field.name)})
    terms = {name: number for number, name in enumerate(names)}
    parts = [_field_postings(reader, field, terms, count) for field in FIELDS]
    keys = np.concatenate([keys for keys, _ in parts])
    weights = np.concatenate([weights for _, weights in parts])
    keys, places = np.unique(keys, return_inverse=True)
    frequency = np.bincount(places, weights, minlength=len(keys))
    term_of, passages = np.divmod(keys, max(count, 1))
    spread = np.bincount(term_of, minlength=len(names))
    idf = np.log1p((count - spread + 0.5) / (spread + 0.5))
    values = idf[term_of] * frequency * (K1 + 1) / (K1 + frequency)
    offsets = np.concatenate(([0], np.cumsum(spread))).astype(np.int64)
    return Impacts(count, terms, offsets, passages.astype(np.int32), values.astype(np.float32))


def _field_postings(
    reader: IndexReader, field: Field, terms: dict[str, int], count: int
) -> tuple[NDArray[np.int64], NDArray[np.float64]]:
    """The postings of a field as keys (term number * count + row) and weighted, length-normalised term counts."""
    rows = list(_postings(reader, field.name, terms))
    term_of, passages, counts = np.array(rows, dtype=np.int64).reshape(-1, 3).T
    lengths = np.bincount(passages, counts, minlength=count)
    mean = lengths.sum() / max((lengths > 0).sum(), 1)
    norms = 1 - field.b + field.b * lengths / max(mean, 1)
    return term_of * count + passages, field.weight * counts / norms[passages]


def _postings(reader: IndexReader, field: str, terms: dict[str, int]) -> Iterator[tuple[int, int, int]]:
    for text in reader.lexicon(field):
        matcher = reader.postings(field, text)
        number = terms[text.decode()]
        while matcher.is_active():
            yield number, matcher.id(), int(matcher.weight())
            matcher.next()


def save_impacts(folder: Path, impacts: Impacts) -> None:
    """Writes the arrays and the terms into a folder."""
    np.save(folder / "offsets.npy", impacts.offsets)
    np.save(folder / "passages.npy", impacts.passages)
    np.save(folder / "values.npy", impacts.values)
    (folder / "terms.txt").write_text("\n".join(impacts.terms), encoding="utf-8")


def load_impacts(folder: Path, count: int) -> Impacts:
    """Maps the arrays of a folder into memory."""
    names = (folder / "terms.txt").read_text(encoding="utf-8").split("\n")
    terms = {name: number for number, name in enumerate(names)}
    arrays = (np.load(folder / f"{name}.npy", mmap_mode="r") for name in ("offsets", "passages", "values"))
    return Impacts(count, terms, *arrays)
