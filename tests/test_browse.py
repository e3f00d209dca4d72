"""What visitors open without typing, and what they are told of each article; why a passage was found."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from indexer.model import Block, Passage
from indexer.readability import lix
from search.browse import SITUATIONS, disclaimers, faqs_of, minutes, reading_level, situations, years_old
from search.engine import Card
from search.model import Excerpt, Hit
from search.present import deep_link, direction
from search.settings import Settings
from search.whoosh_engine import WhooshEngine
from search.why import why

CARD = Card("/articles/a", "A", "", ("Health",), "2020-01-01", "", words=690, lix=35)
PASSAGE = Passage("/articles/a", "section", "A", ("B",), "b", (Block("paragraph", "Trust - it grows, & slowly."),))


@pytest.fixture(scope="module")
def engine(bundled_index: Path) -> WhooshEngine:
    return WhooshEngine(bundled_index)


def test_the_questions_of_an_article_are_its_faqs(engine: WhooshEngine):
    for card in engine.cards:
        found = faqs_of(engine, (card,))
        assert len(found) == card.faqs
        assert all(passage.kind == "faq" and passage.url == card.url for passage in found)
    every = engine.fetch(range(len(engine.names)))
    assert len(faqs_of(engine, engine.cards)) == sum(passage.kind == "faq" for passage in every)
    assert list(engine.names) == [passage.heading for passage in every]


def test_situations_are_the_owners_or_questions_of_the_newest_articles(engine: WhooshEngine):
    found = situations(engine, Settings())
    assert len(found) == SITUATIONS
    assert all(address.startswith("/articles/") for _, address in found)
    owners = Settings(situations=({"name": "Silence", "question": "he is quiet & cold"},))
    assert situations(engine, owners) == [("Silence", "/?q=he+is+quiet+%26+cold")]


def test_cards_tell_reading_time_level_and_age():
    assert minutes(CARD) == 3
    assert minutes(replace(CARD, words=10)) == 1
    levels = [reading_level(replace(CARD, lix=value)) for value in (20, 30, 45, 55, 70)]
    assert levels == ["level-very-easy", "level-easy", "level-medium", "level-hard", "level-very-hard"]
    two_years_ago = (date.today() - timedelta(days=731)).isoformat()
    assert years_old(replace(CARD, modified=two_years_ago)) == pytest.approx(2, abs=0.01)
    assert years_old(replace(CARD, published="")) == 0


def test_disclaimers_are_those_of_the_articles_topics():
    settings = Settings(disclaimers={"Health": "Ask a doctor.", "Law": "Ask a lawyer."})
    assert disclaimers(CARD, settings) == ["Ask a doctor."]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", 0),
        ("One two three.", 3),
        ("He is sad. She is not.", 3),
        ("Relationships everywhere.", 102),
        ("Ohne Punkt\nund Komma", 2),
    ],
)
def test_lix_is_words_a_sentence_and_the_share_of_long_words(text, expected):
    assert lix(text) == expected


def test_a_deep_link_has_the_anchor_and_the_words():
    assert deep_link(PASSAGE) == "/articles/a#b:~:text=Trust%20%2D%20it%20grows%2C%20%26%20slowly."
    long = " ".join(f"w{n}" for n in range(20))
    assert deep_link(PASSAGE, long).endswith("#b:~:text=w0%20w1%20w2%20w3%20w4,w15%20w16%20w17%20w18%20w19")
    assert deep_link(replace(PASSAGE, blocks=())) == "/articles/a#b"


@pytest.mark.parametrize(
    ("language", "way"), [("en", "ltr"), ("ar", "rtl"), ("he-IL", "rtl"), ("", "auto"), ("?", "auto")]
)
def test_the_direction_is_that_of_the_language(language, way):
    assert direction(language) == way


@pytest.mark.parametrize(
    ("kind", "heading", "meaning", "marked", "expected"),
    [
        ("faq", 0.25, 0.3, True, "why-question"),
        ("section", 0.25, 0.3, True, "why-heading"),
        ("section", 0.1, 0.3, True, "why-both"),
        ("section", 0.1, 0.3, False, "why-meaning"),
        ("section", 0.0, 0.0, True, "why-words"),
    ],
)
def test_why_names_the_strongest_reason(kind, heading, meaning, marked, expected):
    excerpt = Excerpt((("Trust", marked), (" grows, ", False), ("trust", marked)))
    hit = Hit(replace(PASSAGE, kind=kind), {"heading": heading, "meaning": meaning}, 1.0, 1, excerpt=excerpt)
    name, values = why(hit, 0.3)
    assert name == expected
    assert values == ({"words": "“trust”"} if name in ("why-both", "why-words") else {})
