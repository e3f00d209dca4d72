"""A real terminal for the tests: a command under a pseudo-terminal of a certain width, and what it wrote there."""

import fcntl
import os
import re
import select
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

from rich.cells import cell_len
from server import PATIENCE, until

# the pseudo-terminal becomes the one that Ctrl-C goes through, and then the command runs in this process
_CONTROLLED = (
    "import fcntl, os, sys, termios; fcntl.ioctl(0, termios.TIOCSCTTY, 0); os.execv(sys.argv[1], sys.argv[1:])"
)
_STYLE = r"\x1b\[[\d;]*m"
_LINK = r"\x1b\]8;[^\x07\x1b]*\x1b\\"
_EDITING = r"\x1b\[\?2004[hl]"  # bracketed paste, which readline turns on for the prompt
_OURS = re.compile(f"{_STYLE}|{_LINK}|{_EDITING}")


def visible(written: str) -> str:
    """What a person reads of it. Fails where a terminal would obey anything but styles and hyperlinks."""
    text = _OURS.sub("", written).replace("\r", "")
    assert not re.search(r"[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]", text), repr(text)
    return text


def widest(text: str) -> int:
    """Columns of the widest line that is no address: these are left whole, for the terminal to break."""
    return max(cell_len(line) for line in text.splitlines() if not re.match(r" *(/articles/|https?:)", line))


@dataclass
class Terminal:
    """A running command, and the screen and keyboard that it believes to have."""

    process: subprocess.Popen[bytes]
    master: int
    written: bytearray = field(default_factory=bytearray)

    def read(self) -> str:
        """All that was written so far."""
        while select.select([self.master], [], [], 0)[0]:
            try:
                self.written += os.read(self.master, 65_536)
            except OSError:  # the command has ended
                break
        return self.written.decode("utf-8", "replace")

    def press(self, keys: str) -> None:
        """Presses keys; Enter is a carriage return."""
        os.write(self.master, keys.encode())

    def type(self, line: str, then: str = "") -> str:
        """Types a line when the prompt is there, and returns what is written until the next prompt, or until `then`."""
        before = len(self.read())
        self.press(f"{line}\r")
        return until(lambda: self._answered(before, then))

    def _answered(self, before: int, then: str) -> str:
        written = self.read()[before:]
        is_over = then in written if then else re.search(r"\n(?:\x1b\[\?2004h)?> $", written)
        return written if is_over else ""

    def left(self) -> int:
        """The exit code, when it ends by itself."""
        until(lambda: (self.read(), self.process.poll() is not None)[1])
        self.read()
        return self.process.wait(PATIENCE)


@contextmanager
def terminal(
    command: list[object], environment: Mapping[str, str], columns: int = 80, **settings: str
) -> Iterator[Terminal]:
    """Runs a command in a terminal of so many columns, with further environment variables, and ends it."""
    master, slave = os.openpty()
    fcntl.ioctl(slave, termios.TIOCSWINSZ, struct.pack("HHHH", 40, columns, 0, 0))
    kept = {name: value for name, value in environment.items() if name not in ("COLUMNS", "LINES")}
    process = subprocess.Popen(
        [sys.executable, "-c", _CONTROLLED, *map(str, command)],
        env={**kept, "TERM": "xterm-256color", **settings},
        stdin=slave,
        stdout=slave,
        stderr=slave,
        start_new_session=True,
    )
    os.close(slave)
    try:
        yield Terminal(process, master)
    finally:
        process.kill()
        process.wait(PATIENCE)
        with suppress(OSError):
            os.close(master)


def in_terminal(command: list[object], environment: Mapping[str, str], columns: int = 80, **settings: str) -> str:
    """What a command that ends by itself writes into a terminal."""
    with terminal(command, environment, columns, **settings) as running:
        running.left()
        return running.read()


def said(stderr: str) -> list[str]:
    """The lines that a build says, without the reminder that helplines wait to be verified."""
    return [line for line in stderr.splitlines() if "helplines were not verified" not in line]
