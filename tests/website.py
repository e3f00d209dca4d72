"""A small web site on 127.0.0.1 that tests fill with answers, and that can misbehave in every way that sites do."""

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

from indexer.fetch import Manners
from indexer.inputs import Input, ReadError, Wanted
from indexer.pages import list_inputs, web_inputs

HTML = "text/html; charset=utf-8"
PAGE = "<h1>{0}</h1><p>Some words about {0}, and a kettle.</p>"
QUICK = Manners(first_wait=0.01, longest_wait=0.5, longest_delay=0.3, silence=1.0, page_time=2.0, page_bytes=100_000)


@dataclass
class Answer:
    """What the site says to a request. `body` may be a generator of chunks, which need have no end."""

    body: bytes | Callable[[], Iterator[bytes]] = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)


@dataclass
class Asked:
    """A request that came in, when (seconds), and how many bytes of body it was given."""

    path: str
    headers: dict[str, str]
    when: float
    sent: int = 0


class Website:
    """Answers by path, each a list of which the last is given again and again; None drops the connection."""

    def __init__(self, url: str) -> None:
        self.url = url
        self.answers: dict[str, list[Answer | None]] = {}
        self.asked: list[Asked] = []
        self.most_at_once = 0

    def put(self, path: str, *answers: Answer | bytes | str | None) -> str:
        """Gives a path its answers, text and bytes as HTML; returns its URL."""
        self.answers[path] = [self._answer(answer) for answer in answers]
        return self.url + path

    def paths(self) -> list[str]:
        """The paths that were asked for, but for robots.txt."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def sitemap(self, *paths: str, at: str = "/sitemap.xml") -> str:
        """Puts a sitemap of some paths, or addresses; returns its URL."""
        urls = "".join(f"<url><loc>{p if '://' in p else self.url + p}</loc></url>" for p in paths)
        text = f'<?xml version="1.0"?><urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{urls}</urlset>'
        return self.put(at, Answer(text.encode(), headers={"content-type": "application/xml"}))

    def _answer(self, answer: Answer | bytes | str | None) -> Answer | None:
        if answer is None or isinstance(answer, Answer):
            return answer
        return Answer(answer.encode() if isinstance(answer, str) else answer, headers={"content-type": HTML})


@contextmanager
def website() -> Iterator[Website]:
    """A site that runs while the block does."""
    at_once = 0
    lock = threading.Lock()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            nonlocal at_once
            with lock:
                at_once += 1
                site.most_at_once = max(site.most_at_once, at_once)
            try:
                self._answer()
            finally:
                with lock:
                    at_once -= 1

        def _answer(self) -> None:
            asked = Asked(self.path, {name.lower(): value for name, value in self.headers.items()}, time.monotonic())
            site.asked.append(asked)
            queue = site.answers.get(self.path, [Answer(b"nothing here", 404)])
            answer = queue.pop(0) if len(queue) > 1 else queue[0]
            if answer is None:
                self.close_connection = True
                return
            etag = answer.headers.get("etag")
            fresh = etag and asked.headers.get("if-none-match") == etag
            self.send_response(304 if fresh else answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            chunks = [answer.body] if isinstance(answer.body, bytes) else answer.body()
            if isinstance(answer.body, bytes) and not fresh:
                self.send_header("content-length", str(len(answer.body)))
            self.close_connection = not isinstance(answer.body, bytes)
            self.end_headers()
            with suppress(OSError):
                for chunk in () if fresh else chunks:
                    asked.sent += len(chunk)  # first, since who asked may look as soon as it has come
                    self.wfile.write(chunk)

        def log_message(self, *_: object) -> None:
            """Says nothing."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_: object) -> None:
            """Clients that hang up are what is tested."""

    with Server(("127.0.0.1", 0), Handler) as server:
        site = Website(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        try:
            yield site
        finally:
            server.shutdown()
            thread.join()


def inputs(address: str, **wanted: object) -> list[Input]:
    return list(web_inputs(address, Wanted(**wanted), QUICK))


def read(site: Website, *paths: str, **wanted: object) -> dict[str, str]:
    """What became of each page that a sitemap lists: "" where it was read, otherwise the reason."""
    return {found.live.removeprefix(site.url): reason_of(found) for found in inputs(site.sitemap(*paths), **wanted)}


def reason_of(found: Input) -> str:
    try:
        found.read()
    except ReadError as error:
        return str(error)
    return ""


def listed(folder: Path, *lines: str) -> list[Input]:
    path = folder / "urls.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return list(list_inputs(path, Wanted(), QUICK))
