"""Passages that say nearly the same share one place in the results, and nothing is lost."""

from pathlib import Path

import pytest
from server import an_article, publish

from indexer.generations import open_current
from indexer.twins import ALIKE, load_twins
from search.answer import answer
from search.api_json import results_json
from search.whoosh_engine import WhooshEngine

WALK = (
    "Take a slow walk before you answer. Leave the telephone at home, look at the trees, and let the worst of the "
    "anger go by. When you come back, say one thing that hurt and one that you would like instead, and then listen."
)
NEARLY = WALK.replace("slow walk", "long walk")
OTHER = (
    "Talking helps when both have time for it. Choose an evening without guests, put the dishes away, and ask what the "
    "week was like. Walking while you talk is easier for many people than looking at each other across a table."
)


def engine_of(folder: Path, **texts: str) -> WhooshEngine:
    return WhooshEngine(publish(folder / "index", *(an_article(name, {"": text}) for name, text in texts.items())))


def twins_of(folder: Path, *texts: str) -> list[int]:
    index = publish(folder / "index", *(an_article(f"a{number}", {"": text}) for number, text in enumerate(texts)))
    return load_twins(open_current(index).folder).tolist()


def test_passages_that_say_the_same_take_one_place_and_the_others_are_named(tmp_path: Path):
    results = answer(engine_of(tmp_path, first=WALK, other=OTHER, again=WALK, nearly=NEARLY), "walk")
    found = {hit.passage.url: [copy.url for copy in hit.copies] for hit in results.hits}
    assert sorted(map(len, found.values())) == [0, 2]
    assert {url for urls in found.items() for url in (urls[0], *urls[1])} == {
        f"/articles/{name}" for name in ("first", "other", "again", "nearly")
    }
    assert found["/articles/other"] == []


def test_the_best_of_them_has_the_place(tmp_path: Path):
    results = answer(engine_of(tmp_path, first=WALK, again=WALK), "walk")
    assert [hit.rank for hit in results.hits] == [1]
    assert results.hits[0].passage.url == "/articles/first"


def test_the_json_names_the_copies(tmp_path: Path):
    (hit,) = results_json(answer(engine_of(tmp_path, first=WALK, again=WALK), "walk"))["hits"]
    assert hit["copies"] == [{"title": "Again", "url": "/articles/again", "anchor": "top"}]


@pytest.mark.parametrize(
    ("text", "alike"),
    [
        (WALK.upper(), True),
        (NEARLY, True),
        (WALK + " Do it again tomorrow, and the day after.", True),
        (OTHER, False),
        (WALK[: len(WALK) // 2], False),
        (" ".join(reversed(WALK.split())), False),
        (WALK + " " + OTHER, False),
    ],
)
def test_nearly_the_same_means_nearly_every_run_of_words(tmp_path: Path, text: str, alike: bool):
    assert 0.5 < ALIKE < 1
    twins = twins_of(tmp_path, WALK, text)
    assert (twins[1] == 0) is alike


@pytest.mark.parametrize(("first", "second", "alike"), [("Yes.", "Yes.", True), ("Yes.", "No.", False)])
def test_very_short_passages_must_be_the_same(tmp_path: Path, first: str, second: str, alike: bool):
    twins = twins_of(tmp_path, first, second)
    assert (twins[1] == 0) is alike


def test_many_copies_have_one_place(tmp_path: Path):
    texts = {f"a{number}": f"{WALK} {OTHER}".replace("trees", f"trees {number}") for number in range(12)}
    results = answer(engine_of(tmp_path, **texts, other=OTHER), "walk")
    assert sorted(len(hit.copies) for hit in results.hits) == [0, 11]
