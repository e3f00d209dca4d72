"""What is shown of a passage, and that it can be shown safely."""

import re

import pytest
from server import an_article

from indexer.model import Block, Passage
from indexer.passages import passages_of
from indexer.store import places
from search.api_json import results_json
from search.excerpt import MAX_WORDS, excerpt_of
from search.model import Excerpt, Hit, Query, Results
from search.present import excerpt_html
from search.sentences import sentences
from search.whoosh_engine import WhooshEngine

LONG = (
    "Rain fell all day. Nobody spoke at the table. He went quiet when I asked about money. "
    + "The garden was green and wet and very large, and it went on and on behind the old house. " * 4
    + "Later, the silence about money broke. Then we slept."
)


def passage(text: str, faq: bool = False) -> Passage:
    kind, heading = ("faq", "Why?") if faq else ("section", "Silence")
    blocks = tuple(Block("paragraph", paragraph) for paragraph in text.split("\n\n"))
    return Passage("/articles/a", kind, "A", (heading,), "a", blocks)


def excerpt(text: str, *terms: str, faq: bool = False) -> Excerpt:
    return excerpt_of(passage(text, faq), places(text, terms))


def marked(found: Excerpt) -> list[str]:
    return [text for text, is_marked in found.pieces if is_marked]


def test_the_sentences_with_the_words_are_shown():
    shown = str(excerpt(LONG, "quiet", "money"))
    assert "He went quiet when I asked about money." in shown
    assert "silence about money" in shown


def test_what_is_left_out_is_marked():
    shown = str(excerpt("Nobody saw it coming. " * 20 + LONG + " The end came soon." * 20, "quiet", "money", "silence"))
    assert re.fullmatch(r"Nobody saw .* … He went quiet [^…]* … Later, the silence [^…]* …", shown)


@pytest.mark.parametrize("terms", [(), ("quiet",), ("quiet", "money"), ("garden", "rain"), ("nothing",), ("slept",)])
def test_an_excerpt_is_pieces_of_the_text_in_order(terms: tuple[str, ...]):
    place = 0
    for piece in str(excerpt(LONG, *terms)).split("…"):
        found = LONG.find(piece.strip(), place)
        assert found >= place
        place = found + len(piece.strip())


@pytest.mark.parametrize("terms", [(), ("quiet",), ("garden",), ("quiet", "money", "garden", "rain")])
def test_an_excerpt_is_short_and_never_empty(terms: tuple[str, ...]):
    assert 0 < len(str(excerpt(LONG, *terms)).split()) <= MAX_WORDS + 10


def test_a_single_sentence_that_is_too_long_is_shown_whole():
    text = "money " * (MAX_WORDS * 2)
    assert str(excerpt(text, "money")).strip() == text.strip()


def test_marks_are_on_the_matched_words_and_on_nothing_else():
    found = excerpt("Money, moneys and moneyed men: MONEY’s quiet.", "money", "quiet")
    assert set(map(str.lower, marked(found))) <= {"money", "moneys", "moneyed", "money’s", "quiet"}
    assert marked(found)[0] == "Money"
    assert "men" not in marked(found)


@pytest.mark.parametrize(
    "text", ["He went quiet.", "quiet", "quiet quiet", "A quiet\n\nday", "“Quiet,” he said. It was."]
)
def test_a_short_text_is_shown_whole(text: str):
    assert str(excerpt(text, "quiet")) == text


@pytest.mark.parametrize("end", ["”", '"', "’", ")", ".”)"])
def test_a_closing_quotation_mark_is_not_left_out(end: str):
    text = f"She said: “Be quiet.{end} Then he went. It was quiet."
    assert str(excerpt(text, "quiet")) == text


def test_no_bundled_excerpt_leaves_out_nothing_but_punctuation(bundled_index):
    engine = WhooshEngine(bundled_index)
    for card in engine.cards:
        for part in (part for parts in engine.read(card.url).passages.values() for part in parts):
            terms = frozenset(term.text for term in engine.analyse(part.text))
            shown = excerpt_of(part, engine.places(part.text, terms))
            assert len(part.text.split()) > MAX_WORDS // 2 or str(shown) == part.text, part.id


def test_a_faqs_answer_is_shown_whole():
    found = excerpt(LONG, "money", faq=True)
    assert str(found) == LONG
    assert marked(found) == ["money", "money"]


def test_the_words_of_the_question_are_marked_in_a_faqs_answer():
    (faq,) = passages_of(an_article("a", {}, {"Is it quiet?": "Quiet helps.\nIt does."}))
    assert marked(excerpt_of(faq, places(faq.text, {"quiet"}))) == ["Quiet"]


def test_an_empty_text_has_an_empty_excerpt():
    assert str(excerpt("", "quiet")) == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("One day. Two days! Three? “Four.” Five…", ["One day.", "Two days!", "Three?", "“Four.”", "Five…"]),
        ("e.g. this and at 3.30 that", ["e.g. this and at 3.30 that"]),
        ("- first\n- second", ["- first", "- second"]),
        ("", []),
    ],
)
def test_sentences_end_where_a_reader_says(text: str, expected: list[str]):
    assert [text[start:end] for start, end in sentences(text)] == expected


@pytest.mark.parametrize(
    "evil", ["<script>alert(1)</script>", "<mark>", "a & b", '"><img src=x onerror=alert(1)>', "'"]
)
def test_text_is_escaped_in_html(evil: str):
    shown = str(excerpt_html(excerpt(f"quiet {evil} quiet", "quiet", "alert", "img", "mark", "script")))
    without_marks = shown.replace("<mark>", "").replace("</mark>", "")
    assert "<" not in without_marks
    assert '"' not in without_marks
    assert shown.startswith("<mark>quiet</mark> ")


def test_json_holds_the_escaped_excerpt_and_the_plain_text():
    text = "He <b>went</b> quiet."
    hit = Hit(passage(text), {"words": 1.0}, score=1.0, rank=1, excerpt=excerpt(text, "quiet"))
    (row,) = results_json(Results(Query("quiet"), (hit,), (), (), 1.0))["hits"]
    assert row["text"] == text
    assert row["excerpt"] == "He &lt;b&gt;went&lt;/b&gt; <mark>quiet</mark>."
