"""The search side's vocabulary: what a question becomes, what answers it, and what the visitor is told.

Frozen values, standard library and `indexer.model` only. This file does not know about Whoosh, HTTP or HTML.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from indexer.model import Passage


@dataclass(frozen=True, slots=True)
class Term:
    """A word as the index knows it ("relationship"), and where it stands in the text that was analysed."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Query:
    """What we made of a question.

    `terms` maps each term to find to its weight; `pairs` are terms that stand side by side in the question. A passage
    must hold every one of `phrases` (terms in order, side by side) and none of `excluded`. `corrected` is the question
    with its misspelled words replaced, "" if none was.
    """

    question: str
    terms: Mapping[str, float] = field(default_factory=dict)
    pairs: frozenset[tuple[str, str]] = frozenset()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: frozenset[str] = frozenset()
    corrected: str = ""


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Text to show for a hit, as (text, whether it is marked) pieces in order. What is left out is marked by "…"."""

    pieces: tuple[tuple[str, bool], ...] = ()

    def __str__(self) -> str:
        return "".join(text for text, _ in self.pieces)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that an engine found.

    `signals` is each signal's share of the score: they add up to it exactly. As an engine gives a hit, they are what it
    measured, and the score is 0 until `ranking.rank` has weighed them. `matched` are the query's terms in the passage.
    """

    passage: Passage
    signals: Mapping[str, float]
    matched: frozenset[str] = frozenset()
    score: float = 0.0
    rank: int = 0
    excerpt: Excerpt = Excerpt()


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one article, best first, in the place of the best of them."""

    url: str
    title: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Results:
    """The hits of one query in order of rank, and everything the visitor is told about them.

    `groups` are the same hits by article, as people see them. `ignored` are the question's words that no article has.
    """

    query: Query
    hits: tuple[Hit, ...]
    groups: tuple[Group, ...]
    ignored: tuple[str, ...]
    took_ms: float


class QuestionError(ValueError):
    """A question that cannot be searched for; the message tells the visitor why and what to do."""
