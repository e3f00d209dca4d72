"""Where terms stand in passages, against what the analysis says of their texts."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from indexer.model import Block, Passage
from indexer.places import Places, above, derive_places, load_places, save_places
from indexer.store import analyse

PASSAGES = tuple(
    Passage("/articles/a", "section", title, (heading,) if heading else (), "top", (Block("paragraph", text),))
    for title, heading, text in (
        ("Hot tea", "Green tea", "He doesn’t drink tea. “Naïve,” she says."),
        ("Hot tea", "", "The of and"),
        ("Coffee", "Does it keep me awake?", "😀 It does, café’s or not:\n\n- awake\n- not awake"),
        ("", "", ""),
    )
)
TERMS = {
    term: number
    for number, term in enumerate(
        sorted(
            {term for passage in PASSAGES for text in (above(passage), passage.text) for term, _, _ in analyse(text)}
        )
    )
}
NAMES = {number: term for term, number in TERMS.items()}


@pytest.fixture(params=["derived", "loaded"])
def places(request: pytest.FixtureRequest, tmp_path: Path) -> Places:
    derived = derive_places(PASSAGES, TERMS)
    save_places(tmp_path, derived)
    return derived if request.param == "derived" else load_places(tmp_path, len(TERMS))


@pytest.mark.parametrize("rows", [range(len(PASSAGES)), [len(PASSAGES) - 1, 0], []])
def test_the_places_of_all_terms_are_what_the_analysis_says(places: Places, rows: Sequence[int]):
    passages = [PASSAGES[row] for row in rows]
    expected = [(list(analyse(above(passage))), list(analyse(passage.text))) for passage in passages]
    assert places.of(rows, NAMES) == expected


def test_other_terms_are_left_out(places: Places):
    rows, wanted = range(len(PASSAGES)), {TERMS[term]: term for term in ("tea", "awak", "not")}
    expected = [
        tuple([place for place in text if place[0] in wanted.values()] for text in texts)
        for texts in places.of(rows, NAMES)
    ]
    assert places.of(rows, wanted) == expected
    assert any(any(texts) for texts in expected)
    assert places.of(rows, {}) == [([], [])] * len(PASSAGES)


def test_no_passage_has_no_places(tmp_path: Path):
    save_places(tmp_path, derive_places((), {}))
    assert np.array_equal(load_places(tmp_path, 0).starts, [0])
