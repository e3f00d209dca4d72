"""Processes are watched from outside and from within: sockets, files and names, also of those that they start."""

import os
import socket
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import NamedTemporaryFile

import pytest
from server import PATIENCE, until

from search.audit.rooms import Rooms, rooms, stamps
from search.audit.watch import Watch

SERVE = """
import socket, sys
listener = socket.create_server(("127.0.0.1", 0))
print(listener.getsockname()[1], flush=True)
visitor, _ = listener.accept()
exec(sys.stdin.readline())
print("done", flush=True)
sys.stdin.read()
"""


@pytest.fixture
def folders() -> Iterator[Rooms]:
    with rooms() as made:
        yield made


@contextmanager
def watched(rooms: Rooms, does: str) -> Iterator[Watch]:
    """A server that has a visitor, while it does something."""
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True}
    with subprocess.Popen(
        [sys.executable, "-c", SERVE], env=rooms.environment(), cwd=rooms.current, **pipes
    ) as process:
        port, watch = int(process.stdout.readline()), Watch()
        watch.follow(process.pid, port)
        with socket.create_connection(("127.0.0.1", port)):
            process.stdin.write(f"{does}\n")
            process.stdin.flush()
            assert process.stdout.readline() == "done\n"
            watch.look()
            watch.written.discard(rooms.witness)
            yield watch
        process.stdin.close()
    watch.hear(rooms.witness)
    watch.written.discard(rooms.witness)


def test_a_server_with_a_visitor_sends_nothing_out(folders: Rooms):
    with watched(folders, "pass") as watch:
        assert len(watch.sockets) == 2
    assert (watch.outgoing, watch.written) == (set(), set())
    assert watch.told == 1  # that it began


@pytest.mark.parametrize(
    ("does", "where"),
    [
        ("out = socket.socket(type=socket.SOCK_DGRAM); out.connect(('127.0.0.9', 53))", "udp to 127.0.0.9:53"),
        ("out = socket.create_connection(listener.getsockname())", "tcp to 127.0.0.1:"),
        ("out = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)", "a datagram socket of this machine"),
    ],
)
def test_what_goes_out_is_seen_from_outside(folders: Rooms, does: str, where: str):
    with watched(folders, does) as watch:
        assert [outgoing for outgoing in watch.outgoing if outgoing.startswith(where)], watch.outgoing


@pytest.mark.parametrize(
    ("does", "where"),
    [
        ("socket.socket(type=socket.SOCK_DGRAM).sendto(b'x', ('127.0.0.9', 53))", "('127.0.0.9', 53)"),
        ("socket.socket(type=socket.SOCK_DGRAM).sendmsg([b'x'], [], 0, ('127.0.0.9', 53))", "('127.0.0.9', 53)"),
        ("socket.socket(type=socket.SOCK_DGRAM).connect(('127.0.0.9', 53))", "('127.0.0.9', 53)"),
        ("socket.getaddrinfo('localhost', 80)", "the name localhost"),
        ("socket.gethostbyname('localhost')", "the name localhost"),
        ("socket.gethostbyaddr('127.0.0.1')", "the name 127.0.0.1"),
    ],
)
def test_what_goes_out_for_a_moment_is_told_from_within(folders: Rooms, does: str, where: str):
    with watched(folders, does) as watch:
        pass
    assert where in watch.outgoing


def test_a_file_is_known_that_was_open_for_a_moment(folders: Rooms, tmp_path: Path):
    file, moved = tmp_path / "asked", tmp_path / "kept"
    with watched(
        folders, f"import os; open({str(file)!r}, 'w').close(); os.rename({str(file)!r}, {str(moved)!r})"
    ) as watch:
        assert watch.written == set()
    assert watch.written == {file, moved}


@pytest.mark.parametrize("does", ["os.mkdir('asked')", "os.symlink('nowhere', 'asked')", "os.link(__file__, 'asked')"])
def test_a_folder_and_a_link_are_known_that_were_there_for_a_moment(folders: Rooms, does: str):
    gone = "os.rmdir('asked')" if "mkdir" in does else "os.unlink('asked')"
    with watched(folders, f"import os; __file__ = os.__file__; {does}; {gone}") as watch:
        pass
    assert watch.written == {folders.current / "asked"}


def test_a_file_is_seen_that_is_open(folders: Rooms, tmp_path: Path):
    with watched(folders, f"kept = open({str(tmp_path / 'asked')!r}, 'w'); read = open({__file__!r})") as watch:
        assert watch.written == {tmp_path / "asked"}


