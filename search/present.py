"""Pieces of text as safe HTML."""

from collections.abc import Iterable
from dataclasses import dataclass

from markupsafe import Markup, escape

from indexer.model import Block

from .model import Excerpt


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
