"""Starts `advice` commands in the audit's own folders, and keeps what they print."""

import re
import subprocess
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from .rooms import Rooms, python
from .watch import Watch

ADVICE = python("from search.cli import main; main()")
STARTING = 300  # seconds: a server opens a large index, and on a cold disk
STOPPING = 20  # seconds
_SERVING = re.compile(r"Serving on (http://\S+) \(stop with Ctrl-C\)")


class ServerError(Exception):
    """The server did not start; the message has what it said last."""


@dataclass(frozen=True)
class Server:
    """A running server and the file of what it prints."""

    url: str
    log: Path


@dataclass(frozen=True)
class Printed:
    """What a command printed: `said` to stderr, which may be kept by whoever runs it, and its exit code."""

    command: str
    said: str
    code: int


@contextmanager
def serving(command: Sequence[str], options: Sequence[str], rooms: Rooms, watch: Watch) -> Iterator[Server]:
    """Runs a server while the block does. Raises ServerError."""
    log = rooms.logs / "server"
    with log.open("wb") as sink:
        process = subprocess.Popen(  # noqa: S603 - our own command
            [*command, *options], cwd=rooms.current, env=rooms.environment(), stdout=sink, stderr=sink
        )
    try:
        url = _address(process, log)
        watch.follow(process.pid, int(url.rpartition(":")[2]))
        yield Server(url, log)
    finally:
        process.terminate()
        try:
            process.wait(STOPPING)
        finally:
            process.kill()


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    end = time.monotonic() + STARTING
    while time.monotonic() < end:
        said = log.read_text(encoding="utf-8", errors="replace")
        if found := _SERVING.search(said):
            return found[1]
        if process.poll() is not None:
            raise ServerError(f"the server did not start: {said.strip() or process.returncode}")
        time.sleep(0.05)
    raise ServerError(f"the server did not start within {STARTING} s")


def ran(arguments: Sequence[str], rooms: Rooms, watch: Watch, typed: str = "") -> Printed:
    """Runs an `advice` command to its end, with something typed into it."""
    process = subprocess.Popen(  # noqa: S603 - our own command
        [*ADVICE, *arguments],
        cwd=rooms.current,
        env=rooms.environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        encoding="utf-8",
        errors="replace",
    )
    with watch.following(process.pid):
        _, said = process.communicate(typed, STARTING)
    return Printed(f"advice {arguments[0]}", said, process.returncode)
