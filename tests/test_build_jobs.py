"""Builds with worker processes: the same result, in order; a worker that dies costs one file; Ctrl-C ends all."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from published import published

import indexer.workers
from indexer.build import build_index
from indexer.console import build_with_progress
from indexer.generations import current_name, open_current
from indexer.parsing import parsed_from
from indexer.sources import SourceFile, open_source
from indexer.workers import Workers

ROOT = Path(__file__).parent.parent
PAGE = "<h1>{0}</h1><p>Tea at four with {0}.</p>"
SLOW = (PAGE.format("Slow") + "<p>One more <b>word</b> of tea.</p>" * 60_000).encode()  # some seconds
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
linux = pytest.mark.skipif(sys.platform != "linux", reason="looks for processes in /proc")


@pytest.fixture
def only_workers(monkeypatch: pytest.MonkeyPatch) -> None:
    """No file is parsed in this process."""
    monkeypatch.setattr(indexer.workers, "FEW", 0)


def _files(count: int) -> Iterator[SourceFile]:
    for number in range(count):
        page = PAGE.format(f"Article {number}").encode()
        yield SourceFile(f"{number}.html", f"/articles/{number}", lambda page=page: page)


def _workers_of(mark: str) -> list[int]:
    """The ids of the workers whose environment has this text."""
    found = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            ours = mark.encode() in (folder / "environ").read_bytes()
            if ours and b"indexer.workers" in (folder / "cmdline").read_bytes():
                found.append(int(folder.name))
        except OSError:
            continue  # it has ended, or is not ours to read
    return found


def _until(holds: Callable[[], object], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


def test_two_workers_give_what_this_process_alone_gives(tmp_path, only_workers):
    for jobs in (1, 2):
        report = build_index(open_source(ROOT / "data" / "articles"), tmp_path / str(jobs), jobs=jobs)
        assert (report.articles, report.failures) == (16, [])
    assert published(tmp_path / "1") == published(tmp_path / "2")


def test_articles_keep_the_order_of_the_source_whichever_is_parsed_first(tmp_path, only_workers):
    slow = SourceFile("slow.html", "/articles/slow", lambda: SLOW[: len(SLOW) // 8])
    build_index(iter([slow, *_files(20)]), tmp_path, jobs=3)
    titles = [card["title"] for card in open_current(tmp_path).contents["catalog"]]
    assert titles == ["Slow", *(f"Article {number}" for number in range(20))]


def test_a_source_is_read_only_a_few_files_ahead(tmp_path, only_workers):
    read, done, ahead = [], [], []

    def watched() -> Iterator[SourceFile]:
        for file in _files(60):
            read.append(file)
            ahead.append(len(read) - len(done))
            yield file

    build_index(watched(), tmp_path, lambda: done.append(1), jobs=2)
    assert len(done) == 60
    assert max(ahead) <= 2 * 4 + 1


def test_a_handful_of_files_starts_no_process(tmp_path, monkeypatch):
    monkeypatch.setattr("indexer.workers.subprocess", None)
    assert build_index(_files(indexer.workers.FEW), tmp_path, jobs=8).articles == indexer.workers.FEW


def test_failures_are_the_same_with_workers(tmp_path, only_workers):
    contents = {"a": PAGE.encode(), "b": b"\x89PNG", "c": b"", "d": PAGE.encode()}
    files = [SourceFile(name, f"/articles/{name}", lambda page=page: page) for name, page in contents.items()]
    reports = [build_index(files, tmp_path / str(jobs), jobs=jobs) for jobs in (1, 2)]
    assert reports[0].failures == reports[1].failures
    assert [name for name, _ in reports[0].failures] == ["b", "c"]


@linux
def test_a_worker_that_is_killed_costs_the_file_that_it_had(only_workers, monkeypatch):
    monkeypatch.setenv("ADVICE_TEST", mark := f"kill-{os.getpid()}")
    with Workers(2) as workers:
        slow = workers.submit(SLOW, "/articles/slow")
        _until(lambda: _workers_of(mark))
        os.kill(_workers_of(mark)[0], signal.SIGKILL)
        others = [workers.submit(file.read(), file.url) for file in _files(6)]
        reason = parsed_from(slow.result(60)).failure
        articles = [parsed_from(other.result(60)).article for other in others]
    assert "died (signal SIGKILL)" in reason
    assert [article and article.title for article in articles] == [f"Article {number}" for number in range(6)]
    assert _workers_of(mark) == []


@linux
def test_a_build_goes_on_without_the_worker_that_died_and_tries_its_file_again(tmp_path, only_workers, monkeypatch):
    monkeypatch.setenv("ADVICE_TEST", mark := f"build-{os.getpid()}")

    def files() -> Iterator[SourceFile]:
        yield SourceFile("slow.html", "/articles/slow", lambda: SLOW)
        _until(lambda: _workers_of(mark))
        os.kill(_workers_of(mark)[0], signal.SIGKILL)
        yield from _files(30)

    report = build_index(files(), tmp_path, jobs=2)
    assert report.articles == 30
    [(name, reason)] = report.failures
    assert (name, "died" in reason) == ("slow.html", True)
    again = [SourceFile("slow.html", "/articles/slow", lambda: PAGE.encode()), *_files(30)]
    assert build_index(again, tmp_path, jobs=2).articles == 31


@posix
def test_a_file_that_takes_too_long_is_ended_and_named(only_workers):
    with Workers(2, seconds_a_file=0.3) as workers:
        slow, quick = workers.submit(SLOW * 4, "/articles/slow"), workers.submit(PAGE.encode(), "/articles/quick")
        assert "took over 0.3 s" in parsed_from(slow.result(60)).failure
        assert parsed_from(quick.result(60)).failure == ""


@posix
def test_a_large_file_that_takes_too_long_is_ended_also_where_it_is_the_first():
    with Workers(2, seconds_a_file=0.3) as workers:
        slow = workers.submit(SLOW, "/articles/slow")
        assert "took over 0.3 s" in parsed_from(slow.result(60)).failure


def test_leaving_the_block_ends_workers_in_the_middle_of_a_file(only_workers):
    started = time.monotonic()
    with pytest.raises(KeyboardInterrupt), Workers(2) as workers:  # noqa: PT012
        for _ in range(6):
            workers.submit(SLOW * 4, "/articles/slow")
        raise KeyboardInterrupt
    assert time.monotonic() - started < 5


@pytest.fixture(scope="module")
def many(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of 64 articles."""
    source = tmp_path_factory.mktemp("many") / "source"
    source.mkdir()
    for number in range(4):
        for path in (ROOT / "data" / "articles").glob("*.html"):
            page = path.read_text(encoding="utf-8").replace("</h1>", f" {number}</h1>", 1)
            (source / f"{path.stem}-{number}.html").write_text(page, encoding="utf-8")
    return source


