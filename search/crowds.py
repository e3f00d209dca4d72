"""When as many visits have brought the same words that the words tell on nobody: in memory, by keyed hashes.

Strategy: a visit is a day and a visitor. Nobody is recognised from one day to the next, since there are no cookies: a
visitor is a keyed hash of an address and a browser's name, mixed with what was done, under a key that is made anew each
day. When the day is over, the key is forgotten with all the hashes, so that nobody can find out any more whose they
were, or which belonged together. Words are a keyed hash too, under a key that ends with the process; beside it stands
how many visits brought them. The words themselves are not kept: the visit that makes the crowd full brings them along.

This file does not know about files, HTTP or what a search is.
"""

import re
import secrets
import unicodedata
from collections import OrderedDict
from datetime import date, timedelta

from .keyed import KEY_BYTES, keyed_hash

CROWD = 5  # visits; fewer tell too much, and it is no setting, so that no owner can be talked into less
MOST_DEEDS = 100_000  # that are remembered on a day, some 10 MB; what comes after is not counted on that day
MOST_TEXTS = 20_000  # that wait for a crowd, some 5 MB; those that were brought longest ago are forgotten first
PATIENCE = timedelta(days=30)  # how long a text waits for the next visit that brings it
LONGEST = 200  # characters of a question that is counted by its words; a letter is nobody else's
_PERSONAL = re.compile(r"@|://|\w\.[a-z]{2}|\d(?:[\W_]*\d){4}")  # an address, or a telephone number, however divided
_APOSTROPHES = str.maketrans("’‘ʼ", "'''")


def shared_form(question: str) -> str:
    """A question as everybody may have put it: without capitals, punctuation and spaces to spare; "" for one that
    nobody else will put, because it is long or has an address or a number in it."""
    text = unicodedata.normalize("NFKC", question[:LONGEST]).casefold().translate(_APOSTROPHES)
    if max(len(question), len(text)) > LONGEST or _PERSONAL.search(text):
        return ""
    kept = "".join(sign if sign == "'" or unicodedata.category(sign)[0] in "LMN" else " " for sign in text)
    return " ".join(word for part in kept.split() if (word := part.strip("'")))


class Visits:
    """What each visitor has done today, so that it counts once."""

    def __init__(self) -> None:
        self._day = date.min
        self._key = b""
        self._deeds: set[int] = set()

    def is_new(self, day: date, visitor: str, *deed: str) -> bool:
        """Whether a visitor does this for the first time on this day; remembers it. False where too much was done
        already."""
        self.begin(day)
        seen = _hash(self._key, visitor, *deed)
        if seen in self._deeds or len(self._deeds) >= MOST_DEEDS:
            return False
        self._deeds.add(seen)
        return True

    def begin(self, day: date) -> None:
        """Forgets all that was done on a day before, and its key. A clock that is set back begins no day anew: its
        visitors would count once more."""
        if day > self._day:
            self._day, self._key, self._deeds = day, secrets.token_bytes(KEY_BYTES), set()


class Crowds:
    """How many visits have brought a text, until they are a crowd; then it begins anew."""

    def __init__(self) -> None:
        self._key = secrets.token_bytes(KEY_BYTES)
        self._waiting: OrderedDict[int, tuple[int, date]] = OrderedDict()

    def is_full(self, day: date, *text: str) -> bool:
        """Counts one more visit that brought a text; whether it makes a crowd of those since the last one."""
        name = _hash(self._key, *text)
        visits = self._waiting.pop(name, (0, day))[0] + 1
        if visits == CROWD:
            return True
        self._waiting[name] = visits, day
        if len(self._waiting) > MOST_TEXTS:
            self._waiting.popitem(last=False)
        return False

    def forget_before(self, day: date) -> None:
        """Forgets the texts that nobody has brought for too long."""
        while self._waiting and next(iter(self._waiting.values()))[1] < day - PATIENCE:
            self._waiting.popitem(last=False)


def _hash(key: bytes, *parts: str) -> int:
    """64 bits: of 100,000 deeds two are taken for one with a likelihood of 1 in 3,000 million."""
    return int.from_bytes(keyed_hash(key, *parts, size=8))
