"""Slow, silent and greedy clients on real connections: each is cut off, and none keeps others from being served."""

import resource
import socket
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from server import PATIENCE, Server, an_article, get, hosting, publish, serving, until

from search.connections import LONGEST_REQUEST, BoundedProtocol, Waiting, config_of
from search.guard import HEADERS
from search.settings import RateLimit, Settings
from search.web import forms

FREE = Settings(rate_limit=RateLimit(per_minute=0))
LONG = "Water. " * 150_000  # a page that no buffer between server and client takes whole
HEAD = b"GET / HTTP/1.1\r\nHost: localhost\r\n"


class Impatient(BoundedProtocol):
    """The same, with less patience and fewer places, so that tests are short."""

    request_seconds = 1.0
    answer_seconds = 1.5
    waiting = Waiting(most=20, most_bytes=2_000_000)


class Patient(BoundedProtocol):
    """The same, with so much patience that only the number of places and bytes counts."""

    waiting = Waiting(most=20, most_bytes=2_000_000)


class Stopping(BoundedProtocol):
    """The same, with less patience when the server stops."""

    stop_seconds = 0.5


class Narrow(BoundedProtocol):
    """The same, with places for three."""

    waiting = Waiting(most=3)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    articles = an_article("river", {"River": "It runs."}), an_article("sea", {"Sea": LONG})
    return publish(tmp_path_factory.mktemp("connections") / "index", *articles)


@pytest.fixture(scope="module")
def impatient(index: Path) -> Iterator[str]:
    with hosting(index, FREE, Impatient) as url:
        yield url


@pytest.fixture(scope="module")
def patient(index: Path) -> Iterator[str]:
    with hosting(index, FREE, Patient) as url:
        yield url


@contextmanager
def connected(url: str, sent: bytes = b"") -> Iterator[socket.socket]:
    """A connection on which this was sent."""
    place = urlsplit(url)
    with closing(socket.create_connection((place.hostname, place.port), timeout=30)) as connection:
        connection.sendall(sent)
        yield connection


def received(connection: socket.socket) -> bytes:
    """All that comes until the server ends the connection."""
    parts = []
    with suppress(ConnectionError):  # cut off, which ends it too
        while part := connection.recv(65_536):
            parts.append(part)
    return b"".join(parts)


def drip(connection: socket.socket, what: bytes) -> int:
    """Sends a byte at a time, and says how many went before the connection was ended."""
    for count, byte in enumerate(what):
        try:
            connection.send(bytes([byte]))
        except ConnectionError:
            return count
        time.sleep(0.02)
    return len(what)


def test_who_says_nothing_is_cut_off(impatient: str):
    with connected(impatient) as connection:
        assert received(connection) == b""


def test_a_head_that_drips_is_cut_off(impatient: str):
    with connected(impatient, HEAD) as connection:
        assert drip(connection, b"X-Slow: " + b"x" * 5_000) < 5_000


@pytest.mark.parametrize("path", [b"/private", b"/", b"/articles/river"])
def test_a_body_that_drips_is_cut_off_also_where_nobody_reads_it(impatient: str, path: bytes):
    head = b"POST " + path + b" HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000\r\n\r\n"
    with connected(impatient, head) as connection:
        assert drip(connection, b"q=" + b"x" * 5_000) < 5_000


def test_a_second_request_that_drips_is_cut_off(impatient: str):
    with connected(impatient, HEAD + b"\r\n") as connection:
        assert connection.recv(15) == b"HTTP/1.1 200 OK"
        assert drip(connection, HEAD + b"X-Slow: " + b"x" * 5_000) < 5_000


def test_who_does_not_read_the_answer_is_cut_off(impatient: str):
    asked = b"GET /articles/sea HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with connected(impatient, asked * 20) as connection:
        assert until(lambda: _ended(connection))


def _ended(connection: socket.socket, sent: bytes = b"x") -> bool:
    """Whether the server gave the connection up, without reading what it sent."""
    try:
        connection.send(sent)
    except ConnectionError:
        return True
    return False


