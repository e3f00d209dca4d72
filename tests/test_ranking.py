"""The bundled articles are found by people who do not know their words, and every score can be explained."""

import csv
import json
import math
from itertools import islice, permutations
from pathlib import Path

import pytest
from server import slug_of

from search.answer import answer
from search.api_json import results_json
from search.engine import Engine
from search.evaluate import evaluate, read_collection
from search.ranking import FREE_PASSAGES, SIGNALS, weights_of
from search.whoosh_engine import WhooshEngine

HERE = Path(__file__).parent
ROWS = [json.loads(line) for line in (HERE / "judged" / "queries.jsonl").read_text(encoding="utf-8").splitlines()]
with (HERE / "judged" / "qrels.tsv").open(encoding="utf-8") as lines:
    ARTICLE = {row["query-id"]: row["corpus-id"] for row in csv.DictReader(lines, delimiter="\t")}
NOT_YET = {"j13", "j15", "j24", "j25", "j42"}  # judged questions whose article does not come among the first three
HOLDING = [row for row in ROWS if row["_id"] not in NOT_YET]
QUESTIONS = [row["text"] for row in ROWS]


@pytest.fixture(scope="module")
def engine(bundled_index: Path) -> WhooshEngine:
    return WhooshEngine(bundled_index)


def articles_found(engine: Engine, question: str) -> list[str]:
    return [slug_of(group.url) for group in answer(engine, question).groups[:3]]


@pytest.mark.parametrize("row", HOLDING, ids=lambda row: row["text"][:40])
def test_the_article_that_helps_is_among_the_first_three(engine: Engine, row: dict[str, str]):
    assert ARTICLE[row["_id"]] in articles_found(engine, row["text"])


@pytest.mark.parametrize("row", [row for row in ROWS if row["_id"] in NOT_YET], ids=lambda row: row["text"][:40])
def test_what_is_not_found_yet_is_kept_as_not_found_yet(engine: Engine, row: dict[str, str]):
    assert ARTICLE[row["_id"]] not in articles_found(engine, row["text"]), "it is found now: take it out of NOT_YET"


def test_judged_questions_ask_for_every_bundled_article(engine: Engine):
    assert set(ARTICLE.values()) == {slug_of(card.url) for card in engine.cards}
    assert len(set(QUESTIONS)) == len(QUESTIONS) >= 40


@pytest.mark.parametrize("question", QUESTIONS[::4], ids=lambda question: question[:40])
def test_who_asks_for_more_hits_gets_the_same_first_ones(engine: Engine, question: str):
    ten, hundred = (answer(engine, question, k).hits for k in (10, 100))
    assert [found.passage.id for found in ten] == [found.passage.id for found in hundred[:10]]


@pytest.mark.parametrize("question", QUESTIONS[::3], ids=lambda question: question[:40])
def test_signals_add_up_to_the_score_exactly_in_any_order(engine: Engine, question: str):
    for found in answer(engine, question, 50).hits:
        shares = list(found.signals.values())
        assert math.fsum(shares) == found.score
        assert {sum(order) for order in islice(permutations(shares), 120)} == {found.score}


def test_signals_add_up_after_a_trip_through_json(engine: Engine):
    results = answer(engine, "why am I always scared he'll leave me", 50)
    for row in json.loads(json.dumps(results_json(results)))["hits"]:
        assert sum(row["signals"].values()) == row["score"]
        assert list(row["signals"]) == [signal.name for signal in SIGNALS]


@pytest.mark.parametrize("question", QUESTIONS[:5])
def test_ranks_count_from_one_and_scores_never_rise(engine: Engine, question: str):
    hits = answer(engine, question, 30).hits
    assert [found.rank for found in hits] == list(range(1, len(hits) + 1))
    assert [found.score for found in hits] == sorted((found.score for found in hits), reverse=True)


@pytest.mark.parametrize("row", ROWS[::4], ids=lambda row: row["text"][:40])
def test_no_article_fills_the_first_page(engine: Engine, row: dict[str, str]):
    urls = [found.passage.url for found in answer(engine, row["text"], 10).hits]
    assert max(map(urls.count, urls)) <= FREE_PASSAGES + 3


def test_most_perspectives_and_negations_are_told_apart():
    """Half of the judged pairs, so that it is quick: `advice eval tests/perspective` has the figure for all."""
    figures = evaluate(read_collection(HERE / "perspective"), weights_of("words")).figures
    assert figures["in_order"] > 0.5
