"""What becomes of a question before it is searched for."""

import pytest
from server import an_article, publish

from search.correction import MOST_CORRECTIONS
from search.engine import Engine
from search.model import Query, QuestionError
from search.query import LONGEST_QUESTION, SHORT_CHARACTERS, read_question, unknown_words
from search.whoosh_engine import WhooshEngine

WORDS = an_article(
    "words",
    {
        "Texting back": "He does not text back. Message him, and wait. A jealous friend may reply.",
        "Leaving": "When it hurts, leave. Never go without help. Relationship problems give pain. How are you?",
    },
)


@pytest.fixture(scope="module")
def engine(tmp_path_factory: pytest.TempPathFactory) -> WhooshEngine:
    return WhooshEngine(publish(tmp_path_factory.mktemp("query") / "index", WORDS))


def terms(engine: Engine, question: str) -> set[str]:
    return set(read_question(question, engine).terms)


@pytest.mark.parametrize("question", ["he doesn't text back", "he doesn’t text back", "He does not text back!"])
def test_negation_is_kept(engine: Engine, question: str):
    assert terms(engine, question) == {"not", "text", "back"}


def test_words_that_turn_a_question_round_are_kept(engine: Engine):
    assert {"never", "without", "no", "stop", "not"} <= terms(engine, "why can't I never say no, go without, or stop")


def test_question_words_are_dropped(engine: Engine):
    assert terms(engine, "How do I know what I should do when he is jealous?") == {"jealous"}


@pytest.mark.parametrize("word", ["really", "still", "should", "while"])
def test_a_question_word_that_no_article_has_is_not_corrected(engine: Engine, word: str):
    query = read_question(f"{word} jealous", engine)
    assert (query.corrected, set(query.terms)) == ("", {"jealous"})


@pytest.mark.parametrize("question", ["how would you know?", "what should I do", "why?"])
def test_question_words_stay_where_nothing_else_is_left(engine: Engine, question: str):
    assert terms(engine, question)


def test_a_word_that_is_said_more_often_weighs_more(engine: Engine):
    found = read_question("jealous of every friend, so jealous", engine).terms
    assert found["jealous"] > found["friend"]


def test_the_order_of_the_words_is_known(engine: Engine):
    assert ("text", "back") in read_question("does he text back", engine).pairs
    assert ("back", "text") not in read_question("does he text back", engine).pairs


@pytest.mark.parametrize("quoted", ['"text back"', "“text back”", "„text back“", "«text back»"])
def test_quotes_ask_for_words_side_by_side(engine: Engine, quoted: str):
    assert read_question(f"he won't {quoted}", engine).phrases == (("text", "back"),)


def test_a_minus_shuts_a_word_out(engine: Engine):
    query = read_question("leave -friends", engine)
    assert (query.excluded, set(query.terms)) == ({"friend"}, {"leav"})


@pytest.mark.parametrize(
    "question", ["a well-known friend", "leave - now", "he said-nothing", "3-4 friends -- or more"]
)
def test_a_minus_inside_or_between_words_is_punctuation(engine: Engine, question: str):
    assert read_question(question, engine).excluded == frozenset()


@pytest.mark.parametrize("asked", ['"text back"', "-friend"])
def test_quotes_and_minus_are_punctuation_in_a_letter(engine: Engine, asked: str):
    letter = f"He said he would write and he did not, so now I wait here and think {asked} all day"
    query = read_question(letter, engine)
    assert (query.phrases, query.excluded) == ((), frozenset())
    assert {"text", "back"} <= set(query.terms) or "friend" in query.terms


@pytest.mark.parametrize("asked", ['"text"back', "x -friend"])
def test_quotes_and_minus_are_punctuation_in_a_long_text_of_few_words(engine: Engine, asked: str):
    query = read_question(f"{asked}{'…' * SHORT_CHARACTERS}", engine)
    assert (query.phrases, query.excluded) == ((), frozenset())


@pytest.mark.parametrize("question", ['"', '""', '"the"', "“", "- - -", "«»", '"he is'])
def test_quotes_around_nothing_ask_for_nothing(engine: Engine, question: str):
    assert read_question(question, engine).phrases == ()


def test_a_misspelled_word_is_corrected_and_the_rest_stays_as_written(engine: Engine):
    query = read_question("Jelous of his FRIEND, why?", engine)
    assert query.corrected == "Jealous of his FRIEND, why?"
    assert query.question == "Jelous of his FRIEND, why?"
    assert set(query.terms) == {"jealous", "friend"}


