"""A letter's separate concerns, and the passages for each.

Strategy: each sentence of a letter is asked as a question of its own; those that the articles surely answer, each with
a different article, are its concerns. The visitor's own words name them.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .answer import answer
from .confidence import SURE
from .engine import Engine
from .model import Hit, Query, Span
from .ranking import Weights
from .sentences import sentences

LETTER = 60  # words; what is shorter is one question
MOST_ASKED = 16  # sentences that are asked; each takes some milliseconds
MOST_CONCERNS = 4
PASSAGES = 2  # of each concern
SHORTEST, LONGEST = 5, 30  # words of a sentence; longer ones are cut where a clause begins
_CLAUSE = re.compile(r"[,;:–—]?\s+(?=(?:and|but|because|so|then|when|und|aber|weil|also|dann|wenn)\s)|[,;:–—]\s+")


@dataclass(frozen=True, slots=True)
class Concern:
    """A part of a letter, by its bounds in the text that was searched, and the hits for it."""

    text: str
    span: Span
    hits: tuple[Hit, ...]


def concerns(engine: Engine, query: Query, weights: Weights) -> tuple[Concern, ...]:
    """The concerns of a letter, in its order; none of a question that is no letter, or has fewer than two."""
    text = query.searched
    if query.vectors is None or len(text.split()) < LETTER:
        return ()
    asked = sorted(_asked(engine, text, weights), key=lambda found: -found[0])
    best: dict[str, Concern] = {}
    for _, concern in asked:
        best.setdefault(concern.hits[0].passage.url, concern)
    found = sorted(list(best.values())[:MOST_CONCERNS], key=lambda concern: concern.span)
    return tuple(found) if len(found) > 1 else ()


def _asked(engine: Engine, text: str, weights: Weights) -> Iterator[tuple[float, Concern]]:
    """Each part that is surely answered, with how surely."""
    parts = [span for sentence in sentences(text) for span in _parts(text, sentence)]
    step = -(-len(parts) // MOST_ASKED)  # of a very long letter every second one, or third
    for start, end in parts[:: step or 1]:
        results = answer(engine, text[start:end], PASSAGES, literal=True, weights=weights)
        if results.confidence is not None and results.confidence >= SURE:
            yield results.confidence, Concern(text[start:end], (start, end), results.hits)


def _parts(text: str, sentence: Span) -> Iterator[Span]:
    """A sentence, or its clauses if it is long, joined until they have SHORTEST words; very short ones are left out."""
    start, end = sentence
    cuts = [found.end() + start for found in _CLAUSE.finditer(text[start:end])]
    if len(text[start:end].split()) <= LONGEST:
        cuts = []
    begin = start
    for cut in (*cuts, end):
        part = text[begin:cut].rstrip(" ,;:–—\n")
        if len(part.split()) >= SHORTEST:
            yield begin, begin + len(part)
            begin = cut