def test_a_file_is_seen_that_native_code_has_open_in_memory(folders: Rooms):
    with NamedTemporaryFile(dir="/dev/shm", prefix="advice-") as file:
        opens = f"import ctypes; opened = ctypes.CDLL(None).open({file.name.encode()!r}"
        with watched(folders, f"{opens}, 0)") as watch:
            assert watch.written == set()
        with watched(folders, f"{opens}, 2)") as watch:
            assert watch.written == {Path(file.name)}


@pytest.mark.parametrize("name", [b"\0caf\xe9", b"\0two\nlines"])
def test_a_socket_of_any_name_on_the_machine_does_not_end_the_looking(folders: Rooms, name: bytes):
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(name + os.urandom(4).hex().encode())
        with watched(folders, "out = socket.socket(type=socket.SOCK_DGRAM); out.connect(('127.0.0.9', 53))") as watch:
            assert "udp to 127.0.0.9:53" in watch.outgoing


def test_what_ends_the_looking_ends_the_audit(monkeypatch):
    watch, blind = Watch(), threading.Event()

    def fail() -> None:
        blind.set()
        raise ValueError("blind")

    monkeypatch.setattr(watch, "look", fail)
    with pytest.raises(ValueError, match="blind"), watch.watching():
        assert blind.wait(PATIENCE)


def test_what_a_server_starts_is_watched_too(folders: Rooms):
    start = (
        "import subprocess; child = subprocess.Popen([sys.executable, '-c', 'input()', 'asked'], stdin=subprocess.PIPE)"
    )
    with watched(folders, start) as watch:
        until(lambda: watch.look() or any(name.endswith("input() asked ") for name in watch.arguments))
    assert any("'asked'" in name for name in watch.arguments)  # told from within


@pytest.mark.parametrize(
    "start",
    [
        "os.system('true asked')",
        "os.posix_spawn('/bin/true', ['true', 'asked'], {}); os.wait()",
        "os.fork() or os.execv('/bin/true', ['true', 'asked']); os.wait()",
    ],
)
def test_what_a_server_starts_for_a_moment_is_told_from_within(folders: Rooms, start: str):
    with watched(folders, f"import os; {start}") as watch:
        pass
    assert any("asked" in name and "os." not in name for name in watch.arguments)


def test_programs_find_folders_of_their_own(folders: Rooms):
    code = "import pathlib, tempfile; print(pathlib.Path.home(), tempfile.gettempdir())"
    done = subprocess.run(
        [sys.executable, "-c", code], env=folders.environment(), capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == [str(folders.home), str(folders.temporary)]


def test_a_site_customisation_of_the_environment_still_runs(folders: Rooms, tmp_path: Path):
    (tmp_path / "sitecustomize.py").write_text("print('customised')\n", encoding="utf-8")
    environment = folders.environment()
    environment["PYTHONPATH"] += os.pathsep + str(tmp_path)
    done = subprocess.run([sys.executable, "-c", ""], env=environment, capture_output=True, text=True, check=True)
    assert done.stdout == "customised\n"
    assert folders.witness.exists()


def test_a_file_that_was_written_has_another_stamp(tmp_path: Path):
    file = tmp_path / "deep" / "file"
    file.parent.mkdir()
    file.write_text("one", encoding="utf-8")
    before, times = stamps([tmp_path]), file.stat()
    file.write_text("two", encoding="utf-8")
    os.utime(file, ns=(times.st_atime_ns, times.st_mtime_ns))
    after = stamps([tmp_path])
    assert before.keys() == after.keys() == {file, file.parent}
    assert before[file] != after[file]


def test_folders_and_links_have_stamps_too_and_what_vanishes_meanwhile_has_none(tmp_path: Path, monkeypatch):
    (tmp_path / "empty").mkdir()
    (tmp_path / "nowhere").symlink_to("asked")
    assert stamps([tmp_path]).keys() == {tmp_path / "empty", tmp_path / "nowhere"}
    walk = os.walk

    def walk_late(folder: Path) -> Iterator[tuple[str, list[str], list[str]]]:
        for found in walk(folder):
            (tmp_path / "empty").rmdir()
            yield found

    monkeypatch.setattr(os, "walk", walk_late)
    assert stamps([tmp_path]).keys() == {tmp_path / "nowhere"}
