"""What can be suggested while somebody types: the site's own questions, titles and headings, never what others asked.

Strategy: a name fits where every word typed begins a word of it. The words of all names are one sorted list, so words
that begin alike stand side by side, and so do their postings. Names are numbered in the order in which they are shown,
questions and titles before headings, shorter ones first: the first k of those that fit are the best.
"""

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Literal, NamedTuple
from unicodedata import combining, normalize
from weakref import WeakKeyDictionary

import numpy as np
from numpy.typing import NDArray
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from .engine import Card, Engine
from .spelling import FUNCTION_WORDS, LONGEST

Kind = Literal["faq", "article", "section"]
Numbers = NDArray[np.int32]

BY_DEFAULT, MOST = 7, 20  # suggestions at once
LONGEST_TEXT = 200  # characters; who has written more asks a question of their own
SHORTEST_TYPO = 4  # letters of a word that may be mistyped; there is no telling what a shorter one was

_AFTER_ALL = "\U0010ffff"  # sorts after every letter
_APOSTROPHES = re.compile("['’‘ʼ`]")
_WORD = re.compile(r"\w+")


class Name(NamedTuple):
    """A name that fits: its text, its kind, and its row among the engine's names, or its place among the cards."""

    text: str
    kind: Kind
    row: int


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A name, and where it leads."""

    text: str
    kind: Kind
    url: str


def suggest(engine: Engine, text: str, k: int = BY_DEFAULT) -> tuple[Suggestion, ...]:
    """The k best suggestions for what has been typed so far; none for a text longer than LONGEST_TEXT."""
    names = _suggester_of(engine).find(text, k) if len(text) <= LONGEST_TEXT else []
    passages = iter(engine.fetch(name.row for name in names if name.kind != "article"))
    return tuple(
        Suggestion(name.text, name.kind, _address(engine.cards[name.row]))
        if name.kind == "article"
        else Suggestion(name.text, name.kind, next(passages).address)
        for name in names
    )


def _address(card: Card) -> str:
    return card.live or card.url


_made: WeakKeyDictionary[Engine, "Suggester"] = WeakKeyDictionary()  # a generation that is let go takes its own along
_making = Lock()


def _suggester_of(engine: Engine) -> "Suggester":
    """The engine's suggester, made when it is first asked for."""
    with _making:
        if engine not in _made:
            _made[engine] = Suggester(engine.names, engine.cards)
        return _made[engine]


