"""WordPiece: text to the token numbers that BERT's own tokenizer gives, with the bundled vocabulary."""

import re
import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from indexer.bundled import bundled
from indexer.wordpiece import LONGEST_WORD, WordPiece

VOCABULARY = (bundled("encoder") / "vocab.txt").read_text(encoding="utf-8").split("\n")[:-1]
BEGIN, END = 101, 102
WORDPIECE = WordPiece(VOCABULARY)

ascii_words = st.text(string.ascii_letters + string.digits, min_size=1, max_size=30)


def _pieces(text: str, most: int = 256) -> list[str]:
    """The pieces of a text, without the marks of its begin and its end."""
    begin, *pieces, end = (VOCABULARY[number] for number in WORDPIECE.numbers(text, most))
    assert (begin, end) == ("[CLS]", "[SEP]")
    return pieces


def _joined(pieces: list[str]) -> str:
    return " ".join(pieces).replace(" ##", "")


def test_the_vocabulary_is_that_of_uncased_bert():
    assert len(VOCABULARY) == len(set(VOCABULARY)) == 30522
    places = {"[PAD]": 0, "[UNK]": 100, "[CLS]": BEGIN, "[SEP]": END, "hello": 7592, "world": 2088}
    assert {piece: VOCABULARY.index(piece) for piece in places} == places


def test_a_text_stands_between_its_marks():
    assert WORDPIECE.numbers("hello world", 256) == [101, 7592, 2088, 102]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("HELLO World", "hello world"),
        ("Café CRÈME naïve", "cafe cr ##eme naive"),
        ("cafe\u0301", "cafe"),  # the accent as a character of its own
        ("İstanbul", "istanbul"),
        ("unbelievably", "un ##bel ##ie ##va ##bly"),
        ("don't", "don ' t"),
        ("2+2=4", "2 + 2 = 4"),
        ("tea\u2028tea\u00a0tea\ttea\r\ntea", "tea tea tea tea tea"),
        ("한국", "ᄒ ##ᅡ ##ᆫ ##ᄀ ##ᅮ ##ᆨ"),  # BERT takes syllables apart, too
    ],
)
def test_words_are_spelled_as_bert_spells_them(text, expected):
    assert _pieces(text) == expected.split()


def test_control_characters_and_halves_of_characters_go():
    assert _pieces("he\x00llo\u200b wor\x7fld \ufffd\ud83d \x1b") == ["hello", "world"]


@pytest.mark.parametrize("sign", "“”‘’–—…«»")
def test_a_typographic_sign_is_one_token_that_parts_words(sign):
    assert sign in VOCABULARY
    assert _pieces(f"tea{sign}time") == ["tea", sign, "time"]


def test_a_contraction_with_a_curly_apostrophe_is_parted_like_one_with_a_straight_one():
    assert _pieces("“don’t”") == ["“", "don", "’", "t", "”"]


def test_each_chinese_character_stands_alone():
    assert _pieces("中国tea") == ["中", "国", "tea"]
    assert "##国" in VOCABULARY  # so that together they would be spelled in another way


def test_what_cannot_be_spelled_is_unknown_and_leaves_the_rest():
    assert _pieces("🫖 tea 😀 Ⅷ") == ["[UNK]", "tea", "[UNK]", "[UNK]"]


def test_a_word_of_more_than_a_hundred_characters_is_unknown():
    assert LONGEST_WORD == 100
    assert _joined(_pieces("a" * 100)) == "a" * 100
    assert _pieces(f"tea {'a' * 101} time") == ["tea", "[UNK]", "time"]


def test_the_length_of_a_word_is_that_after_cleaning():
    assert _joined(_pieces("e\u0301" * 100)) == "e" * 100


def test_the_names_of_marks_are_no_marks_in_a_text():
    numbers = WORDPIECE.numbers("[SEP] stop [CLS] [UNK]", 256)
    assert (numbers.count(BEGIN), numbers.count(END)) == (1, 1)
    assert _pieces("[SEP]") == ["[", "sep", "]"]


@pytest.mark.parametrize("text", ["", " \n\t", "\x00\u200b", "\u0301"])
def test_a_text_with_nothing_in_it_has_its_marks_alone(text):
    assert WORDPIECE.numbers(text, 256) == [BEGIN, END]


@pytest.mark.parametrize("most", [2, 3, 7, 8, 256])
def test_a_long_text_is_cut_and_its_end_mark_stays(most):
    whole = WORDPIECE.numbers("hello " * 300, 1000)
    assert len(whole) == 302
    assert WORDPIECE.numbers("hello " * 300, most) == [*whole[: most - 1], END]
    assert len(WORDPIECE.numbers("hello " * 300, most)) == most


def test_a_text_that_just_fits_is_whole():
    assert _pieces("hello world", 4) == ["hello", "world"]
    assert _pieces("hello world", 3) == ["hello"]


@pytest.mark.parametrize("missing", ["[UNK]", "[CLS]", "[SEP]"])
def test_a_vocabulary_without_what_bert_needs_is_refused(missing):
    with pytest.raises(KeyError, match=re.escape(missing)):
        WordPiece(piece for piece in VOCABULARY if piece != missing)


def test_a_small_vocabulary_is_numbered_by_place_and_takes_the_longest_piece():
    small = WordPiece(["[SEP]", "tea", "te", "##pot", "##p", "##o", "[CLS]", "[UNK]"])
    assert small.numbers("Teapot", 9) == [6, 1, 3, 0]
    assert small.numbers("tepo", 9) == [6, 2, 4, 5, 0]
    assert small.numbers("teapots", 9) == [6, 7, 0]  # no piece for its end: all of it is unknown


@given(st.text() | st.text(st.characters(categories=["Cs", "Mn", "Cc", "So", "Lo"])), st.integers(2, 40))
def test_any_text_gives_numbers_of_the_vocabulary_between_its_marks(text, most):
    begin, *numbers, end = WORDPIECE.numbers(text, most)
    assert (begin, end) == (BEGIN, END)
    assert len(numbers) <= most - 2
    assert all(0 < number < len(VOCABULARY) for number in numbers)
    assert not {BEGIN, END} & set(numbers)


@given(st.lists(ascii_words))
def test_the_pieces_of_plain_words_joined_back_give_the_words(words):
    assert _joined(_pieces(" ".join(words), 10_000)) == " ".join(words).lower()


@given(st.lists(ascii_words, min_size=1, max_size=5), st.lists(ascii_words, min_size=1, max_size=5))
def test_a_word_never_changes_anothers_pieces(first, second):
    one, other = " ".join(first), " ".join(second)
    assert _pieces(f"{one} {other}", 10_000) == _pieces(one, 10_000) + _pieces(other, 10_000)
