"""What a question says, in words that rules can be written with: one spelling, one form of address, who is who.

Strategy: the text becomes plain lower-case words; contractions, slang and run-together words are rewritten by a table;
a word that is no English one becomes the nearest that a rule knows. Then every mention of a person is tagged with what
they are to the visitor ("husband_partner"), and every "he" and "her" with who was last spoken of ("he_partner").

Whoever reads no rules, but what a text means, gets the text itself, with its strange words as they were meant.

All of it takes time in proportion to the text, and looks up a bounded number of strange words.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property, lru_cache
from itertools import groupby, islice

from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from .spelling import Speller, is_english

Words = tuple[str, ...]

SENTENCE, OVERLAP = 60, 20  # words of one that are looked at together; a longer one is read in parts that overlap
STRANGE = 200  # words that no list has and that are compared with the known ones, in one question
MENDED = 20  # of them that are compared with all English words, too: that takes a hundred times as long
SAID = 20  # times that each word which rules know counts as said: a likelier one than most
SHORTEST, TWO_EDITS = 4, 7  # letters of a word that is compared, and in which two edits are believed
LONGEST = 24  # letters of a word that is compared, and remembered; a longer one may be a whole letter
END = "."
NOBODY = "unnamed"  # the role of a "he" before whom nobody was named

_WORD = re.compile(r"[^\W_](?:[\w'’@$!*+|]*[^\W_]|\*+)?")
_TOKEN = re.compile(rf"[$@]?{_WORD.pattern}|[.!?;…\n)(:\"]+")
_WORD_END = re.compile(r"^(can)not$|^(wo|ca|sha)n't$|^(\w+)n't$|^(\w+)'(m|re|ve|ll|d|s)$")
_SHORT_FORMS = {"m": "am", "re": "are", "ve": "have", "ll": "will", "d": "would"}
_IRREGULAR = {"wo": "will", "ca": "can", "sha": "shall"}
_LEET = str.maketrans(
    {"0": "o", "1": "i", "3": "e", "4": "a", "5": "s", "7": "t", "@": "a", "$": "s", "!": "i", "|": "i"}
)
_TWO = re.compile(r"(.)\1")
_THREE = re.compile(r"(.)\1{2,}")
_IS = frozenset("he she it that there what who how where everything everyone nobody".split())
_MALE, _FEMALE = frozenset("he him his".split()), frozenset("she her hers".split())
PRONOUNS = _MALE | _FEMALE | frozenset("they them their".split())


@dataclass(frozen=True, slots=True)
class Person:
    """What a word for a person says: what they are to the visitor, and their sex: "m", "f", "" for either, "p" for
    several, "-" where no "he" points back to the word."""

    role: str
    sex: str


@dataclass(frozen=True, eq=False)
class Vocabulary:
    """The words that the rules know: what is rewritten, what says nothing, who is who, and all that may be meant by a
    misspelled one."""

    rewritten: dict[Words, Words]
    dropped: frozenset[str]
    people: dict[str, Person]
    known: frozenset[str]

    def read(self, text: str) -> list[str]:
        """The text's sentences, each as words between single spaces, with a space before and after."""
        words = [word for word in self._rewritten(list(self._spelled(text))) if word not in self.dropped]
        sentences = [
            list(group) for ended, group in groupby(self._tagged(words), lambda word: word == END) if not ended
        ]
        return [f" {' '.join(part)} " for sentence in sentences for part in _parts(sentence)]

    def mended(self, text: str) -> str:
        """The text with its first MENDED strange words as they were probably meant, and slang in plain words; all else
        stays as it is written."""
        strange = filter(self._is_strange, dict.fromkeys(_WORD.findall(text)))
        better = {word: self._plainly(word.casefold()) for word in islice(strange, MENDED)}
        return _WORD.sub(lambda found: better.get(found[0]) or found[0], text) if better else text

    def _is_strange(self, word: str) -> bool:
        plain = word.casefold()
        unknown = (plain,) in self.rewritten or plain not in self.known
        return unknown and plain[0].isalpha() and not {"'", "’"} & set(plain) and not is_english(plain)

    def _plainly(self, word: str) -> str:
        """What a strange word was meant to be; "" where nothing is near."""
        if slang := self.rewritten.get((word,)):
            return " ".join(slang)
        if not word.isalpha():
            return " ".join(self._meant(word))
        return self._corrected(word) if len(word) <= LONGEST else ""

    @lru_cache(maxsize=10_000)  # noqa: B019 - as below
    def _corrected(self, word: str) -> str:
        return self._speller.correct(word)

    @cached_property
    def _speller(self) -> Speller:
        return Speller(dict.fromkeys(filter(str.isalpha, self.known), SAID), lambda word: True)

    def _spelled(self, text: str) -> Iterator[str]:
        left = STRANGE
        for word in _joined(_plain(text)):
            if word == END or word in self.known or word.isdecimal() or is_english(word):
                yield word
            else:
                left -= 1
                yield from self._meant(word) if left >= 0 else (word,)

    def _meant(self, word: str) -> Words:
        """What a word that is no English one was meant to be; itself, where no known word is near."""
        for better in _respelled(word):
            if better in self.known or is_english(better):
                return (better,)
        word = min(_respelled(word), key=len)
        return self._likeliest(word) if len(word) <= LONGEST else (word,)

    @lru_cache(maxsize=10_000)  # noqa: B019 - one vocabulary lives as long as the process
    def _likeliest(self, word: str) -> Words:
        return self._censored(word) or self._run_together(word) or self._near(word) or (word,)

    def _censored(self, word: str) -> Words:
        if "*" not in word or len(word.strip("*")) < 2:
            return ()
        pattern = re.compile(".".join(map(re.escape, word.split("*"))))
        return tuple(sorted(known for known in self.known if len(known) == len(word) and pattern.fullmatch(known))[:1])

    def _run_together(self, word: str) -> Words:
        if len(word) < 2 * SHORTEST:
            return ()
        splits = ((word[:at], word[at:]) for at in range(2, len(word) - 2))
        return next((split for split in splits if self.known.issuperset(split)), ())

    def _near(self, word: str) -> Words:
        if len(word) < SHORTEST:
            return ()
        distance = 2 if len(word) >= TWO_EDITS else 1
        found = extract(word, self.known, scorer=OSA.distance, score_cutoff=distance, limit=None)
        near = [
            (edits, abs(len(known) - len(word)), known)
            for known, edits, _ in found
            if len(known) >= SHORTEST and known[0] == word[0]
        ]
        return (min(near)[-1],) if near else ()

    def _rewritten(self, words: list[str]) -> Iterator[str]:
        return self._rewrite(list(self._rewrite(words)))

    def _rewrite(self, words: list[str]) -> Iterator[str]:
        longest, place = max(map(len, self.rewritten), default=1), 0
        while place < len(words):
            lengths = range(longest, 0, -1)
            length = next((n for n in lengths if tuple(words[place : place + n]) in self.rewritten), 0)
            yield from self.rewritten[tuple(words[place : place + length])] if length else (words[place],)
            place += length or 1

    def _tagged(self, words: Iterable[str]) -> Iterator[str]:
        mentioned, owner, before = Mentioned(), "", ""
        for word in words:
            if person := self.people.get(word):
                owner = _role(person.role, owner, before)
                mentioned.add(owner, person.sex)
                word = f"{word}_{owner}"
            elif word in PRONOUNS:
                word = f"{word}_{mentioned.role(word)}"
            elif word == END:
                owner = ""
            yield word
            before = word