def _entries(out: Path) -> int:
    return sum(1 for _ in (out / "parsed").glob("*/*"))


MOMENTS: dict[str, Callable[[Path], object]] = {
    "before the first file": lambda out: (out / "lock").exists(),
    "while the first are parsed": lambda out: _entries(out) >= 2,
    "while workers parse": lambda out: _entries(out) >= 24,
    "after the last file": lambda out: _entries(out) >= 64,
    "while the scoring arrays are made": lambda out: list(out.glob("building-*/_MAIN_1.toc")),
}


@linux
@pytest.mark.parametrize("moment", MOMENTS.values(), ids=MOMENTS)
def test_ctrl_c_ends_a_build_in_one_line_and_leaves_the_last_generation(tmp_path, many, moment):
    build_index(_files(1), tmp_path)
    before, mark = current_name(tmp_path), f"stop-{tmp_path}"
    (tmp_path / "lock").unlink(missing_ok=True)
    command = [sys.executable, "-c", "from search.cli import main; main()", "index", str(many), "--out", str(tmp_path)]
    build = subprocess.Popen(
        [*command, "--jobs", "2"],
        env={**os.environ, "PYTHONPATH": str(ROOT), "ADVICE_TEST": mark},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    _until(lambda: moment(tmp_path))
    os.killpg(build.pid, signal.SIGINT)
    printed, said = build.communicate(timeout=60)
    assert (build.returncode, printed) == (130, "")
    assert (said.count("\n"), said.startswith(f"advice: {tmp_path}: stopped")) == (1, True), said
    assert current_name(tmp_path) == before
    assert list(tmp_path.glob("building-*")) == []
    assert _workers_of(mark) == []
    assert build_index(open_source(many), tmp_path).articles == 64


def _in_a_callback() -> None:
    with suppress(KeyboardInterrupt):  # as Python does there
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(60)


def _in_a_finalizer() -> None:
    class Finalized:
        def __del__(self) -> None:
            os.kill(os.getpid(), signal.SIGINT)

    Finalized()


@posix
@pytest.mark.filterwarnings("error::pytest.PytestUnraisableExceptionWarning")  # what Python would print
@pytest.mark.parametrize("press", [_in_a_callback, _in_a_finalizer])
def test_ctrl_c_ends_a_build_even_where_its_exception_is_dropped(tmp_path, press):
    def read() -> bytes:
        press()
        return PAGE.encode()

    files = [SourceFile("a.html", "/articles/a", read), *_files(2)]
    before = signal.getsignal(signal.SIGINT)
    with pytest.raises(KeyboardInterrupt):
        build_with_progress(files, tmp_path, 1, False, None)
    assert current_name(tmp_path) == ""
    assert signal.getsignal(signal.SIGINT) is before
