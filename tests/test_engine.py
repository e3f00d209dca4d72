"""The engine contract. Another engine joins by a row in ENGINES: from an index folder to an engine that is open."""

from pathlib import Path

import pytest
from server import an_article, publish

from indexer.generations import current_name
from indexer.model import Passage
from indexer.places import above
from indexer.prepare import open_encoder
from indexer.writing import Meaning
from search.engine import Candidates, Engine
from search.model import Query
from search.ranking import SIGNALS
from search.whoosh_engine import WhooshEngine

ENGINES = {"whoosh": WhooshEngine}

TEA = an_article(
    "tea",
    {
        "": "Some people are calm after tea. Others don't sleep.",
        "Green tea": "Green tea wants hot water that is not boiling.\nThe leaves open slowly.",
        "Black tea": "Black tea wants boiling water and a green cup.",
    },
    {"Does tea keep me awake?": "Black tea does. Drink water at night."},
    title="How to make tea",
)
COFFEE = an_article(
    "coffee", {"Too hot": "Boiling water ruins coffee. Water for coffee has stood a minute.", "Long": "milk " * 400}
)
QUERY = Query("boiling water green tea", {"boil": 1.0, "water": 1.0, "green": 1.0, "tea": 1.0})


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("engine") / "index", TEA, COFFEE)


@pytest.fixture(params=ENGINES, scope="module")
def engine(request: pytest.FixtureRequest, index: Path) -> Engine:
    return ENGINES[request.param](index)


@pytest.fixture(params=ENGINES, scope="module")
def meaning_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Engine:
    """The same articles with vectors of the bundled encoder."""
    out = tmp_path_factory.mktemp("meaning") / "index"
    publish(out, TEA, COFFEE, meaning=Meaning(open_encoder()))
    return ENGINES[request.param](out)


def terms_in(engine: Engine, passage: Passage) -> set[str]:
    return {term.text for text in (passage.heading, passage.title, passage.text) for term in engine.analyse(text)}


def passages(engine: Engine, query: Query, k: int = 100) -> list[Passage]:
    return list(engine.fetch(engine.find(query, k).rows.tolist()))


def every_passage(engine: Engine) -> list[Passage]:
    readings = [engine.read(card.url) for card in engine.cards]
    return [passage for reading in readings if reading for parts in reading.passages.values() for passage in parts]


def side_by_side(phrase: tuple[str, ...], terms: list[str]) -> bool:
    return any(tuple(terms[at : at + len(phrase)]) == phrase for at in range(len(terms)))


def test_it_has_the_name_of_the_published_generation(engine: Engine, index: Path):
    assert engine.name == current_name(index)


def test_its_cards_are_the_articles_in_the_order_of_the_source(engine: Engine):
    assert [(card.url, card.title) for card in engine.cards] == [(a.url, a.title) for a in (TEA, COFFEE)]


@pytest.mark.parametrize(
    "text",
    [
        "He doesn’t text back, she's waiting.",
        "İstanbul\t\nnaïve 😀 café’s ﬁx",
        pytest.param("x" * 5000 + " tea", id="long"),
        "",
        " …?! ",
    ],
)
def test_analysed_terms_stand_where_they_say(engine: Engine, text: str):
    terms = engine.analyse(text)
    bounds = [place for term in terms for place in (term.start, term.end)]
    assert bounds == sorted(bounds)
    assert [engine.analyse(text[t.start : t.end])[0].text for t in terms] == [term.text for term in terms]


def test_analysis_finds_every_word_that_matters_in_order(engine: Engine):
    text = "Green teas, boiling: not WATER"
    assert [text[t.start : t.end] for t in engine.analyse(text)] == ["Green", "teas", "boiling", "not", "WATER"]


def test_forms_of_a_word_are_one_term(engine: Engine):
    assert len({term.text for term in engine.analyse("boil boils boiled Boiling boil’s")}) == 1


