"""An article to the passages that are ranked and shown.

Strategy: a section is a passage; a long one is cut at paragraph bounds into parts of about MAX_WORDS, evenly, so that
no part is a leftover line; a FAQ is always whole, because half an answer can mislead.
"""

from collections.abc import Iterator
from math import ceil

from .model import Article, Block, Passage

MAX_WORDS = 180  # a part reads in under a minute, and fits a small encoder's 256 tokens


def passages_of(article: Article) -> tuple[Passage, ...]:
    """The passages of an article in reading order: sections, then FAQs."""
    return (*_from_sections(article), *_from_faqs(article))


def _from_sections(article: Article) -> Iterator[Passage]:
    for section in article.sections:
        for number, blocks in enumerate(parts_of(section.blocks), 1):
            yield Passage(
                article.url, "section", article.title, section.path, section.anchor, blocks, number, article.live
            )


def _from_faqs(article: Article) -> Iterator[Passage]:
    for faq in article.faqs:
        yield Passage(article.url, "faq", article.title, (faq.question,), faq.anchor, faq.blocks, live=article.live)


def whole_passages_of(article: Article) -> tuple[Passage, ...]:
    """The same with long sections uncut, for judged collections whose entries are to be ranked as they are."""
    whole = (
        Passage(article.url, "section", article.title, section.path, section.anchor, section.blocks)
        for section in article.sections
        if section.blocks
    )
    return (*whole, *_from_faqs(article))


def parts_of(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], ...]:
    """Cuts blocks into parts of about equal length, of MAX_WORDS at the most; a longer block stays whole."""
    total = sum(block.words for block in blocks)
    if not blocks:
        return ()
    aim = total / ceil(total / MAX_WORDS) if total else MAX_WORDS
    parts: list[list[Block]] = [[]]
    words = 0
    for block in blocks:
        if parts[-1] and (words + block.words > MAX_WORDS or words + block.words / 2 > aim):
            parts.append([])
            words = 0
        parts[-1].append(block)
        words += block.words
    return tuple(tuple(part) for part in parts)
