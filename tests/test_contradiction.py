"""How far headings contradict a question, by numbers worked out by hand on a small index."""

from dataclasses import replace
from math import log
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server import an_article, publish

from indexer.generations import open_current
from indexer.headings import Headings, load_headings
from indexer.impacts import Impacts, load_impacts
from indexer.stance import Actor
from search.answer import answer
from search.contradiction import contradictions
from search.model import Query
from search.query import CLEAR_QUESTION, read_question
from search.ranking import weights_of
from search.whoosh_engine import WhooshEngine

HEADINGS = (
    "",
    "I am clingy",
    "My partner is clingy",
    "My partner is not clingy",
    "I am not clingy",
    "Clingy",
    "My partner is lonely and I am clingy",
    "I am lonely and clingy",
    "Date of first commit",
    "My partner cooks",
    "Living with a clingy partner: lonely",
)
TEXTS = (
    "Rain falls on the roof.",
    "Bread wants a hot oven and patience.",
    "Trains leave at noon from platform four.",
    "A garden needs water in July.",
    "Old maps show rivers that nobody remembers.",
    "Chess openings fill whole libraries.",
    "Copper turns green by the sea.",
    "Bees sleep through a mild winter.",
    "The lighthouse blinks every nine seconds.",
    "Soup tastes better the next day.",
    "Bicycles squeak without oil.",
)
COUNT = len(HEADINGS)


def idf(spread: int) -> float:
    """How rare a term is that so many of the passages have, by the formula in `impacts`."""
    return log(1 + (COUNT - spread + 0.5) / (spread + 0.5))


CLINGY, LONELY = idf(8), idf(3)


class Small:
    """The index of HEADINGS, in their order, with nothing about people in its texts."""

    def __init__(self, folder: Path) -> None:
        article = an_article("a", dict(zip(HEADINGS, TEXTS, strict=True)))
        index = publish(folder / "index", article)
        generation = open_current(index).folder
        self.engine = WhooshEngine(index)
        self.headings: Headings = load_headings(generation)
        self.impacts: Impacts = load_impacts(generation, COUNT)

    def against(self, question: str | Query, rows: list[int] | None = None) -> list[float]:
        """What contradicts a question in each heading."""
        query = read_question(question, self.engine, literal=True) if isinstance(question, str) else question
        wanted = np.array(range(COUNT) if rows is None else rows, dtype=np.int64)
        found = contradictions(self.headings, query, wanted, self.impacts)
        assert (found.shape, found.dtype) == (wanted.shape, np.float32)
        return [float(value) for value in found]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Small:
    return Small(tmp_path_factory.mktemp("contradiction"))


def test_the_small_index_is_what_the_numbers_were_worked_out_for(small: Small):
    assert [passage.heading for passage in small.engine.fetch(range(COUNT))] == list(HEADINGS)
    assert small.impacts.idf("clingi") == pytest.approx(CLINGY)
    assert small.impacts.idf("lone") == pytest.approx(LONELY)
    assert [int(one) for one in small.headings.leads] == [0, 1, -1, -1, 1, 0, -1, 1, 0, -1, 0]


LEAD, ACTORS, DENIALS = 0.4, 0.4, 0.2  # another one leads; the shared words are said of another one, or denied
BY_HAND = {
    "I am clingy": {2: LEAD + ACTORS, 3: LEAD + ACTORS + DENIALS, 4: DENIALS, 6: LEAD, 9: LEAD, 10: ACTORS},
    "I am not clingy": {
        1: DENIALS,
        2: LEAD + ACTORS + DENIALS,
        3: LEAD + ACTORS,
        5: DENIALS,
        6: LEAD + DENIALS,
        7: DENIALS,
        9: LEAD,
        10: ACTORS + DENIALS,
    },
    "My husband is clingy": {1: LEAD + ACTORS, 3: DENIALS, 4: LEAD + ACTORS + DENIALS, 6: ACTORS, 7: LEAD + ACTORS},
    "My husband is lonely and I am clingy": {
        1: LEAD,
        2: ACTORS,
        3: ACTORS + DENIALS,
        4: LEAD + DENIALS,
        7: LEAD + ACTORS * (LONELY - CLINGY) / (LONELY + CLINGY),  # of the lonely one wrong, of the clingy one right
        10: ACTORS,  # nobody is said to be lonely there
    },
    "I am clingy, my husband is clingy": {2: LEAD, 3: LEAD + DENIALS, 4: DENIALS, 6: LEAD, 9: LEAD},
    "clingy": {3: DENIALS, 4: DENIALS},
    "I cook dinner": {2: LEAD, 3: LEAD, 6: LEAD, 9: LEAD + ACTORS},
    "commit": {},
}