@pytest.mark.parametrize("word", ["don't", "doesn’t", "cannot", "wont", "isn't"])
def test_short_forms_of_not_are_not(engine: Engine, word: str):
    assert [term.text for term in engine.analyse(word)] == [term.text for term in engine.analyse("not")]


def test_it_knows_the_terms_of_its_passages_and_no_others(engine: Engine):
    assert all(engine.knows(term) for passage in every_passage(engine) for term in terms_in(engine, passage))
    assert not any(engine.knows(term) for term in ("zeppelin", "", "boiling water", "gree"))


@pytest.mark.parametrize(
    ("wrong", "right"), [("boilling", "boiling"), ("cofee", "coffee"), ("Slowley", "slowly"), ("watter", "water")]
)
def test_a_misspelled_word_is_corrected_to_one_that_it_has(engine: Engine, wrong: str, right: str):
    assert engine.correct(wrong) == right


@pytest.mark.parametrize(("wrong", "right"), [("boilingwater", "boiling water"), ("greentea", "green tea")])
def test_words_that_were_run_together_are_told_apart(engine: Engine, wrong: str, right: str):
    assert engine.correct(wrong) == right


@pytest.mark.parametrize("word", ["toiling", "peep", "boring", "toffee", "hate"])
def test_a_good_word_that_it_does_not_have_is_not_corrected(engine: Engine, word: str):
    assert (engine.knows(word), engine.correct(word)) == (False, "")


@pytest.mark.parametrize("word", ["zeppelin", "xylophone", pytest.param("b" * 10_000, id="long")])
def test_a_word_that_is_near_to_none_is_not_corrected(engine: Engine, word: str):
    assert engine.correct(word) == ""


def test_candidates_by_words_are_exactly_the_passages_with_a_term(engine: Engine):
    having = {p.id for p in every_passage(engine) if terms_in(engine, p) & QUERY.terms.keys()}
    assert {passage.id for passage in passages(engine, QUERY)} == having
    assert len(having) < len(every_passage(engine))


def test_places_are_those_of_the_analysis_and_no_others(engine: Engine):
    text = "Green teas, boiling: not WATER"
    wanted = {"tea", "water", "milk"}
    assert engine.places(text, wanted) == [(t.text, t.start, t.end) for t in engine.analyse(text) if t.text in wanted]


def test_places_in_passages_are_those_in_their_texts(engine: Engine):
    rows = engine.find(QUERY, 100).rows.tolist()[::-1]
    wanted = {"tea", "water", "zeppelin"}
    expected = [
        (engine.places(above(passage), wanted), engine.places(passage.text, wanted)) for passage in engine.fetch(rows)
    ]
    assert engine.places_in(rows, wanted) == expected
    assert any(own for own, _ in expected)


def test_a_fetched_passage_is_one_that_read_gives(engine: Engine):
    known = every_passage(engine)
    assert all(passage in known for passage in passages(engine, QUERY))


def test_passages_are_fetched_in_the_order_that_is_asked_for(engine: Engine):
    rows = engine.find(QUERY, 100).rows.tolist()
    assert engine.fetch(rows[::-1]) == engine.fetch(rows)[::-1]


def test_candidates_bring_only_signals_that_ranking_weighs(engine: Engine):
    found = engine.find(QUERY, 100)
    assert found.measured.keys() <= {signal.name for signal in SIGNALS}
    assert {len(values) for values in found.measured.values()} == {len(found.rows)} == {len(found.articles)}


def test_candidates_of_one_article_have_its_number(engine: Engine):
    found = engine.find(QUERY, 100)
    urls = [passage.url for passage in engine.fetch(found.rows.tolist())]
    assert [engine.cards[number].url for number in found.articles] == urls


@pytest.mark.parametrize("k", [1, 2, 3, 5])
def test_the_k_best_are_among_the_best_of_all(engine: Engine, k: int):
    found, every = engine.find(QUERY, k), engine.find(QUERY, 100)
    least = sorted(every.measured["words"], reverse=True)[:k]
    assert len(found.rows) == k
    assert sorted(found.measured["words"], reverse=True) == least


