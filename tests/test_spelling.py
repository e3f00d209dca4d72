"""Misspelled words, good ones, and names, against the vocabulary of the bundled articles and a small one."""

import random
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rapidfuzz.distance import OSA
from spellchecker import SpellChecker

from search.new_words import NEW_WORDS
from search.spelling import COMMON, FUNCTION_WORDS, LONGEST, Lexicon, Speller, english
from search.whoosh_engine import WhooshEngine

# as people write them, and as they mean them
REAL = [
    pair.replace("_", " ").split(":")
    for pair in """
    realtionship:relationship relashionship:relationship relationshp:relationship jelous:jealous jelousy:jealousy
    anxous:anxious anxity:anxiety becuase:because becasue:because thearpy:therapy theraphy:therapy freind:friend
    freinds:friends wierd:weird beleive:believe seperate:separate untill:until thier:their shoud:should wiht:with
    teh:the poeple:people realy:really alwasy:always somtimes:sometimes lonley:lonely marrage:marriage
    divorse:divorce controling:controlling parnter:partner perants:parents argueing:arguing appologize:apologize
    forgivness:forgiveness confidance:confidence comunication:communication stresed:stressed exausted:exhausted
    agressive:aggressive afriad:afraid feelngs:feelings emotinal:emotional rember:remember toghether:together
    diffrent:different dificult:difficult problam:problem quesiton:question knwo:know waht:what alot:a_lot
    atleast:at_least selfesteem:self_esteem eachother:each_other boyfreind:boyfriend girlfreind:girlfriend
    excersise:exercise definately:definitely psycologist:psychologist bypolar:bipolar medicaton:medication
    alchohol:alcohol pregnat:pregnant depresed:depressed sucidal:suicidal narcissit:narcissist mariage:marriage
""".split()
]
NAMES = """
    kaylee jayden aisha zoe mohammed siobhan kayden brayden madison mackenzie ashlee caitlin jaxon ethan liam aiden noah
    mia ava isla fatima olga svetlana dmitri yusuf omar zainab keisha tamika deshawn tyrone jamal latoya mateo lucia
""".split()


@pytest.fixture(scope="module")
def engine(bundled_index: Path) -> WhooshEngine:
    return WhooshEngine(bundled_index)


@pytest.fixture(scope="module")
def small() -> Speller:
    counts = {"help": 5, "jealous": 3, "panic": 2, "attack": 2, "their": 9, "test": 4, "because": 4, "made": 3}
    return Speller(counts, counts.__contains__)


def has(engine: WhooshEngine, words: str) -> bool:
    return all(engine.knows(term.text) for term in engine.analyse(words))


def test_real_misspellings_become_what_was_meant_or_nothing_where_no_article_has_it(engine: WhooshEngine):
    expected = {wrong: right if has(engine, right) else "" for wrong, right in REAL}
    missed = {wrong: found for wrong, right in expected.items() if (found := engine.correct(wrong)) != right}
    assert len(expected) > 60
    assert len(missed) <= 0.03 * len(expected), missed


@pytest.mark.parametrize("name", NAMES)
def test_names_stay(engine: WhooshEngine, name: str):
    assert engine.correct(name) == ""


@pytest.mark.parametrize(
    "word", ["hell", "heap", "text", "zealous", "hold", "sexting", "covid", "adhd", "test", "their", "maid"]
)
def test_good_words_stay(small: Speller, word: str):
    assert small.correct(word) == ""


@pytest.mark.parametrize(
    ("wrong", "right"),
    [("hepl", "help"), ("HLEP", "help"), ("Jelous", "jealous"), ("panicattack", "panic attack"), ("teh", "the")],
)
def test_misspelled_words_become_the_words_that_were_meant(small: Speller, wrong: str, right: str):
    assert small.correct(wrong) == right


@pytest.mark.parametrize("word", ["becuase", "beacuse", "bcause", "shoud", "wiht", "thier"])
def test_a_misspelled_function_word_becomes_no_content_word(small: Speller, word: str):
    assert small.correct(word) in FUNCTION_WORDS | {"because"}


@pytest.mark.parametrize(
    "word",
    ["", "a", "hl", "help2", "he'lp", "he lp", "h" * 10_000, "\ud800help", "ｈｅｌｐ", "İstanbul", "хелп", "\0elp"],
)
def test_what_is_no_plain_word_is_left_alone(small: Speller, word: str):
    assert small.correct(word) == ""


def test_an_empty_vocabulary_corrects_only_function_words():
    empty = Speller({}, lambda word: False)
    assert (empty.correct("jelous"), empty.correct("becuase"), empty.correct("wiht")) == ("", "", "with")


@given(st.text("abcdeé", min_size=1, max_size=8), st.integers(0, 2))
def test_near_words_are_exactly_those_within_the_distance(word: str, distance: int):
    words = sorted({"".join(random.Random(seed).choices("abcdeé", k=seed % 7 + 1)) for seed in range(300)})
    expected = {other: edits for other in words if (edits := OSA.distance(word, other)) <= distance}
    assert Lexicon(dict.fromkeys(words, 1)).near(word, distance) == expected


def test_the_english_words_are_those_of_the_list():
    listed = SpellChecker(language="en").word_frequency.dictionary
    assert english().counts == dict(listed) | dict.fromkeys(NEW_WORDS, COMMON)


def test_words_that_are_too_long_or_too_rare_are_near_to_nothing():
    lexicon = Lexicon({"common": 9, "rare": 2, "x" * (LONGEST + 1): 9, "it's": 9}, least=5)
    assert lexicon.near("comon", 1) == {"common": 1}
    assert [lexicon.near(word, 1) for word in ("rare", "x" * LONGEST, "its")] == [{}, {}, {}]
