"""Weights are fitted: on samples made by hand, where the best weights are known, and on a real small collection."""

import json
from collections.abc import Sequence
from pathlib import Path

import ir_measures
import numpy as np
import pytest
from beir import queries_jsonl, write_beir

from indexer.prepare import open_encoder
from indexer.writing import Meaning
from search.evaluate import CollectionError, evaluate, read_collection
from search.fitting import DEPTH, FITTED, FIXED, FOLDS, Matrix, Sample, by_default, fit, read_samples, report
from search.ranking import SIGNALS, weights_of

NAMES = [signal.name for signal in FITTED]
WORDS, HEADING, MEANING, STANCE = (NAMES.index(name) for name in ("words", "heading", "meaning", "stance"))
DISCOUNTS = 1 / np.log2(np.arange(DEPTH) + 2)


def sample(name: str, measures: np.ndarray, gains: np.ndarray, folds: Sequence[int] | None = None) -> Sample:
    """A sample whose candidates are all there, and are all that was judged."""
    best = np.sort(gains, axis=1)[:, ::-1][:, :DEPTH]
    ideals = best @ DISCOUNTS[: best.shape[1]]
    return Sample(
        name,
        measures.astype(np.float32),
        gains.astype(np.float32),
        np.ones(gains.shape, dtype=bool),
        np.where(ideals, ideals, 1).astype(np.float32),
        np.array(range(len(gains)) if folds is None else folds) % FOLDS,
    )


def some(seed: int, queries: int = 20, candidates: int = 12) -> tuple[np.ndarray, np.ndarray]:
    """Measures without a meaning, and gains of 0, 1 or 2."""
    dice = np.random.default_rng(seed)
    return dice.normal(size=(queries, candidates, len(NAMES))), dice.choice([0, 0, 0, 1, 2], (queries, candidates))


def only(**weights: float) -> Matrix:
    return np.array([weights.get(name, 0.0) for name in NAMES], dtype=np.float32)


# nDCG


@pytest.mark.parametrize("seed", range(12))
def test_ndcg_is_that_of_ir_measures_for_the_same_ranking(seed: int):
    measures, gains = some(seed, queries=6, candidates=3 + 2 * seed)
    weights = np.random.default_rng(seed).normal(size=len(NAMES)).astype(np.float32)
    made = sample("s", measures, gains)
    scores = made.measures @ weights
    qrels = {f"q{q}": {f"d{d}": int(gain) for d, gain in enumerate(row)} for q, row in enumerate(gains)}
    run = {f"q{q}": {f"d{d}": float(score) for d, score in enumerate(row)} for q, row in enumerate(scores)}
    expected = ir_measures.calc_aggregate([ir_measures.nDCG @ DEPTH], qrels, run)[ir_measures.nDCG @ DEPTH]
    assert made.ndcg(weights) == pytest.approx(expected, abs=1e-5)


def test_ndcg_is_what_is_worked_out_by_hand():
    """First query: the two that help at places 1 and 3. Second: at place 2. Third: nothing helps."""
    measures = np.zeros((3, 3, len(NAMES)))
    measures[:, :, WORDS] = [[3, 2, 1], [1, 3, 2], [1, 2, 3]]
    made = sample("s", measures, np.array([[2, 0, 1], [0, 0, 1], [0, 0, 0]]))
    first = (2 + 1 / 2) / (2 + 1 / np.log2(3))
    assert made.ndcg(only(words=1.0)) == pytest.approx((first + 1 / np.log2(3) + 0) / 3)


def test_padding_is_never_ranked():
    measures, gains = np.zeros((1, 4, len(NAMES))), np.array([[1.0, 0.0, 0.0, 0.0]])
    measures[0, :, WORDS] = [-5, -6, 0, 0]
    made = sample("s", measures, gains)
    made.there[0, 2:] = False
    assert made.ndcg(only(words=1.0)) == 1.0


def test_entries_that_help_and_were_not_found_count_against_it():
    made = sample("s", np.zeros((1, 1, len(NAMES))), np.array([[1.0]]))
    made.ideals[0] = 1 + DISCOUNTS[1]
    assert made.ndcg(by_default()) == pytest.approx(1 / (1 + DISCOUNTS[1]))


def test_equal_candidates_stand_in_the_order_of_the_index_as_they_do_for_visitors():
    measures = np.zeros((1, 5, len(NAMES)))
    measures[0, :, WORDS] = [0, 0, 1, 1, 0]
    made = sample("s", measures, np.array([[0, 0, 0, 1, 0]]))
    assert made.ndcg(only(words=1.0)) == pytest.approx(DISCOUNTS[1])