def best(found: Candidates) -> int:
    return int(found.rows[found.measured["words"].argmax()])


def test_the_best_passage_has_the_most_by_words(engine: Engine):
    assert engine.fetch([best(engine.find(QUERY, 3))])[0].heading == "Green tea"


def test_a_terms_weight_counts(engine: Engine):
    found = [engine.find(Query("", {"green": green, "black": 1.0}), 1) for green in (0.01, 100.0)]
    assert [engine.fetch([best(one)])[0].heading for one in found] == ["Black tea", "Green tea"]


@pytest.mark.parametrize("terms", [{}, {"zeppelin": 1.0}])
def test_a_query_without_a_known_term_finds_nothing(engine: Engine, terms: dict[str, float]):
    assert len(engine.find(Query("", terms), 10).rows) == 0


@pytest.mark.parametrize("phrase", [("boil", "water"), ("green", "tea"), ("water",), ("make", "tea")])
def test_every_candidate_holds_the_phrase(engine: Engine, phrase: tuple[str, ...]):
    found = passages(engine, Query("", QUERY.terms, phrases=(phrase,)))
    texts = [(passage.heading, passage.title, passage.text) for passage in found]
    assert found
    assert all(
        any(side_by_side(phrase, [term.text for term in engine.analyse(text)]) for text in fields) for fields in texts
    )


@pytest.mark.parametrize("phrases", [(("water", "boil"),), (("zeppelin",),), (("boil", "water"), ("tea", "black"))])
def test_a_phrase_that_no_passage_has_finds_nothing(engine: Engine, phrases: tuple[tuple[str, ...], ...]):
    assert passages(engine, Query("", QUERY.terms, phrases=phrases)) == []


def test_no_candidate_has_an_excluded_term_and_all_others_stay(engine: Engine):
    left = {passage.id for passage in passages(engine, Query("", QUERY.terms, excluded=frozenset({"black"})))}
    without = {passage.id for passage in passages(engine, QUERY) if "black" not in terms_in(engine, passage)}
    assert left == without != set()


def test_an_index_without_vectors_has_no_encoder(engine: Engine):
    assert engine.encode("tea", ()) is None


def test_vectors_add_what_means_the_same_in_other_words(meaning_engine: Engine):
    query = Query("hot drinks", {"zeppelin": 1.0}, vectors=meaning_engine.encode("a hot drink in the morning", ()))
    found = meaning_engine.find(query, 2)
    assert 1 <= len(found.rows) <= 2
    assert {"meaning", "heading", "common"} <= found.measured.keys()
    assert (found.measured["heading"] >= found.measured["meaning"] - 1e-6).all()


@pytest.mark.parametrize("excluded", [frozenset({"tea"}), frozenset({"coffe"})])
def test_excluded_terms_hold_for_what_is_found_by_meaning_too(meaning_engine: Engine, excluded: frozenset[str]):
    query = Query("", {}, excluded=excluded, vectors=meaning_engine.encode("boiling water for a drink", ()))
    found = passages(meaning_engine, query)
    assert found
    assert not any(terms_in(meaning_engine, passage) & excluded for passage in found)


@pytest.mark.parametrize("article", [TEA, COFFEE], ids=lambda article: article.url)
def test_reading_gives_the_outline_and_all_the_text(engine: Engine, article):
    reading = engine.read(article.url)
    assert [(s.heading, s.anchor, s.level) for s in reading.article.sections] == [
        (s.heading, s.anchor, s.level) for s in article.sections
    ]
    assert [(f.question, f.anchor) for f in reading.article.faqs] == [(f.question, f.anchor) for f in article.faqs]
    for part in (*article.sections, *article.faqs):
        assert [b for passage in reading.passages[part.anchor] for b in passage.blocks] == list(part.blocks)


@pytest.mark.parametrize("url", ["/articles/milk", "", "tea", "/articles/tea#top", "/articles/", "/articles/TEA"])
def test_an_url_that_is_not_ours_has_nothing_to_read(engine: Engine, url: str):
    assert engine.read(url) is None
