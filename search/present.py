"""Results as JSON, and pieces of text as safe HTML: what the page, the API and the terminal share in rendering."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from markupsafe import Markup, escape

from indexer.model import Block

from .model import Excerpt, Help, Helpline, Hit, Results


def excerpt_html(excerpt: Excerpt) -> Markup:
    """An excerpt as HTML: each piece escaped, and then marked."""
    return Markup("").join(Markup("<mark>{}</mark>").format(t) if marked else escape(t) for t, marked in excerpt.pieces)


def topic_slug(name: str) -> str:
    """A topic's name as part of an address: "Self-esteem & worth" becomes "self-esteem-worth"."""
    return re.sub(r"[\W_]+", "-", name.casefold()).strip("-") or "other"


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
        "safety": help_json(results.help) if results.help else None,
        "hits": [_hit_json(hit) for hit in results.hits],
        "took_ms": round(results.took_ms, 3),
    }


def help_json(aid: Help) -> dict[str, Any]:
    """The danger that a question speaks of, and who helps."""
    return {
        "category": aid.danger.category,
        "voice": aid.danger.voice,
        "rule": aid.danger.rule,
        "helplines": [_helpline_json(helpline) for helpline in aid.helplines],
    }


def _helpline_json(helpline: Helpline) -> dict[str, Any]:
    return {
        "country": helpline.country,
        "name": helpline.name,
        "number": helpline.number or None,
        "url": helpline.url,
        "hours": helpline.hours,
        "for": helpline.whom,
        "languages": list(helpline.languages),
        "verified_on": helpline.verified_on.isoformat(),
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
