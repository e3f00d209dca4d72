"""Boilerplate that no markup tells: blocks that many articles of one source repeat, such as "Sign up for our course".

Strategy: all articles are counted first, by hashes of their blocks, and trimmed when all are known, so what an article
loses does not depend on their order. Only whole paragraphs and quotes go: a list or a table would be left with a hole,
headings are the article's outline, and half a FAQ can mislead. What may be a way to help stays, however often it is
said. This file does not know about HTML, files or generations.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from hashlib import blake2b
from itertools import chain

from .model import Article, Block

FEWEST_ARTICLES = 5  # fewer can be a good paragraph that its writer used again, or one article in several versions
ONE_ARTICLE_IN = 5  # what stands in a fifth of a site answers no particular worry; a series has a smaller share
FEWEST_WORDS = 8  # shorter ones are turns of phrase: "You are not alone in this."
MOST_LOST = 0.5  # an article that would lose more of its words than this is a copy of others, not framed by boilerplate
SHOWN_WORDS = 10  # of a block, where the owner is told about it

_KINDS = ("paragraph", "quote")
_INTRODUCES = (":", "：")  # what ends so belongs to what follows it
_NO_YEAR = r"(?!(?:19|20)\d\d\b)"
_HELP = re.compile(
    r"\b(?:emergenc|danger|unsafe|not safe|cris[ei]s|help ?line|hot ?line|life ?line|suicid|self-?harm|abus|violen"
    r"|assault|(?:hurt|harm|kill)(?:ing|s)? (?:you|me\b|him|her|them)|end (?:your|my) life|ambulance|police|samaritans)"
    r"|notruf|notfall|notdienst|gefahr|krise|gewalt|suizid|seelsorge|hilfetelefon|polizei"
    rf"|\b(?:call|dial|ring|phone|text)\b.{{0,40}}\b{_NO_YEAR}\d{{3}}"
    rf"|(?<!\d){_NO_YEAR}\d[\d\s().-]{{5,}}\d",  # a telephone number: seven characters or more
    re.IGNORECASE,
)  # wide on purpose: to keep a promotion does little harm, to lose the number of a helpline much


@dataclass(slots=True)
class _LeftOut:
    text: str
    articles: int = 0


class RepeatedBlocks:
    """What the articles of a source repeat: `count` each of them, and then trim them. It holds a number for each
    different paragraph, and no article."""

    def __init__(self) -> None:
        self._articles = 0
        self._standing: Counter[int] = Counter()
        self._left_out: dict[int, _LeftOut] = {}

    def count(self, article: Article) -> None:
        """Takes note of one article of the source."""
        self._articles += 1
        self._standing.update({_key(block) for block in _blocks_in_sections(article) if _may_go(block)})

    def trimmed(self, article: Article) -> Article:
        """An article without what many of those that were counted repeat; all of it where that is most of it."""
        gone = dict.fromkeys(block for block in _blocks_in_sections(article) if self._is_repeated(block))
        lost = _words(block for block in _blocks_in_sections(article) if block in gone)
        if not gone or lost > MOST_LOST * _words(_all_blocks(article)):
            return article
        for key, text in {_key(block): block.text for block in gone}.items():
            self._left_out.setdefault(key, _LeftOut(text)).articles += 1
        return replace(
            article,
            sections=tuple(
                replace(section, blocks=tuple(block for block in section.blocks if block not in gone))
                for section in article.sections
            ),
        )

    def told(self) -> list[str]:
        """What was left out so far, a line for each block, in the order in which they were met."""
        return [
            f"“{_beginning(one.text)}” was left out of {one.articles} of {self._articles} articles, which repeat it"
            for one in self._left_out.values()
        ]

    def _is_repeated(self, block: Block) -> bool:
        if not _may_go(block):
            return False
        articles = self._standing[_key(block)]
        many = articles >= FEWEST_ARTICLES and articles * ONE_ARTICLE_IN >= self._articles
        return many and not _HELP.search(block.text)


def _blocks_in_sections(article: Article) -> Iterator[Block]:
    return (block for section in article.sections for block in section.blocks)


def _may_go(block: Block) -> bool:
    return block.kind in _KINDS and block.words >= FEWEST_WORDS and not block.text.endswith(_INTRODUCES)


def _key(block: Block) -> int:
    """The same for texts that differ in case and white space only: 64 bits, so that no two of a site's meet."""
    text = " ".join(block.text.casefold().split())
    return int.from_bytes(blake2b(text.encode("utf-8", "surrogatepass"), digest_size=8).digest())


def _all_blocks(article: Article) -> Iterator[Block]:
    return chain(_blocks_in_sections(article), (block for faq in article.faqs for block in faq.blocks))


def _words(blocks: Iterable[Block]) -> int:
    return sum(block.words for block in blocks)


def _beginning(text: str) -> str:
    words = text.split()
    return " ".join(words[:SHOWN_WORDS]) + ("…" if len(words) > SHOWN_WORDS else "")
