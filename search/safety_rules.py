"""The rules of `data/safety/`, read once, and applied to a text: first what is harmless, then what is danger.

How a rule is written is told in `safety_notation`, and how a text is read before in `safety_words`.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from .model import DataError
from .safety_notation import Notation, Pattern, Shelf
from .safety_words import Person, Vocabulary, Words

Compiled = TypeVar("Compiled")

_SECTION = re.compile(r"\[([\w/-]+)\]")
_BLANK = " ~ "  # takes the place of harmless words, so that no rule sees them


class RulesError(DataError):
    """A data file that cannot be read; the message names the file and the line."""


@dataclass(frozen=True, slots=True)
class Rule:
    """What it means if a pattern is found."""

    category: str
    voice: str
    name: str
    pattern: Pattern

    @property
    def path(self) -> str:
        """Its place in the order of precedence."""
        return f"{self.category}/{self.voice}/{self.name}"


class RuleBook:
    """All rules of a folder, the most urgent first, ready to be applied."""

    def __init__(self, vocabulary: Vocabulary, harmless: Iterable[Pattern], rules: Iterable[Rule]) -> None:
        self.vocabulary = vocabulary
        self.rules = tuple(rules)
        self.harmless = Shelf(harmless)
        self.dangers = Shelf(rule.pattern for rule in self.rules)

    def fired(self, *texts: str) -> Rule | None:
        """The most urgent rule that any of some texts fires."""
        sentences = (sentence for text in texts for sentence in self.sentences(text))
        first = min((next(self.dangers.matching(one), len(self.rules)) for one in sentences), default=len(self.rules))
        return self.rules[first] if first < len(self.rules) else None

    def sentences(self, text: str) -> list[str]:
        """A text's sentences as rules see them, without what is harmless."""
        return [self._without_harmless(sentence) for sentence in self.vocabulary.read(text)]

    def _without_harmless(self, sentence: str) -> str:
        for place in self.harmless.matching(sentence):
            sentence = self.harmless.patterns[place].regex.sub(_BLANK, sentence)
        return sentence


def load_rules(folder: Path) -> RuleBook:
    """The rules of a folder: people.txt, words.txt, classes.txt, harmless.txt, rules.txt, precedence.txt.

    Raises RulesError.
    """
    people = dict(_people(folder / "people.txt"))
    rewritten, dropped = _rewriting(folder / "words.txt")
    notation = Notation(people)
    for place, line in _lines(folder / "classes.txt"):
        name, _, entries = line.partition("=")
        _checked(place, notation.define, name.strip(), entries)
    harmless = tuple(_checked(place, notation.pattern, row) for place, row in _lines(folder / "harmless.txt"))
    order = {line: number for number, (_, line) in enumerate(_lines(folder / "precedence.txt"))}
    rules = sorted(_rules(folder / "rules.txt", notation, order), key=lambda pair: pair[0])
    if unseen := notation.words & dropped:
        raise RulesError(f"{folder}: rules have words that words.txt drops: {', '.join(sorted(unseen))}")
    known = notation.words | people.keys() | {word for words in (*rewritten, *rewritten.values()) for word in words}
    vocabulary = Vocabulary(rewritten, dropped, people, frozenset(known))
    return RuleBook(vocabulary, harmless, tuple(rule for _, rule in rules))


def _rules(file: Path, notation: Notation, order: dict[str, int]) -> Iterator[tuple[int, Rule]]:
    """The rules of a file, each with its place in the order of precedence."""
    category = voice = ""
    for place, line in _lines(file):
        if section := _SECTION.fullmatch(line):
            category, _, voice = section[1].partition("/")
            continue
        name, _, row = line.partition(":")
        rule = Rule(category, voice, name.strip(), _checked(place, notation.pattern, row))
        rank = order.get(rule.path, order.get(f"{category}/{voice}"))
        if rank is None:
            raise RulesError(f"{place}: {category}/{voice} is not in precedence.txt")
        yield rank, rule


def _people(file: Path) -> Iterator[tuple[str, Person]]:
    """Lines such as `partner m: husband, boyfriend`."""
    for place, line in _lines(file):
        head, colon, words = line.partition(":")
        if not colon or not head.split():
            raise RulesError(f"{place}: a line needs a role, a colon and words")
        role, *sex = head.split()
        yield from ((word.strip(), Person(role, "".join(sex))) for word in words.split(","))


def _rewriting(file: Path) -> tuple[dict[Words, Words], frozenset[str]]:
    """Lines such as `wanna => want to`; what a line with nothing on the right names is dropped."""
    rewritten: dict[Words, Words] = {}
    dropped: set[str] = set()
    for place, line in _lines(file):
        left, arrow, right = line.partition("=>")
        if not arrow:
            raise RulesError(f"{place}: a line needs an arrow: wanna => want to")
        if right.strip():
            rewritten |= {tuple(entry.split()): tuple(right.split()) for entry in left.split(",")}
        else:
            dropped |= {entry.strip() for entry in left.split(",")}
    return rewritten, frozenset(dropped)


def _checked(place: str, compiled: Callable[..., Compiled], *parts: str) -> Compiled:
    """What the parts of a line compile to, with its place in the error if they cannot be."""
    try:
        return compiled(*parts)
    except (ValueError, IndexError) as error:
        raise RulesError(f"{place}: {error}") from error


def _lines(file: Path) -> Iterator[tuple[str, str]]:
    """A file's lines without comments and blank ones, each with its place."""
    try:
        text = file.read_text(encoding="utf-8")
    except OSError as error:
        raise RulesError(f"{file}: cannot be read ({error.strerror})") from error
    for number, line in enumerate(text.splitlines(), 1):
        if line.strip() and not line.lstrip().startswith("# ") and line.strip() != "#":
            yield f"{file}:{number}", line.strip()
