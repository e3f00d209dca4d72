"""The bundled articles, read through the real command, against what their authors meant (bundled_articles.json)."""

import json
from pathlib import Path
from typing import Any

import pytest
from bs4 import BeautifulSoup

from indexer.article import read_article
from indexer.faq import take_faqs
from indexer.mainpart import main_part
from indexer.markup import Tree
from indexer.model import Article

EXPECTED: dict[str, Any] = json.loads(Path(__file__).with_name("bundled_articles.json").read_text(encoding="utf-8"))
FACTS = ("title", "author", "published", "modified", "description", "canonical", "language")

every_article = pytest.mark.parametrize("name", sorted(EXPECTED))


@pytest.fixture(scope="module")
def parsed(advice, articles) -> dict[str, Any]:
    """What `advice parse --json` prints of all articles, in one run."""
    done = advice("parse", *sorted(articles.glob("*.html")), "--json")
    assert (done.returncode, done.stderr) == (0, "")
    return json.loads(done.stdout)


@pytest.fixture
def article(name: str, articles: Path) -> Article:
    return read_article((articles / f"{name}.html").read_text(encoding="utf-8"), name)


def test_every_bundled_article_is_described_here(parsed):
    assert sorted(parsed) == sorted(EXPECTED)
    assert len(parsed) == 16


def test_the_articles_come_in_six_faq_markups_or_more():
    assert len({expected["markup"] for expected in EXPECTED.values()}) >= 6


@every_article
@pytest.mark.parametrize("fact", FACTS)
def test_what_the_page_says_of_itself_is_read(parsed, name, fact):
    assert parsed[name][fact] == EXPECTED[name][fact]


@every_article
def test_every_heading_is_there_with_its_level_and_anchor_in_order(parsed, name):
    found = [{key: section[key] for key in ("level", "heading", "anchor")} for section in parsed[name]["sections"]]
    assert [section for section in found if section["heading"]] == EXPECTED[name]["sections"]


@every_article
def test_every_faq_is_there_word_for_word(parsed, name):
    assert parsed[name]["faqs"] == EXPECTED[name]["faqs"]


@every_article
def test_no_boilerplate_is_left_and_no_sentence_of_the_body_is_lost(parsed, name):
    text = json.dumps([parsed[name]["sections"], parsed[name]["faqs"]], ensure_ascii=False).replace('\\"', '"')
    assert [words for words in EXPECTED[name]["boilerplate"] if words in text] == []
    assert [words for words in EXPECTED[name]["body"] if words not in text] == []


@every_article
def test_the_parser_has_no_complaint(parsed, name):
    assert parsed[name]["warnings"] == []


@every_article
def test_an_article_is_long_enough_to_help_and_short_enough_to_read(article):
    blocks = [block for part in (*article.sections, *article.faqs) for block in part.blocks]
    assert 900 <= sum(block.words for block in blocks) <= 1600
    above_faqs = {faq.section for faq in article.faqs}
    in_body = [s for s in article.sections if s.level == 2 and (s.blocks or s.anchor not in above_faqs)]
    assert 7 <= len(in_body) <= 11
    assert 3 <= len(article.faqs) <= 6


@every_article
def test_links_in_the_text_lead_to_bundled_articles(name, articles):
    tree = Tree((articles / f"{name}.html").read_text(encoding="utf-8"))
    take_faqs(tree)
    targets = {str(link["href"]) for link in main_part(tree)[-1].find_all("a", href=True)}
    internal = {target.strip("/").removesuffix(".html") for target in targets if not target.startswith(("#", "http"))}
    assert internal, "an article of a site leads to another one"
    assert internal - {name} <= set(EXPECTED)


@every_article
def test_pictures_have_words_and_are_bundled(name, articles):
    page = BeautifulSoup((articles / f"{name}.html").read_text(encoding="utf-8"), "lxml")
    for picture in page.find_all("img", src=True):
        source = str(picture["src"])
        assert picture.get("alt"), source
        assert "://" in source or (articles / source.lstrip("/")).is_file(), source
