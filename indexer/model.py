"""The shared vocabulary: what an article is made of, and the passage that is ranked and shown.

Frozen values, standard library only. This file does not know about HTML, Whoosh or files.
A parser makes these values, an index stores them, a page renders them; nobody changes them.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, Literal

BlockKind = Literal["paragraph", "item", "quote", "row", "code", "term", "definition"]
PassageKind = Literal["section", "faq"]

TOP = "top"  # HTML gives the fragment "#top" to the top of every page; the lead text, above the first heading, is there


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph-like piece of readable text; `marker` is a list item's bullet or number ("-", "2.")."""

    kind: BlockKind
    text: str
    marker: str = ""

    def __str__(self) -> str:
        return f"{self.marker} {self.text}" if self.marker else self.text

    @property
    def words(self) -> int:
        """How many words are in it, counted at white space."""
        return len(self.text.split())


def text_of(blocks: tuple[Block, ...]) -> str:
    """Blocks as plain text: list items and table rows on lines of their own, all else as paragraphs."""
    pieces: list[str] = []
    for before, block in zip((None, *blocks), blocks, strict=False):
        if before:
            pieces.append("\n" if before.kind == block.kind in ("item", "row") else "\n\n")
        pieces.append(str(block))
    return "".join(pieces)


@dataclass(frozen=True, slots=True)
class Section:
    """A heading with its level (1 to 6), its anchor, its path (from the outermost heading down to its own)
    and the blocks directly under it. The lead text is a section with an empty heading and path."""

    level: int
    heading: str
    anchor: str
    path: tuple[str, ...] = ()
    blocks: tuple[Block, ...] = ()

    @property
    def text(self) -> str:
        """The blocks as plain text, as `text_of` gives them."""
        return text_of(self.blocks)


@dataclass(frozen=True, slots=True)
class Faq:
    """One question and its answer. `section` is the anchor of the section under which it stands ("" if none does)."""

    question: str
    anchor: str
    blocks: tuple[Block, ...]
    section: str = ""

    @property
    def answer(self) -> str:
        """The blocks as plain text, as `text_of` gives them."""
        return text_of(self.blocks)


@dataclass(frozen=True, slots=True)
class Article:
    """One source HTML document, parsed. `url` is where visitors read it on our own site, and its key in the index;
    `live` is its address on the live site, where the owner wants hits to lead there. Dates are ISO 8601
    (`2026-03-09`), or empty like every other text that the source does not give."""

    url: str
    title: str
    sections: tuple[Section, ...] = ()
    faqs: tuple[Faq, ...] = ()
    author: str = ""
    published: str = ""
    modified: str = ""
    description: str = ""
    canonical: str = ""
    language: str = ""
    topics: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    live: str = ""


@dataclass(frozen=True)
class Passage:
    """What is ranked and shown: a section, one part of a long section, or a FAQ.

    `heading_path` ends with the passage's own heading, or is the question of a FAQ. `anchor` is the place in the
    source; `part` counts from 1 within one anchor. `id` stays the same from build to build. `live` is the article's
    address on the live site, "" where hits lead to our own page.
    """

    url: str
    kind: PassageKind
    title: str
    heading_path: tuple[str, ...]
    anchor: str
    blocks: tuple[Block, ...]
    part: int = 1
    live: str = ""

    @property
    def fragment(self) -> str:
        """The passage's own anchor on our article page, where each part has one."""
        return self.anchor if self.part == 1 else f"{self.anchor}~{self.part}"

    @property
    def address(self) -> str:
        """Where visitors read the passage: on the live site, where it is known, otherwise on our article page."""
        return f"{self.live}#{self.anchor}" if self.live else f"{self.url}#{self.fragment}"

    @property
    def id(self) -> str:
        """Unique in an index, and the same on every build."""
        return f"{self.url}#{self.fragment}"

    @property
    def heading(self) -> str:
        """The passage's own heading or question; "" for the lead text."""
        return self.heading_path[-1] if self.heading_path else ""

    @cached_property
    def text(self) -> str:
        """The blocks as plain text, as `text_of` gives them; whoever keeps a passage keeps its text, once it was asked
        for."""
        return text_of(self.blocks)


def _blocks(rows: list[Mapping[str, Any]]) -> tuple[Block, ...]:
    return tuple(Block(**row) for row in rows)


def passage_from(row: Mapping[str, Any]) -> Passage:
    """The inverse of `dataclasses.asdict` on a Passage, after a trip through JSON."""
    return Passage(**{**row, "heading_path": tuple(row["heading_path"]), "blocks": _blocks(row["blocks"])})


def article_from(row: Mapping[str, Any]) -> Article:
    """The inverse of `dataclasses.asdict` on an Article, after a trip through JSON."""
    sections = (Section(**{**s, "path": tuple(s["path"]), "blocks": _blocks(s["blocks"])}) for s in row["sections"])
    faqs = (Faq(**{**f, "blocks": _blocks(f["blocks"])}) for f in row["faqs"])
    topics, warnings = tuple(row["topics"]), tuple(row["warnings"])
    return Article(**{**row, "sections": tuple(sections), "faqs": tuple(faqs), "topics": topics, "warnings": warnings})
