"""What is composed of results: an answer card, quotes, a letter's concerns, and ways on. On the bundled articles."""

import json
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server import an_article, publish

from indexer.prepare import open_encoder
from indexer.writing import Meaning
from search.answer import answer
from search.confidence import SURE, UNSURE
from search.engine import Engine
from search.model import Filter, topic_slug
from search.quotes import CONTEXT, selectors
from search.reply import CLOSE, RELATED, STILL_FITS, more_like, reply
from search.whoosh_engine import WhooshEngine

HERE = Path(__file__).parent
JUDGED = [json.loads(line)["text"] for line in (HERE / "judged" / "queries.jsonl").read_text().splitlines()]
UNANSWERABLE = (HERE / "judged" / "unanswerable.txt").read_text(encoding="utf-8").split("\n")
QUESTION = "how do I get over my ex"
LETTER = """Hi, I hope somebody can help me. I have been with my boyfriend for three years and lately everything feels
wrong. Whenever I bring up moving in together he goes quiet and says nothing for hours. I keep checking my phone because
he never texts back and then I think he will leave me. Last year I found out he slept with a colleague and I still
cannot trust him. My mother keeps telling me to leave and I do not know how to say no to her. Should I stay or go?"""


@pytest.fixture(scope="module")
def engine(bundled_index: Path) -> WhooshEngine:
    return WhooshEngine(bundled_index)


# When nothing fits


def test_nearly_all_judged_questions_are_answered_and_most_others_told_that_nothing_fits(engine: Engine):
    answered = [reply(engine, question).fits for question in JUDGED]
    others = [reply(engine, question).fits for question in UNANSWERABLE if question]
    assert sum(answered) >= 0.95 * len(answered)
    assert len(others) >= 100
    assert sum(others) <= 0.2 * len(others)


def test_where_nothing_fits_nothing_is_composed_and_the_nearest_are_kept(engine: Engine):
    found = reply(engine, "how long do you boil an egg")
    assert not found.fits
    assert (found.card, found.quotes, found.concerns, found.another) == (None, (), (), None)
    assert found.results.hits
    assert UNSURE < SURE


# The answer card


def test_the_faq_entry_that_answers_is_the_card(engine: Engine):
    found = reply(engine, "how long does it take to get over someone")
    assert found.card
    assert found.card.passage.heading == "How long does it take to get over someone you love?"
    assert found.card.score >= CLOSE * found.results.hits[0].score


def test_where_no_faq_entry_is_near_there_is_no_card(engine: Engine):
    assert reply(engine, "why am I always scared he'll leave me").card is None


# Quotes


@settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
@given(question=st.sampled_from(JUDGED) | st.text(min_size=1).filter(str.strip))
def test_every_quoted_sentence_stands_in_its_passage(engine: Engine, question: str):
    quotes = reply(engine, question).quotes
    assert len({quote.passage.url for quote in quotes}) == len(quotes) <= 3
    for quote in quotes:
        assert 1 <= len(quote.texts) <= 2
        stored = {passage.id: passage.text for passage in engine.fetch(range(len(engine.names)))}
        assert all(text in stored[quote.passage.id] for text in quote.texts)
        for (start, end), exact, prefix, suffix in selectors(quote):
            whole = stored[quote.passage.id]
            assert whole[start:end] == exact
            assert whole.startswith(prefix, max(start - CONTEXT, 0))
            assert whole.startswith(suffix, end)


def test_an_answer_is_composed_of_several_articles(engine: Engine):
    quotes = reply(engine, QUESTION).quotes
    assert len(quotes) > 1
    for quote in quotes:
        for text in quote.texts:
            assert " I " not in text
            assert not text.startswith(("This", "That", "It "))


def test_without_an_encoder_nothing_is_composed(tmp_path: Path):
    index = publish(tmp_path, an_article("trust", {"": "Trust grows slowly.\nIt needs months."}))
    found = reply(WhooshEngine(index), "trust")
    assert found.fits
    assert (found.card, found.quotes, found.concerns) == (None, (), ())
    assert len(found.results.hits) == 1


# Letters


