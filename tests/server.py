"""A real server for the tests, `advice serve` in a process of its own, and small indexes for it to serve."""

import asyncio
import re
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, TypeVar

import httpx
import uvicorn

from indexer.model import Article, Block, Faq, Section
from indexer.passages import passages_of
from indexer.report import BuildReport
from indexer.writing import Meaning, publish_index
from search.connections import BoundedProtocol, config_of
from search.guard import Application
from search.live import LiveEngine
from search.settings import Settings
from search.web import create_app

UNLIMITED = "rate_limit.per_minute = 0\n"  # for settings files of tests that ask more than a person does
OUTSIDE = "192.0.2.7"  # an address at which requests come in that are not from this machine
ADVICE = Path(sys.executable).with_name("advice")
PATIENCE = 30  # seconds: the most that a test waits for what should happen at once
_SERVING = re.compile(r"Serving on (http://\S+) \(stop with Ctrl-C\)")

# a first question waits for the encoder to be read, longer on a busy machine than httpx waits by itself
get, post, options = (partial(ask, timeout=PATIENCE) for ask in (httpx.get, httpx.post, httpx.options))

Found = TypeVar("Found")


def until(condition: Callable[[], Found], seconds: float = PATIENCE) -> Found:
    """What the condition gives, as soon as it is true; fails when the time is over."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, f"did not come true within {seconds} s"
        time.sleep(0.02)
    return found


def an_article(slug: str, sections: dict[str, str], faqs: dict[str, str] | None = None, title: str = "") -> Article:
    """An article with a paragraph a line under each heading; the heading "" is the lead text."""
    return Article(
        f"/articles/{slug}",
        title or slug.capitalize(),
        tuple(
            Section(
                2, heading, heading.lower().replace(" ", "-") or "top", (heading,) if heading else (), _blocks(text)
            )
            for heading, text in sections.items()
        ),
        tuple(Faq(question, f"faq-{n}", _blocks(text)) for n, (question, text) in enumerate((faqs or {}).items(), 1)),
    )


def _blocks(text: str) -> tuple[Block, ...]:
    return tuple(Block("paragraph", line) for line in text.split("\n"))


def publish(index: Path, *articles: Article, meaning: Meaning | None = None) -> Path:
    """Publishes a generation that holds these articles; with vectors, where it is said how to make them."""
    publish_index(((article, passages_of(article)) for article in articles), index, BuildReport(), meaning)
    return index


def slug_of(url: str) -> str:
    """An article's name, without the path in front of it."""
    return url.rpartition("/")[2]


@dataclass(frozen=True)
class Server:
    """A running `advice serve`."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path

    def logged(self) -> str:
        """All that it has written so far."""
        return self.log.read_text(encoding="utf-8")

    def generation(self) -> str:
        """The generation that it answers from."""
        return str(get(f"{self.url}/readyz").json()["generation"])


@contextmanager
def serving(index: Path, log: Path, *options: object) -> Iterator[Server]:
    """Starts `advice serve` on a free port, and stops it at the end; without `--settings`, it is UNLIMITED."""
    if "--settings" not in options:
        settings = log.with_name(f"{log.name}.toml")
        settings.write_text(UNLIMITED, encoding="utf-8")
        options += ("--settings", settings)
    command = [ADVICE, "serve", "--index", index, "--port", "0", *map(str, options)]
    with log.open("wb") as sink:
        process = subprocess.Popen(command, cwd=log.parent, stdout=sink, stderr=sink)
    try:
        yield Server(until(lambda: _address(process, log)), process, log)
    finally:
        process.terminate()
        try:
            process.wait(PATIENCE)
        finally:
            process.kill()
    assert "Traceback" not in log.read_text(encoding="utf-8")


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    said = log.read_text(encoding="utf-8")
    assert process.poll() is None, said
    found = _SERVING.search(said)
    return found[1] if found else ""


def called(app: Application, path: str, host: str, arrived: str = OUTSIDE) -> tuple[int, str]:
    """Status and text of an answer to a request that names a host, as if it came in at an address of this machine."""
    sent: list[dict[str, Any]] = []

    async def send(message: dict[str, Any]) -> None:
        sent.append(message)

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": b"", "more_body": False}

    scope = {"type": "http", "method": "GET", "scheme": "http", "path": path, "raw_path": path.encode()}
    scope |= {"headers": [(b"host", host.encode())], "query_string": b"", "http_version": "1.1", "root_path": ""}
    asyncio.run(app({**scope, "server": (arrived, 80), "client": ("192.0.2.8", 4711)}, receive, send))
    return sent[0]["status"], b"".join(message.get("body", b"") for message in sent).decode()


@contextmanager
def hosting(index: Path, settings: Settings, http: type[BoundedProtocol] = BoundedProtocol) -> Iterator[str]:
    """The address of a site with these settings, served by this process."""
    app = create_app(LiveEngine(index), settings=settings)
    config = config_of(app, http)
    config.port = 0
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    try:
        until(lambda: server.started)
        yield "http://{}:{}".format(*server.servers[0].sockets[0].getsockname())
    finally:
        server.should_exit = True
        thread.join(PATIENCE)
