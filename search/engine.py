"""What the rest of the search side needs of an index, whatever keeps it.

Analysed terms and the question's vectors go in, candidates with measured signals come out; once they are ranked, the
passages of the few that are shown are fetched. No type of the index's own and no path crosses this line, so that an
engine on another machine can stand behind it too; the contract is in tests/test_engine.py.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from indexer.model import Article, Passage

from .model import Place, Query, Span, Term

Floats = NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Card:
    """What a list of articles shows of one."""

    url: str
    title: str
    description: str
    topics: tuple[str, ...]
    published: str
    modified: str
    live: str = ""  # where the link leads, if not to our own page
    passages: int = 0  # how many it has; they stand in the order of the cards
    faqs: int = 0  # how many of these are questions with their answers; they come last
    words: int = 0
    lix: int = 0  # how hard it is to read, see `indexer.readability`
    language: str = ""  # BCP 47, as the article names it

    @property
    def date(self) -> str:
        """When it was last changed, as far as is known: ISO 8601, or ""."""
        return self.modified or self.published


@dataclass(frozen=True, slots=True)
class Reading:
    """An article to read: its outline (sections and FAQs without text) and the passages that hold the text."""

    article: Article
    passages: Mapping[str, tuple[Passage, ...]]  # by anchor, each in order of its parts


@dataclass(frozen=True, slots=True)
class Candidates:
    """Passages that may answer, and what the engine measured of each: arrays of shape (n,), in the order of `rows`.

    `rows` are the engine's own numbers, ascending; `articles` says which passages are of one article, and
    `twins` which say nearly the same, word for word. `measured` has an
    array for each signal that the engine knows; for what they mean, see `ranking.SIGNALS`. `density` is how near to
    each other the index's passages are (0 to 1); None where the question was searched by words alone.
    """

    rows: NDArray[np.int64]
    articles: NDArray[np.int64]
    twins: NDArray[np.int32]
    measured: Mapping[str, Floats]
    density: float | None = None


class Engine(Protocol):
    """One published generation of an index, open for questions from any number of threads."""

    @property
    def name(self) -> str:
        """The generation's name."""

    @property
    def encoder(self) -> str:
        """The name of the encoder that makes the vectors of questions; "" where there is none."""

    @property
    def names(self) -> Sequence[str]:
        """The heading or question of every passage, by its row."""

    @property
    def cards(self) -> tuple[Card, ...]:
        """Every article, in the order of the source."""

    def analyse(self, text: str) -> tuple[Term, ...]:
        """A text's terms by the index's own analysis, in order, with their places in the text."""

    def places(self, text: str, terms: Container[str]) -> list[Place]:
        """Where some terms stand in a text: (term, start, end), in order."""

    def places_in(self, rows: Iterable[int], terms: Iterable[str]) -> list[tuple[list[Place], list[Place]]]:
        """Where some terms stand in the passages of these rows: above each (see `indexer.places.above`) and in its
        text, in order."""

    def knows(self, term: str) -> bool:
        """Whether any passage has a term."""

    def correct(self, word: str) -> str:
        """What was meant by a word that the index does not have: one that it has, or two that were run together.

        "" where the word is good as it is, or where none of the index is likely.
        """

    def encode(self, text: str, concerns: tuple[Span, ...]) -> Floats | None:
        """The vectors of a text and of parts of it, of shape (1 + concerns, dimensions); None where the index was made
        without an encoder, or it cannot be run here."""

    def find(self, query: Query, k: int) -> Candidates:
        """The passages that are among the k best by the query's terms, or by its vectors."""

    def fetch(self, rows: Iterable[int]) -> tuple[Passage, ...]:
        """The passages of these rows, in this order."""

    def read(self, url: str) -> Reading | None:
        """The article at a URL of ours, None if there is none."""
