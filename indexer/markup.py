"""BeautifulSoup hygiene: the tree, an index of it, clean text, slugs.

Strategy: the tree is walked without recursion, because hostile pages nest 100,000 deep, and looked up through one
index (`Tree`), because asking BeautifulSoup a question walks the whole page each time. This file does not know what
a FAQ or an article is.
"""

import re
import unicodedata
import warnings
from collections import defaultdict
from collections.abc import Container, Iterator
from typing import Literal

from bs4 import BeautifulSoup, MarkupResemblesLocatorWarning, XMLParsedAsHTMLWarning
from bs4.element import NavigableString, PageElement, PreformattedString, Tag

Event = tuple[Literal["enter", "exit", "text"], Tag, str]

HEADINGS = {"h1": 1, "h2": 2, "h3": 3, "h4": 4, "h5": 5, "h6": 6}
INLINE = frozenset(
    """
    a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark meter nobr output q rp rt ruby s
    samp small span strike strong sub sup time tt u var wbr
    """.split()
)
UNREAD = frozenset(
    """
    script style template noscript svg math canvas iframe object embed audio video map head button select option input
    textarea figcaption
    """.split()
)
ATTRIBUTES = {"itemtype", "typeof", "aria-controls", "data-target", "data-bs-target"}  # that are looked up
MANY_WRAPPERS = 50_000
_BREAKS = re.compile(r"<br\s*/?>(?:\s*<br\s*/?>){2,}", re.IGNORECASE)
_WRAPPERS = re.compile(r"</?(?:div|span)>", re.IGNORECASE)
_HALF_CHARACTERS = dict.fromkeys(range(0xD800, 0xE000))  # surrogates without their other half; no file can hold them
_INVISIBLE = _HALF_CHARACTERS | dict.fromkeys(
    map(ord, "\u00ad\u200b\u200c\u200e\u200f\u2060\ufeff\u202a\u202b\u202c\u202d\u202e")
)


def soup(html: str) -> BeautifulSoup:
    """The page as a tree, by lxml: the one parser that survives all hostile inputs that we know."""
    html = html.translate(_HALF_CHARACTERS)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", XMLParsedAsHTMLWarning)
        warnings.simplefilter("ignore", MarkupResemblesLocatorWarning)
        return BeautifulSoup(html, "lxml")


def tame(html: str) -> tuple[str, str]:
    """A page without what only costs time, and a warning if that was anything that authors don't write.

    Long runs of line breaks become one paragraph end. Bare wrappers, where a page has so many that they can only be
    an accident or an attack, are left out: a million nested elements take a minute and most of a gigabyte.
    """
    html = _BREAKS.sub("<br><br>", html.translate(_HALF_CHARACTERS))
    wrappers = html.count("<div>") + html.count("<span>")
    if wrappers <= MANY_WRAPPERS:
        return html, ""
    return _WRAPPERS.sub("\n", html), f"{wrappers:,} bare <div> and <span> were left out: the page has far too many"


def attr(tag: Tag, name: str) -> str:
    """An attribute as one string, "" where it is missing; BeautifulSoup gives lists for some."""
    value = tag.attrs.get(name, "")
    return value if isinstance(value, str) else " ".join(value)


def clean_text(text: str) -> str:
    """Text as a reader sees it: one space for any white space, no invisible characters, NFC."""
    return " ".join(unicodedata.normalize("NFC", text.translate(_INVISIBLE)).split())


def slug(text: str) -> str:
    """An anchor made from words: "Don’t ask twice!" becomes "dont-ask-twice". Letters of any script are kept."""
    plain = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[\W_]+", "-", re.sub("['’]", "", plain).lower()).strip("-")


def events(root: Tag, skip: Container[str] = UNREAD) -> Iterator[Event]:
    """Enters and exits of tags, and strings with their parent tag, in reading order, without what is not read."""
    stack = [(root, iter(list(root.children)))]
    yield "enter", root, ""
    while stack:
        tag, children = stack[-1]
        child = next(children, None)
        if child is None:
            stack.pop()
            yield "exit", tag, ""
        elif isinstance(child, Tag):
            if child.name not in skip:
                stack.append((child, iter(list(child.children))))
                yield "enter", child, ""
        elif is_text(child):
            yield "text", tag, str(child)


def is_text(node: PageElement) -> bool:
    """Whether a node is text for readers: no comment, doctype or CDATA mark."""
    return isinstance(node, NavigableString) and not isinstance(node, PreformattedString)


def text_in(tag: Tag, most: int = 1_000_000) -> str:
    """The clean text of a heading or a question, buttons included, with a space wherever a browser breaks the line.

    What is longer than `most` characters is not read to its end.
    """
    pieces, size = [], 0
    for piece in _pieces(tag):
        pieces.append(piece)
        size += len(piece.strip())
        if size > most:
            break
    return clean_text("".join(pieces))


def says_only(tag: Tag, text: str) -> bool:
    """Whether an element's text is a given clean text; stops reading where there is more."""
    said = 0
    for piece in _pieces(tag):
        said += len("".join(piece.split()))
        if said > len(text):
            return False
    return text_in(tag) == text


def _pieces(tag: Tag) -> Iterator[str]:
    for event, where, text in events(tag, UNREAD - {"button"}):
        yield text if event == "text" else "" if where.name in INLINE or where.name == "button" else " "


def _asks(node: PageElement) -> bool:
    return isinstance(node, NavigableString) and is_text(node) and node.rstrip().endswith(("?", "？", "؟"))


class Tree:
    """One parsed page and where things are in it, by name, class, id and some attributes, in reading order."""

    def __init__(self, html: str) -> None:
        self.soup = soup(html)
        self.by_name: dict[str, list[Tag]] = defaultdict(list)
        self.by_class: dict[str, list[Tag]] = defaultdict(list)
        self.by_attribute: dict[str, list[Tag]] = defaultdict(list)  # of ATTRIBUTES
        self.by_id: dict[str, Tag] = {}
        self.headings: list[Tag] = []
        self.asking: list[Tag] = []  # elements with a text of their own that ends in a question mark
        self.order: dict[int, int] = {}  # places in the page, by id() of the tag
        for tag in self.soup.find_all(True):
            self._add(tag)

    def _add(self, tag: Tag) -> None:
        self.order[id(tag)] = len(self.order)
        self.by_name[tag.name].append(tag)
        if tag.name in HEADINGS:
            self.headings.append(tag)
        for name in attr(tag, "class").split():
            self.by_class[name].append(tag)
        if identifier := attr(tag, "id"):
            self.by_id.setdefault(identifier, tag)
        for name in ATTRIBUTES & tag.attrs.keys():
            self.by_attribute[name].append(tag)
        if tag.name not in UNREAD - {"button"} and any(_asks(child) for child in tag.children):
            self.asking.append(tag)

    @property
    def body(self) -> Tag:
        """The body element, or the whole page where it has none."""
        return next(iter(self.by_name.get("body", [])), self.soup)
