"""Words that stand for one another: the rules as data, and what they find in a real small index."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from server import an_article, publish

from indexer.bundled import bundled
from search.answer import answer
from search.concepts import Concepts, bundled_concepts
from search.model import Concept, Hit, Results
from search.query import read_question
from search.ranking import weights_of
from search.whoosh_engine import WhooshEngine

PATIENTLY = settings(max_examples=100, deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow])
analyse = WhooshEngine.analyse
BY_WORDS = weights_of("words")

RULES = """
# what drinks are called
tea, cuppa, brew             # two-way
cuppa, char => leaf tea      # one-way, beside it

green tea => matcha
green tea leaf, sencha
matcha => powder
"""


def others(rules: str, question: str) -> list[tuple[str, set[str]]]:
    """What the concepts of a question were asked by, and what they find, as words with spaces between."""
    found = Concepts(rules, analyse).of(analyse(question))
    return [(" ".join(c.asked), {" ".join(other) for other in c.others}) for c in found]


@pytest.mark.parametrize(
    ("question", "expected"),
    [
        pytest.param("tea", [("tea", {"cuppa", "brew"})], id="two-way"),
        pytest.param("brew", [("brew", {"tea", "cuppa"})], id="two-way from the end"),
        pytest.param("char", [("char", {"leaf tea"})], id="one-way"),
        pytest.param("leaf", [], id="one-way, not back"),
        pytest.param("cuppa", [("cuppa", {"tea", "brew", "leaf tea"})], id="both kinds"),
        pytest.param("some green tea please", [("green tea", {"matcha"})], id="the longer one first"),
        pytest.param("green tea leaf", [("green tea leaf", {"sencha"})], id="the longest first"),
        pytest.param("leaf tea", [("tea", {"cuppa", "brew"})], id="nothing where only a part is asked"),
        pytest.param("green or black tea", [("tea", {"cuppa", "brew"})], id="not side by side"),
        pytest.param("green of the tea", [("green tea", {"matcha"})], id="side by side without stop words"),
        pytest.param("tea green", [("tea", {"cuppa", "brew"})], id="in order"),
        pytest.param("matcha", [("matcha", {"powder"})], id="no chain"),
        pytest.param("Brewing, BREWS", [("brew", {"tea", "cuppa"})], id="in any form, once"),
        pytest.param(
            "tea, sencha and tea",
            [("tea", {"cuppa", "brew"}), ("sencha", {"green tea leaf"})],
            id="several, each once, in order",
        ),
        pytest.param("what drinks are called", [], id="a comment"),
        pytest.param("one-way, beside it", [], id="a comment behind a rule"),
        pytest.param("", [], id="nothing"),
    ],
)
def test_the_rules_say_what_a_question_finds_too(question: str, expected: list[tuple[str, set[str]]]):
    assert others(RULES, question) == expected


def test_what_a_word_stands_for_is_kept_in_the_order_of_the_rules():
    (found,) = Concepts("a1 => c3, b2\na1, d4\na1 => b2, e5", analyse).of(analyse("a1"))
    assert found == Concept(("a1",), (("c3",), ("b2",), ("d4",), ("e5",)))


def test_words_that_stand_for_themselves_are_left_out():
    assert others("lie, liar, lies\nlied => lie, fib", "lie") == [("lie", {"liar", "fib"})]


@pytest.mark.parametrize("rules", ["", "\n\n", "# tea, cuppa", "  # tea\n\t\n"])
def test_no_rules_find_nothing(rules: str):
    assert others(rules, "tea") == []


@pytest.mark.parametrize(("word", "known"), [("Brews", True), ("green teas", True), ("zeppelin", False)])
def test_it_knows_the_words_that_stand_for_others(word: str, known: bool):
    assert all(Concepts(RULES, analyse).has(term.text) for term in analyse(word)) is known


@pytest.mark.parametrize(
    ("rules", "line"),
    [
        ("the, cat", 1),
        ("cat, kitten\n\n# dog\ncat => with his", 4),
        ("cat, kitten,", 1),
        ("cat,, kitten", 1),
        ("cat => kitten, ?!", 1),
        ("cat, dog\n, cat => kitten", 2),
    ],
)
def test_an_entry_without_a_word_that_the_index_keeps_is_named_by_its_line(rules: str, line: int):
    with pytest.raises(ValueError, match=rf"^words\.txt:{line}: an entry has no word"):
        Concepts(rules, analyse)


@pytest.mark.parametrize("rule", ["ghosting =>", "=> silence", "ghosting", "lie, lies", "tea => matcha => powder"])
def test_a_rule_that_says_nothing_is_named_by_its_line(rule: str):
    with pytest.raises(ValueError, match=r"^words\.txt:2: "):
        Concepts(f"tea, cuppa\n{rule}", analyse)


_WORDS = st.lists(st.sampled_from("tea cuppa brew green leaf sencha matcha char of the teas".split()), max_size=12)


@PATIENTLY
@given(_WORDS)
def test_concepts_stand_in_the_question_each_once_and_no_word_is_passed_over(words: list[str]):
    texts = [term.text for term in analyse(" ".join(words))]
    found = [concept.asked for concept in Concepts(RULES, analyse).of(analyse(" ".join(words)))]
    assert len(set(found)) == len(found)
    assert all(asked in [tuple(texts[at : at + len(asked)]) for at in range(len(texts))] for asked in found)
    assert {"tea", "cuppa", "brew", "char", "matcha", "sencha"} & set(texts) <= {w for asked in found for w in asked}


@PATIENTLY
@given(st.text(max_size=60), st.text(max_size=60))
def test_any_text_is_rules_or_is_refused_with_a_line(rules: str, question: str):
    try:
        concepts = Concepts(rules, analyse)
    except ValueError as error:
        assert str(error).startswith("words.txt:")  # noqa: PT017 - most texts are good rules
    else:
        assert all(concept.asked not in concept.others for concept in concepts.of(analyse(question)))


# The rules that come with the project


@pytest.fixture(scope="module")
def shipped() -> Concepts:
    return bundled_concepts(analyse)


def shipped_entries(sides: int = 1) -> list[str]:
    """What may be asked by the project's rules, as written there; with `sides` 2 also what is found."""
    lines = (line.partition("#")[0] for line in bundled("words.txt").read_text(encoding="utf-8").splitlines())
    entries = [entry.strip() for line in lines for side in line.split("=>")[:sides] for entry in side.split(",")]
    return list(dict.fromkeys(entry for entry in entries if entry))


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ("bf", "boyfriend"),
        ("boyfriend", "bf"),
        ("my bf", "partner"),
        ("ghosting", "stopped replying"),
        ("he ghosted me", "stopped replying"),
        ("gaslighting", "manipulation"),
        ("he makes me feel crazy", "manipulation"),
        ("jealousy", "jealous"),
        ("infidelity", "cheat"),
        ("silent treatment", "cold shoulder"),
        ("my mum", "mother"),
        ("my MIL", "mother in law"),
        ("fwb", "casual sex"),
        ("he slept with someone else", "affair"),
        ("I can’t say no", "boundaries"),
        ("I want to die", "suicide"),
    ],
)
def test_visitors_words_find_the_articles_words(shipped: Concepts, asked: str, found: str):
    wanted = tuple(term.text for term in analyse(found))
    assert any(wanted in concept.others for concept in shipped.of(analyse(asked)))


