"""What others notice of a client that floods, and of clients that send a byte a second: `python tests/load.py`.

`advice serve` runs as it comes, with the bundled articles. Calm clients ask questions from addresses of their own, each
with a pause as people have it; a process beside them asks without any pause, over many connections, from one address.
Prints milliseconds for calm questions: alone, beside the flood from its first moment on, and beside the slow clients.
"""

import argparse
import http.client
import json
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from statistics import median, quantiles
from tempfile import TemporaryDirectory
from urllib.parse import quote, urlsplit

sys.path.insert(0, str(Path(__file__).parent.parent))

from server import serving

from indexer.build import build_index
from indexer.bundled import bundled
from indexer.cli import open_meaning
from indexer.sources import open_source

QUESTIONS = [
    json.loads(line)["text"]
    for line in Path(__file__).with_name("judged").joinpath("queries.jsonl").read_text(encoding="utf-8").splitlines()
]
SLOW_FROM = "127.0.0.3"
CALM_FROM = [f"127.0.0.{number}" for number in range(10, 14)]
CALM_PAUSE = 0.5  # seconds between two questions of a calm client
PAUSE = 12  # seconds after which their buckets are full again
TURNS = 3
DRIP = 1.0  # seconds between two bytes of a slow client

Asked = list[tuple[float, int]]  # seconds and status of each request


def asking(netloc: str, source: str, seconds: float, pause: float, asked: Asked) -> None:
    """Asks from one address, again and again, over one connection for as long as it stays."""
    end, turn = time.monotonic() + seconds, hash(source) % len(QUESTIONS)
    connection = http.client.HTTPConnection(netloc, timeout=60, source_address=(source, 0))
    while time.monotonic() < end:
        started, turn = time.perf_counter(), turn + 1
        try:
            connection.request("GET", f"/?q={quote(QUESTIONS[turn % len(QUESTIONS)])}")
            answered = connection.getresponse()
            answered.read()
            asked.append((time.perf_counter() - started, answered.status))
        except (OSError, http.client.HTTPException):
            asked.append((time.perf_counter() - started, 0))
            connection.close()
        time.sleep(pause)
    connection.close()


def together(netloc: str, sources: list[str], seconds: float, pause: float) -> Asked:
    """What several clients got that asked at the same time."""
    asked: Asked = []
    threads = [threading.Thread(target=asking, args=(netloc, source, seconds, pause, asked)) for source in sources]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return asked


class Slow:
    """Clients that send the head of a request a byte at a time, while the block runs."""

    def __init__(self, netloc: str, count: int) -> None:
        self._address = (netloc.rpartition(":")[0], int(netloc.rpartition(":")[2]))
        self._count = count
        self._over = threading.Event()
        self._open: list[socket.socket] = []

    def __enter__(self) -> "Slow":
        self._open = [
            socket.create_connection(self._address, source_address=(SLOW_FROM, 0)) for _ in range(self._count)
        ]
        self._thread = threading.Thread(target=self._drip)
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._over.set()
        self._thread.join()
        for connection in self._open:
            connection.close()

    def _drip(self) -> None:
        for byte in b"GET / HTTP/1.1\r\nHost: localhost\r\nX-Slow: " + b"x" * 100_000:
            for connection in list(self._open):
                try:
                    connection.send(bytes([byte]))
                except OSError:
                    self._open.remove(connection)
            if self._over.wait(DRIP):
                return


def p95(asked: Asked) -> float:
    """Milliseconds."""
    return quantiles((seconds * 1000 for seconds, _ in asked), n=20)[-1]


def middle(asked: Asked) -> float:
    """Milliseconds."""
    return median(seconds * 1000 for seconds, _ in asked)


def shares(asked: Asked) -> str:
    """How often each status came."""
    return ", ".join(
        f"{count} x {status or 'broken off'}" for status, count in sorted(Counter(s for _, s in asked).items())
    )


@contextmanager
def flooding(netloc: str, source: str, connections: int, seconds: float) -> Iterator[Counter[str]]:
    """Floods from an address, by a process of its own, that takes nothing from the calm clients here. What it got is
    counted when the block is over."""
    command = [sys.executable, __file__, "--flood", netloc, "--source", source]
    command += ["--connections", str(connections), "--seconds", str(seconds)]
    got: Counter[str] = Counter()
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout
        process.stdout.readline()  # it is ready, and has read all that it needs
        yield got
        got.update(json.loads(process.communicate()[0]))


def flood(netloc: str, source: str, connections: int, seconds: float) -> None:
    """The process that floods."""
    sys.stdout.write("ready\n")
    sys.stdout.flush()
    got = together(netloc, [source] * connections, seconds, 0.0)
    sys.stdout.write(json.dumps(Counter(str(status) for _, status in got)))


def say(what: str, asked: Asked, alone: float) -> None:
    """A line of the report."""
    times = f"median {middle(asked):5.1f}, p95 {p95(asked):6.1f} ms, {p95(asked) / alone:4.2f} of alone"
    sys.stdout.write(f"{what:30}{times}; {shares(asked)}\n")
    sys.stdout.flush()


def measure(netloc: str, seconds: float, connections: int, slow: int) -> None:
    """Asks alone, beside a flood, and beside slow clients, in turns, so that all see the same machine; prints what
    came."""
    alone, flooded, dripped, got = [], [], [], Counter[str]()
    together(netloc, CALM_FROM, 3, 0.0)  # what is made once is made before
    time.sleep(PAUSE)
    for turn in range(TURNS):
        alone += together(netloc, CALM_FROM, seconds, CALM_PAUSE)
        with flooding(netloc, f"127.0.1.{turn + 1}", connections, seconds) as answers:
            flooded += together(netloc, CALM_FROM, seconds, CALM_PAUSE)
        got += answers
        with Slow(netloc, slow):
            dripped += together(netloc, CALM_FROM, seconds, CALM_PAUSE)
    say("calm, alone", alone, p95(alone))
    say(f"calm, beside {connections} that flood", flooded, p95(alone))
    answers, refused = sum(got.values()), got["429"]
    rate = answers / TURNS / seconds
    sys.stdout.write(f"the flood: {rate:.0f} answers a second, {refused / answers:.0%} of them 429\n")
    say(f"calm, beside {slow} slow clients", dripped, p95(alone))


def main() -> None:
    """Serves the bundled articles and measures; with --flood, floods a server."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seconds", type=float, default=12, help="of each of the nine measurements")
    parser.add_argument("--connections", type=int, default=32, help="of the client that floods")
    parser.add_argument("--slow", type=int, default=400, help="how many clients send a byte a second")
    parser.add_argument("--flood", metavar="HOST:PORT", help=argparse.SUPPRESS)
    parser.add_argument("--source", help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.flood:
        flood(given.flood, given.source, given.connections, given.seconds)
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        build_index(open_source(bundled("articles")), folder / "index", meaning=open_meaning())
        (folder / "site.toml").write_text("", encoding="utf-8")
        options = ("--settings", folder / "site.toml")
        server = stack.enter_context(serving(folder / "index", folder / "log", *options))
        measure(urlsplit(server.url).netloc, given.seconds, given.connections, given.slow)


if __name__ == "__main__":
    main()
