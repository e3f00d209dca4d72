"""Whatever is asked, the page and the API answer or refuse it, and it stays text."""

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest
from hostile_questions import HOSTILE, INJECTIONS, LENGTHS, MARK, Asker, check_api, check_page
from hypothesis import HealthCheck, given, settings
from server import serving

from indexer.store import analyse
from indexer.wordpiece import WordPiece
from search.safety import readings, rule_book

HTML = "text/html; charset=utf-8"
WORDPIECE = WordPiece(["[UNK]", "[CLS]", "[SEP]"])


@pytest.fixture(scope="module")
def asker(bundled_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Asker]:
    log = tmp_path_factory.mktemp("hostile") / "log"
    with serving(bundled_index, log) as server, closing(Asker(server.url)) as asker:
        yield asker


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(HOSTILE)
def test_any_question_is_answered_or_refused_and_stays_text(asker: Asker, asked: bytes):
    asker.ask(asked)
    assert {status for _, status in asker.statuses} <= {200, 400, 413}


@pytest.mark.parametrize("injection", INJECTIONS)
def test_an_injection_among_good_words_stays_text(asker: Asker, injection: str):
    before = asker.statuses["/?q=", 200]
    asker.ask(f"love {injection} jelous".encode("utf-8", "surrogatepass"))
    assert asker.statuses["/?q=", 200] == before + 1


@pytest.mark.parametrize("length", LENGTHS)
@pytest.mark.parametrize("piece", ["a", "love ", "😀", "(", "<b>", "\u202e", "\x00", "e\u0301"])
def test_a_question_of_any_length_is_answered_or_refused(asker: Asker, piece: str, length: int):
    before = asker.statuses["/?q=", 413]
    question = (piece * length)[:length]
    asker.ask(question.encode())
    assert (asker.statuses["/?q=", 413] > before) == (len(question.strip()) > 20_000)


@pytest.mark.parametrize(
    "read",
    [
        readings,
        rule_book().vocabulary.read,
        lambda word: list(analyse(word)),
        lambda word: WORDPIECE.numbers(word, 256),
    ],
    ids=["as it was meant", "by rules", "as terms", "as pieces"],
)
def test_a_word_as_long_as_a_letter_is_not_remembered(read: Callable[[str], object]):
    most = 30
    read("𐐨𐐩" * 9_999)  # what all words need stays
    tracemalloc.start()
    for number in range(most):
        read("𐐨𐐩" * 9_999 + chr(ord("𐐪") + number))
    kept = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    assert kept < most / 3 * 20_000


@pytest.mark.parametrize(
    "planted",
    [
        f"<p>{MARK}</p><{MARK}>",
        f'<p {MARK}="1">',
        f"<p {MARK}>",
        "<script>alert(1)</script>",
        '<p onclick="x">',
        '<p style="color: red">',
        "<svg/>",
    ],
)
def test_markup_that_no_template_has_is_noticed(planted: str):
    check_page(MARK, 200, HTML, f"<p>{MARK}</p>")
    with pytest.raises(AssertionError):
        check_page(MARK, 200, HTML, f"<p>{MARK}</p>{planted}")


def test_a_question_that_is_not_given_back_is_noticed():
    with pytest.raises(AssertionError):
        check_page(MARK, 200, HTML, "<p></p>")
    with pytest.raises(AssertionError):
        check_api("a", 200, "application/json", '{"question": "b", "hits": []}')
    with pytest.raises(AssertionError):
        check_api("a", 200, "application/json", '{"question": "a", "hits": [{"excerpt": "<b>a</b>"}]}')
    with pytest.raises(AssertionError):
        check_api("a", 400, "application/problem+json", f'{{"status": 400, "detail": "{MARK}"}}')