def test_a_letters_concerns_are_its_own_words_in_its_order_each_with_another_article(engine: Engine):
    found = reply(engine, LETTER)
    assert len(found.concerns) >= 3
    places = [LETTER.index(concern.text) for concern in found.concerns]
    assert places == sorted(places)
    first = [concern.hits[0].passage.url for concern in found.concerns]
    assert len(set(first)) == len(first)
    assert any("goes quiet" in concern.text for concern in found.concerns)
    assert found.quotes == ()


def test_a_question_is_no_letter(engine: Engine):
    assert reply(engine, QUESTION).concerns == ()
    assert reply(engine, "he never texts back. " * 30).concerns == ()


def test_a_letter_without_a_full_stop_has_concerns_too(engine: Engine):
    one = LETTER.replace(". ", " and ").replace("?", "").replace("\n", " ")
    assert len(reply(engine, one).concerns) >= 2


# Limits and order


@pytest.mark.parametrize("kind", ["faq", "section"])
def test_a_kind_limits_the_hits_and_not_the_counts(engine: Engine, kind: str):
    every, limited = reply(engine, QUESTION), reply(engine, QUESTION, only=Filter(kind=kind))
    assert {hit.passage.kind for hit in limited.results.hits} == {kind}
    assert limited.kinds == every.kinds == {"faq": every.kinds["faq"], "section": every.kinds["section"]}
    assert sum(every.kinds.values()) == len(every.results.hits) == sum(every.topics.values())


def test_a_topic_limits_the_hits(engine: Engine):
    topics = {card.url: [topic_slug(topic) for topic in card.topics] for card in engine.cards}
    limited = reply(engine, QUESTION, only=Filter(topic="trust"))
    assert limited.results.hits
    assert all("trust" in topics[hit.passage.url] for hit in limited.results.hits)
    assert not reply(engine, QUESTION, only=Filter(topic="no-such")).results.hits


def test_by_date_the_newest_article_is_first(engine: Engine):
    dates = {card.url: card.date for card in engine.cards}
    ranked, dated = reply(engine, QUESTION), reply(engine, QUESTION, by_date=True)
    shown = [dates[group.url] for group in dated.results.groups]
    assert shown == sorted(shown, reverse=True)
    assert sorted(group.url for group in dated.results.groups) == sorted(group.url for group in ranked.results.groups)
    assert shown != [dates[group.url] for group in ranked.results.groups]


def test_what_hardly_fits_is_left_out(engine: Engine):
    hits, all_hits = reply(engine, QUESTION).results.hits, answer(engine, QUESTION, 100).hits
    assert hits == all_hits[: len(hits)]
    assert len(hits) < len(all_hits)
    assert hits[-1].score >= STILL_FITS * hits[0].score > all_hits[len(hits)].score


# Ways on


def test_another_point_of_view_is_of_another_article(engine: Engine):
    found = reply(engine, "how long does it take to get over someone")
    assert found.another
    assert found.card
    told = {found.card.passage.url, *(quote.passage.url for quote in found.quotes)}
    assert found.another.passage.url not in told


def test_related_questions_are_other_faq_entries(engine: Engine):
    found = reply(engine, QUESTION)
    assert 1 <= len(found.related) <= RELATED
    assert all(hit.passage.kind == "faq" and hit is not found.card for hit in found.related)


def test_more_like_a_passage_is_of_other_articles(engine: Engine):
    found = more_like(engine, "/articles/stay-or-leave", "top")
    assert found
    passage, hits = found
    assert passage.url == "/articles/stay-or-leave"
    assert hits
    assert all(hit.passage.url != passage.url for hit in hits)
    assert more_like(engine, "/articles/stay-or-leave", "no-such") is None
    assert more_like(engine, "/articles/no-such", "top") is None


def test_a_site_of_one_article_has_nothing_else(tmp_path: Path):
    article = an_article("trust", {"": "Trust grows slowly."}, {"How long does trust take?": "It takes months."})
    one = WhooshEngine(publish(tmp_path, article, meaning=Meaning(open_encoder())))
    assert reply(one, "how long does trust take").another is None
    found = more_like(one, "/articles/trust", "top")
    assert found
    assert found[1] == ()
