"""Generations: complete or not there at all, whatever happens to the build or to the files."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from powerless import powerless_in

from indexer.generations import (
    FORMAT,
    KEPT,
    Generation,
    GenerationError,
    NoGeneration,
    current_name,
    open_current,
    publishing,
)
from search.answer import answer
from search.whoosh_engine import WhooshEngine

KILLS = 20
HALVINGS = 12


def _publish(out: Path, text: str = "one") -> Generation:
    contents: dict[str, object] = {"text": text}
    with publishing(out, contents) as folder:
        (folder / "data.txt").write_text(text, encoding="utf-8")
    return open_current(out)


def _text(generation: Generation) -> str:
    return (generation.folder / "data.txt").read_text(encoding="utf-8")


def _unfinished(out: Path) -> list[Path]:
    return list(out.glob("building-*"))


def test_what_a_block_writes_is_what_readers_open(tmp_path):
    contents: dict[str, object] = {}
    with publishing(tmp_path / "new" / "index", contents) as folder:
        (folder / "data.txt").write_text("é", encoding="utf-8")
        contents["passages"] = 3
        assert current_name(tmp_path / "new" / "index") == ""
    generation = open_current(tmp_path / "new" / "index")
    assert (_text(generation), generation.contents) == ("é", {"passages": 3})
    assert generation.name == current_name(tmp_path / "new" / "index")


def test_the_newest_generation_is_the_current_one(tmp_path):
    names = [_publish(tmp_path, str(n)).name for n in range(3)]
    assert len(set(names)) == 3
    assert names == sorted(names)
    assert _text(open_current(tmp_path)) == "2"


def test_a_failing_block_publishes_nothing_and_leaves_the_last_generation(tmp_path):
    before = _publish(tmp_path)

    def build() -> None:
        with publishing(tmp_path, {}) as folder:
            (folder / "data.txt").write_text("half", encoding="utf-8")
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        build()
    assert open_current(tmp_path) == before
    assert _unfinished(tmp_path) == []


def test_who_is_interrupted_while_the_folder_is_made_leaves_none(tmp_path, monkeypatch):
    make = Path.mkdir

    def interrupted(path: Path, **how: object) -> None:
        make(path, **how)
        if path in _unfinished(tmp_path):
            raise KeyboardInterrupt

    monkeypatch.setattr(Path, "mkdir", interrupted)
    with pytest.raises(KeyboardInterrupt):
        _publish(tmp_path)
    assert _unfinished(tmp_path) == []


def test_old_generations_are_removed_but_for_a_few(tmp_path):
    names = [_publish(tmp_path).name for _ in range(KEPT + 2)]
    assert sorted(path.name for path in (tmp_path / "generations").iterdir()) == names[-KEPT:]


def test_the_new_generation_stays_where_the_clock_was_set_back(tmp_path):
    for n in range(KEPT):
        (tmp_path / "generations" / f"99990101T00000{n}.000000Z-0").mkdir(parents=True)
    assert _text(_publish(tmp_path)) == "one"


def test_what_killed_builds_have_left_is_removed(tmp_path):
    (tmp_path / "building-abcd").mkdir()
    (tmp_path / "building-abcd" / "seg_1.seg").write_bytes(b"x")
    _publish(tmp_path)
    assert _unfinished(tmp_path) == []


def test_a_second_builder_is_refused_and_the_first_one_goes_on(tmp_path):
    with publishing(tmp_path, {}) as folder:
        with pytest.raises(GenerationError, match="another build") as raised, publishing(tmp_path, {}):
            pytest.fail("two builds at once")
        assert str(tmp_path) in str(raised.value)
        (folder / "data.txt").write_text("first", encoding="utf-8")
    assert _text(open_current(tmp_path)) == "first"


@pytest.mark.parametrize("out", ["file", "file/below"])
def test_where_the_folder_cannot_be_written_it_is_named(tmp_path, out):
    (tmp_path / "file").write_text("x", encoding="utf-8")
    with pytest.raises(GenerationError, match="cannot be written") as raised, publishing(tmp_path / out, {}):
        pytest.fail("built into a file")
    assert str(tmp_path / out) in str(raised.value)
    assert "--out" in str(raised.value)


@pytest.mark.parametrize("name", ["nowhere", "empty"])
def test_where_nothing_was_published_the_next_step_is_told(tmp_path, name):
    (tmp_path / "empty").mkdir()
    assert current_name(tmp_path / name) == ""
    with pytest.raises(NoGeneration, match="advice index") as raised:
        open_current(tmp_path / name)
    assert str(tmp_path / name) in str(raised.value)


def _edit_manifest(edit: Callable[[dict[str, object]], object]) -> Callable[[Path], None]:
    def damage(folder: Path) -> None:
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        edit(manifest)
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")

    return damage


def _current(content: bytes) -> Callable[[Path], object]:
    return lambda folder: (folder.parents[1] / "current").write_bytes(content)


DAMAGE: dict[str, Callable[[Path], object]] = {
    "a byte is another one": lambda folder: (folder / "data.txt").write_text("onf", encoding="utf-8"),
    "a file is cut": lambda folder: (folder / "data.txt").write_text("", encoding="utf-8"),
    "a file is missing": lambda folder: (folder / "data.txt").unlink(),
    "the manifest is missing": lambda folder: (folder / "manifest.json").unlink(),
    "the manifest is empty": lambda folder: (folder / "manifest.json").write_bytes(b""),
    "the manifest is binary": lambda folder: (folder / "manifest.json").write_bytes(b"\xff\x00\x81"),
    "the manifest is a list": lambda folder: (folder / "manifest.json").write_bytes(b"[]"),
    "the manifest names no files": _edit_manifest(lambda manifest: manifest.pop("files")),
    "the manifest has no contents": _edit_manifest(lambda manifest: manifest.pop("contents")),
    "the manifest's files are a list": _edit_manifest(lambda manifest: manifest.update(files=["data.txt"])),
    "the format is a later one": _edit_manifest(lambda manifest: manifest.update(format=FORMAT + 1)),
    "the generation is missing": lambda folder: folder.rename(folder.with_name("elsewhere")),
    "the pointer names another": _current(b"20200101T000000.000000Z-00000000\n"),
    "the pointer is binary": _current(b"\xff\xfe\x81"),
    "the pointer has a NUL": _current(b"a\x00b"),
}


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_damage_is_told_with_the_folder_and_the_next_step(tmp_path, damage):
    damage(_publish(tmp_path).folder)
    with pytest.raises(GenerationError, match="build it again") as raised:
        open_current(tmp_path)
    assert str(tmp_path) in str(raised.value)
    assert "advice index" in str(raised.value)


@pytest.mark.parametrize("damage", DAMAGE.values(), ids=DAMAGE)
def test_after_any_damage_the_next_build_is_read(tmp_path, damage):
    damage(_publish(tmp_path).folder)
    assert _text(_publish(tmp_path, "two")) == "two"


@pytest.mark.skipif(os.name == "nt", reason="needs POSIX permissions")
@pytest.mark.parametrize("umask", [0o022, 0o027, 0o077])
def test_a_generation_can_be_read_by_whom_the_umask_lets_read(tmp_path, umask):
    before = os.umask(umask)
    try:
        folder = _publish(tmp_path).folder
    finally:
        os.umask(before)
    assert folder.stat().st_mode & 0o777 == 0o777 & ~umask


def test_a_generation_that_may_not_be_read_is_not_called_damaged(tmp_path):
    folder = _publish(tmp_path).folder
    folder.chmod(0)
    with powerless_in(tmp_path), pytest.raises(GenerationError) as raised:
        open_current(Path())
    folder.chmod(0o755)  # so that it can be removed
    assert str(raised.value) == ".: cannot be read (Permission denied); check its permissions"


def test_another_format_is_named_with_the_one_that_is_read(tmp_path):
    _edit_manifest(lambda manifest: manifest.update(format="old"))(_publish(tmp_path).folder)
    with pytest.raises(GenerationError, match=f"format is old, this program reads {FORMAT}"):
        open_current(tmp_path)


KILLED_AT_EVERY_LINE = """
import os, shutil, signal, sys
from itertools import count
from pathlib import Path
from indexer.generations import open_current, publishing