@pytest.mark.parametrize(
    ("asked", "corrected"),
    [
        ("his freind’s pain", "his friend’s pain"),
        ("JELOUS FREIND", "JEALOUS FRIEND"),
        ("a jelous-freind, (jelous)", "a jealous-friend, (jealous)"),
        ("why relati onship pain", "why relationship pain"),
        ("jealousfriend", "jealous friend"),
        ("freind FREIND frEind", "friend FREIND frEind"),
        ("shoud I levae", "should I leave"),
        ('"jelous freind" -leavin', '"jealous friend" -leaving'),
    ],
)
def test_only_the_letters_that_are_wrong_change(engine: Engine, asked: str, corrected: str):
    assert read_question(asked, engine).corrected == corrected


@pytest.mark.parametrize(
    "question", ["he doesn't, hasn't, and wouldn't", "don’t leave", "they'd leave, y'all", "jealous2"]
)
def test_short_forms_are_not_taken_to_pieces(engine: Engine, question: str):
    assert read_question(question, engine).corrected == ""


@pytest.mark.parametrize("question", ["a loner", "a lone friend", "a friend ship", "fiancé doesn't", "a part time job"])
def test_good_words_are_not_joined(engine: Engine, question: str):
    assert read_question(question, engine).corrected == ""


@pytest.mark.parametrize("question", ["wiht", "becuase teh"])
def test_a_correction_that_finds_nothing_is_not_made(engine: Engine, question: str):
    assert read_question(question, engine).corrected == ""


def test_the_most_that_is_corrected_of_a_letter(engine: Engine):
    assert read_question("jelous " * 50, engine).corrected.split().count("jealous") == MOST_CORRECTIONS


def test_a_literal_question_is_searched_as_it_is_spelled(engine: Engine):
    query = read_question("jelous", engine, literal=True)
    assert (query.corrected, "jealous" in query.terms) == ("", False)


@pytest.mark.parametrize(
    "question", ["jealous friends leaving", "he texted me", "Relationships", "MESSAGES", "his pains"]
)
def test_known_words_in_any_form_are_not_corrected(engine: Engine, question: str):
    assert read_question(question, engine).corrected == ""


@pytest.mark.parametrize("word", ["hurl", "wit", "tex", "jelous2", "zeppelin"])
def test_words_too_short_or_too_far_off_are_not_corrected(engine: Engine, word: str):
    assert read_question(word, engine).corrected == ""


@pytest.mark.parametrize("word", ["women", "girls", "scream"])
def test_a_good_word_that_no_article_has_is_not_turned_into_another(bundled_index, word: str):
    assert read_question(f"{word} and me", WhooshEngine(bundled_index)).corrected == ""


@pytest.mark.parametrize("size", [LONGEST_QUESTION + 1, LONGEST_QUESTION * 50])
def test_a_question_that_is_too_long_is_refused_with_both_numbers(engine: Engine, size: int):
    with pytest.raises(QuestionError, match=rf"{size:,} characters.*{LONGEST_QUESTION:,}"):
        read_question("a" * size, engine)


@pytest.mark.parametrize(
    "question",
    [
        pytest.param("(" * 500 + "friend" + ")" * 500, id="parentheses"),
        pytest.param("friend " + "x" * 19_000, id="long word"),
        pytest.param("friend " + '"' * 10_000, id="quotes"),
        "friend AND OR NOT title:x* [a TO z] ~2 ^3",
        "friend\0\x1b[31m\u202e\ufeff",
        "friend \ud800",
    ],
)
def test_no_text_is_syntax(engine: Engine, question: str):
    assert "friend" in read_question(question, engine).terms


def test_words_that_no_article_has_are_named_once_and_as_written(engine: Engine):
    query = read_question("Zeppelin friends, zeppelin Zeppelin qwxyz", engine)
    assert unknown_words(query, engine) == ("Zeppelin", "zeppelin", "qwxyz")


def test_a_corrected_word_is_not_unknown(engine: Engine):
    assert unknown_words(read_question("jelous", engine), engine) == ()


def test_a_query_remembers_the_question(engine: Engine):
    assert read_question(" Jealous? ", engine).question == " Jealous? "
    assert Query("x").terms == {}
