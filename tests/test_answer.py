"""The one function that the page, the API and the terminal call."""

import pytest
from server import an_article, publish

from search.answer import answer
from search.engine import Engine
from search.model import QuestionError, Results
from search.ranking import FREE_PASSAGES
from search.whoosh_engine import WhooshEngine

SAYINGS = an_article("sayings", {f"Saying {n}": f"The silent river runs deep. {'Water ' * n}" for n in range(1, 7)})
RIVERS = an_article(
    "rivers", {"The Rhine": "A silent river, and a long one.", "The Po": "A river."}, {"Is a river deep?": "Often."}
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    return WhooshEngine(publish(tmp_path_factory.mktemp("answer") / "index", SAYINGS, RIVERS))


def shown(results: Results) -> list[str]:
    return [hit.passage.id for hit in results.hits]


def test_hits_are_in_groups_by_article_of_three_at_the_most(engine: Engine):
    results = answer(engine, "silent river", 20)
    assert {group.url: len(group.hits) for group in results.groups} == {SAYINGS.url: FREE_PASSAGES, RIVERS.url: 3}
    assert FREE_PASSAGES == 3


def test_a_group_stands_where_its_best_hit_stands(engine: Engine):
    results = answer(engine, "silent river", 20)
    assert [group.url for group in results.groups] == list(dict.fromkeys(hit.passage.url for hit in results.hits))
    for group in results.groups:
        assert list(group.hits) == [hit for hit in results.hits if hit.passage.url == group.url][:FREE_PASSAGES]
        assert group.title == group.hits[0].passage.title


@pytest.mark.parametrize("k", [1, 2, 5])
def test_k_hits_are_the_first_of_more(engine: Engine, k: int):
    assert shown(answer(engine, "silent river", k)) == shown(answer(engine, "silent river", 20))[:k]


def test_every_hit_says_how_it_matched(engine: Engine):
    for number, hit in enumerate(answer(engine, "silent river", 20).hits, 1):
        assert hit.rank == number
        assert hit.score == sum(hit.signals.values())
        assert hit.matched <= {"silent", "river"}
        assert str(hit.excerpt)


def test_only_as_many_excerpts_are_made_as_are_asked_for(engine: Engine):
    results = answer(engine, "river", 8, excerpts=2)
    assert [bool(str(hit.excerpt)) for hit in results.hits] == [True, True] + [False] * (len(results.hits) - 2)


def test_a_phrase_narrows_the_hits(engine: Engine):
    assert {hit.passage.heading for hit in answer(engine, '"long one" river').hits} == {"The Rhine"}


def test_a_phrase_that_nobody_has_falls_back_to_its_words(engine: Engine):
    quoted, plain = answer(engine, '"river silent deep"', 20), answer(engine, "river silent deep", 20)
    assert set(shown(quoted)) == set(shown(plain)) != set()
    assert quoted.query.phrases == ()


def test_an_excluded_word_is_in_no_hit(engine: Engine):
    hits = answer(engine, "river -silent", 20).hits
    assert {hit.passage.heading for hit in hits} == {"The Po", "Is a river deep?"}


def test_a_misspelled_question_is_answered_and_the_visitor_told(engine: Engine):
    results = answer(engine, "silint rivver")
    assert results.query.corrected == "silent river"
    assert shown(results) == shown(answer(engine, "silent river"))


def test_a_literal_question_is_not_corrected(engine: Engine):
    results = answer(engine, "silint rivver", literal=True)
    assert (results.query.corrected, results.hits, results.ignored) == ("", (), ("silint", "rivver"))


def test_words_that_no_article_has_are_told_and_the_others_searched(engine: Engine):
    results = answer(engine, "Zeppelins on the river")
    assert results.ignored == ("Zeppelins",)
    assert results.hits


def test_nothing_found_is_an_answer(engine: Engine):
    results = answer(engine, "zeppelin")
    assert (results.hits, results.groups, results.ignored) == ((), (), ("zeppelin",))


def test_a_question_that_is_too_long_is_refused(engine: Engine):
    with pytest.raises(QuestionError, match="20,001 characters"):
        answer(engine, "a" * 20_001)


def test_the_same_question_has_the_same_answer(engine: Engine):
    assert answer(engine, "silent river", 20).hits == answer(engine, "silent river", 20).hits