@pytest.mark.parametrize(
    ("asked", "not_found"), [("partner", "wife"), ("manipulation", "gaslighting"), ("move on", "move in"), ("so", "ex")]
)
def test_the_articles_words_do_not_find_every_visitors_word(shipped: Concepts, asked: str, not_found: str):
    unwanted = tuple(term.text for term in analyse(not_found))
    assert all(unwanted not in concept.others for concept in shipped.of(analyse(asked)))


def test_every_entry_that_may_be_asked_stands_for_something(shipped: Concepts):
    assert len(shipped_entries()) > 500
    for entry in shipped_entries():
        (found,) = shipped.of(analyse(entry))
        assert found.asked == tuple(term.text for term in analyse(entry))
        assert found.others


def test_no_entry_is_longer_than_a_phrase_of_the_domain():
    assert [entry for entry in shipped_entries(2) if len(analyse(entry)) > 5] == []


# In an index

SAME = "On a quiet day in spring the {} went out for bread and came back with flowers."


def index_of(folder: Path, **sections: str) -> WhooshEngine:
    return WhooshEngine(publish(folder / "index", an_article("a", sections, title="Advice")))


def asked(engine: WhooshEngine, question: str) -> Results:
    return answer(engine, question, weights=BY_WORDS)


def headings(hits: tuple[Hit, ...]) -> list[str]:
    return [hit.passage.heading for hit in hits]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    return index_of(
        tmp_path_factory.mktemp("concepts"),
        Other=SAME.format("postman"),
        Wide=SAME.format("boyfriend"),
        Exact=SAME.format("bf"),
        Broad=SAME.format("partner"),
        Together="One day he stopped replying to every letter and every call.",
        Apart="One day he stopped at every letter, replying to every call.",
    )


def test_a_passage_with_a_word_that_stands_for_the_asked_one_is_found(small: WhooshEngine):
    assert set(headings(asked(small, "bf").hits)) == {"Exact", "Wide", "Broad"}


def test_a_one_way_word_does_not_find_the_narrow_ones(small: WhooshEngine):
    assert headings(asked(small, "partner").hits) == ["Broad"]


