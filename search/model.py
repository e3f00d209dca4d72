"""The search side's vocabulary: what a question becomes, what answers it, and what the visitor is told.

Frozen values, standard library and `indexer.model` only. This file does not know about Whoosh, HTTP or HTML.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

from indexer.model import Passage
from indexer.stance import Actor, Stance

CATEGORIES = (
    "suicide",
    "self-harm",
    "partner-violence",
    "sexual-violence",
    "stalking",
    "child-abuse",
    "eating-disorder",
    "threat",
    "emergency",
)
VOICES = ("me", "other", "bereaved", "hurt", "hurting")

Span = tuple[int, int]
Place = tuple[str, int, int]  # a term, and where it starts and ends in a text


class Term(NamedTuple):
    """A word as the index knows it ("relationship"), and where it stands in the text that was analysed."""

    text: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Concept:
    """Neighbouring terms of a question, and what other terms say the same: each of `others` is a term, or several that
    stand side by side."""

    asked: tuple[str, ...]
    others: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Filter:
    """What hits are limited to: a kind of passage, and a topic by its slug; "" for any."""

    kind: str = ""
    topic: str = ""


ANYTHING = Filter()


@dataclass(frozen=True, slots=True)
class Danger:
    """The danger that a question speaks of: one of CATEGORIES, one of VOICES, and the rule that told.

    The voice says whose it is: "me" in danger from myself, "other" somebody else's, "bereaved" whoever lost somebody to
    it, "hurt" by somebody, "hurting" somebody.
    """

    category: str
    voice: str
    rule: str


@dataclass(frozen=True, slots=True)
class Query:
    """What we made of a question.

    `terms` maps each term to find to its weight; `pairs` are terms that stand side by side in the question. A passage
    must hold every one of `phrases` (terms in order, side by side) and none of `excluded`, and be what `only` asks
    for. `corrected` is the question with its misspelled words replaced, "" if none was. `concepts` are what some of
    its words stand for. `lead` is whom it is about, and `stances` are those of its terms, where it is short enough
    for that to be clear. `concerns` are the bounds of its sentences in the text that was searched, where it has
    several; `vectors` are what the engine's encoder made of the whole and of each of them, None where it is searched
    by words alone. `danger` is what the question speaks of, if it was looked for, and `support` what the encoder made
    of that which helps in it.
    """

    question: str
    terms: Mapping[str, float] = field(default_factory=dict)
    pairs: tuple[tuple[str, str], ...] = ()
    concepts: tuple[Concept, ...] = ()
    phrases: tuple[tuple[str, ...], ...] = ()
    excluded: frozenset[str] = frozenset()
    only: Filter = ANYTHING
    corrected: str = ""
    lead: Actor = Actor.UNKNOWN
    stances: Mapping[str, frozenset[Stance]] = field(default_factory=dict)
    concerns: tuple[Span, ...] = ()
    vectors: Any = field(default=None, compare=False)
    danger: Danger | None = None
    support: Any = field(default=None, compare=False)

    @property
    def searched(self) -> str:
        """The text that was searched for: the question, or what it was corrected to."""
        return self.corrected or self.question

    @property
    def words(self) -> frozenset[str]:
        """Every single term that makes a passage fit."""
        others = (other[0] for concept in self.concepts for other in concept.others if len(other) == 1)
        return frozenset((*self.terms, *others))


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Text to show for a hit, as (text, whether it is marked) pieces in order. What is left out is marked by "…".

    `sentences` are the bounds of those that it shows, in the passage's text.
    """

    pieces: tuple[tuple[str, bool], ...] = ()
    sentences: tuple[Span, ...] = ()

    def __str__(self) -> str:
        return "".join(text for text, _ in self.pieces)


@dataclass(frozen=True, slots=True)
class Hit:
    """A passage that was found, at its rank.

    `signals` is each signal's share of the score: they add up to it exactly. `matched` are the query's terms in the
    passage, where an excerpt was made. `copies` are passages that say nearly the same, and have no rank of their own.
    """

    passage: Passage
    signals: Mapping[str, float]
    score: float
    rank: int
    matched: frozenset[str] = frozenset()
    excerpt: Excerpt = Excerpt()
    copies: tuple[Passage, ...] = ()


@dataclass(frozen=True, slots=True)
class Group:
    """The hits of one article, best first, in the place of the best of them."""

    url: str
    title: str
    hits: tuple[Hit, ...]


@dataclass(frozen=True, slots=True)
class Helpline:
    """A service that helps. `country` is an ISO 3166-1 code, or "ZZ" for every country; `number` is "" where there is
    none to call; `whom` it is for; `verified_on` is the day on which somebody last knew all this to be so."""

    country: str
    name: str
    number: str
    url: str
    hours: str
    whom: str
    categories: tuple[str, ...]
    languages: tuple[str, ...]
    verified_on: date
    source: str
    to_verify: bool

    @property
    def dialled(self) -> str:
        """The number as a telephone dials it; "" where it is none, but a text to send."""
        return "" if re.search("[a-z]", self.number, re.IGNORECASE) else re.sub(r"[^+\d]", "", self.number)


@dataclass(frozen=True, slots=True)
class Results:
    """The hits of one query in order of rank, and everything the visitor is told about them.

    `groups` are the same hits by article, as people see them. `ignored` are the question's words that no article has.
    `confidence` says from 0 to 1 how likely it is that they answer the question at all; None where it is not known,
    because the question was searched by words alone.
    """

    query: Query
    hits: tuple[Hit, ...]
    groups: tuple[Group, ...]
    ignored: tuple[str, ...]
    took_ms: float
    confidence: float | None = None


def topic_slug(name: str) -> str:
    """A topic's name as part of an address: "Self-esteem & worth" becomes "self-esteem-worth"."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-") or "other"


class DataError(ValueError):
    """A file under `data/` that an owner may edit has a mistake; the message names the file and the place."""


class QuestionError(ValueError):
    """A question that cannot be searched for; the message tells the visitor why and what to do."""


class LongQuestionError(QuestionError):
    """A question with too many characters."""
