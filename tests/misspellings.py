"""Misspellings made by rules: what hurried thumbs, ears and half-remembered school do to a word.

The same question is always misspelled the same way: choices are made by a checksum of the question and the rule.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from zlib import crc32

from indexer.store import STOP_WORDS
from search.stopwords import QUESTION_WORDS

KEYBOARD = ("qwertyuiop", "asdfghjkl", "zxcvbnm")

# a vowel that is heard as another, in the middle of a word and in its ending
VOWELS = (
    ("ie", "ei"),
    ("ei", "ie"),
    ("ent", "ant"),
    ("ant", "ent"),
    ("ence", "ance"),
    ("ance", "ence"),
    ("able", "ible"),
    ("ible", "able"),
    ("e", "a"),
    ("a", "e"),
    ("i", "e"),
    ("e", "i"),
    ("or", "er"),
    ("ou", "u"),
    ("ea", "ee"),
    ("ee", "ea"),
)

# letters that are written as they sound; an end is marked by $
SOUNDS = (
    ("ph", "f"),
    ("ce", "se"),
    ("ci", "si"),
    ("se", "ce"),
    ("si", "ci"),
    ("ca", "ka"),
    ("co", "ko"),
    ("cu", "ku"),
    ("ck", "k"),
    ("ch", "k"),
    ("k", "c"),
    ("f", "ph"),
    ("x", "cks"),
    ("xc", "x"),
    ("sc", "s"),
    ("ght", "t"),
    ("kn", "n"),
    ("wr", "r"),
    ("wh", "w"),
    ("tion", "sion"),
    ("tch", "ch"),
    ("y$", "ie"),
    ("mb$", "m"),
    ("ous$", "us"),
)


@dataclass(frozen=True, slots=True)
class Rule:
    """A kind of misspelling: every form that it can give to what it applies to, a word or two of them."""

    name: str
    forms: Callable[[str], list[str]]
    words: int = 1


@dataclass(frozen=True, slots=True)
class Misspelled:
    """A question with one misspelling in it, which was `right` and is `wrong`."""

    question: str
    right: str
    wrong: str


def misspell(question: str, rule: Rule) -> Misspelled | None:
    """The question with one word misspelled by a rule; None where no word of four letters or more can be.

    Words that say what the question is about are taken before the others.
    """
    places = [(place, forms) for place in _places(question, rule) if (forms := _new(rule, place[0]))]
    telling = [(place, forms) for place, forms in places if not _is_common(place[0])]
    if not places:
        return None
    place, forms = _chosen(telling or places, rule.name, question)
    wrong = _chosen(forms, rule.name, question, place[0])
    return Misspelled(question[: place.start()] + wrong + question[place.end() :], place[0], wrong)


def misspell_twice(question: str) -> Misspelled | None:
    """The question with two words misspelled, by two rules."""
    first = misspell(question, _chosen(RULES, "first", question))
    second = first and misspell(first.question, _chosen(RULES, "second", question))
    if not first or not second or first.wrong in second.right:
        return None
    return Misspelled(second.question, f"{first.right} {second.right}", f"{first.wrong} {second.wrong}")


def _places(question: str, rule: Rule) -> list[re.Match[str]]:
    """Words of four letters or more; or two neighbours, also where they overlap with the next two."""
    if rule.words == 1:
        return list(re.finditer(r"(?<![\w'’])[A-Za-z]{4,}(?:['’][a-z]+)?(?![\w'’])", question))
    starts = re.finditer(r"(?<![\w'’])(?=[A-Za-z]{3,} [a-z]{3,}(?![\w'’]))", question)
    pair = re.compile(r"[A-Za-z]+ [a-z]+")
    return [found for start in starts if (found := pair.match(question, start.start()))]


def _new(rule: Rule, text: str) -> list[str]:
    return sorted({form for form in rule.forms(text) if form != text})


def _is_common(text: str) -> bool:
    return all(word in STOP_WORDS | QUESTION_WORDS for word in text.lower().split())


def _chosen(options, *key: str):
    return options[crc32("\n".join(key).encode()) % len(options)]


def _dropped(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(1, len(word))]


def _swapped(word: str) -> list[str]:
    return [word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(1, len(word) - 1)]


def _doubled(word: str) -> list[str]:
    return [word[:at] + word[at] + word[at:] for at in range(1, len(word)) if word[at] != word[at - 1]]


def _undoubled(word: str) -> list[str]:
    return [word[:at] + word[at + 1 :] for at in range(1, len(word)) if word[at] == word[at - 1]]


def _other_key(word: str) -> list[str]:
    return [word[:at] + key + word[at + 1 :] for at in range(len(word)) for key in _beside(word[at])]


def _two_keys(word: str) -> list[str]:
    return [word[: at + 1] + key + word[at + 1 :] for at in range(len(word)) for key in _beside(word[at])]


def _beside(letter: str) -> str:
    """The keys to the left and the right, and those above and below."""
    found = ((row, line.index(letter)) for row, line in enumerate(KEYBOARD) if letter in line)
    row, at = next(found, (0, -9))
    near = [(row, at - 1), (row, at + 1), (row - 1, at), (row - 1, at + 1), (row + 1, at - 1), (row + 1, at)]
    return "".join(KEYBOARD[r][a] for r, a in near if 0 <= r < 3 and 0 <= a < len(KEYBOARD[r]))


def _replaced(table: tuple[tuple[str, str], ...]) -> Callable[[str], list[str]]:
    def forms(word: str) -> list[str]:
        return [
            word[: found.start()] + new + word[found.end() :]
            for old, new in table
            for found in re.finditer(old, word)
            if found.start() > 0 or len(old) > 1
        ]

    return forms


def _without_apostrophe(word: str) -> list[str]:
    return [re.sub("['’]", "", word)]


def _run_together(words: str) -> list[str]:
    return [words.replace(" ", "")]


def _split(word: str) -> list[str]:
    return [f"{word[:at]} {word[at:]}" for at in range(3, len(word) - 2)]


RULES = (
    Rule("letter left out", _dropped),
    Rule("neighbours swapped", _swapped),
    Rule("letter doubled", _doubled),
    Rule("double letter single", _undoubled),
    Rule("neighbouring key", _other_key),
    Rule("two keys at once", _two_keys),
    Rule("wrong vowel", _replaced(VOWELS)),
    Rule("as it sounds", _replaced(SOUNDS)),
    Rule("no apostrophe", _without_apostrophe),
    Rule("words run together", _run_together, words=2),
    Rule("word split", _split),
)