@pytest.mark.parametrize(("question", "first"), [("bf", "Exact"), ("boyfriend", "Wide"), ("my boyfriends", "Wide")])
def test_the_asked_word_ranks_above_one_that_stands_for_it(small: WhooshEngine, question: str, first: str):
    hits = asked(small, question).hits
    assert headings(hits)[0] == first
    assert hits[0].signals["words"] > hits[1].signals["words"] > 0


@pytest.mark.parametrize("times", [1, 2, 5])
def test_a_common_asked_word_ranks_above_a_rare_one_that_stands_for_it(tmp_path: Path, times: int):
    common = {f"Common {number}": SAME.format("boyfriend") for number in range(times)}
    engine = index_of(tmp_path, **common, Rare=SAME.format("bf"), Other=SAME.format("dog"), Cat=SAME.format("cat"))
    assert headings(asked(engine, "boyfriend").hits)[-1] == "Rare"


def test_more_words_that_stand_for_the_asked_one_count_as_the_best_of_them(tmp_path: Path):
    text = "Nothing helps against {} but a long walk and {} company."
    pairs = {"Both": ("adultery", "unfaithful"), "One": ("adultery", "good"), "Two": ("unfaithful", "good")}
    engine = index_of(tmp_path, **{name: text.format(*words) for name, words in pairs.items()}, Other="dog")
    worth = {hit.passage.heading: hit.signals["words"] for hit in asked(engine, "infidelity").hits}
    assert worth == {"Both": 1.0, "One": 1.0, "Two": 1.0}


def test_several_words_need_to_stand_side_by_side(small: WhooshEngine):
    assert headings(asked(small, "ghosting").hits) == ["Together"]


def test_the_excerpt_marks_the_words_that_stand_for_the_asked_ones(small: WhooshEngine):
    (hit,) = asked(small, "ghosting").hits
    assert [text for text, marked in hit.excerpt.pieces if marked] == ["stopped", "replying"]
    assert hit.matched == {"stop", "repli"}


def test_a_word_that_is_found_by_others_is_not_said_to_be_ignored(small: WhooshEngine):
    assert asked(small, "ghosting zeppelins").ignored == ("zeppelins",)


def test_who_asks_the_same_word_twice_gets_the_same_hits(small: WhooshEngine):
    once, twice = asked(small, "bf"), asked(small, "bf bf")
    assert headings(once.hits) == headings(twice.hits)


def test_a_literal_question_is_widened_too(small: WhooshEngine):
    assert len(answer(small, "bf", literal=True, weights=BY_WORDS).hits) == 3


def test_what_a_concept_found_once_it_finds_again(small: WhooshEngine):
    firsts = [[(hit.passage.id, hit.score) for hit in asked(small, "bf ghosting").hits] for _ in range(3)]
    assert firsts[0] == firsts[1] == firsts[2] != []


def test_a_passage_does_not_lose_by_having_a_word_that_the_question_dropped(tmp_path: Path):
    engine = index_of(tmp_path, Got="To heal, get rest.", Took="To heal, take rest.", Other="Dogs bark.")
    assert set(headings(asked(engine, "how to get over someone").hits)) == {"Got", "Took"}


def test_words_of_a_phrase_that_is_not_there_are_not_marked(tmp_path: Path):
    engine = index_of(tmp_path, One="He stopped replying. I did not come back.", Other="Dogs bark.")
    (hit,) = asked(engine, "ghosting").hits
    assert [text for text, marked in hit.excerpt.pieces if marked] == ["stopped", "replying"]


def test_a_word_that_nothing_stands_for_in_this_index_is_said_to_be_ignored(tmp_path: Path):
    found = asked(index_of(tmp_path, Tea="Green tea wants hot water."), "ghosting and tea")
    assert found.ignored == ("ghosting",)


@pytest.fixture(scope="module")
def everyday(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    """An index of everyday words that words of words.txt are near to."""
    text = "In the past we add a name for trouble. The best setting is fine: let it into the grand end."
    return index_of(tmp_path_factory.mktemp("everyday"), Words=text)


def test_a_misspelled_word_is_corrected_to_an_everyday_one(everyday: WhooshEngine):
    assert read_question("troubel", everyday).corrected == "trouble"


CORRECTED_AWAY = "ptsd adhd lgbt nana fomo sexting insta throuple bestie fiance grindr enby".split()


@pytest.mark.parametrize("word", CORRECTED_AWAY)
def test_a_word_that_stands_for_others_is_not_corrected_to_another_word(everyday: WhooshEngine, word: str):
    found = read_question(word, everyday)
    assert found.corrected == ""
    assert [concept.asked for concept in found.concepts] == [tuple(term.text for term in analyse(word))]
