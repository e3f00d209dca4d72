"""An answer composed of sentences that stand in the passages, word for word.

Strategy: a hit's sentences are compared by their vectors in the passage's context (see `indexer.encoder`) with the
question and with the whole passage: the one or two that say best what the passage says about the question are quoted
(Carbonell and Goldstein, "The use of MMR", 1998, rank sentences by both). Nothing is rewritten, so nothing can be
invented: a quote is a passage with the bounds of sentences in its text. A sentence that points back ("That is why …")
is not quoted, since what it points at would be missing, and neither is one that somebody else says: "I" in an article
that advises is an example.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

import numpy as np

from indexer.model import Passage

from .engine import Engine, Floats
from .model import Hit, Query, Span
from .sentences import sentences

SOURCES = 3  # articles that an answer is composed of
SHORTEST, LONGEST = 5, 45  # words of a sentence that can stand alone
NEARLY = 0.9  # of the nearest sentence's cosine: a second one as good is quoted too
CONTEXT = 32  # characters before and after a quote that make its place certain
_POINTING = frozenset(
    """this that these those it its it's he she they them him her his their such so and but or because instead
    otherwise then there here both neither either several dies das diese dieser dieses es er sie und aber oder denn
    dann""".split()
)

_SPOKEN = re.compile(r"\b(?:I|me|my|mine|we|us|our|ich|mich|mir|mein\w*|wir|uns)\b|[“„«\"]")
_FULL_STOPS = ".!…”’)"


@dataclass(frozen=True, slots=True)
class Quote:
    """Sentences of one passage: the bounds of each in `passage.text`, in order."""

    passage: Passage
    spans: tuple[Span, ...]

    @property
    def texts(self) -> tuple[str, ...]:
        """The sentences, verbatim."""
        return tuple(self.passage.text[start:end] for start, end in self.spans)


def compose(engine: Engine, query: Query, hits: Iterable[Hit]) -> tuple[Quote, ...]:
    """Quotes of the best hits of different articles, SOURCES at the most; none where the question has no vectors."""
    if query.vectors is None:
        return ()
    firsts: dict[str, Hit] = {}
    for hit in hits:
        firsts.setdefault(hit.passage.url, hit)
    quotes = (_quote(engine, query.vectors[0], hit.passage) for hit in list(firsts.values())[:SOURCES])
    return tuple(quote for quote in quotes if quote)


def _quote(engine: Engine, asked: Floats, passage: Passage) -> Quote | None:
    spans = tuple(span for span in sentences(passage.text) if _stands_alone(passage.text[slice(*span)]))
    vectors = engine.encode(passage.text, spans) if spans else None
    if vectors is None:
        return None
    near = vectors[1:] @ (asked + vectors[0])
    best = np.argsort(-near, kind="stable")[:2]
    chosen = sorted(int(at) for at in best if near[at] >= NEARLY * near[best[0]])
    return Quote(passage, tuple(spans[at] for at in chosen))


def _stands_alone(sentence: str) -> bool:
    words = sentence.casefold().replace("’", "'").split()
    if not SHORTEST <= len(words) <= LONGEST or words[-1][-1] not in _FULL_STOPS:
        return False
    first = {word.strip("'(,") for word in words[:2]}  # "If this goes on" points back too
    return not first & _POINTING and not _SPOKEN.search(sentence)


def selectors(quote: Quote) -> Iterator[tuple[Span, str, str, str]]:
    """For each sentence its bounds, itself, and CONTEXT characters before and after it, by which others can find it
    again (W3C Web Annotation Data Model, 2017, section 4.2.4)."""
    text = quote.passage.text
    for start, end in quote.spans:
        yield (start, end), text[start:end], text[max(start - CONTEXT, 0) : start], text[end : end + CONTEXT]
