"""The arithmetic of ranking: what was measured, weights, shares and scores, without an index."""

import math

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from search.engine import Candidates
from search.ranking import (
    DEFAULT_RANKER,
    FREE_PASSAGES,
    RANKERS,
    SIGNALS,
    Ranked,
    Signal,
    needs_vectors,
    rank,
    weights_of,
)

PATIENTLY = settings(max_examples=50, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
NAMES = [signal.name for signal in SIGNALS]
MEASURED = [name for name in NAMES if name not in ("article", "crowding")]  # the others follow from the scores
NONE = dict.fromkeys(NAMES, 0.0)


def candidates(articles: list[int], twins: list[int] | None = None, **measured: list[float]) -> Candidates:
    """Candidates of these articles; their rows are ascending numbers with gaps. Without `twins` no two say the same."""
    rows = np.arange(len(articles), dtype=np.int64) * 3 + 1
    arrays = {name: np.array(values, dtype=np.float32) for name, values in measured.items()}
    same = np.array(range(len(articles)) if twins is None else twins, dtype=np.int32)
    return Candidates(rows, np.array(articles, dtype=np.int64), same, arrays)


def signal(name: str) -> Signal:
    return next(one for one in SIGNALS if one.name == name)


def measure(name: str, found: Candidates, scores: list[float] | None = None) -> list[float]:
    """What a signal measures, where the signals above it give these scores."""
    above = np.array(scores or [0.0] * len(found.rows), dtype=np.float64)
    return [float(value) for value in signal(name).measure(found, above)]


# Measures


def test_words_are_relative_to_the_best():
    assert measure("words", candidates([0, 0, 1], words=[2, 8, 0])) == [0.25, 1.0, 0.0]


def test_pairs_are_relative_to_the_best_words():
    assert measure("pairs", candidates([0, 0, 1], words=[2, 8, 0], pairs=[4, 0, 16])) == [0.5, 0.0, 2.0]


@pytest.mark.parametrize("found", [candidates([0, 1], words=[0, 0], pairs=[3, 0]), candidates([0, 1], pairs=[3, 0])])
def test_where_no_passage_has_a_word_nothing_is_divided_by_zero(found: Candidates):
    assert (measure("words", found), measure("pairs", found)) == ([0.0, 0.0], [3.0, 0.0])


@pytest.mark.parametrize("name", ["coverage", "meaning", "heading", "common", "stance", "freshness"])
def test_what_the_engine_measured_is_taken_as_it_is(name: str):
    assert measure(name, candidates([0, 1], **{name: [0.5, -0.25]})) == [0.5, -0.25]


@pytest.mark.parametrize("name", MEASURED)
def test_what_the_engine_did_not_measure_is_nothing(name: str):
    assert measure(name, candidates([0, 1, 1])) == [0.0, 0.0, 0.0]


@pytest.mark.parametrize("name", NAMES)
def test_every_signal_measures_no_candidates_too(name: str):
    assert measure(name, candidates([])) == []


def test_the_fourth_passage_of_an_article_is_the_first_to_make_room():
    found = candidates([7, 7, 7, 7, 7, 8], words=[1] * 6)
    assert FREE_PASSAGES == 3
    assert measure("crowding", found, [5, 1, 4, 2, 3, 0]) == [0, 2, 0, 1, 0, 0]


def test_of_equal_passages_the_earlier_ones_stay():
    assert measure("crowding", candidates([1] * 5), [2.0] * 5) == [0, 0, 0, 1, 2]


def test_an_articles_best_passage_is_helped_by_the_second_and_the_others_by_the_best():
    assert measure("article", candidates([3, 3, 3, 4]), [1.0, 5.0, 2.0, 9.0]) == [5.0, 2.0, 5.0, 0.0]


def test_a_passage_below_nothing_does_not_pull_its_article_down():
    assert measure("article", candidates([3, 3, 4]), [-1.0, 5.0, 2.0]) == [5.0, 0.0, 0.0]


ARTICLES_AND_SCORES = st.lists(st.tuples(st.integers(0, 3), st.sampled_from([-1.0, 0.0, 0.5, 0.5, 2.0])), max_size=12)


@PATIENTLY
@given(ARTICLES_AND_SCORES)
def test_article_and_crowding_are_what_counting_by_hand_gives(rows: list[tuple[int, float]]):
    articles, scores = [article for article, _ in rows], [score for _, score in rows]
    found = candidates(articles)
    others = [
        [s for n, (a, s) in enumerate(rows) if a == article and n != place] for place, article in enumerate(articles)
    ]
    assert measure("article", found, scores) == [max(0.0, *own, 0.0) for own in others]
    before = [
        sum(a == rows[at][0] and (-s, n) < (-rows[at][1], at) for n, (a, s) in enumerate(rows))
        for at in range(len(rows))
    ]
    assert measure("crowding", found, scores) == [max(count - FREE_PASSAGES + 1, 0) for count in before]


# Weights


def test_every_signal_has_a_name_of_its_own_a_reason_and_a_ranker():
    assert len(set(NAMES)) == len(NAMES)
    assert all(one.reason and one.by in ("words", "meaning", "any") for one in SIGNALS)
    assert RANKERS[0] == DEFAULT_RANKER == "hybrid"


def test_the_hybrid_ranker_weighs_every_signal():
    assert weights_of("hybrid") == {one.name: one.weight for one in SIGNALS}


@pytest.mark.parametrize(("ranker", "other"), [("words", "meaning"), ("meaning", "words")])
def test_a_ranker_of_one_kind_weighs_only_its_own_signals(ranker: str, other: str):
    weights = weights_of(ranker)
    assert list(weights) == NAMES
    assert {weights[one.name] for one in SIGNALS if one.by == other} == {0.0}
    assert all(weights[one.name] == one.alone for one in SIGNALS if one.by != other)
    assert any(weights.values())


def test_what_speaks_against_a_passage_does_so_in_every_ranker():
    assert all(one.weight * one.alone >= 0 for one in SIGNALS)
    assert {one.name for one in SIGNALS if one.weight < 0} == {"common", "stance", "crowding"}


@pytest.mark.parametrize("ranker", RANKERS)
def test_changed_weights_replace_theirs_and_leave_the_others(ranker: str):
    before, after = weights_of(ranker), weights_of(ranker, {"freshness": 0.25, "words": 0.0})
    assert after == before | {"freshness": 0.25, "words": 0.0}
    assert weights_of(ranker) == before


@pytest.mark.parametrize(
    ("ranker", "changed", "needed"),
    [
        ("hybrid", {}, True),
        ("meaning", {}, True),
        ("words", {}, False),
        ("words", {"freshness": 1.0, "article": 1.0}, False),
        ("words", {"heading": 0.1}, True),
        ("hybrid", {"meaning": 0.0, "heading": 0.0, "common": 0.0, "support": 0.0, "stance": 0.0}, False),
    ],
)
def test_vectors_are_needed_where_a_signal_of_meaning_counts(ranker: str, changed: dict[str, float], needed: bool):
    assert needs_vectors(weights_of(ranker, changed)) is needed


def test_a_stance_needs_no_vectors():
    assert not needs_vectors(weights_of("words", {"stance": -0.1}))


# Ranks


def test_the_best_come_first_and_k_of_them():
    found = candidates([0, 1, 2, 3], words=[1, 4, 2, 3])
    assert [one.row for one in rank(found, weights_of("words"), 3)] == [4, 10, 7]
    assert rank(found, weights_of("words"), 0) == ()
    assert rank(candidates([]), weights_of("hybrid"), 5) == ()


@pytest.mark.parametrize("k", [1, 3, 6, 100])
def test_equal_ones_stand_in_the_order_of_the_index(k: int):
    found = candidates([0, 1, 2, 3, 4, 5], words=[1, 2, 1, 2, 1, 2])
    assert [one.row for one in rank(found, weights_of("words"), k)] == [4, 10, 16, 1, 7, 13][:k]


def test_a_score_is_the_weighted_sum_of_what_was_measured():
    found = candidates([0, 1], words=[4, 1], coverage=[0.5, 1.0], meaning=[0.25, 0.5], stance=[1.0, 0.0])
    weights = NONE | {"words": 0.5, "coverage": 0.25, "meaning": 2.0, "stance": -1.0}
    first, second = rank(found, weights, 2)
    assert first == Ranked(4, 1.375, NONE | {"words": 0.125, "coverage": 0.25, "meaning": 1.0})
    assert second == Ranked(1, 0.125, NONE | {"words": 0.5, "coverage": 0.125, "meaning": 0.5, "stance": -1.0})


def test_a_signal_sees_the_scores_of_the_signals_above_it():
    found = candidates([5] * 5, words=[1, 2, 3, 4, 8], freshness=[9, 0, 0, 0, 0])
    weights = NONE | {"words": 1.0, "crowding": -0.5}
    by_words = {one.row: one.signals["crowding"] for one in rank(found, weights, 5)}
    by_both = {one.row: one.signals["crowding"] for one in rank(found, weights | {"freshness": 1.0}, 5)}
    assert by_words == {1: -1.0, 4: -0.5, 7: 0.0, 10: 0.0, 13: 0.0}
    assert by_both == {1: 0.0, 4: -1.0, 7: -0.5, 10: 0.0, 13: 0.0}


def test_further_passages_of_an_article_make_room_for_another_article():
    found = candidates([1, 1, 1, 1, 2], words=[10, 9, 8, 7, 6])
    assert [one.row for one in rank(found, weights_of("words"), 5)] == [1, 4, 7, 13, 10]


def test_passages_that_say_the_same_take_one_place_and_are_named_with_the_best_of_them():
    found = candidates([0, 1, 2, 3, 4], twins=[7, 8, 7, 7, 8], words=[1, 2, 5, 1, 4])
    ranked = rank(found, weights_of("words"), 10)
    assert [(one.row, one.copies) for one in ranked] == [(7, (1, 10)), (13, (4,))]
    assert [one.row for one in rank(found, weights_of("words"), 1)] == [7]


_VALUES = st.floats(-2, 2, width=32)
_BEST_WORDS = st.one_of(st.just(0.0), st.floats(0.125, 64, width=32))  # where pairs are, words are worth as much
_WEIGHTS = st.fixed_dictionaries({name: st.one_of(st.just(0.0), st.floats(-10, 10)) for name in NAMES})


@st.composite
def _candidates(draw: st.DrawFn) -> Candidates:
    articles = draw(st.lists(st.integers(0, 2), min_size=1, max_size=8))
    arrays = {name: [draw(_BEST_WORDS if name == "words" else _VALUES) for _ in articles] for name in MEASURED}
    return candidates(sorted(articles), **arrays)


@PATIENTLY
@given(_candidates(), _WEIGHTS, st.randoms(use_true_random=False))
def test_shares_add_up_to_the_score_exactly_in_any_order(found: Candidates, weights: dict[str, float], any_order):
    for one in rank(found, weights, 8):
        shares = list(one.signals.values())
        assert list(one.signals) == NAMES
        assert sum(shares) == sum(reversed(shares)) == math.fsum(shares) == one.score
        any_order.shuffle(shares)
        assert sum(shares) == one.score


@PATIENTLY
@given(_candidates(), _WEIGHTS)
def test_ranks_go_down_by_score_then_up_by_row_and_nothing_is_minus_zero(found: Candidates, weights: dict[str, float]):
    ranked = rank(found, weights, 8)
    assert [(-one.score, one.row) for one in ranked] == sorted((-one.score, one.row) for one in ranked)
    assert len(ranked) == len(found.rows)
    numbers = [number for one in ranked for number in (one.score, *one.signals.values())]
    assert "-0.0" not in map(repr, numbers)


def test_who_asks_for_fewer_gets_the_first_of_all():
    found = candidates([n // 3 for n in range(30)], words=[n * 7 % 5 for n in range(30)])
    every = rank(found, weights_of("words"), 30)
    assert [rank(found, weights_of("words"), k) for k in (1, 10, 29)] == [every[:1], every[:10], every[:29]]
