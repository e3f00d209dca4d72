"""A tree to blocks of readable text: paragraphs, list items with their markers, quotes, table rows.

Strategy: events of a walk are fed in, and a block ends wherever a browser would begin a new line. This file does not
know about headings or sections: whoever walks takes the blocks where a section ends.
"""

from collections.abc import Iterable

from bs4.element import PageElement, Tag

from .markup import INLINE, UNREAD, clean_text, events, is_text
from .model import Block, BlockKind

_BLOCK_KINDS: dict[str, BlockKind] = {
    "li": "item", "blockquote": "quote", "tr": "row", "pre": "code", "dt": "term", "dd": "definition",
}  # fmt: skip


class BlockReader:
    """Gathers text into blocks while a tree is walked: feed it events, and take the blocks where a section ends."""

    def __init__(self) -> None:
        self._blocks: list[Block] = []
        self._text: list[str] = []
        self._around: list[str] = []  # names of the list items, quotes, rows and the like around the text
        self._counts: list[int] = []  # items so far in each open list; -1 in one without numbers
        self._marker = ""  # for the next text of a list item
        self._breaks = 0

    def feed(self, event: str, tag: Tag, text: str) -> None:
        """Takes the next event of a walk."""
        if event == "text":
            self._text.append(text)
            self._breaks = 0 if text.strip() else self._breaks
        elif tag.name == "br":
            self._break(event)
        elif tag.name in ("td", "th"):
            self._text.append(" | " if event == "enter" and "".join(self._text).strip() else " ")
        elif tag.name not in INLINE and tag.name not in ("tr", "table") and self._around[-1:] == ["tr"]:
            self._text.append(" ")  # a table row is one line, whatever its cells are made of
        elif tag.name not in INLINE:
            self._boundary(event, tag.name)

    def take(self) -> tuple[Block, ...]:
        """The blocks so far. The reader goes on inside the same lists and quotes."""
        self._flush()
        blocks, self._blocks = tuple(self._blocks), []
        return blocks

    def _break(self, event: str) -> None:
        if event == "enter":
            self._breaks += 1
            self._text.append(" ")
            if self._breaks > 1:  # <br><br> is how old pages end a paragraph
                self._flush()

    def _boundary(self, event: str, name: str) -> None:
        self._flush()
        if event == "enter":
            self._open(name)
        elif name in ("ul", "ol") and self._counts:
            self._counts.pop()
        elif name in _BLOCK_KINDS and self._around:
            self._around.pop()

    def _open(self, name: str) -> None:
        if name in ("ul", "ol"):
            self._counts.append(0 if name == "ol" else -1)
        elif name in _BLOCK_KINDS:
            self._around.append(name)
            if name == "li":
                self._marker = self._next_marker()

    def _next_marker(self) -> str:
        if not self._counts or self._counts[-1] < 0:
            return "-"
        self._counts[-1] += 1
        return f"{self._counts[-1]}."

    def _flush(self) -> None:
        text, self._text, self._breaks = clean_text("".join(self._text)), [], 0
        if text:
            kind: BlockKind = _BLOCK_KINDS[self._around[-1]] if self._around else "paragraph"
            marker, self._marker = (self._marker if kind == "item" else ""), ""
            self._blocks.append(Block(kind, text, marker))


def blocks_in(nodes: Iterable[PageElement]) -> tuple[Block, ...]:
    """The readable blocks of some sibling nodes, in order."""
    reader = BlockReader()
    for node in nodes:
        if isinstance(node, Tag):
            for event in events(node) if node.name not in UNREAD else ():
                reader.feed(*event)
        elif is_text(node) and node.parent:
            reader.feed("text", node.parent, str(node))
    return reader.take()
