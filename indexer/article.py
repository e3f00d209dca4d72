"""One HTML page to one Article. Pure: text in, values out, no files and no network.

Strategy: metadata and FAQs are read on the whole tree, then boilerplate goes, then one walk over the main part cuts it
at its headings. Headings have anchors of the page's own where it gives them, otherwise made from their words.
"""

import re
from dataclasses import dataclass, field, replace

from bs4.element import Tag

from .blocks import BlockReader
from .boilerplate import is_boilerplate_heading
from .faq import faqs_from_json_ld, merge, take_faqs
from .json_ld import json_ld
from .mainpart import FAQ_MARK, main_part
from .markup import HEADINGS, Tree, attr, events, slug, tame, text_in
from .metadata import read_metadata
from .model import TOP, Article, Faq, Section

_NOT_FOUND = re.compile(r"\b(?:404|not found|nicht gefunden|no longer (?:exists|available))\b", re.IGNORECASE)
FEW_WORDS = 40  # what calls itself "not found" and has more than this is an article about it


class NoArticle(ValueError):
    """The page is HTML, but there is no article in it; the message says what is missing."""


def read_article(html: str, url: str) -> Article:
    """Parses a page.

    Args:
        html: the whole page, decoded.
        url: where visitors will read the article; its key in the index.

    Raises:
        NoArticle: there is neither text nor a FAQ in the page's main part, or it is a site's "not found" page.

    """
    html, excess = tame(html)
    tree = Tree(html)
    nodes, broken = json_ld(tree)
    metadata = read_metadata(tree, nodes)
    declared = faqs_from_json_ld(nodes)
    marked = take_faqs(tree, declared)
    walk = _Walk(metadata.title, marked)
    for part in main_part(tree):
        walk.over(part)
    walk.close()
    faqs = merge(walk.faqs, declared)
    if reason := _no_article(metadata.title, walk.sections, faqs):
        raise NoArticle(reason)
    sections, faqs = _anchored(_with_paths(walk.sections), faqs)
    title = metadata.title or next((s.heading for s in sections if s.heading), "") or url
    return Article(
        url=url,
        title=title,
        sections=sections,
        faqs=faqs,
        author=metadata.author,
        published=metadata.published,
        modified=metadata.modified,
        description=metadata.description,
        canonical=metadata.canonical,
        language=metadata.language,
        topics=metadata.topics,
        warnings=_warnings(metadata.title, broken, excess, sections),
    )


def _no_article(title: str, sections: list[Section], faqs: tuple[Faq, ...]) -> str:
    words = sum(block.words for section in sections for block in section.blocks)
    if not faqs and not words:
        return "it has no text outside of menus, forms and boilerplate; is its text loaded by a script?"
    if not faqs and words < FEW_WORDS and _NOT_FOUND.search(title):
        return f'it is a "not found" page ({title}) that a site saved as an article'
    return ""


@dataclass(slots=True)
class _Open:
    """The section that the walk is in."""

    level: int = 1
    heading: str = ""
    anchor: str = TOP
    dropped: bool = False
    faqs: list[Faq] = field(default_factory=list)


class _Walk:
    """Cuts the main part at its headings, in reading order; FAQ marks are put under the section they stand in."""

    def __init__(self, title: str, marked: tuple[Faq, ...]) -> None:
        self.sections: list[Section] = []
        self.faqs: list[Faq] = []
        self._title = title.casefold()
        self._marked = marked
        self._reader = BlockReader()
        self._open = _Open()
        self._heading: Tag | None = None  # the heading whose inside is being passed

    def over(self, root: Tag) -> None:
        for event, tag, text in events(root):
            if tag.name == FAQ_MARK and event == "enter":  # it may stand inside a heading: <h3><button>
                self._place(self._marked[int(attr(tag, "n"))])
            elif self._heading is not None:
                self._heading = None if event == "exit" and tag is self._heading else self._heading
            elif event == "enter" and tag.name in HEADINGS:
                self._heading = tag
                self._start(tag)
            else:
                self._reader.feed(event, tag, text)

    def _start(self, tag: Tag) -> None:
        heading, level = text_in(tag), HEADINGS[tag.name]
        if not heading or heading.casefold() == self._title:
            return
        self.close()
        below_dropped = self._open.dropped and level > self._open.level
        self._open = _Open(
            self._open.level if below_dropped else level,
            heading,
            _own_anchor(tag),
            below_dropped or is_boilerplate_heading(heading),
        )

    def _place(self, faq: Faq) -> None:
        if not self._open.dropped:
            self._open.faqs.append(faq)

    def close(self) -> None:
        """Ends the section that is open. Its FAQs get its number, until it has its anchor; "" if it is none."""
        blocks = tuple(block for block in self._reader.take() if not is_boilerplate_heading(block.text))
        now, kept = self._open, bool(blocks or self._open.heading) and not self._open.dropped
        self.faqs += (replace(faq, section=str(len(self.sections)) if kept else "") for faq in now.faqs)
        now.faqs = []
        if kept:
            self.sections.append(Section(now.level, now.heading, now.anchor, (), blocks))


def _own_anchor(tag: Tag) -> str:
    """The heading's id, or one inside it (Easy Table of Contents puts it on a span, old pages on `<a name>`)."""
    for place in (tag, *tag.find_all(True)):
        if anchor := attr(place, "id") or (attr(place, "name") if place.name == "a" else ""):
            return anchor
    return ""


def _with_paths(sections: list[Section]) -> list[Section]:
    open_headings: list[tuple[int, str]] = []
    placed = []
    for section in sections:
        open_headings = [(level, heading) for level, heading in open_headings if level < section.level]
        if section.heading:
            open_headings.append((section.level, section.heading))
        placed.append(replace(section, path=tuple(heading for _, heading in open_headings)))
    return placed


def _anchored(sections: list[Section], faqs: tuple[Faq, ...]) -> tuple[tuple[Section, ...], tuple[Faq, ...]]:
    """Gives every section and FAQ an anchor that is unique on the page and the same on every build: the page's own
    first, so that links to it go on working, and then those made from words."""
    parts: tuple[Section | Faq, ...] = (*sections, *faqs)
    named = [(part.anchor, _words(part)) for part in parts]
    used: dict[str, int] = {}
    own = [_unique(anchor, used) if anchor else "" for anchor, _ in named]
    anchors = [anchor or _unique(slug(words), used) for anchor, (_, words) in zip(own, named, strict=True)]
    done = tuple(replace(part, anchor=anchor) for part, anchor in zip(sections, anchors, strict=False))
    return done, tuple(
        replace(faq, anchor=anchor, section=done[int(faq.section)].anchor if faq.section else "")
        for faq, anchor in zip(faqs, anchors[len(sections) :], strict=True)
    )


def _words(part: Section | Faq) -> str:
    return part.heading if isinstance(part, Section) else part.question


def _unique(anchor: str, used: dict[str, int]) -> str:
    base = anchor or "section"
    candidate = base
    while candidate in used:
        used[base] += 1
        candidate = f"{base}-{used[base]}"
    used[candidate] = 1
    return candidate


def _warnings(title: str, broken: int, excess: str, sections: tuple[Section, ...]) -> tuple[str, ...]:
    checks = (
        (bool(excess), excess),
        (not title, "no title: neither an h1 nor og:title nor <title>"),
        (broken > 0, f"{broken} JSON-LD block(s) are broken and were left out"),
        (not any(s.heading for s in sections), "no headings: the article is one section"),
    )
    return tuple(message for holds, message in checks if holds)
