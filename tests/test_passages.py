"""An article to the passages that are ranked and shown."""

import random

import pytest

from indexer.article import read_article
from indexer.model import TOP, Article, Block, Faq, Section
from indexer.passages import MAX_WORDS, parts_of, passages_of, whole_passages_of

dice = random.Random(0)


def _block(words: int) -> Block:
    return Block("paragraph", " ".join(["word"] * words))


def _random_blocks() -> tuple[Block, ...]:
    return tuple(_block(dice.choice([1, 5, 40, 90, 179, 180, 181, 400])) for _ in range(dice.randrange(1, 30)))


SECTIONS = [_random_blocks() for _ in range(200)]


def test_nothing_is_lost_and_nothing_is_moved():
    for blocks in SECTIONS:
        assert tuple(block for part in parts_of(blocks) for block in part) == blocks


def test_no_part_is_empty_or_over_the_limit_but_for_one_block_that_is():
    for blocks in SECTIONS:
        for part in parts_of(blocks):
            assert part
            assert len(part) == 1 or sum(block.words for block in part) <= MAX_WORDS


@pytest.mark.parametrize("count", [1, 2, 3, 10, 100])
def test_a_section_of_short_paragraphs_is_cut_evenly(count):
    """No part is a leftover: each has at least half of the average."""
    lengths = [sum(block.words for block in part) for part in parts_of((_block(20),) * count)]
    assert min(lengths) >= sum(lengths) / len(lengths) / 2


def test_a_section_within_the_limit_stays_whole():
    assert parts_of((_block(MAX_WORDS - 1), _block(1))) == ((_block(MAX_WORDS - 1), _block(1)),)


def test_a_section_without_text_has_no_part():
    assert parts_of(()) == ()


LONG = tuple(_block(100) for _ in range(5))
ARTICLE = Article(
    "/articles/a",
    "A",
    (
        Section(1, "", TOP, (), (_block(10),)),
        Section(2, "Empty", "empty", ("Empty",)),
        Section(3, "Long", "long", ("Empty", "Long"), LONG),
    ),
    (Faq("Why?", "why", LONG, "long"),),
)


def test_every_part_of_a_section_keeps_its_heading_path_and_anchor():
    parts = [passage for passage in passages_of(ARTICLE) if passage.anchor == "long"]
    assert [passage.part for passage in parts] == [1, 2, 3, 4, 5]
    assert {(passage.heading_path, passage.heading, passage.kind) for passage in parts} == {
        (("Empty", "Long"), "Long", "section")
    }


def test_a_faq_is_whole_however_long_it_is():
    faqs = [passage for passage in passages_of(ARTICLE) if passage.kind == "faq"]
    assert [(faq.heading_path, faq.blocks, faq.anchor) for faq in faqs] == [(("Why?",), LONG, "why")]


def test_passages_come_in_reading_order_and_a_heading_without_text_gives_none():
    assert [p.fragment for p in passages_of(ARTICLE)] == ["top", "long", *(f"long~{n}" for n in range(2, 6)), "why"]


def test_judged_collections_get_sections_uncut():
    assert [passage.blocks for passage in whole_passages_of(ARTICLE)] == [(_block(10),), LONG, LONG]


def test_an_id_says_where_the_passage_is_and_is_the_same_on_every_build(articles):
    pages = {path.stem: path.read_text(encoding="utf-8") for path in articles.glob("s*.html")}
    builds = [[p.id for name, page in pages.items() for p in passages_of(read_article(page, name))] for _ in range(2)]
    assert builds[0] == builds[1]
    assert len(set(builds[0])) == len(builds[0])
    assert "stay-or-leave#guilt" in builds[0]


def test_ids_are_unique_where_a_page_has_an_anchor_that_looks_like_a_part():
    long = "<p>" + "word " * 150 + "</p>"
    page = f'<h1>T</h1><h2 id="a">A</h2>{long}{long}<h2 id="a--2">B</h2><p>word</p>'
    ids = [passage.id for passage in passages_of(read_article(page, "u"))]
    assert len(ids) == 3
    assert len(set(ids)) == 3
