"""The notation of the rules that tell danger from harmless words, and what it compiles to.

A rule is a row of elements, each of which stands for words of one sentence:

    hit             this word; with a star, `suicid*`, every word that begins so; with a tilde, `slap~`, its verb forms
    hit|beat        one of these
    ?really         this, or nothing
    {hit}           an entry of the class "hit"; entries are rows of elements themselves
    !{sport}        nothing of this class follows
    <partner,ex>    somebody with one of these roles; <> anybody, but no animal
    ..3             at most three words, none of which denies; ...3 of any kind; --3 nor a mention of a person
    NUM             a number
    ^  $            the sentence begins, ends

Matching takes time in proportion to the text: sentences and gaps are bounded, and no element repeats another.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from .safety_words import PRONOUNS, Person

_COMMA = re.compile(r",(?![^<>]*>)")
_GAP = re.compile(r"(\.\.\.?|--)(\d+)")
_DENIAL = "not|never|no|without|nor|neither"
_BETWEEN = {"...": r"\S+ ", "..": rf"(?!(?:{_DENIAL}) )\S+ ", "--": rf"(?!(?:{_DENIAL}) )[^\s_]+ "}


@dataclass(frozen=True, slots=True)
class Element:
    """A part of a rule as a regular expression over words that each end in a space, and the words of which a sentence
    must have one for it to match; None where any sentence may."""

    regex: str
    needs: frozenset[str] | None = None


@dataclass(frozen=True)
class Pattern:
    """A row of elements. Its regular expression is compiled when it is first needed: most never are."""

    text: str
    needs: tuple[frozenset[str], ...]

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """What it looks like in a sentence."""
        return re.compile(self.text)

    def may_match(self, words: set[str]) -> bool:
        """Whether a sentence has a word for each element that needs one."""
        return all(not need.isdisjoint(words) for need in self.needs)


class Shelf:
    """Patterns in their order, with those at hand that a sentence's words may match: of most, it has none."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.patterns = tuple(patterns)
        self._by_word: dict[str, list[int]] = defaultdict(list)
        self._others = [place for place, pattern in enumerate(self.patterns) if not pattern.needs]
        for place, pattern in enumerate(self.patterns):
            for word in min(pattern.needs, key=len, default=()):
                self._by_word[word].append(place)

    def matching(self, sentence: str) -> Iterator[int]:
        """The places of the patterns that a sentence has, in order."""
        words = {word.partition("_")[0] for word in sentence.split()}
        near = {place for word in words for place in self._by_word.get(word, ())}
        for place in sorted(near.union(self._others)):
            pattern = self.patterns[place]
            if pattern.may_match(words) and pattern.regex.search(sentence):
                yield place


def forms(verb: str) -> tuple[str, ...]:
    """The regular forms of a verb, with the last letter doubled and not, as people write both."""
    stem = verb[:-1] if verb[-1] in "ey" else verb
    last = "i" if verb[-1] == "y" else ""
    doubled = () if verb[-1] in "aeiouy" else (f"{verb}{verb[-1]}ed", f"{verb}{verb[-1]}ing")
    return (verb, f"{verb}s", f"{stem}{last}es", f"{stem}{last}ed", f"{verb if last else stem}ing", *doubled)


@dataclass
class Notation:
    """Compiles rows of elements, with the classes that were defined so far."""

    people: dict[str, Person]
    classes: dict[str, Element] = field(default_factory=dict)
    words: set[str] = field(default_factory=set)

    def pattern(self, row: str) -> Pattern:
        """A whole rule. Raises ValueError."""
        elements = self._elements(row)
        return Pattern(" " + "".join(e.regex for e in elements), tuple(e.needs for e in elements if e.needs))

    def define(self, name: str, entries: str) -> None:
        """A class, from entries with commas between. Raises ValueError."""
        if not entries.strip():
            raise ValueError("a class needs at least one entry")
        rows = [self._elements(entry) for entry in _COMMA.split(entries) if entry.strip()]
        needs = [next((e.needs for e in row if e.needs), None) for row in rows]
        known = [need for need in needs if need]
        self.classes[name] = Element(
            f"(?:{'|'.join(''.join(e.regex for e in row) for row in rows)})",
            frozenset().union(*known) if len(known) == len(needs) else None,
        )

    def _elements(self, row: str) -> list[Element]:
        if not row.split():
            raise ValueError("a rule needs at least one element")
        return [self._element(part) for part in row.split()]

    def _element(self, part: str) -> Element:
        if gap := _GAP.fullmatch(part):
            return Element(f"(?:{_BETWEEN[gap[1]]}){{0,{gap[2]}}}?")
        if part in "^$":
            return Element(r"(?<=\A )" if part == "^" else r"\Z")
        if part[0] in "?!":
            inner = self._element(part[1:]).regex
            return Element(f"(?:{inner})?" if part[0] == "?" else f"(?!{inner})")
        return _any([self._alternative(one) for one in part.split("|")])

    def _alternative(self, one: str) -> Element:
        if one[:1] == "{":
            return self._class(one.strip("{}"))
        if one[:1] == "<":
            roles = one.strip("<>").replace(",", "|")
            return Element(rf"[^\s_]+_(?:{roles or '(?!animal)[a-z]+'}) ")
        return Element(r"\d+ ") if one == "NUM" else self._word(one)

    def _class(self, name: str) -> Element:
        if name not in self.classes:
            raise ValueError(f"there is no class {{{name}}} above this line")
        return self.classes[name]

    def _word(self, word: str) -> Element:
        if not re.fullmatch(r"[^\W_]+[*~]?|[^\W_]+_[a-z]+", word):
            raise ValueError(f"“{word}” is no word")
        if word.endswith("*"):
            return Element(f"{word[:-1]}\\S* ")
        found = forms(word[:-1]) if word.endswith("~") else (word.partition("_")[0],)
        self.words.update(found)
        tagged = [form + r"_\w+" * (form in self.people or form in PRONOUNS) for form in found]
        return Element(f"(?:{'|'.join(tagged) if '_' not in word else word}) ", frozenset(found))


def _any(elements: list[Element]) -> Element:
    """Whichever of some elements fits."""
    if len(elements) == 1:
        return elements[0]
    needs = [e.needs for e in elements if e.needs is not None]
    whole = frozenset().union(*needs) if len(needs) == len(elements) else None
    return Element(f"(?:{'|'.join(e.regex for e in elements)})", whole)
