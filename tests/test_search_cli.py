"""`advice search`, `serve` and the help texts, as a person or a script at the terminal meets them."""

import json
import os
import re
import shutil
import signal
import socket
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from server import ADVICE, PATIENCE, get, serving

from indexer.generations import current_name
from search.ranking import SIGNALS

QUESTION = "why am I always scared he'll leave me"
COMMANDS = ("index", "parse", "serve", "search", "ask", "eval")

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture
def cli(advice: Command) -> Command:
    """The `advice` command, which must never show a traceback."""

    def run(*args: object, **options: object) -> subprocess.CompletedProcess[str]:
        done = advice(*args, **options)
        assert "Traceback" not in done.stdout + done.stderr
        return done

    return run


@pytest.fixture
def searched(cli: Command, bundled_index: Path) -> Command:
    """`advice search` in the bundled articles."""
    return lambda *args, **options: cli("search", *args, "--index", bundled_index, **options)


def check_stopped(done: subprocess.CompletedProcess[str], code: int, *said: str) -> None:
    """It ended with this code and one line on stderr that says these things."""
    assert (done.returncode, done.stdout) == (code, "")
    assert done.stderr.startswith("advice: ")
    assert done.stderr.count("\n") == 1
    assert all(part in done.stderr for part in said), done.stderr


@pytest.fixture
def corrupt(bundled_index: Path, tmp_path: Path) -> Path:
    """An index with a file cut short."""
    index = shutil.copytree(bundled_index, tmp_path / "index")
    file = max((index / "generations" / current_name(index)).iterdir(), key=lambda path: path.stat().st_size)
    os.truncate(file, 1000)
    return index


# --- search ---


def test_hits_are_shown_with_their_place(searched: Command):
    done = searched(QUESTION, "-k", 3)
    assert (done.returncode, done.stderr) == (0, "")
    assert re.findall(r"^ (\d+)\. ", done.stdout, re.MULTILINE) == ["1", "2", "3"]
    assert re.search(r"^Why Am I Always Scared They’ll Leave Me\?$", done.stdout, re.MULTILINE)
    assert re.search(r"^    /articles/fear-of-being-left#\S+$", done.stdout, re.MULTILINE)


def test_json_is_one_object_and_nothing_else(searched: Command):
    done = searched(QUESTION, "--json", "-k", 2)
    assert (done.returncode, done.stderr) == (0, "")
    printed = json.loads(done.stdout)
    assert (printed["question"], len(printed["hits"])) == (QUESTION, 2)


def test_json_is_all_there_is_even_if_nothing_is_found_or_words_are_corrected(searched: Command):
    nothing, corrected = searched("zeppelin", "--json", "--ranker", "words"), searched("jelous", "--json")
    assert (nothing.returncode, nothing.stderr, json.loads(nothing.stdout)["hits"]) == (1, "", [])
    assert (corrected.returncode, corrected.stderr) == (0, "")
    assert json.loads(corrected.stdout)["corrected"] == "jealous"


def test_a_correction_is_told_on_stderr(searched: Command):
    told = "Showing results for “jealous” instead of “jelous”. To search for what you typed, add --literal.\n"
    assert searched("jelous").stderr == told


def test_literal_searches_for_what_was_typed(searched: Command):
    done = searched("jelous friend", "--literal")
    assert (done.returncode, done.stderr) == (0, "No article has: jelous.\n")
    printed = json.loads(searched("jelous friend", "--literal", "--json").stdout)
    assert (printed["corrected"], printed["ignored"]) == (None, ["jelous"])


def test_explain_shows_what_each_signal_gave(searched: Command):
    printed = searched(QUESTION, "--explain", "-k", 3).stdout
    found = json.loads(searched(QUESTION, "--json", "-k", 3).stdout)["hits"]
    hits = [found[int(rank) - 1] for rank in re.findall(r"score, at rank (\d)", printed)]
    assert len(hits) == 3
    for signal_ in SIGNALS:
        shares = [float(share) for share in re.findall(rf"^ +(-?\d+\.\d+)  {signal_.name}: ", printed, re.MULTILINE)]
        assert shares == [round(hit["signals"][signal_.name], 5) for hit in hits]
    scores = [float(score) for score in re.findall(r"^ +(\d+\.\d+)  score", printed, re.MULTILINE)]
    assert scores == [round(hit["score"], 5) for hit in hits]


def test_without_explain_there_are_no_numbers(searched: Command):
    assert "score" not in searched(QUESTION, "-k", 1).stdout


def test_nothing_found_is_said_with_what_to_try(searched: Command):
    done = searched("zeppelin", "--ranker", "words")
    assert (done.returncode, done.stdout) == (1, "")
    assert "We found no passage with these words. What you can try:\n  - Say it more simply" in done.stderr


def test_where_there_is_no_index_the_next_step_is_told(cli: Command, tmp_path: Path):
    done = cli("search", "love", "--index", tmp_path / "none")
    check_stopped(done, 3, f"{tmp_path / 'none'}: no index here", f"advice index SOURCE --out {tmp_path / 'none'}")


def test_the_usual_index_is_in_the_folder_where_one_stands(cli: Command, tmp_path: Path):
    check_stopped(cli("search", "love", cwd=tmp_path), 3, "data/index: no index here")


