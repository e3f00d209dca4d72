"""Statistics that cannot tell on anyone: what is counted of searches and clicks, and written by a thread of its own.

Off unless the owner gives them a folder. Then, by day: the topic of each best answer, questions without a good answer,
clicks on "helpful" and "not helpful" by passage, and for a question that speaks of danger its category and nothing
else. A question, or a word of one, is written once CROWD visits have brought it (see `crowds`), and from then on in
whole crowds: no single visit ever changes a text or the number beside it, except as the last of five. Letters, private
searches and suggestions are not counted by their words at all; private searches not even otherwise.

What this protects against: whoever reads the folder, a backup of it, the log or `advice stats`, now or later, finds no
words that fewer than five visits brought, no address, no browser, and nothing that joins two searches.

What it does not: a visit is not a person. Who comes with the same words on five days, or with five browsers, is a
crowd; whoever sends a question four times in disguise, and looks, learns whether somebody sends it a fifth time. The
counts by day hold from the first: on a site with few visitors, who knows that somebody was there on a day may guess the
topic, and the file system knows the second of the last write, as the access log does that of each request. Whoever can
read the memory of the running server, or what goes over its wire, needs none of this.
"""

import logging
import re
import threading
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from .crowds import CROWD, Crowds, Visits, shared_form
from .engine import Engine
from .repeating import Repeating
from .reply import Reply
from .settings import StatisticsSettings
from .stopwords import QUESTION_WORDS
from .tallies import Tallies, Tally

SECONDS_BETWEEN_WRITES = 1.0
MOST_UNWRITTEN = 20_000  # names, while the folder cannot be written; further ones are not counted

_DIGIT = re.compile(r"\d")
_log = logging.getLogger("advice.statistics")


class StatisticsError(Exception):
    """A folder that statistics cannot be kept in; the message names it and the next step."""


class WrongPlace(StatisticsError):
    """It is in the folder of the index."""


@dataclass(frozen=True, slots=True)
class Search:
    """What is counted of a search: a question as its visitor put it and as everybody may have put it ("" for one that
    is too personal), words of it, a category of danger, the topic of the best answer; "" for none."""

    question: str
    shared: str
    words: tuple[str, ...]
    category: str
    topic: str
    answered: bool


def search_of(found: Reply, engine: Engine) -> Search:
    """What is counted of a reply."""
    question, category = found.results.query.question, found.danger.category if found.danger else ""
    shared = "" if category else shared_form(question)
    answered = found.fits and bool(found.kinds)  # kinds of what fits, before it was limited
    best = found.card or next(iter(found.results.hits), None) if answered else None
    topics = next((card.topics for card in engine.cards if best and card.url == best.passage.url), ())
    return Search(question, shared, _words(shared, engine), category, next(iter(topics), ""), answered)


def _words(text: str, engine: Engine) -> tuple[str, ...]:
    """The words that say what a question is about, each once."""
    found = (text[term.start : term.end] for term in engine.analyse(text))
    return tuple(dict.fromkeys(word for word in found if word not in QUESTION_WORDS and not _DIGIT.search(word)))


def today() -> date:
    """The day by Coordinated Universal Time."""
    return datetime.now(UTC).date()


class Statistics:
    """Counts in memory, and writes once a second what is new. Raises OSError where the folder cannot be written."""

    def __init__(self, tallies: Tallies, clock: Callable[[], date] = today) -> None:
        self._tallies, self._clock = tallies, clock
        self._lock = threading.Lock()
        self._visits, self._crowds = Visits(), Crowds()
        self._days: Counter[tuple[date, Tally]] = Counter()
        self._texts: Counter[Tally] = Counter()
        self._tidied, self._failing = date.min, False
        self._writing = Repeating("statistics", SECONDS_BETWEEN_WRITES, self.write)

    def searched(self, visitor: str, search: Search) -> None:
        """Counts a search, once a day for the same visitor and question: pages of results are no searches."""
        with self._lock:
            day = self._clock()
            if not self._visits.is_new(day, visitor, "search", search.question):
                return
            if search.category:
                self._count(day, "categories", search.category)
                return
            if search.topic:
                self._count(day, "topics", search.topic)
            if not search.answered:
                self._count(day, "unanswered", "questions")
            self._bring(day, visitor, search)

    def clicked(self, visitor: str, passage: str, helpful: bool) -> None:
        """Counts a click on what a passage was, by its address; once a day for the same visitor."""
        kind = "helpful" if helpful else "not_helpful"
        with self._lock:
            day = self._clock()
            if self._visits.is_new(day, visitor, kind, passage):
                self._count(day, kind, passage)

    def start(self) -> None:
        """Begins to write in a thread of its own, until `stop`."""
        self._writing.start()

    def stop(self) -> None:
        """Writes what is left, and ends."""
        self._writing.stop()
        self.write()

    def write(self) -> None:
        """Writes what is new, drops what is old, and forgets yesterday's visitors. What cannot be written waits."""
        with self._lock:
            day = self._clock()
            self._visits.begin(day)
            self._crowds.forget_before(day)
            days, texts = self._days, self._texts
            self._days, self._texts = Counter(), Counter()
        try:
            self._write(day, days, texts)
            self._failing = False
        except OSError as error:
            self._tell(error)
            with self._lock:
                self._days.update(days)
                self._texts.update(texts)

    def _write(self, day: date, days: Counter[tuple[date, Tally]], texts: Counter[Tally]) -> None:
        """Takes out of the counters what it has written. Raises OSError."""
        if day != self._tidied:
            self._tallies.tidy(day)
            self._tidied = day
        for other in sorted({when for when, _ in days}):
            counts = {tally: count for (when, tally), count in days.items() if when == other}
            self._tallies.add(other, counts)
            for tally in counts:
                del days[other, tally]
        if texts:
            self._tallies.add_texts(day, texts)
            texts.clear()

    def _tell(self, error: OSError) -> None:
        """Once, until it works again."""
        if not self._failing:
            _log.error("statistics cannot be written (%s); they wait in memory", error.strerror or type(error).__name__)
        self._failing = True

    def _bring(self, day: date, visitor: str, search: Search) -> None:
        kinds = ("questions",) if search.answered else ("questions", "unanswered_questions")
        texts = [Tally(kind, search.shared) for kind in kinds if search.shared]
        for text in (*texts, *(Tally("words", word) for word in search.words)):
            is_new = self._visits.is_new(day, visitor, *text)
            if is_new and self._crowds.is_full(day, *text) and len(self._texts) < MOST_UNWRITTEN:
                self._texts[text] += CROWD

    def _count(self, day: date, kind: str, name: str) -> None:
        key = day, Tally(kind, name)
        if key in self._days or len(self._days) < MOST_UNWRITTEN:
            self._days[key] += 1


def open_statistics(settings: StatisticsSettings | None) -> Statistics | None:
    """What counts by the owner's settings, None where nothing is to be counted. Raises StatisticsError."""
    if not settings:
        return None
    try:
        return Statistics(Tallies(settings.folder, settings.keep_days))
    except OSError as error:
        raise StatisticsError(
            f"{settings.folder}: cannot be written ({error.strerror or error}); name another folder in [statistics]"
        ) from error


def check_place(settings: StatisticsSettings | None, index: Path) -> None:
    """Raises WrongPlace where the folder is in that of the index, which is copied, replaced and thrown away."""
    if settings and settings.folder.resolve().is_relative_to(index.resolve()):
        raise WrongPlace(f"{settings.folder}: is in the index {index}; name another folder in [statistics]")
