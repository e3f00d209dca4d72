"""The words of a passage that answer, with the question's words marked.

Strategy: the passage is cut into sentences; the ones with the most of the question's terms are shown, in the order of
the text, with "…" where something was left out. A FAQ's answer is shown whole. An excerpt is text in pieces, never
markup: whoever renders it escapes each piece first and marks it then.
"""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache

from indexer.model import Passage

from .model import Excerpt, Place, Span
from .sentences import sentences

_sentences = lru_cache(maxsize=1_000)(sentences)  # of passages: the same ones are shown again and again
MAX_WORDS = 55  # of a section's excerpt: four lines on a phone


def excerpt_of(passage: Passage, marks: Sequence[Place]) -> Excerpt:
    """The best sentences of a section, or the whole answer of a FAQ; `marks` are the places to mark in its text."""
    text, is_faq = passage.text, passage.kind == "faq"
    shown = _sentences(text) if is_faq else tuple(_best(text, marks))
    spans = [(0, len(text))] if is_faq else list(shown)
    pieces = tuple(_pieces(text, spans, [(start, end) for _, start, end in marks]))
    return Excerpt(pieces, shown)


def _best(text: str, marks: Sequence[Place]) -> list[Span]:
    """The sentences with the most different terms, as many as fit; an earlier one wins among equals."""
    spans = _sentences(text)
    worth = _worth(spans, marks)
    chosen: list[Span] = []
    words = 0
    for number in sorted(range(len(spans)), key=worth.__getitem__, reverse=True):
        if words >= MAX_WORDS:
            break
        if worth[number] or words < MAX_WORDS // 2:
            length = len(text[slice(*spans[number])].split())
            if not chosen or words + length <= MAX_WORDS:
                chosen.append(spans[number])
                words += length
    return sorted(chosen)


def _worth(spans: Sequence[Span], marks: Sequence[Place]) -> list[int]:
    """How many different terms each of some sentences, which are in order, has."""
    starts, terms = [start for start, _ in spans], [set[str]() for _ in spans]
    for term, start, end in marks:
        number = bisect_right(starts, start) - 1
        if number >= 0 and end <= spans[number][1]:
            terms[number].add(term)
    return list(map(len, terms))


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
