"""From a misspelled word to the one that was meant. This file knows words and how often they are said, and no index.

Strategy: the noisy channel (Kernighan, Church and Gale, "A Spelling Correction Program Based on a Noisy Channel Model",
COLING 1990): how common a word is, less what it costs to write it so. English words stay as they are. Of another word,
what it is as it stands is a candidate, too, so most names stay; and the site's words compete with all English ones, so
a word that was meant, but that no article has, is not taken for another.

Nothing is derived that would keep a generation from opening at once. One bit a letter, for all words in one array,
tells which of them may be near; only these are compared letter by letter.
"""

import gzip
import json
import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache
from importlib.resources import files
from math import log

import numpy as np
from rapidfuzz.distance import OSA
from rapidfuzz.process import extract

from indexer.store import STOP_WORDS

from .new_words import NEW_WORDS
from .stopwords import QUESTION_WORDS

SHORTEST, LONGEST = 3, 24  # letters of a word that is corrected; there is no telling what a shorter one was
TWO_EDITS = 5  # letters of a word in which two edits are believed
COMMON = 51  # times that a word was counted in films; the list says 50 of those that it has from dictionaries

# Natural logarithms of probabilities; `tests/measure_spelling.py` tells what another value does.
EDIT = 6.0  # cost of a letter left out, added, or changed, or of two swapped
FIRST_LETTER = 2.0  # on top: nearly everyone gets it right
SAME_SOUND = 3.0  # taken off
RUN_TOGETHER = 5.0  # cost of a space that was left out
STRANGE, EACH_LETTER = -13.5, -0.7  # how likely a name, or a word that no list has, is: it depends on its length
UNCOUNTED = 4.0  # how much likelier an English word is that was not counted
SITE = 3.0  # how much more a word's share of the site's text counts than its share of English
SMALL_SITE = 10_000  # words: in much less text, a share means little

FUNCTION_WORDS = STOP_WORDS | QUESTION_WORDS


class Lexicon:
    """Words with how often they are said. Those that are said `least` times can be found by what is near to them."""

    def __init__(self, counts: Mapping[str, int], least: int = 1) -> None:
        self.counts = counts
        self.total = sum(counts.values())
        self._words = [w for w, count in counts.items() if count >= least and len(w) <= LONGEST and w.isalpha()]
        letters = np.array(self._words, dtype=f"U{LONGEST}").view(np.uint32).reshape(-1, LONGEST)
        self._lengths = np.count_nonzero(letters, axis=1)
        self._bits = np.bitwise_or.reduce(np.where(letters, _bit(letters), np.uint32(0)), axis=1)

    def near(self, word: str, distance: int) -> dict[str, int]:
        """The words that are at most `distance` edits away, and how many."""
        bits = np.bitwise_or.reduce(_bit(np.array([word]).view(np.uint32)))
        possible = np.abs(self._lengths - len(word)) <= distance
        possible &= np.bitwise_count(self._bits & ~bits) <= distance
        possible &= np.bitwise_count(bits & ~self._bits) <= distance
        words = [self._words[row] for row in np.flatnonzero(possible)]
        found = extract(word, words, scorer=OSA.distance, score_cutoff=distance, limit=None)
        return {near: int(edits) for near, edits, _ in found}


def _bit(letters: np.ndarray) -> np.ndarray:
    return np.uint32(1) << (letters & np.uint32(31))


@lru_cache(maxsize=1)
def english() -> Lexicon:
    """English words with how often they are said in films. The first call takes a fifth of a second.

    This is `SpellChecker(language="en").word_frequency`, read without what that makes of it beside.
    """
    counts = json.loads(gzip.decompress((files("spellchecker") / "resources" / "en.json.gz").read_bytes()))
    return Lexicon(counts | dict.fromkeys(NEW_WORDS, COMMON), COMMON)


def is_english(word: str) -> bool:
    """Whether a word is one that people say: it is not taken for a misspelling of another."""
    return word in FUNCTION_WORDS or english().counts.get(word, 0) >= COMMON


class Speller:
    """Corrects words to those of a site, from how often each is said there.

    `knows` tells whether the site has a word in any of its forms.
    """

    def __init__(self, counts: Mapping[str, int], knows: Callable[[str], bool]) -> None:
        self._site = Lexicon(counts)
        self._knows = knows

    def correct(self, word: str) -> str:
        """The word of the site, or the function word, that was most likely meant by one that the site does not have.

        Two words where they were run together; "" where it is a good word as it is, or where the site has no better.
        """
        word = word.lower()
        if not SHORTEST <= len(word) <= LONGEST or not word.isalpha() or is_english(word):
            return ""
        candidates = (*self._misspelled(word), *self._run_together(word))
        likelihood, found = max(candidates, default=(0.0, ""))
        return found if found and likelihood > self._as_it_stands(word) and self._is_of_site(found) else ""

    def _misspelled(self, word: str) -> Iterator[tuple[float, str]]:
        distance = 2 if len(word) >= TWO_EDITS else 1
        near = self._site.near(word, distance)
        near |= english().near(word, min([distance, *near.values()]))
        for candidate, edits in near.items():
            if len(candidate) > SHORTEST or sorted(candidate) == sorted(word):
                cost = EDIT * edits + FIRST_LETTER * (candidate[0] != word[0])
                yield self._common(candidate) - cost + SAME_SOUND * (_sound(candidate) == _sound(word)), candidate

    def _run_together(self, word: str) -> Iterator[tuple[float, str]]:
        for at in range(1, len(word) - 1):
            first, second = word[:at], word[at:]
            is_word = at >= SHORTEST or first in FUNCTION_WORDS
            if is_word and first in self._site.counts and second in self._site.counts:
                yield self._common(first) + self._common(second) - RUN_TOGETHER, f"{first} {second}"

    def _as_it_stands(self, word: str) -> float:
        return STRANGE + EACH_LETTER * len(word) + UNCOUNTED * (word in english().counts)

    def _common(self, word: str) -> float:
        site, language = self._site, english()
        site_share = site.counts.get(word, 0) / (site.total + SMALL_SITE)
        return log(SITE * site_share + language.counts.get(word, 0) / language.total)

    def _is_of_site(self, words: str) -> bool:
        return all(word in FUNCTION_WORDS or self._knows(word) for word in words.split())


# what sounds alike comes out alike; each row works on what those before it have left
_SOUNDS = tuple(
    (re.compile(written), heard)
    for written, heard in (
        (r"ph", "f"),
        (r"^(?:kn|gn)", "n"),
        (r"^wr", "r"),
        (r"^ps", "s"),
        (r"wh", "w"),
        (r"ght", "t"),
        (r"mb$", "m"),
        (r"[tsc]i(?=[aeou])", "s"),  # na-ti-on
        (r"x", "ks"),
        (r"sc?(?=[eiy])|c(?=[eiy])|z", "s"),
        (r"tch|ch|ck|c|q", "k"),
        (r"[aeiouy]+", "a"),
        (r"(.)\1+", r"\1"),
    )
)


@lru_cache(maxsize=50_000)
def _sound(word: str) -> str:
    """A word as it may be heard, with one sign for all vowels, and every letter once."""
    for written, heard in _SOUNDS:
        word = written.sub(heard, word)
    return word
