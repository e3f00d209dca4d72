"""Requests without a browser, as programs send them: the API, what browsers ask for by themselves, and mistakes."""

import socket
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.client import HTTPConnection
from urllib.parse import quote, urlencode, urlsplit

from ..query import LONGEST_QUESTION
from .canary import Canary
from .model import Exchange

SECONDS = 60
_FORM = {"content-type": "application/x-www-form-urlencoded"}
_SAYING = ("referer", "user-agent", "cookie", "accept-language", "x-requested-with")  # headers that may hold a question


@dataclass(frozen=True, slots=True)
class Bare:
    """A request."""

    method: str
    target: str
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b""


def requests(canary: Canary) -> Iterator[Bare]:
    """What programs ask, rightly and wrongly."""
    yield from _asked(quote(canary.question("api")), canary.words["api"])
    yield from _mistaken(canary.words["error"])


def _asked(question: str, word: str) -> Iterator[Bare]:
    """The API and what else answers a question; with headers that hold one, as a search engine's visitors bring."""
    said = dict.fromkeys(_SAYING, f"https://example.org/?q={word}")
    for path in ("/api/v1/search", "/api/v1/suggest", "/opensearch/suggest", "/", "/embed"):
        for method in ("GET", "HEAD"):
            yield Bare(method, f"{path}?q={question}", said)
    yield Bare("GET", f"/api/v1/search?q={question}&k=3&offset=1&kind=faq&literal=1&utm_term={word}")
    yield Bare("GET", f"/healthz?q={question}")
    yield Bare("GET", f"/embed.js?q={question}", {"origin": f"https://{word}.example"})


def _mistaken(word: str) -> Iterator[Bare]:
    long = quote(f"{word} " * (LONGEST_QUESTION // len(word)))
    form = urlencode({"q": word}).encode()
    yield Bare("GET", f"/api/v1/search?q={word}&k={word}")  # 400
    yield Bare("POST", "/private", _FORM, b"q=" + word.encode() + b"\xff")  # 400
    for path in ("", "articles/", "topics/", "more/articles/", "api/v1/articles/", "static/", "leave/", "private/"):
        yield Bare("GET", f"/{path}{word}?q={word}")  # 404
    for path in ("/", "/private/", "/api/v1/search/", "/static", "//private"):
        yield Bare("GET", f"{path}?q={word}&topic={word}&kind={word}&page={word}")  # what a router might redirect
    for method in ("POST", "PUT", "DELETE", "OPTIONS", word.upper()):
        yield Bare(method, f"/?q={word}", _FORM, form)  # 405
        yield Bare(method, f"/api/v1/search?q={word}", _FORM, form)
    for path in ("/", "/api/v1/search", "/embed"):
        yield Bare("GET", f"{path}?q={long}")  # 413
    yield Bare("POST", "/private", _FORM, f"q={long}{long}".encode())  # 413
    yield Bare("GET", f"/leave?q={word}&to={word}")


def sent(site: str, canary: Canary) -> list[Exchange]:
    """Sends them all, and what is no HTTP at all."""
    host = urlsplit(site).netloc
    answered = [_send(host, request) for request in requests(canary)]
    _babble(host, f"{canary.words['error']}\r\n\r\n".encode())
    return answered


def _send(host: str, request: Bare) -> Exchange:
    connection = HTTPConnection(host, timeout=SECONDS)
    try:
        connection.request(request.method, request.target, request.body or None, request.headers)
        answer = connection.getresponse()
        answer.read()
        headers = tuple((name.lower(), value) for name, value in answer.getheaders())
        return Exchange(request.method, f"http://{host}{request.target}", answer.status, headers)
    finally:
        connection.close()


def _babble(host: str, data: bytes) -> None:
    """Sends bytes that are no request, and waits until the server hangs up."""
    name, _, port = host.rpartition(":")
    with socket.create_connection((name, int(port)), SECONDS) as connection:
        connection.sendall(data)
        while connection.recv(4096):
            continue