# The fit


def perfect(seed: int, signal: int, sign: float = 1.0, name: str = "s") -> Sample:
    """A sample in which one signal orders the candidates perfectly, and the others are noise."""
    measures, gains = some(seed, queries=30)
    measures *= 0.3
    measures[:, :, signal] = sign * gains
    measures[:, :, MEANING] = 0
    return sample(name, measures, gains)


@pytest.mark.parametrize(("signal", "sign"), [(HEADING, 1.0), (WORDS, 1.0), (STANCE, -1.0)])
def test_a_signal_that_orders_perfectly_is_found_among_noise(signal: int, sign: float):
    made = perfect(1, signal, sign)
    start = np.where(by_default() < 0, -0.3, 0.3).astype(np.float32)
    fitted = fit([made], start)
    assert made.ndcg(start) < 0.95
    assert made.ndcg(fitted) > 0.97
    assert abs(fitted[signal]) > 1.5 * np.abs(np.delete(fitted, [signal, MEANING])).max()


@pytest.mark.parametrize("seed", range(6))
def test_a_fit_never_makes_the_mean_worse_keeps_the_signs_and_leaves_one_weight_fixed(seed: int):
    samples = [sample(name, *some(seed + n, queries=8)) for n, name in enumerate(("a", "b"))]
    start = by_default()
    fitted = fit(samples, start)
    assert np.mean([s.ndcg(fitted) for s in samples]) >= np.mean([s.ndcg(start) for s in samples])
    assert all(now <= 1e-6 if before < 0 else now >= -1e-6 for before, now in zip(start, fitted, strict=True))
    assert fitted[NAMES.index(FIXED)] == start[NAMES.index(FIXED)]
    assert list(start) == list(by_default())


def test_a_signal_that_only_helps_turned_round_is_left_out_at_most():
    made = perfect(2, HEADING, -1.0)
    assert fit([made], by_default())[HEADING] == pytest.approx(0, abs=0.02)


def test_a_fit_that_cannot_gain_anything_changes_nothing():
    made = sample("s", np.zeros((3, 2, len(NAMES))), np.array([[1, 1]] * 3))
    assert list(fit([made], by_default())) == list(by_default())


def test_a_second_fit_from_where_the_first_ended_changes_nothing():
    made = sample("s", *some(3, queries=8))
    fitted = fit([made], by_default())
    assert list(fit([made], fitted)) == list(fitted)


def test_each_collection_counts_the_same_whatever_its_size():
    large, small = perfect(4, HEADING, name="large"), perfect(5, WORDS, name="small").of(np.arange(30) < 3)
    twice = sample("large", *(np.concatenate([part, part]) for part in (large.measures, large.gains)))
    assert list(fit([large, small], by_default())) == list(fit([twice, small], by_default()))


# The report


@pytest.fixture(scope="module")
def samples() -> list[Sample]:
    return [perfect(6, HEADING, name="one/queries"), sample("two/queries", *some(7, queries=10))]


@pytest.fixture(scope="module")
def told() -> list[str]:
    return []


@pytest.fixture(scope="module")
def found(samples: list[Sample], told: list[str]) -> dict[str, dict[str, float]]:
    return report(samples, told.append)


def figures(samples: list[Sample], weights: Matrix) -> dict[str, float]:
    return {one.name: round(one.ndcg(weights), 4) for one in samples}


def test_the_report_has_the_figures_of_the_shipped_and_the_fitted_weights(samples, found):
    fitted = fit(samples, by_default())
    assert found["weights"] == {name: round(float(w), 4) for name, w in zip(NAMES, fitted, strict=True)}
    assert found["as shipped"] == figures(samples, by_default())
    assert found["fitted"] == figures(samples, fitted)


@pytest.mark.parametrize("name", NAMES)
def test_what_a_signal_is_worth_is_measured_without_it(samples, found, name: str):
    weights = {signal.name: 0.0 if signal.name == name else signal.weight for signal in FITTED}
    assert found["left out"][name] == figures(samples, only(**weights))


def test_a_collection_is_measured_by_a_fit_to_the_others(samples, found):
    one, two = samples
    expected = {one.name: one.ndcg(fit([two], by_default())), two.name: two.ndcg(fit([one], by_default()))}
    assert found["other collections"] == {name: round(value, 4) for name, value in expected.items()}


def test_files_of_one_folder_are_not_other_collections():
    both = [sample(f"one/{name}", *some(8, queries=4, candidates=4)) for name in ("queries", "queries-b")]
    assert report(both)["other collections"] == report(both)["as shipped"]