def watch(frame, event, argument):
    global left
    if "generations" not in frame.f_code.co_filename and frame.f_code.co_name != "write_text":
        return None
    left -= event == "line"
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return watch

def publish(out, text):
    with publishing(out, {}) as folder:
        (folder / "data.txt").write_text(text)

old = Path(sys.argv[1]) / "old"
for number in range(3):
    publish(old, "old")
for left in count(1):
    out = shutil.copytree(old, old.with_name(str(left)))
    child = os.fork()
    if child == 0:
        sys.settrace(watch)
        publish(out, "new")
        os._exit(0)
    status = os.waitpid(child, 0)[1]
    print((open_current(out).folder / "data.txt").read_text(), flush=True)
    if status == 0:
        break
    assert os.WTERMSIG(status) == signal.SIGKILL, status
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_a_build_that_is_killed_at_any_line_leaves_a_whole_generation(tmp_path, python):
    """Not by luck: a build kills itself at its first line, another one at its second, until one gets through."""
    done = python("-c", KILLED_AT_EVERY_LINE, tmp_path)
    assert done.returncode == 0, done.stderr
    texts = done.stdout.split()
    assert len(texts) > 50, "the lines were not seen"
    assert set(texts) == {"old", "new"}
    assert texts == sorted(texts, reverse=True), "old up to some line, and new from there on"