def test_a_body_that_does_not_come_is_told_so(index: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(forms, "MOST_SECONDS", 0.2)
    sent = b"POST /private HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10\r\n\r\nq=lov"
    with hosting(index, FREE) as url, connected(url, sent) as connection:
        answered = received(connection)
    assert answered.startswith(b"HTTP/1.1 408 ")
    assert b"Your question did not arrive whole" in answered


def test_others_are_served_while_slow_clients_hold_connections(impatient: str):
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(impatient, HEAD)) for _ in range(200)]
        for _ in range(10):
            slow = [connection for connection in slow if not _ended(connection)]
            assert get(f"{impatient}/articles/river").status_code == 200


def test_of_too_many_that_wait_the_longest_wait_ends_first(patient: str):
    with ExitStack() as stack:
        slow = [stack.enter_context(connected(patient, HEAD)) for _ in range(40)]
        assert [received(connection) for connection in slow[:19]] == [b""] * 19
        slow[-1].sendall(b"\r\n")
        assert slow[-1].recv(15) == b"HTTP/1.1 200 OK"


def test_of_too_many_that_do_not_take_their_answers_the_longest_wait_ends(index: Path):
    asked = b"GET /articles/sea HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as stack:
        url = stack.enter_context(hosting(index, FREE, Narrow))
        slow = [stack.enter_context(connected(url, asked * 10)) for _ in range(6)]
        assert until(lambda: sum(map(_ended, slow)) >= 3)
        assert get(f"{url}/healthz").status_code == 200


def test_answers_that_no_buffer_holds_come_whole_where_they_are_taken(index: Path):
    asked = b"GET /articles/sea HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with hosting(index, FREE, Narrow) as url, connected(url, asked * 10) as connection:
        assert received(connection).count(b"HTTP/1.1 200 OK") == 10


def test_those_who_wait_hold_no_more_bytes_than_all_together_may(patient: str):
    with ExitStack() as stack:
        heads = HEAD + b"X-Long: " + b"x" * 900_000
        slow = [stack.enter_context(connected(patient, heads)) for _ in range(3)]
        assert received(slow[0]) == b""
        slow[-1].sendall(b"\r\n\r\n")
        assert slow[-1].recv(15) == b"HTTP/1.1 200 OK"


def test_a_body_that_nobody_reads_pushes_out_no_others(patient: str):
    head = b"POST %b HTTP/1.1\r\nHost: localhost\r\nContent-Length: %d\r\n\r\n"
    with (
        connected(patient, head % (b"/private", 7) + b"q=") as asking,
        connected(patient, head % (b"/", 10_000_000_000)) as greedy,
    ):
        assert until(lambda: _ended(greedy, b"x" * 100_000))
        asking.sendall(b"water")
        assert asking.recv(15) == b"HTTP/1.1 200 OK"


@pytest.mark.parametrize(
    "sent",
    [
        HEAD + b"a:\r\n" * 2_000 + b"\r\n",
        b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n" + b"1\r\nx\r\n" * 2_000,
    ],
    ids=["headers", "chunks"],
)
def test_a_request_of_very_many_lines_ends_its_connection(patient: str, sent: bytes):
    with connected(patient, sent) as connection:
        with suppress(ConnectionError):  # ended before all of it was sent
            connection.sendall(b"0\r\n\r\n" + HEAD + b"Connection: close\r\n\r\n")
        assert b" 200 OK" not in received(connection)


def test_lines_count_for_one_request_and_a_letter_may_have_any_number(patient: str):
    letter = {"q": "It runs.\n" * 2_000}
    with httpx.Client(base_url=patient, headers=[("x-many", str(number)) for number in range(300)]) as client:
        for _ in range(5):
            assert client.get("/healthz").status_code == 200
            assert client.post("/private", data=letter).status_code == 200
            assert client.post("/", data=letter).status_code == 405