@pytest.mark.parametrize("command", ["search", "serve", "ask"])
def test_a_damaged_index_is_named_with_the_next_step(cli: Command, corrupt: Path, command: str):
    done = cli(command, *(["love"] if command == "search" else []), "--index", corrupt)
    check_stopped(done, 3, f"{corrupt}: generation {current_name(corrupt)} is damaged", "advice index")


@pytest.mark.parametrize("content", [b"\xff\xfe", b"nothing\n"])
def test_nonsense_for_a_generations_name_is_one_line(cli: Command, corrupt: Path, content: bytes):
    (corrupt / "current").write_bytes(content)
    check_stopped(cli("search", "love", "--index", corrupt), 3, "advice index")


@pytest.mark.parametrize("question", ["a" * 20_001, " "], ids=["too long", "blank"])
def test_a_question_that_cannot_be_asked_is_wrong_usage(searched: Command, question: str):
    check_stopped(searched(question), 2, "The question")


@pytest.mark.parametrize("wrong", [["--nonsense"], ["-k", "101"], []], ids=str)
def test_wrong_usage_is_explained(cli: Command, wrong: list[str]):
    done = cli("search", *wrong) if not wrong else cli("search", QUESTION, *wrong)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Usage:" in done.stderr


@pytest.mark.parametrize(("question", "encoding"), [("love \udcff", "utf-8:strict"), ("love", "ascii")])
@pytest.mark.parametrize("options", [["--json"], []], ids=["json", "text"])
def test_any_bytes_may_be_asked_and_any_terminal_answered(
    environment, bundled_index: Path, question: str, encoding: str, options: list[str]
):
    command = [ADVICE, "search", question, "--index", bundled_index, *options]
    setting = {"PYTHONIOENCODING": encoding, "PYTHONUTF8": "0"}
    done = subprocess.run(command, env=environment | setting, capture_output=True, check=False)
    assert b"Traceback" not in done.stderr
    assert done.returncode in (0, 1)


@pytest.mark.parametrize("setting", [{"NO_COLOR": "1"}, {"TERM": "xterm-256color", "COLUMNS": "20"}], ids=str)
def test_a_pipe_gets_plain_unwrapped_lines(environment, bundled_index: Path, setting: dict[str, str]):
    command = [ADVICE, "search", QUESTION, "--index", bundled_index, "--explain"]
    done = subprocess.run(command, env=environment | setting, capture_output=True, text=True, check=True)
    assert "\x1b" not in done.stdout + done.stderr
    assert "/articles/fear-of-being-left#" in done.stdout
    assert max(map(len, done.stdout.splitlines())) > 200


def test_a_reader_that_has_seen_enough_is_no_error(environment, bundled_index: Path):
    command = f"'{ADVICE}' search love -k 100 --json --index '{bundled_index}' | head -c 10"
    done = subprocess.run(["sh", "-c", command], env=environment, capture_output=True, text=True, check=True)
    assert (len(done.stdout), done.stderr) == (10, "")


# --- serve ---


def test_without_an_index_the_bundled_articles_are_served(tmp_path: Path):
    with serving(tmp_path / "index", tmp_path / "log") as site:
        assert get(f"{site.url}/readyz").json()["articles"] == 16
        assert f"No index in {tmp_path / 'index'} yet: building it from the bundled articles." in site.logged()


@pytest.mark.parametrize("sent", [signal.SIGINT, signal.SIGTERM])
def test_the_server_stops_at_once_and_quietly(bundled_index: Path, tmp_path: Path, sent: signal.Signals):
    with serving(bundled_index, tmp_path / "log") as site:
        assert get(site.url).status_code == 200
        site.process.send_signal(sent)
        assert site.process.wait(PATIENCE) in (0, 130, -sent)
        assert [line for line in site.logged().splitlines() if " INFO GET " not in line] == [
            f"Serving on {site.url} (stop with Ctrl-C)"
        ]


def test_a_port_in_use_is_one_line(cli: Command, bundled_index: Path):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        done = cli("serve", "--index", bundled_index, "--port", port)
    check_stopped(done, 3, f"127.0.0.1:{port}: cannot listen there", "--port")


@pytest.mark.parametrize("host", ["192.0.2.1", "no-such-host.invalid"])
def test_a_host_that_is_not_ours_is_one_line(cli: Command, bundled_index: Path, host: str):
    done = cli("serve", "--index", bundled_index, "--port", 0, "--host", host, timeout=PATIENCE)
    check_stopped(done, 3, f"{host}:0: cannot listen there", "--host")


def test_a_port_that_there_is_not_is_wrong_usage(cli: Command):
    assert cli("serve", "--port", 65536, timeout=PATIENCE).returncode == 2


# --- help ---


def test_help_lists_every_command(cli: Command):
    done = cli("--help")
    assert done.returncode == 0
    assert all(re.search(rf"\b{command}\b", done.stdout) for command in COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_help_teaches_by_example_and_names_the_exit_codes(cli: Command, command: str):
    done = cli(command, "--help")
    text = " ".join(done.stdout.split())
    assert (done.returncode, done.stderr) == (0, "")
    assert re.search(rf"Examples?: advice {command}", text)
    assert re.search(r"Exit codes: 0 .*; 1 .*; 2 .*; 3 ", text)


def test_no_command_at_all_shows_the_help(cli: Command):
    done = cli()
    assert done.returncode == 2
    assert "Usage:" in done.stdout + done.stderr


def test_python_m_search_is_serve(python: Command):
    done = python("-m", "search", "--help")
    assert done.returncode == 0
    assert "--port" in done.stdout