def _kill_builds(out: Path, articles: Path, environment: dict[str, str], moments: list[float]) -> int:
    """Kills builds at moments (0 to 1) of the time that a whole one takes and, every other one, of the time in which
    it writes; returns how many were killed while they wrote. A build that was through before its moment came is done
    again with half the time, however quick the machine has become since the time was taken."""

    def start() -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "indexer", str(articles), "--out", str(out), "--full", "--encoder", "none"]
        return subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)

    def until_it_writes(build: subprocess.Popen[bytes]) -> None:
        while build.poll() is None and not set(_unfinished(out)) - unfinished:
            time.sleep(0.001)

    unfinished: set[Path] = set()
    began, build = time.monotonic(), start()
    until_it_writes(build)
    wrote = time.monotonic()
    assert build.wait() == 0
    spans, before = (time.monotonic() - began, time.monotonic() - wrote), current_name(out)
    for number, moment in enumerate(moments):
        while_it_writes = number % 2
        for halvings in range(HALVINGS):
            build = start()
            if while_it_writes:
                until_it_writes(build)
            time.sleep(moment * spans[while_it_writes] / 2**halvings)
            build.kill()
            killed = build.wait() == -signal.SIGKILL
            newest = max(path.name for path in (out / "generations").iterdir())
            engine = WhooshEngine(out)
            assert engine.name in (before, newest)
            assert killed or engine.name == newest != before
            assert answer(engine, "he does not text back").hits
            before = engine.name
            left = set(_unfinished(out)) - unfinished
            unfinished |= left
            if left or (killed and not while_it_writes):
                break
        else:
            pytest.fail(f"no kill came in the middle of a build at {moment} of its time, or at any fraction of that")
    assert start().wait() == 0
    assert open_current(out).name != before
    assert _unfinished(out) == []
    return len(unfinished)


def test_a_build_that_is_killed_at_any_moment_leaves_the_last_generation(tmp_path, articles, environment):
    """`kill -9`, at random moments spread over the time that a build takes; in two folders at once, to be quicker."""
    dice = random.Random(9)
    moments = [(number + dice.random()) / KILLS for number in range(KILLS)]
    dice.shuffle(moments)
    with ThreadPoolExecutor() as pool:
        halves = (moments[::2], moments[1::2])
        runs = [pool.submit(_kill_builds, tmp_path / str(n), articles, environment, halves[n]) for n in range(2)]
    assert sum(run.result() for run in runs) >= KILLS // 2, "too few kills came in the middle of a build"
