"""The names that a site answers to, over real connections and, as if they came from outside, over made-up ones."""

import http.client
import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from server import OUTSIDE, an_article, called, hosting, publish, serving, until

from search.guard import HEADERS, Application
from search.live import LiveEngine
from search.settings import Settings
from search.web import create_app

EVIL = "evil.example"
LISTED = {"hosts": ("ask.example.org",), "base_url": "https://www.example.org"}


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return publish(tmp_path_factory.mktemp("hosts") / "index", an_article("river", {"River": "It runs."}))


@pytest.fixture(scope="module")
def plain(index: Path) -> Iterator[str]:
    with hosting(index, Settings()) as url:
        yield url


@pytest.fixture(scope="module")
def listed(index: Path) -> Iterator[str]:
    with hosting(index, Settings(**LISTED)) as url:
        yield url


def ask(url: str, host: str | None, path: str = "/", method: str = "GET") -> tuple[http.client.HTTPResponse, str]:
    """An answer to a request that names a host, or none."""
    with closing(http.client.HTTPConnection(urlsplit(url).netloc, timeout=30)) as connection:
        connection.putrequest(method, path, skip_host=True)
        if host is not None:
            connection.putheader("Host", host)
        connection.endheaders()
        answered = connection.getresponse()
        return answered, answered.read().decode()


def from_outside(app: Application, host: str, arrived: str = OUTSIDE) -> int:
    return called(app, "/", host, arrived)[0]


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8000", "LOCALHOST", "localhost.", "127.0.0.1:80", "127.0.0.9", "[::1]", "[::1]:80"]
)
def test_a_machine_answers_itself(plain: str, listed: str, host: str):
    assert [ask(url, host)[0].status for url in (plain, listed)] == [200, 200]


@pytest.mark.parametrize(
    "host",
    [
        EVIL,
        f"{EVIL}:8000",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "192.0.2.1",
        "[2001:db8::1]",
        "[",
        "[::1",
        "",
    ],
)
def test_another_name_is_refused_and_not_repeated(plain: str, listed: str, host: str):
    for url in (plain, listed):
        page, text = ask(url, host, "/?q=CANARY")
        assert (page.status, page.headers["content-type"]) == (421, "text/plain; charset=utf-8")
        problem, details = ask(url, host, "/api/v1/search?q=CANARY")
        assert (problem.status, problem.headers["content-type"]) == (421, "application/problem+json")
        assert json.loads(details)["type"].endswith("wrong-host")
        for answered in (str(page.headers), text, str(problem.headers), details):
            assert len(host) < 2 or host not in answered
            assert "CANARY" not in answered
        assert {name: page.headers[name] for name in HEADERS} == HEADERS


def test_a_request_without_a_name_is_no_http(plain: str):
    answered, _ = ask(plain, None)
    assert answered.status == 400
    assert {name: answered.headers[name] for name in HEADERS} == HEADERS


@pytest.mark.parametrize("path", ["/healthz", "/readyz"])
def test_probes_may_ask_by_any_name(plain: str, listed: str, path: str):
    assert [ask(url, "10.1.2.3:8000", path)[0].status for url in (plain, listed)] == [200, 200]


@pytest.mark.parametrize("method", ["POST", "DELETE", "OPTIONS"])
def test_what_only_looks_like_a_probe_is_refused(plain: str, method: str):
    assert ask(plain, EVIL, "/healthz", method)[0].status == 421
    assert ask(plain, "localhost", "/healthz", method)[0].status == 405


@pytest.mark.parametrize(
    ("host", "status"),
    [("ask.example.org", 200), ("ASK.example.org:443", 200), ("www.example.org", 200), ("example.org", 421)],
)
def test_a_list_names_the_hosts_beside_that_of_the_public_address(index: Path, listed: str, host: str, status: int):
    assert ask(listed, host)[0].status == status
    assert from_outside(create_app(LiveEngine(index), settings=Settings(**LISTED)), host) == status


def test_without_a_list_any_name_leads_here_from_outside_but_not_from_this_machine(index: Path):
    app = create_app(LiveEngine(index))
    assert from_outside(app, EVIL) == 200
    assert from_outside(app, EVIL, "2001:db8::7") == 200
    assert [from_outside(app, EVIL, own) for own in ("127.0.0.1", "127.0.1.1", "::1", "::ffff:127.0.0.1")] == [421] * 4


def test_the_name_that_the_server_listens_on_is_its_own(index: Path):
    app = create_app(LiveEngine(index), bound="box.lan")
    assert from_outside(app, "box.lan:8000", "127.0.1.1") == 200


def test_the_owner_is_told_once_without_the_name(index: Path, tmp_path: Path):
    with serving(index, tmp_path / "log") as server:
        assert [ask(server.url, EVIL)[0].status for _ in range(3)] == [421] * 3
        until(lambda: server.logged().count(" 421 ") == 3)
        assert server.logged().count("hosts") == 1
        assert EVIL not in server.logged()
