"""Where the statistics are kept: one small JSON file a day, and one for the texts that a crowd has brought.

    FOLDER/2026-11-23.json     how often, by kind and name: {"topics": {"Trust": 12}, ...}
    FOLDER/texts.json          texts, by kind: how many visits at least, and the month of the last crowd
    FOLDER/*.new               what is being written; it takes the place of the file in one rename
    FOLDER/*.damaged           a file that could not be read, put aside until it would have been dropped
    FOLDER/lock                held while something is written

A file is read, added to and replaced, so a process that is killed leaves the old file or the new one. This file knows
nothing of visitors, and writes what it is given.
"""

import logging
import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Annotated, NamedTuple, TypeVar

from filelock import FileLock
from pydantic import BaseModel, ConfigDict, Field, ValidationError

TEXTS = "texts"
MOST_NAMES = 5_000  # of a kind in a file; the largest counts are kept
WAITING_FOR_LOCK = 10  # seconds

Count = Annotated[int, Field(gt=0)]
Counts = dict[str, Count]

_log = logging.getLogger("advice.statistics")


class Tally(NamedTuple):
    """What is counted: a field of Day or of Texts, and a name in it."""

    kind: str
    name: str


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class Day(_Strict):
    """How often something happened on a day, by name. `unanswered` has the name "questions" alone; `helpful` and
    `not_helpful` have addresses of passages, `categories` those of danger."""

    topics: Counts = {}
    unanswered: Counts = {}
    helpful: Counts = {}
    not_helpful: Counts = {}
    categories: Counts = {}


class Crowd(_Strict):
    """How many visits at least brought a text, in whole crowds, and the month (2026-11) in which the last was full."""

    visits: Count
    month: Annotated[str, Field(pattern=r"^\d{4}-\d\d$")]


class Texts(_Strict):
    """What crowds have brought: whole questions, those without a good answer, and words of questions."""

    questions: dict[str, Crowd] = {}
    unanswered_questions: dict[str, Crowd] = {}
    words: dict[str, Crowd] = {}


Kept = TypeVar("Kept", Day, Texts)


@dataclass(frozen=True, slots=True)
class Contents:
    """What is in the folder: the counts of each day that has any, texts, and what is damaged."""

    days: Mapping[date, Day]
    texts: Texts
    damaged: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether anything was counted."""
        return bool(self.days) or self.texts != Texts()


class DamagedError(ValueError):
    """A file of the statistics that is not what was written; the message names it."""


class Tallies:
    """The folder. Raises OSError where it cannot be written."""

    def __init__(self, folder: Path, keep_days: int) -> None:
        self._folder = folder
        self._keep = timedelta(days=keep_days)
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._lock = FileLock(folder / "lock", timeout=WAITING_FOR_LOCK)
        with self._lock:
            pass  # or it could not be written

    def add(self, day: date, counts: Mapping[Tally, int]) -> None:
        """Adds to the counts of a day. Raises OSError."""
        with self._lock:
            path = day_file(self._folder, day)
            known = self._read(path, Day).model_dump()
            for (kind, name), count in counts.items():
                known[kind][name] = known[kind].get(name, 0) + count
            _replace(path, Day(**{kind: dict(Counter(names).most_common(MOST_NAMES)) for kind, names in known.items()}))

    def add_texts(self, day: date, visits: Mapping[Tally, int]) -> None:
        """Adds to the visits that brought texts, and drops those that are too old. Raises OSError."""
        with self._lock:
            path = self._folder / f"{TEXTS}.json"
            known = dict(self._read(path, Texts))
            for (kind, name), count in visits.items():
                before = known[kind][name].visits if name in known[kind] else 0
                known[kind] = known[kind] | {name: Crowd(visits=before + count, month=f"{day:%Y-%m}")}
            _replace(path, Texts(**{kind: self._recent(day, texts) for kind, texts in known.items()}))

    def tidy(self, day: date) -> None:
        """Drops what is too old on a day. Raises OSError."""
        oldest = (day - self._keep).isoformat()
        for path in (*self._folder.glob("????-??-??.*"), self._folder / f"{TEXTS}.damaged"):
            if path.is_file() and _last_day(path) < oldest:
                path.unlink(missing_ok=True)
        if (self._folder / f"{TEXTS}.json").exists():
            self.add_texts(day, {})

    def _recent(self, day: date, texts: Mapping[str, Crowd]) -> dict[str, Crowd]:
        oldest = f"{day - self._keep:%Y-%m}"
        recent = [(text, crowd) for text, crowd in texts.items() if crowd.month >= oldest]
        recent.sort(key=lambda found: (found[1].month, found[1].visits), reverse=True)
        return dict(recent[:MOST_NAMES])

    def _read(self, path: Path, kind: type[Kept]) -> Kept:
        """A file's contents; nothing where there is none, or a damaged one, which is put aside. Raises OSError."""
        try:
            return read(path, kind)
        except DamagedError as error:
            aside = path.with_suffix(".damaged")
            os.replace(path, aside)
            _log.error("%s; it is kept as %s, and counting begins anew", error, aside.name)
            return kind()


def day_file(folder: Path, day: date) -> Path:
    """Where a day's counts are."""
    return folder / f"{day.isoformat()}.json"


def _last_day(path: Path) -> str:
    """The day that a file is of; of texts, when they were written."""
    written = datetime.fromtimestamp(path.stat().st_mtime, UTC)
    return written.date().isoformat() if path.stem == TEXTS else path.name[:10]


def read(path: Path, kind: type[Kept]) -> Kept:
    """A file's contents, nothing where there is none. Raises DamagedError or OSError."""
    try:
        return kind.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return kind()
    except ValidationError:
        raise DamagedError(f"{path}: is damaged") from None


def contents(folder: Path, first: date, last: date) -> Contents:
    """What was counted from one day to another, and the texts of these months. Raises OSError."""
    days: dict[date, Day] = {}
    damaged: list[str] = []
    for path in sorted(folder.glob("????-??-??.json")):
        if first.isoformat() <= path.stem <= last.isoformat():
            try:
                days[date.fromisoformat(path.stem)] = read(path, Day)
            except ValueError as error:  # damaged, or named like no day
                damaged.append(str(error))
    try:
        texts = read(folder / f"{TEXTS}.json", Texts)
    except DamagedError as error:
        texts = Texts()
        damaged.append(str(error))
    return Contents(days, _since(texts, first), tuple(damaged))


def _since(texts: Texts, first: date) -> Texts:
    month = f"{first:%Y-%m}"
    recent = {
        kind: {text: crowd for text, crowd in known.items() if crowd.month >= month}
        for kind, known in dict(texts).items()
    }
    return Texts(**recent)


def _replace(path: Path, kept: Day | Texts) -> None:
    """Writes a file aside, for its owner's eyes alone, and puts it in place."""
    aside = path.with_suffix(".new")
    handle = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with open(handle, "w", encoding="utf-8") as file:
        file.write(kept.model_dump_json(indent=1, exclude_defaults=True))
        file.flush()
        os.fsync(handle)
    os.replace(aside, path)