@pytest.mark.parametrize("question", BY_HAND)
def test_contradictions_are_those_worked_out_by_hand(small: Small, question: str):
    expected = [BY_HAND[question].get(row, 0.0) for row in range(COUNT)]
    assert small.against(question) == pytest.approx(expected, abs=1e-6)


def test_the_most_is_one_and_what_agrees_has_exactly_none(small: Small):
    found = small.against("I am clingy")
    assert max(found) == found[3] == 1
    assert found[0] == found[1] == found[5] == found[7] == 0


@pytest.mark.parametrize("question", ["I am clingy", "am I clingy?", "when you are the clingy one"])
def test_a_heading_of_somebody_else_contradicts_more_than_the_readers_own(small: Small, question: str):
    _, mine, theirs, *_ = small.against(question)
    assert theirs > mine == 0


def test_without_stances_and_a_lead_nothing_contradicts(small: Small):
    query = read_question("My partner is not clingy", small.engine)
    assert small.against(replace(query, lead=Actor.UNKNOWN, stances={})) == [0.0] * COUNT
    assert small.against(replace(query, lead=Actor.UNKNOWN, stances={"zeppelin": frozenset()})) == [0.0] * COUNT


def test_a_lead_alone_contradicts_the_other_leads(small: Small):
    found = small.against(Query("", lead=Actor.READER))
    assert found == pytest.approx([LEAD if one < 0 else 0 for one in small.headings.leads])


@pytest.mark.parametrize(("words", "has_stance"), [(CLEAR_QUESTION, True), (CLEAR_QUESTION + 1, False)])
def test_a_letter_has_no_stance(small: Small, words: int, has_stance: bool):
    letter = "I am clingy" + " and sad" * ((words - 3) // 2) + " today" * ((words - 3) % 2)
    query = read_question(letter, small.engine, literal=True)
    assert len(letter.split()) == words
    assert (query.lead != Actor.UNKNOWN, bool(query.stances)) == (has_stance, has_stance)
    assert (sum(small.against(query)) > 0) is has_stance


@pytest.mark.parametrize("rows", [[], [3], [9, 0, 3], [0], [2, 2, 4], [0, 5, 8]])
def test_each_row_has_its_own_number_in_any_order(small: Small, rows: list[int]):
    every = small.against("I am clingy")
    assert small.against("I am clingy", rows) == [every[row] for row in rows]
    assert small.against(Query(""), rows) == [0.0] * len(rows)


_QUESTIONS = st.lists(
    st.sampled_from("I my husband partner you not never clingy lonely cooks and . , when is commit".split()),
    min_size=1,
    max_size=15,
)


@settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
@given(_QUESTIONS)
def test_every_contradiction_is_from_none_to_one(small: Small, words: list[str]):
    assert all(0 <= value <= 1 for value in small.against(" ".join(words)))


def test_the_engine_measures_it_for_its_candidates(small: Small):
    query = read_question("I am clingy", small.engine)
    found = small.engine.find(query, 100)
    assert list(found.measured["stance"]) == pytest.approx(small.against(query, [int(row) for row in found.rows]))


def test_a_contradicting_heading_loses_its_share_of_the_score(small: Small):
    weights = weights_of("hybrid", {"stance": -0.5})
    hits = {hit.passage.heading: hit for hit in answer(small.engine, "I am clingy", weights=weights).hits}
    assert hits["My partner is not clingy"].signals["stance"] == -0.5
    assert hits["My partner is clingy"].signals["stance"] == pytest.approx(-0.4, abs=1e-5)
    assert hits["I am clingy"].signals["stance"] == 0


def test_words_alone_do_not_ask_of_whom_they_are_said(small: Small):
    hits = answer(small.engine, "I am clingy", weights=weights_of("words")).hits
    assert [hit.signals["stance"] for hit in hits] == [0.0] * len(hits) != []
