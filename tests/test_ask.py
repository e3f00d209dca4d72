"""`advice ask`, as a person at a terminal or a script with a pipe meets it."""

import os
import re
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

import pytest
from server import ADVICE, an_article, publish, until
from terminal import Terminal, terminal, visible, widest

from search.conversation import COMMANDS, HELP
from search.query import LONGEST_QUESTION

JEALOUS = "my jelous boyfriend"

Asking = Callable[..., AbstractContextManager[Terminal]]
Piped = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def asking(environment: dict[str, str], bundled_index: Path, tmp_path: Path) -> Asking:
    """`advice ask` at its first prompt, with a home folder of its own."""
    home = tmp_path / "home"
    home.mkdir()

    @contextmanager
    def run(*args: object, index: Path = bundled_index, columns: int = 80, **settings: str) -> Iterator[Terminal]:
        settings = {"HOME": str(home), **settings}
        with terminal([ADVICE, "ask", "--index", index, *args], environment, columns, **settings) as running:
            until(lambda: "> " in running.read())
            yield running
            assert "Traceback" not in running.read()
            assert list(home.iterdir()) == []

    return run


@pytest.fixture
def piped(environment: dict[str, str], bundled_index: Path) -> Piped:
    """`advice ask` with questions from a pipe."""

    def run(lines: bytes, *args: object, index: Path = bundled_index) -> subprocess.CompletedProcess[str]:
        command = [ADVICE, "ask", "--index", index, *map(str, args)]
        done = subprocess.run(command, env=environment, input=lines, capture_output=True, check=False)
        assert b"Traceback" not in done.stderr
        return subprocess.CompletedProcess(command, done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


def numbers(text: str) -> list[int]:
    return [int(number) for number in re.findall(r"^ {0,2}(\d+)\. ", visible(text), re.MULTILINE)]


# --- at the keyboard ---


@pytest.mark.parametrize("columns", [40, 80, 200])
def test_a_conversation_fits_into_the_terminal(asking: Asking, columns: int):
    with asking(columns=columns) as talk:
        for line in ("why does he ignore me", "1", "", "?", "jealous", "2", "r"):
            assert widest(visible(talk.type(line))) <= columns
        talk.press("q\r")
        assert talk.left() == 0


def test_a_number_opens_the_whole_passage(asking: Asking):
    with asking() as talk:
        listed = visible(talk.type("first ten minutes of a jealous spike"))
        number = re.search(r"(\d)\. The first ten minutes of a jealous spike", listed)[1]
        assert "You are learning" not in listed
        opened = visible(talk.type(number))
        assert "Jealous for No Reason" in opened
        assert "You are learning that you can have the feeling without obeying it." in opened
        assert "/articles/jealousy-without-reason#the-first-ten-minutes-of-a-jealous-spike" in opened
        assert "\x1b[1;4mjealousy\x1b[0m" in talk.read()


def test_a_number_that_is_not_there_is_told(asking: Asking):
    with asking() as talk:
        assert "There is no passage 1 in the list." in talk.type("1")
        talk.type("jealous")
        assert "There is no passage 4 in the list." in talk.type("4")
        assert "There is no passage 0 in the list." in talk.type("0")


def test_a_year_is_a_question(asking: Asking):
    with asking() as talk:
        assert numbers(talk.type("2020")) == [1, 2, 3]


@pytest.mark.parametrize("key", ["", "n"])
def test_more_shows_the_next_passages_and_then_says_that_there_are_none(asking: Asking, tmp_path: Path, key: str):
    rivers = [an_article(f"river-{n}", {"River": f"The river number {n}."}) for n in range(5)]
    with asking("-k", 2, index=publish(tmp_path / "index", *rivers)) as talk:
        assert "There is nothing to show." in talk.type(key)
        assert numbers(talk.type("river")) == [1, 2]
        assert numbers(talk.type(key)) == [3, 4]
        last = talk.type(key)
        assert numbers(last) == [5]
        assert "Enter shows more" not in last
        assert "There is nothing to show." in talk.type(key)
        assert "number 0" in visible(talk.type("1"))
        assert numbers(talk.type("r")) == [5]


def test_the_words_can_be_searched_as_they_were_typed(asking: Asking):
    with asking() as talk:
        corrected = visible(talk.type(JEALOUS))
        assert "Showing results for “jealous” instead of “jelous”. To search for what you typed, enter l." in (
            " ".join(corrected.split())
        )
        literal = visible(talk.type("l"))
        assert "No article has: jelous" in literal
        assert "Showing results for" not in literal


def test_what_cannot_be_asked_is_told_and_the_talk_goes_on(asking: Asking):
    with asking() as talk:
        assert "The question is empty" in talk.type("l")
        assert "There is nothing to show" in talk.type("r")
        assert "We have no advice on this yet." in visible(talk.type("how do I descale a kettle"))
        assert numbers(talk.type("jealous")) == [1, 2, 3]


def test_help_names_all_that_can_be_typed(asking: Asking):
    assert COMMANDS.keys() - {""} < {typed for typed, _ in HELP}
    with asking() as talk:
        told = visible(talk.type("?"))
        assert all(re.search(rf"^  {re.escape(typed)}  ", told, re.MULTILINE) for typed, _ in HELP)


@pytest.mark.parametrize(("keys", "code"), [("q\r", 0), ("quit\r", 0), ("\x04", 0), ("\x03", 130), ("half\x03", 130)])
def test_it_leaves_calmly(asking: Asking, keys: str, code: int):
    with asking() as talk:
        talk.type("jealous")
        before = len(talk.read())
        talk.press(keys)
        assert talk.left() == code
        assert not re.search(r"[A-Za-z]{5}", visible(talk.read()[before:]))


def test_the_arrow_brings_back_what_was_asked_before(asking: Asking):
    with asking() as talk:
        first = numbers_and_titles(talk.type("jealous of his friends"))
        talk.type("why does he ignore me")
        assert numbers_and_titles(talk.type("\x1b[A\x1b[A")) == first


def numbers_and_titles(written: str) -> list[str]:
    return re.findall(r" \d\. \x1b\[1m(.*?)\x1b", written)


def test_a_pasted_letter_is_one_question(asking: Asking):
    with asking() as talk:
        assert "\x1b[?2004h" in talk.read()  # asks the terminal to say where a paste begins and ends
        talk.press("\x1b[200~He is jealous.\rI am tired of it.\x1b[201~\rq\r")
        assert talk.left() == 0
        assert talk.read().count("A number opens a passage") == 1


def test_hostile_keys_and_texts_do_no_harm(asking: Asking, tmp_path: Path):
    wild = an_article("wild", {"River \x1b[2J": "A river\x1b]0;owned\x07 [bold]loud[/bold]"}, title="Wild\x1b[31m")
    with asking(index=publish(tmp_path / "index", wild)) as talk:
        listed = visible(talk.type("river \x16\x1b[31m rivver"))
        assert "[bold]loud[/bold]" in listed
        opened = talk.type("1")
        assert "owned" not in opened
        assert "[bold]loud[/bold]" in visible(opened)


def test_a_list_in_a_passage_keeps_its_marks(asking: Asking):
    with asking(columns=50) as talk:
        talk.type("first ten minutes of a jealous spike")
        opened = visible(talk.type("1"))
        assert re.search(r"^1\. Name it.*\n   \S", opened, re.MULTILINE)
        assert re.search(r"^5\. Decide", opened, re.MULTILINE)


def test_a_new_generation_answers_the_next_question(asking: Asking, tmp_path: Path):
    index = publish(tmp_path / "index", an_article("old", {"River": "An old river."}))
    with asking(index=index) as talk:
        assert "An old" in visible(talk.type("river"))
        publish(index, an_article("new", {"River": "A new river."}))
        assert "An old" in visible(talk.type("1"))
        assert "A new" in visible(talk.type("river"))


def test_a_damaged_generation_does_not_end_the_talk(asking: Asking, tmp_path: Path):
    index = publish(tmp_path / "index", an_article("old", {"River": "An old river."}))
    with asking(index=index) as talk:
        (index / "generations" / "broken").mkdir()
        (index / "current").write_text("broken", encoding="utf-8")
        answered = visible(talk.type("river"))
        assert "damaged" in answered
        assert "An old" in answered


@pytest.mark.parametrize("setting", [{"TERM": "dumb"}, {"NO_COLOR": "1"}], ids=str)
def test_plain_terminals_are_served(asking: Asking, setting: dict[str, str]):
    with asking(**setting) as talk:
        written = talk.type("jealous")
        assert numbers(written) == [1, 2, 3]
        assert not re.search(r"\x1b\[[\d;]*3\dm", written)


# --- from a pipe ---


def test_each_line_of_a_pipe_is_a_question(piped: Piped):
    done = piped(b"jealous\r\n\n  \nwhy does he ignore me\n1\n?", "-k", 2)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.findall(r"^> .*", done.stdout, re.MULTILINE) == ["> jealous", "> why does he ignore me", "> 1", "> ?"]
    assert numbers(done.stdout) == [1, 2] * 4
    assert "What is on your mind" not in done.stdout
    assert max(map(len, done.stdout.splitlines())) > 100


def test_a_pipe_that_finds_nothing_says_so_and_goes_on(piped: Piped):
    done = piped(b"zeppelin\njealous\n", "--ranker", "words")
    assert (done.returncode, done.stderr) == (1, "")
    assert "We found no passage with these words." in done.stdout
    assert "> jealous" in done.stdout


def test_a_question_that_cannot_be_asked_is_one_line_on_stderr(piped: Piped):
    done = piped(b"love " * LONGEST_QUESTION + b"\njealous\n", "-k", 1)
    assert done.returncode == 1
    assert re.fullmatch(r"advice: The question has [\d,]+ characters; .*\n", done.stderr)
    assert "> jealous" in done.stdout


@pytest.mark.parametrize("encoding", ["utf-8:strict", "ascii"])
def test_any_bytes_may_come_through_a_pipe(environment, bundled_index: Path, encoding: str):
    command = [ADVICE, "ask", "--index", bundled_index]
    setting = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    typed = "jealous \xff\xfe é \x1b[31m \x00\nwhy\n".encode("latin-1")
    done = subprocess.run(command, env=environment | setting, input=typed, capture_output=True, check=False)
    assert (done.returncode, done.stderr) == (0, b"")
    assert numbers(done.stdout.decode()) == [1, 2, 3, 1, 2, 3]


@pytest.mark.parametrize(("option", "told"), [((), "add --literal"), (("--literal",), "No article has: jelous")])
def test_a_pipe_can_ask_literally(piped: Piped, option: tuple[str, ...], told: str):
    assert told in piped(b"jelous\n", *option).stdout


@pytest.mark.parametrize("redirection", ["< /dev/null", "<&-"])
def test_no_questions_are_no_error(environment, bundled_index: Path, redirection: str):
    command = f"'{ADVICE}' ask --index '{bundled_index}' {redirection}"
    done = subprocess.run(["sh", "-c", command], env=environment, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_a_program_can_ask_and_wait_for_each_answer(environment, bundled_index: Path):
    command = [ADVICE, "ask", "--index", str(bundled_index), "-k", "1"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=environment, stdin=pipe, stdout=pipe, text=True) as process:
        for question in ("jealous", "why does he ignore me"):
            process.stdin.write(f"{question}\n")
            process.stdin.flush()
            assert process.stdout.readline() == f"> {question}\n"
            until(lambda: os.read(process.stdout.fileno(), 65_536).endswith(b"\n\n"))
        process.stdin.close()
        assert process.wait() == 0
