"""Scores can be explained, and the bundled articles are found by people who do not know their words."""

import json
import math
import random
from collections.abc import Callable
from itertools import islice, permutations
from pathlib import Path

import pytest
from server import slug_of

from indexer.model import Passage
from search.answer import answer
from search.engine import Engine
from search.model import Hit, Query
from search.present import results_json
from search.query import read_question
from search.ranking import SIGNALS, Signal, rank
from search.whoosh_engine import WhooshEngine

JUDGED = json.loads(Path(__file__).with_name("judged_questions.json").read_text(encoding="utf-8"))
QUESTIONS = [row["question"] for row in JUDGED["judged"]]
NO_QUERY = Query("")


@pytest.fixture(scope="module")
def engine(bundled_index: Path) -> WhooshEngine:
    return WhooshEngine(bundled_index)


def _measured(name: str) -> Callable[[Query, Hit], float]:
    return lambda query, found: found.signals[name]


def hit(name: str, **measured: float) -> Hit:
    return Hit(Passage("/articles/a", "section", "A", (), name, ()), measured)


@pytest.mark.parametrize("row", JUDGED["judged"], ids=lambda row: row["question"][:40])
def test_the_article_that_helps_is_among_the_first_three_hits(engine: Engine, row: dict[str, str]):
    hits = answer(engine, row["question"]).hits[:3]
    assert row["article"] in [slug_of(hit.passage.url) for hit in hits]


def test_judged_questions_ask_for_every_bundled_article(engine: Engine):
    articles = {slug_of(card.url) for card in engine.cards}
    assert {row["article"] for row in JUDGED["judged"]} == articles
    assert len(set(QUESTIONS)) == len(QUESTIONS) >= 20


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question[:40])
def test_who_asks_for_more_hits_gets_the_same_first_ones(engine: Engine, question: str):
    ten, hundred = (answer(engine, question, k).hits for k in (10, 100))
    assert [found.passage.id for found in ten] == [found.passage.id for found in hundred[:10]]


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question[:40])
def test_signals_add_up_to_the_score_exactly_in_any_order(engine: Engine, question: str):
    for found in answer(engine, question, 50).hits:
        shares = list(found.signals.values())
        assert math.fsum(shares) == found.score
        assert {sum(order) for order in islice(permutations(shares), 120)} == {found.score}


def test_signals_add_up_after_a_trip_through_json(engine: Engine):
    results = answer(engine, "why am I always scared he'll leave me", 50)
    for row in json.loads(json.dumps(results_json(results)))["hits"]:
        assert sum(row["signals"].values()) == row["score"] > 0


def test_more_signals_with_awkward_weights_still_add_up(monkeypatch: pytest.MonkeyPatch):
    names = ["words", "pairs", "third", "fourth", "fifth"]
    table = tuple(Signal(name, 0.1 + n / 3, name, _measured(name)) for n, name in enumerate(names))
    monkeypatch.setattr("search.ranking.SIGNALS", table)
    for step in range(50):
        (found,) = rank(NO_QUERY, [hit("a", **{name: 0.1 * step + 7**n / 3 for n, name in enumerate(names)})])
        assert {sum(order) for order in permutations(found.signals.values())} == {found.score}
        assert math.fsum(found.signals.values()) == found.score


def test_every_hit_tells_what_each_signal_gave_and_the_table_says_why():
    (found,) = rank(NO_QUERY, [hit("a", words=1.0)])
    assert list(found.signals) == [signal.name for signal in SIGNALS]
    assert all(signal.reason for signal in SIGNALS)


@pytest.mark.parametrize("question", QUESTIONS[:5])
def test_ranks_count_from_one_and_scores_never_rise(engine: Engine, question: str):
    hits = answer(engine, question, 30).hits
    assert [found.rank for found in hits] == list(range(1, len(hits) + 1))
    assert [found.score for found in hits] == sorted((found.score for found in hits), reverse=True)


def test_ties_are_ordered_by_passage_whatever_order_the_engine_gave():
    given = [hit(name, words=1.0) for name in "dbace"]
    for seed in range(5):
        random.Random(seed).shuffle(given)  # noqa: S311 - an order to try, not a secret
        assert [found.passage.anchor for found in rank(NO_QUERY, given)] == list("abcde")


def test_more_words_of_the_question_rank_higher_than_fewer():
    ranked = rank(NO_QUERY, [hit("a", words=1.0), hit("b", words=2.0)])
    assert [found.passage.anchor for found in ranked] == ["b", "a"]


def test_ranking_leaves_a_hits_passage_and_matches_alone(engine: Engine):
    query = read_question("she never says she loves me", engine)
    found = {given.passage.id: given for given in engine.find(query, 50)}
    for ranked in rank(query, found.values()):
        assert (ranked.passage, ranked.matched) == (found[ranked.passage.id].passage, found[ranked.passage.id].matched)