class Suggester:
    """Finds names by what they begin with: `names` as an engine has them, and the titles of its cards."""

    def __init__(self, names: Sequence[str], cards: Sequence[Card]) -> None:
        self._names, self._cards = names, cards
        faqs = (n >= card.passages - card.faqs for card in cards for n in range(card.passages))
        self._early = np.fromiter((*faqs, *(True for _ in cards)), dtype=bool)  # questions and titles, by row
        texts = [*names, *(card.title for card in cards)]
        by_text = [" ".join(words_of(text)) for text in texts]
        self._rows = _in_order(texts, by_text, ~self._early)
        self._first_heading = np.count_nonzero(self._early[self._rows])
        mine = [by_text[row] for row in self._rows]
        self._by_text = np.array(sorted(range(len(mine)), key=mine.__getitem__), dtype=np.int32)
        self._words, self._bounds, self._postings = _inverted([text.split() for text in mine])

    def find(self, text: str, k: int) -> list[Name]:
        """The k best names for a text. Words that only ask ("how do I") are left out where nothing has them all."""
        typed = words_of(text)
        numbers = self._fitting(typed)
        if not len(numbers):
            typed = [word for word in typed if word not in FUNCTION_WORDS]
            numbers = self._fitting(typed)
        return [self._name(number) for number in self._best(numbers, typed)[:k]]

    def _name(self, number: int) -> Name:
        row = int(self._rows[number])
        if row >= len(self._names):
            place = row - len(self._names)
            return Name(self._cards[place].title, "article", place)
        return Name(self._names[row], "faq" if self._early[row] else "section", row)

    def _fitting(self, typed: Sequence[str]) -> Numbers:
        """The numbers of the names in which every word typed begins a word; one of them may have a typing error."""
        begun = {word: self._beginning(word) for word in typed}
        unknown = [word for word, place in begun.items() if place.start == place.stop]
        places = [[place] for word, place in begun.items() if word not in unknown]
        if len(unknown) == 1:
            places.append([self._beginning(start) for start in self._near(unknown[0])])
        fitting = np.full(len(self._rows), bool(typed) and len(unknown) < 2)
        for found in places:
            fitting &= self._having(found)
        return np.flatnonzero(fitting).astype(np.int32)

    def _beginning(self, start: str) -> slice:
        """The words that begin with a start."""
        return slice(bisect_left(self._words, start), bisect_left(self._words, start + _AFTER_ALL))

    def _near(self, word: str) -> list[str]:
        """Beginnings of words that are one edit away from a word that begins none; its first letter is right."""
        if not SHORTEST_TYPO <= len(word) <= LONGEST or word in FUNCTION_WORDS:
            return []
        lengths = (len(word) - 1, len(word), len(word) + 1)
        starts = {known[:length] for known in self._words[self._beginning(word[0])] for length in lengths}
        return [start for start, _, _ in extract(word, starts, scorer=OSA.distance, score_cutoff=1, limit=None)]

    def _having(self, places: Sequence[slice]) -> NDArray[np.bool_]:
        """Which names have any of the words at these places."""
        having = np.zeros(len(self._rows), dtype=bool)
        for place in places:
            having[self._postings[self._bounds[place.start] : self._bounds[place.stop]]] = True
        return having

    def _best(self, numbers: Numbers, typed: list[str]) -> Numbers:
        """Questions and titles first, of these and of the headings the ones that begin with what was typed."""
        begins = np.zeros(len(self._rows), dtype=bool)
        begins[self._begun_by(" ".join(typed))] = True
        later = 2 * (numbers >= self._first_heading) + ~begins[numbers]
        return numbers[np.argsort(later.astype(np.int8), kind="stable")]

    def _begun_by(self, typed: str) -> Numbers:
        """The numbers of the names that begin with these words, of which the last may go on."""
        bounds = (bisect_left(self._by_text, bound, key=self._text_of) for bound in (typed, typed + _AFTER_ALL))
        return self._by_text[slice(*bounds)]

    def _text_of(self, number: int) -> str:
        return " ".join(words_of(self._name(number).text))


def words_of(text: str) -> list[str]:
    """A text's words without case, accents and apostrophes: "Why won’t Zoë …?" is why, wont, zoe."""
    if not text.isascii():
        text = normalize("NFKD", normalize("NFKD", text.replace("´", "'")).casefold())  # "´" would become a space
        text = "".join(letter for letter in text if not combining(letter))
    return _WORD.findall(_APOSTROPHES.sub("", text.casefold()))


def _in_order(texts: Sequence[str], by_text: Sequence[str], headings: NDArray[np.bool_]) -> Numbers:
    """The rows of different names, in the order in which they are shown."""
    first: dict[str, int] = {}
    for row in np.lexsort((np.array([len(text) for text in texts]), headings)).tolist():
        first.setdefault(by_text[row], row)
    return np.array(list(first.values()), dtype=np.int32)


def _inverted(names: Sequence[Sequence[str]]) -> tuple[list[str], NDArray[np.int64], Numbers]:
    """All words, sorted, and for each the bounds of its postings: the numbers of the names that have it."""
    words = sorted({word for name in names for word in name})
    place = {word: n for n, word in enumerate(words)}
    having = (place[word] * len(names) + number for number, name in enumerate(names) for word in name)
    pairs = np.sort(np.fromiter(having, dtype=np.int64))
    bounds = np.searchsorted(pairs, np.arange(len(words) + 1) * len(names))
    return words, bounds, (pairs % len(names)).astype(np.int32)
