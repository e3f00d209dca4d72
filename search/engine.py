"""What the rest of the search side needs of an index, whatever keeps it.

Analysed terms go in, hits with measured signals come out. No type of the index's own and no path crosses this line, so
that an engine on another machine can stand behind it too; the contract is in tests/test_engine.py.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from indexer.model import Article, Passage

from .model import Hit, Query, Term


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


@dataclass(frozen=True, slots=True)
class Reading:
    """An article to read: its outline (sections and FAQs without text) and the passages that hold the text."""

    article: Article
    passages: Mapping[str, tuple[Passage, ...]]  # by anchor, each in order of its parts


class Engine(Protocol):
    """One published generation of an index, open for questions from any number of threads."""

    @property
    def name(self) -> str:
        """The generation's name."""

    @property
    def cards(self) -> tuple[Card, ...]:
        """Every article, in the order of the source."""

    def analyse(self, text: str) -> tuple[Term, ...]:
        """A text's terms by the index's own analysis, in order, with their places in the text."""

    def knows(self, term: str) -> bool:
        """Whether any passage has a term."""

    def correct(self, word: str) -> str:
        """What was meant by a word that the index does not have: one that it has, or two that were run together.

        "" where the word is good as it is, or where none of the index is likely.
        """

    def find(self, query: Query, k: int) -> tuple[Hit, ...]:
        """The k best passages for a query by the engine's own measure, best first, with the signals it measured."""

    def read(self, url: str) -> Reading | None:
        """The article at a URL of ours, None if there is none."""
