"""Results as JSON, and pieces of text as safe HTML: what the page, the API and the terminal share in rendering."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote as quote_url

from babel.core import Locale, UnknownLocaleError
from markupsafe import Markup, escape

from indexer.model import Block, Passage

from .model import Excerpt, Hit, Results

FRAGMENT_WORDS = 5  # at the begin and the end of what a text fragment marks


def deep_link(passage: Passage, quote: str = "") -> str:
    """Where a passage, or a quote of it, is read: its anchor, and beside it a text fragment (WICG, "URL fragment text
    directives"), so that browsers which know them mark the very words."""
    words = (quote or passage.text.strip().partition("\n")[0]).split()
    if not words:
        return passage.address
    first, last = " ".join(words[:FRAGMENT_WORDS]), " ".join(words[-FRAGMENT_WORDS:])
    pieces = (first, last) if len(words) > 2 * FRAGMENT_WORDS else (" ".join(words),)
    return f"{passage.address}:~:text=" + ",".join(quote_plainly(piece) for piece in pieces)


def quote_plainly(text: str) -> str:
    """Text as a part of a text directive, where "-", "," and "&" have a meaning."""
    return quote_url(text, safe="").replace("-", "%2D")


def direction(language: str) -> str:
    """Which way a language is written: "rtl" or "ltr"; "auto" for one that is not known, by the first letter."""
    try:
        return str(Locale.parse(language, sep="-").text_direction) if language else "auto"
    except (ValueError, UnknownLocaleError):
        return "auto"


def excerpt_html(excerpt: Excerpt) -> Markup:
    """An excerpt as HTML: each piece escaped, and then marked."""
    return Markup("").join(Markup("<mark>{}</mark>").format(t) if marked else escape(t) for t, marked in excerpt.pieces)


@dataclass(frozen=True, slots=True)
class BlockGroup:
    """Blocks that share one HTML element, such as the items of a list. `start` is an ordered list's first number."""

    element: str
    start: int
    blocks: tuple[Block, ...]


_ELEMENTS = {"quote": "blockquote", "code": "pre", "term": "dl", "definition": "dl"}


def block_groups(blocks: Iterable[Block]) -> list[BlockGroup]:
    """Blocks in the order of the text, neighbours of one kind together. A list item's further paragraphs, which have
    no marker of their own, stay in its list."""
    groups: list[BlockGroup] = []
    for block in blocks:
        element = _ELEMENTS.get(block.kind, "p")
        if block.kind == "item":
            element = "ol" if block.marker[:-1].isdecimal() else "ul"
        last = groups[-1] if groups else None
        goes_on = last and (
            last.element == element or (block.kind == "item" and not block.marker and last.element == "ol")
        )
        if last and goes_on and element != "p":
            groups[-1] = BlockGroup(last.element, last.start, (*last.blocks, block))
        else:
            groups.append(BlockGroup(element, int(block.marker[:-1]) if element == "ol" else 0, (block,)))
    return groups


def results_json(results: Results) -> dict[str, Any]:
    """Results as `advice search --json` and `/api/v1/search` give them. `corrected` is null where nothing was."""
    return {
        "question": results.query.question,
        "corrected": results.query.corrected or None,
        "ignored": list(results.ignored),
        "confidence": None if results.confidence is None else round(results.confidence, 3),
        "hits": [_hit_json(hit) for hit in results.hits],
        "took_ms": round(results.took_ms, 3),
    }


def _hit_json(hit: Hit) -> dict[str, Any]:
    passage = hit.passage
    return {
        "rank": hit.rank,
        "score": hit.score,
        "kind": passage.kind,
        "title": passage.title,
        "url": passage.live or passage.url,
        "anchor": passage.anchor,
        "heading_path": list(passage.heading_path),
        "text": passage.text,
        "excerpt": str(excerpt_html(hit.excerpt)),
        "signals": dict(hit.signals),
        "copies": [{"title": p.title, "url": p.live or p.url, "anchor": p.anchor} for p in hit.copies],
    }
