"""The words of a passage that answer, with the question's words marked.

Strategy: the passage is cut into sentences; the ones with the most of the question's terms are shown, in the order of
the text, with "…" where something was left out. A FAQ's answer is shown whole. An excerpt is text in pieces, never
markup: whoever renders it escapes each piece first and marks it then.
"""

import re
from collections.abc import Callable, Iterator

from indexer.model import Passage

from .model import Excerpt, Term

MAX_WORDS = 55  # of a section's excerpt: four lines on a phone
_SENTENCE_END = re.compile(r"[.!?…][\"'”’)]*(?P<gap>\s+)(?=[\"'“‘(]?[A-Z0-9ÄÖÜÉÈÀ])|(?P<line>\n+)")

Analyse = Callable[[str], tuple[Term, ...]]
Span = tuple[int, int]


def excerpt_of(passage: Passage, matched: frozenset[str], analyse: Analyse) -> Excerpt:
    """The best sentences of a section, or the whole answer of a FAQ, with `matched` terms marked."""
    text = passage.text
    marks = [(term.start, term.end, term.text) for term in analyse(text) if term.text in matched]
    spans = [(0, len(text))] if passage.kind == "faq" else _best(text, marks)
    return Excerpt(tuple(_pieces(text, spans, [(start, end) for start, end, _ in marks])))


def sentences(text: str) -> list[Span]:
    """Where each sentence or line of a text starts and ends."""
    gaps = [found.span(found.lastgroup or 0) for found in _SENTENCE_END.finditer(text)]
    starts, ends = [0, *(end for _, end in gaps)], [*(start for start, _ in gaps), len(text)]
    return [(start, end) for start, end in zip(starts, ends, strict=True) if text[start:end].strip()]


def _best(text: str, marks: list[tuple[int, int, str]]) -> list[Span]:
    """The sentences with the most different terms, as many as fit; an earlier one wins among equals."""
    spans = sentences(text)
    worth = {span: len({term for start, end, term in marks if span[0] <= start and end <= span[1]}) for span in spans}
    chosen: list[Span] = []
    words = 0
    for span in sorted(spans, key=lambda span: (-worth[span], span)):
        length = len(text[slice(*span)].split())
        if not chosen or (words + length <= MAX_WORDS and (worth[span] or words < MAX_WORDS // 2)):
            chosen.append(span)
            words += length
    return sorted(chosen)


def _pieces(text: str, spans: list[Span], marks: list[Span]) -> Iterator[tuple[str, bool]]:
    place = 0
    for start, end in spans:
        if text[place:start].strip():
            yield (" … " if place else "… "), False
        elif place:
            yield text[place:start], False
        place = start
        for mark_start, mark_end in marks:
            if start <= mark_start and mark_end <= end:
                if mark_start > place:
                    yield text[place:mark_start], False
                yield text[mark_start:mark_end], True
                place = mark_end
        if end > place:
            yield text[place:end], False
        place = end
    if text[place:].strip():
        yield " …", False