def test_folds_are_measured_by_fits_that_have_not_seen_them(samples, found):
    total = dict.fromkeys((s.name for s in samples), 0.0)
    for fold in range(FOLDS):
        weights = fit([s.of(s.folds != fold) for s in samples], by_default())
        for s in samples:
            total[s.name] += s.of(s.folds == fold).ndcg(weights) * (s.folds == fold).sum() / len(s.folds)
    assert found["folds"] == pytest.approx(total, abs=1e-4)


def test_a_fit_to_noise_is_told_by_its_folds(samples, found):
    assert found["fitted"]["two/queries"] - found["folds"]["two/queries"] > 0
    assert found["fitted"]["one/queries"] > found["as shipped"]["one/queries"]


def test_progress_is_told_step_by_step(found, told: list[str]):
    folds = [f"fold {fold} of {FOLDS}" for fold in range(1, FOLDS + 1)]
    assert told == ["fitting to all", *folds, "fitting without one/queries", "fitting without two/queries"]


def test_the_report_can_be_written_as_json(found):
    assert json.loads(json.dumps(found)) == found


def test_a_collection_whose_queries_share_a_fold_can_be_reported():
    measures, gains = some(9, queries=2)
    found = report([sample("tiny", measures, gains, folds=[1, 1])])
    assert found["folds"] == found["as shipped"]


# From a real collection

CORPUS = {
    "clingy": ("Am I too clingy?", "Give each other room, and keep friends of your own."),
    "partner": ("My partner is clingy", "Say kindly that you need an evening for yourself."),
    "tea": ("Green tea", "Tea wants hot water that is not boiling."),
    "money": ("We fight about money", "Make a plan of what comes in and what goes out, together."),
    "sleep": ("He snores", "Separate bedrooms are no defeat."),
}
QUERIES = {"a": "I am clingy", "b": "my boyfriend clings to me", "c": "how hot is water for tea", "d": "money quarrels"}
JUDGED = "query-id\tcorpus-id\tscore\na\tclingy\t2\na\tpartner\t1\nb\tpartner\t1\nc\ttea\t1\nd\tmoney\t1\nd\tsleep\t0\n"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = write_beir(tmp_path_factory.mktemp("fitting") / "home", CORPUS, QUERIES, JUDGED)
    few = dict(list(QUERIES.items())[:2])
    (place / "queries-few.jsonl").write_text(queries_jsonl(few), encoding="utf-8")
    return place


@pytest.fixture(scope="module")
def measured(folder: Path) -> dict[str, Sample]:
    return {one.name: one for one in read_samples(folder, Meaning(open_encoder()))}


def test_each_file_of_queries_is_a_sample(measured: dict[str, Sample]):
    assert {name: len(one.ideals) for name, one in measured.items()} == {"home/queries-few": 2, "home/queries": 4}
    assert all(one.measures.shape == (*one.gains.shape, len(NAMES)) for one in measured.values())


def test_gains_and_ideals_are_those_of_the_judgements(measured: dict[str, Sample]):
    whole = measured["home/queries"]
    assert whole.gains.sum(axis=1).tolist() == [3, 1, 1, 1]
    assert whole.ideals.tolist() == pytest.approx([2 + DISCOUNTS[1], 1, 1, 1])
    assert not whole.gains[~whole.there].any()


def test_folds_follow_from_the_name_of_a_query_alone(measured: dict[str, Sample]):
    assert measured["home/queries"].folds[:2].tolist() == measured["home/queries-few"].folds.tolist()
    assert set(measured["home/queries"].folds.tolist()) <= set(range(FOLDS))


@pytest.mark.parametrize("changed", [{}, {"heading": 0.0, "words": 0.5}, {"stance": -2.0}])
def test_a_samples_ndcg_is_that_of_the_evaluation(folder: Path, measured: dict[str, Sample], changed: dict[str, float]):
    weights = weights_of("hybrid", changed)
    evaluated = evaluate(read_collection(folder), weights, Meaning(open_encoder())).figures["ndcg@10"]
    assert measured["home/queries"].ndcg(by_default(weights)) == pytest.approx(evaluated, abs=1e-4)


def test_weights_are_fitted_for_signals_that_single_entries_can_have():
    singles = [signal.name for signal in SIGNALS if signal.name not in ("article", "freshness", "crowding", "support")]
    assert singles == NAMES
    assert list(by_default()) == pytest.approx([signal.weight for signal in FITTED])


def test_a_folder_without_queries_is_named(tmp_path: Path):
    with pytest.raises(CollectionError, match=r"queries\.jsonl: cannot be read"):
        list(read_samples(tmp_path / "nothing", Meaning(open_encoder())))
