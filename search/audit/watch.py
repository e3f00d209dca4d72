"""Watches processes from outside, by what Linux says of them under /proc: sockets, open files, arguments.

A thread looks many times a second. A socket is judged by its addresses: those of the server's own port are visitors,
all else goes out. What lives shorter than the pause between two looks is told by the processes themselves
(`witness.sitecustomize`); what native code does behind Python's back is seen here.
"""

import json
import threading
from collections.abc import Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

PAUSE = 0.02  # seconds between two looks; what is shorter tells of itself
PROC = Path("/proc")
_INTERNET = ("tcp", "tcp6", "udp", "udp6")
_DATAGRAM = "0002"  # a UNIX socket of this type sends to somebody, as to the system's log; a pair of our own streams
_WRITABLE = 0o3  # the bits of a file's flags that say whether it is open for writing
_NO_FILES = ("/dev/", "/proc/", "/memfd:")
_IN_MEMORY = "/dev/shm/"  # noqa: S108 - files all the same, which others can read
_GONE = " (deleted)"  # a file without a name, which ends with its process


@dataclass
class Watch:
    """What was seen of the processes that it follows."""

    looks: int = 0
    told: int = 0  # lines of the processes' own witness
    sockets: set[str] = field(default_factory=set)  # inodes that were judged
    outgoing: set[str] = field(default_factory=set)
    written: set[Path] = field(default_factory=set)  # files that were open for writing
    arguments: set[str] = field(default_factory=set)  # arguments and names of processes and threads
    _ports: dict[int, int] = field(default_factory=dict)  # by process, the port that is its own; 0 for none

    def follow(self, process: int, port: int = 0) -> None:
        """Begins to watch a process that serves at a port, or at none."""
        self._ports = {**self._ports, process: port}

    @contextmanager
    def following(self, process: int) -> Iterator[None]:
        """Watches a process, which serves nothing, while the block runs."""
        self.follow(process)
        yield
        self._ports = {other: port for other, port in self._ports.items() if other != process}

    def hear(self, witness: Path) -> None:
        """Adds what the processes told of themselves."""
        for line in witness.read_text(encoding="utf-8").splitlines():
            kind, what = json.loads(line)
            self.told += 1
            if kind == "written":
                self.written.add(Path(what))
            elif kind != "begun":
                getattr(self, kind).add(what)

    def look(self) -> None:
        """Looks once at every process, and at those that it started."""
        for process, port in self._ports.items():
            for one in _family(process):
                with suppress(OSError):  # a process, a file or a socket that has just gone
                    self._look_at(one, port)

    def _look_at(self, process: int, port: int) -> None:
        self.looks += 1
        folder = PROC / str(process)
        self.arguments |= set(_names(folder))
        open_now = {(link.name, target) for link in (folder / "fd").iterdir() if (target := _target(link))}
        if fresh := {target[8:-1] for _, target in open_now if target.startswith("socket:[")} - self.sockets:
            self._judge(folder, fresh, port)
        for number, target in open_now:
            with suppress(OSError):  # closed meanwhile, which says nothing of the others
                if _is_written(folder, number, target):
                    self.written.add(Path(target))

    def _judge(self, folder: Path, inodes: set[str], port: int) -> None:
        for inode, outgoing in (*_internet(folder, port), *_datagrams(folder)):
            if inode in inodes:
                self.sockets.add(inode)
                if outgoing:
                    self.outgoing.add(outgoing)

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Looks again and again while the block runs. Raises at its end what ended the looking before that: who does
        not look sees no leak."""
        over = threading.Event()
        with ThreadPoolExecutor(1, "audit-watch") as beside:
            looking = beside.submit(self._look_until, over)
            try:
                yield
            finally:
                over.set()
        looking.result()

    def _look_until(self, over: threading.Event) -> None:
        while not over.wait(PAUSE):
            self.look()


def _family(process: int) -> Iterable[int]:
    """A process and all that it started, and these started."""
    found = [process]
    for one in found:
        with suppress(OSError):
            for children in (PROC / str(one)).glob("task/*/children"):
                found += map(int, children.read_text().split())
    return found


def _names(folder: Path) -> Iterator[str]:
    yield (folder / "cmdline").read_bytes().replace(b"\0", b" ").decode("utf-8", "replace")
    yield from (comm.read_text(errors="replace").strip() for comm in folder.glob("task/*/comm"))


def _target(link: Path) -> str:
    with suppress(OSError):
        return str(link.readlink())
    return ""


def _is_written(folder: Path, number: str, target: str) -> bool:
    is_file = target.startswith("/") and (target.startswith(_IN_MEMORY) or not target.startswith(_NO_FILES))
    if not is_file or target.endswith(_GONE):
        return False
    flags = (folder / "fdinfo" / number).read_text().partition("flags:")[2].split()[0]
    return bool(int(flags, 8) & _WRITABLE)


def _internet(folder: Path, port: int) -> Iterator[tuple[str, str]]:
    """Each socket's inode, and where it goes; "" for one at the server's own port."""
    for kind in _INTERNET:
        with suppress(OSError):  # without IPv6, its tables are missing
            for cells in _rows(folder / "net" / kind):
                own = kind.startswith("tcp") and port and int(cells[1].rpartition(":")[2], 16) == port
                yield cells[9], "" if own else f"{kind} to {_address(cells[2])}"


def _datagrams(folder: Path) -> Iterator[tuple[str, str]]:
    for cells in _rows(folder / "net" / "unix"):
        yield cells[6], "a datagram socket of this machine" if cells[4] == _DATAGRAM else ""


def _rows(table: Path) -> Iterator[list[str]]:
    """The cells of each socket in a table. Every process has its sockets there, and the name of one may be any bytes,
    line ends too: what follows these is no row."""
    for row in table.read_bytes().split(b"\n")[1:]:
        cells = row.decode("ascii", "replace").split()
        if len(cells) > 6 and cells[0].endswith(":"):
            yield cells


def _address(hexadecimal: str) -> str:
    """An address as people write it, from how Linux does: 0100007F:1F90 is 127.0.0.1:8080."""
    host, _, port = hexadecimal.partition(":")
    parts = [str(byte) for byte in reversed(bytes.fromhex(host))] if len(host) == 8 else [host]
    return f"{'.'.join(parts)}:{int(port, 16)}"