def _role(role: str, owner: str, before: str) -> str:
    """What somebody is to the visitor who was named with a possessive: "mum's boyfriend" has a parent's power, "my
    boyfriend's ex" is a stranger. `owner` was named last, `before` is the word in front."""
    if role == "child" and owner == "toddler" and before.endswith("_toddler"):
        return "toddler"
    if role == "partner" and (owner, before) == ("elder", "s"):
        return "elder"
    possessed = (before == "s" and owner) or before.partition("_")[0] in ("his", "her", "their")
    return "stranger" if role == "ex" and possessed else role


class Mentioned:
    """Who was spoken of last, for the next "he" or "she"."""

    def __init__(self) -> None:
        self._last: dict[str, tuple[str, bool]] = {}

    def add(self, role: str, sex: str) -> None:
        """Someone is spoken of. One of either sex does not take the place of one whose sex was told."""
        for one in ("m", "f", "") if not sex else (sex, "") if sex != "-" else ():
            if sex or not self._last.get(one, ("", False))[1]:
                self._last[one] = role, bool(sex)

    def role(self, pronoun: str) -> str:
        """What the person is whom a pronoun means."""
        sex = "m" if pronoun in _MALE else "f" if pronoun in _FEMALE else ""
        return self._last.get(sex, (NOBODY, False))[0]


def _plain(text: str) -> Iterator[str]:
    """Lower-case words without apostrophes, and END where a sentence ends."""
    for token in _TOKEN.findall(text.casefold().replace("’", "'").replace("‘", "'").replace("`", "'")):
        if not any(map(str.isalnum, token)):
            yield END
        else:
            yield from _long_form(token.strip("'!|"))


def _long_form(word: str) -> Iterator[str]:
    found = _WORD_END.match(word)
    if not found:
        yield word.replace("'", "")
    elif found[4]:
        yield found[4].replace("'", "")
        yield _SHORT_FORMS.get(found[5]) or ("is" if found[4] in _IS else "s")
    else:
        first = found[1] or found[2] or found[3]
        yield _IRREGULAR.get(first, first)
        yield "not"


def _joined(words: Iterable[str]) -> Iterator[str]:
    """Words that were written with a space after each letter become one."""
    for single, group in groupby(words, lambda word: len(word) == 1 and word.isalpha()):
        letters = list(group)
        if single and len(letters) >= SHORTEST:
            yield "".join(letters)[:LONGEST]
        else:
            yield from letters


def _respelled(word: str) -> Iterator[str]:
    """A word without digits for letters, and without letters that were repeated for emphasis."""
    letters = word.translate(_LEET) if any(map(str.isalpha, word)) else word
    yield letters
    yield letters.replace("i", "l") if letters != word else letters
    yield _THREE.sub(r"\1\1", letters)
    yield _THREE.sub(r"\1", letters)
    yield _TWO.sub(r"\1", letters)


def _parts(words: list[str]) -> Iterator[list[str]]:
    yield from (words[at : at + SENTENCE] for at in range(0, max(len(words) - OVERLAP, 1), SENTENCE - OVERLAP))