def test_requests_one_after_the_other_on_one_connection_are_not_cut_off(impatient: str):
    with httpx.Client(base_url=impatient, timeout=PATIENCE) as client:
        for _ in range(6):  # longer together than one may take
            assert client.get("/articles/river").status_code == 200
            time.sleep(0.4)


def test_requests_that_do_not_wait_for_answers_get_them_in_order(impatient: str):
    paths = [b"/healthz", b"/nothing", b"/articles/river", b"/healthz"]
    asked = b"".join(b"GET " + path + b" HTTP/1.1\r\nHost: localhost\r\n\r\n" for path in paths)
    with connected(impatient, asked) as connection:
        answered = received(connection)
    assert [part[:3] for part in answered.split(b"HTTP/1.1 ")[1:]] == [b"200", b"404", b"200", b"200"]


@pytest.mark.parametrize(
    "sent",
    [
        b"nonsense\r\n\r\n",
        b"GET / HTTP/1.1\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Long: " + b"x" * (LONGEST_REQUEST + 1),
        b"GET /" + b"x" * (LONGEST_REQUEST + 1),
    ],
    ids=lambda sent: sent[:30],
)
def test_what_is_no_http_or_too_long_is_refused_with_the_headers_of_every_answer(index: Path, sent: bytes):
    with hosting(index, FREE) as url, connected(url) as connection:
        with suppress(ConnectionError):  # refused before all of it was sent
            connection.sendall(sent)
        head = received(connection).decode().lower()
    assert head.startswith("http/1.1 400 bad request")
    assert all(f"{name}: {value.lower()}\r\n" in head for name, value in HEADERS.items())


def test_a_body_that_is_no_http_after_its_answer_ends_the_connection_quietly(
    patient: str, caplog: pytest.LogCaptureFixture
):
    head = b"POST / HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
    with connected(patient, head) as connection:
        assert connection.recv(15) == b"HTTP/1.1 405 Me"
        connection.sendall(b"nonsense\r\n")
        assert b"HTTP/1.1" not in received(connection)
    assert [record for record in caplog.records if record.exc_info] == []


def test_a_stopping_server_does_not_wait_for_slow_clients(index: Path, tmp_path: Path):
    body = b"POST /private HTTP/1.1\r\nHost: localhost\r\nContent-Length: 10000\r\n\r\nq="
    with ExitStack() as stack, serving(index, tmp_path / "log") as server:
        for sent in (b"", HEAD, body):
            stack.enter_context(connected(server.url, sent))
        until(lambda: _answers(server))
    assert server.process.returncode is not None
    assert "Cancel" not in server.logged()


def test_a_stopping_server_ends_quietly_where_answers_are_not_taken(index: Path, capfd: pytest.CaptureFixture[str]):
    asked = b"GET /articles/sea HTTP/1.1\r\nHost: localhost\r\n\r\n"
    with ExitStack() as stack, hosting(index, FREE, Stopping) as url:
        slow = stack.enter_context(connected(url, asked * 20))
        assert slow.recv(15) == b"HTTP/1.1 200 OK"
        time.sleep(2)  # until no buffer takes more
    assert "Traceback" not in capfd.readouterr().err


def _answers(server: Server) -> bool:
    return get(f"{server.url}/healthz").status_code == 200


@pytest.mark.skipif(not hasattr(resource, "prlimit"), reason="only Linux tells the limits of another process")
def test_a_server_may_have_as_many_connections_as_its_owner_allows(index: Path, tmp_path: Path):
    before = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (before[1] // 2, before[1]))
    try:
        with serving(index, tmp_path / "log") as server:
            assert _answers(server)
            soft, hard = resource.prlimit(server.process.pid, resource.RLIMIT_NOFILE)
    finally:
        resource.setrlimit(resource.RLIMIT_NOFILE, before)
    assert soft == hard


def test_the_server_runs_with_these_bounds():
    config = config_of(None)
    assert (config.http, config.ws, config.proxy_headers) == (BoundedProtocol, "none", False)
    assert None not in (config.timeout_graceful_shutdown, config.h11_max_incomplete_event_size)
