"""Analysis, and how articles and passages are written and read back."""

import json
from contextlib import closing
from pathlib import Path

import pytest

from indexer.article import read_article
from indexer.model import Article, Block, Section, article_from, passage_from
from indexer.passages import passages_of
from indexer.store import analyse, open_reader, read_words, write_index


def _terms(text: str) -> list[str]:
    return [term for term, _, _ in analyse(text)]


@pytest.mark.parametrize(
    "word",
    [
        "doesn't",
        "doesnt",
        "doesn’t",
        "DOESN'T",
        "don’t",
        "dont",
        "cannot",
        "can't",
        "cant",
        "won't",
        "isn't",
        "not",
        "Not",
    ],
)
def test_every_short_form_of_not_is_not(word):
    assert _terms(f"{word} trust") == ["not", *_terms("trust")]


@pytest.mark.parametrize("word", ["no", "never", "without"])
def test_words_that_turn_a_question_round_are_kept(word):
    assert _terms(word) != []


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("trusting", "trusted"),
        ("boundaries", "boundary"),
        ("relationships", "relationship"),
        ("Jealous", "jealous"),
        ("partner’s", "partner"),
        ("partner's", "partners"),
        ("texting", "texts"),
        ("apologies", "apology"),
    ],
)
def test_forms_of_one_word_are_one_term(one, other):
    assert _terms(one) == _terms(other) != []


@pytest.mark.parametrize(("one", "other"), [("wait", "weight"), ("trust", "rust"), ("live", "leave"), ("no", "not")])
def test_different_words_are_different_terms(one, other):
    assert _terms(one) != _terms(other)


@pytest.mark.parametrize("text", ["they're", "I’m", "we've been", "he'd", "and the of", "", "?!… –", "' ’ ''"])
def test_words_that_every_text_has_are_no_terms(text):
    assert _terms(text) == []


def test_terms_know_where_their_words_stand():
    text = "  Don’t read my partner's messages — again,\nand AGAIN!"
    assert [text[start:end] for _, start, end in analyse(text)] == [
        "Don’t",
        "read",
        "partner's",
        "messages",
        "again",
        "AGAIN",
    ]


def test_a_word_of_a_hundred_thousand_letters_is_one_term():
    assert len(_terms("a" * 100_000)) == 1


@pytest.fixture(scope="module")
def stored(articles: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Article, list[str]]:
    """An article, and everything that an index holds of it."""
    folder = tmp_path_factory.mktemp("store")
    article = read_article((articles / "stay-or-leave.html").read_text(encoding="utf-8"), "/articles/stay-or-leave")
    write_index(folder, [(article, passages_of(article))])
    with closing(open_reader(folder)) as reader:
        return article, [reader.stored_fields(row)["stored"] for row in range(reader.doc_count())]


def test_passages_are_read_back_as_they_were_in_their_order(stored):
    article, rows = stored
    assert tuple(passage_from(json.loads(row)) for row in rows[:-1]) == passages_of(article)


def test_every_word_is_kept_as_it_is_written_with_how_often(tmp_path: Path):
    lead = Section(
        1,
        "Trusting Sam’s friends",
        "top",
        ("Trusting Sam’s friends",),
        (Block("paragraph", "Trust friends; TRUST naïve ones, 24/7."),),
    )
    article = Article("/articles/trust", "Trust", (lead,))
    write_index(tmp_path, [(article, passages_of(article))])
    words = read_words(tmp_path)
    assert list(words.items())[:2] == [("trust", 3), ("friends", 2)]
    assert words.keys() == {"trust", "trusting", "friends", "sam’s", "naïve", "ones", "24", "7"}
    assert list(words.values()) == sorted(words.values(), reverse=True)


def test_an_article_is_read_back_without_the_text_that_its_passages_hold(stored):
    article, rows = stored
    found = article_from(json.loads(rows[-1]))
    assert (found.title, found.topics, found.warnings) == (article.title, article.topics, article.warnings)
    outline = [(s.level, s.heading, s.anchor, s.path) for s in article.sections]
    assert [(s.level, s.heading, s.anchor, s.path) for s in found.sections] == outline
    assert [(f.question, f.anchor, f.section) for f in found.faqs] == [
        (f.question, f.anchor, f.section) for f in article.faqs
    ]
    assert not any(part.blocks for part in (*found.sections, *found.faqs))
