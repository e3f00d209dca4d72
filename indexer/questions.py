"""What asks: questions by their words, the elements that are nothing but a question, and whether a FAQ is around them.

Strategy: a question that stands alone is widened to the largest wrapper that says nothing more, because what follows
that wrapper is the answer. This file does not know markups by name, and takes nothing out of the tree.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice

from bs4.element import PageElement, Tag

from .boilerplate import is_boilerplate
from .markup import HEADINGS, Tree, attr, says_only, text_in

_QUESTION_WORDS = re.compile(
    r"(?:how|why|what|when|where|who|which|whose|can|could|should|would|will|is|are|am|was|were|do|does|did|has|have"
    r"|may|wie|was|warum|wann|wer|wo|welche\w*|kann|soll\w*|ist|sind|darf|muss)\b",
    re.IGNORECASE,
)
Q_MARK = re.compile(r"^\s*(?:q|question|frage)\s*\d*\s*(?:[:.)]|[–-] )\s*", re.IGNORECASE)
_NUMBER = re.compile(r"^\s*#?\d{1,3}\s*[:.)]\s+")
FAQ_HEADING = re.compile(
    r"\bfaqs?\b|(?:frequently|commonly|often) asked|(?:common|popular|reader|your) questions"
    r"|questions (?:people|readers|we)\b|questions (?:and|&) answers|q\s?(?:&|and)\s?a\b"
    r"|häufig\w* (?:gestellte )?fragen|oft gestellte fragen"
    r"|questions fréquentes|preguntas frecuentes|domande frequenti|perguntas frequentes|veelgestelde vragen",
    re.IGNORECASE,
)
_FAQ_NAME = re.compile(r"faq|frequently|q-?and-?a\b|questionandanswer", re.IGNORECASE)
_WIDEST = 20  # levels up to which a question is widened
_NEAR = 6  # levels up in which a name or a control says what an element is for
LONGEST_QUESTION = 300  # characters of a question


def is_question(text: str) -> bool:
    """Whether words ask something: a question mark at the end, or a question word first and no end of sentence."""
    bare = bare_question(text)
    return asks(bare) or bool(_QUESTION_WORDS.match(bare) and not bare.endswith((".", ":", "!")))


def asks(text: str) -> bool:
    """Whether a text ends with a question mark, of any script."""
    return text.rstrip().endswith(("?", "？", "؟"))


def bare_question(text: str) -> str:
    """A question without the "Q:" or number before it, and without the sign that unfolds it."""
    return _NUMBER.sub("", Q_MARK.sub("", text)).strip(" +−–▾▸›")


def key_of(question: str) -> str:
    """What is the same for one question however it is written: its letters and digits."""
    return re.sub(r"\W+", "", bare_question(question).casefold())


@dataclass(frozen=True, slots=True)
class Found:
    """A FAQ as a reader found it. `item` is the one element that holds it, if there is one."""

    question: Tag
    answer: tuple[PageElement, ...]
    item: Tag | None = None


@dataclass(frozen=True, slots=True)
class Standing:
    """A question that stands alone in `wrapper`, the widest element that says nothing more."""

    wrapper: Tag
    inner: Tag
    text: str


class Questions:
    """What readers look at: the tree, the questions that its JSON-LD declares (by `key_of`), and, found once,
    every element whose whole text asks."""

    def __init__(self, tree: Tree, declared: frozenset[str] = frozenset()) -> None:
        self.tree = tree
        self.declared = declared
        self.standing = tuple(_standing(tree, declared))
        self._wrappers = {id(question.wrapper) for question in self.standing}
        self._zones = _faq_zones(tree)
        self._done: set[tuple[int, int]] = set()

    def begins_another(self, node: PageElement) -> bool:
        """Whether an answer ends before a node: at a heading, at the next question, at boilerplate."""
        if not isinstance(node, Tag):
            return False
        inside = (node, *node.find_all(True)) if len(node.contents) else (node,)
        return is_boilerplate(node) or any(tag.name in HEADINGS or id(tag) in self._wrappers for tag in inside)

    def is_declared(self, text: str) -> bool:
        """Whether the page's JSON-LD has this question."""
        return key_of(text) in self.declared

    def in_faq(self, tag: Tag) -> bool:
        """Whether a FAQ heading stands above an element, or a name around it says FAQ."""
        return self._zone(tag) is not None or _named_faq(tag)

    def close_zones(self, found: Iterable[Tag]) -> None:
        """One FAQ has one markup: what stands under a FAQ heading whose questions were read is not read by others."""
        self._done.update(filter(None, map(self._zone, found)))

    def is_done(self, tag: Tag) -> bool:
        """Whether the FAQ heading above an element has its questions already."""
        place = self.tree.order.get(id(tag), -1)
        return any(start < place < end for start, end in self._done)

    def _zone(self, tag: Tag) -> tuple[int, int] | None:
        place = self.tree.order.get(id(tag), -1)
        return next((zone for zone in self._zones if zone[0] < place < zone[1]), None)


def _standing(tree: Tree, declared: frozenset[str]) -> Iterator[Standing]:
    seen: set[int] = set()
    for inner in tree.asking:
        text = text_in(inner, LONGEST_QUESTION)
        if not text or len(text) > LONGEST_QUESTION or not (asks(text) or key_of(text) in declared):
            continue
        wrapper = widened(inner, text)
        if id(wrapper) not in seen:
            seen.add(id(wrapper))
            yield Standing(wrapper, inner, text)


def widened(tag: Tag, text: str) -> Tag:
    """The widest element around a tag that says nothing but a given text."""
    for parent in islice(tag.parents, _WIDEST):
        if parent.name == "body" or not says_only(parent, text):
            break
        tag = parent
    return tag


def _faq_zones(tree: Tree) -> list[tuple[int, int]]:
    """From each FAQ heading to the next heading of its level or above it that asks nothing, by document order."""
    zones: list[tuple[int, int]] = []
    for number, tag in enumerate(tree.headings):
        if tag.name == "h1" or not FAQ_HEADING.search(text_in(tag)):
            continue
        after = tree.headings[number + 1 :]
        end = next((h for h in after if HEADINGS[h.name] <= HEADINGS[tag.name] and not is_question(text_in(h))), None)
        zones.append((tree.order[id(tag)], tree.order[id(end)] if end is not None else len(tree.order)))
    return zones


def _named_faq(tag: Tag) -> bool:
    around = [tag, *list(tag.parents)[:_NEAR]]
    return any(
        _FAQ_NAME.search(f"{attr(place, 'class')} {attr(place, 'id')}") for place in around if place.name != "body"
    )
