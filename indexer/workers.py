"""Parsing in other processes: both ends of the pipe.

Strategy: a thread of ours stands for each worker, `python -m indexer.workers`; it sends one file through the worker's
standard input and waits for the answer. A worker that dies, or that takes too long and is ended by its own alarm clock,
therefore costs exactly the file that it had; another is started for the next. A worker imports nothing but the parser,
and it ends when its input does: with us, however we end. Starting one costs as much as parsing some twenty files, so
the first few are parsed here, where they are small.
"""

import os
import signal
import subprocess
import sys
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import suppress
from threading import Lock
from types import TracebackType
from typing import BinaryIO, Self, cast

from .parsing import failed, parse

FEW = 8  # files that are parsed here before a worker is started
SMALL = 100_000  # bytes of such a file: what is larger may take long, and only a worker has an alarm clock
SECONDS_A_FILE = 60.0  # hundreds of times what a large page takes; not enforced on Windows, which has no alarm clock
_LENGTH_BYTES = 8


class Workers:
    """Parses files in up to `jobs` processes, started as they are needed; all in this one where `jobs` is 1.

    Use it in a `with` block: its end, whatever the reason, ends the processes.
    """

    def __init__(self, jobs: int, seconds_a_file: float = SECONDS_A_FILE) -> None:
        self.jobs = jobs
        self._seconds = seconds_a_file
        self._threads = ThreadPoolExecutor(jobs, "worker") if jobs > 1 else None
        self._all: list[_Worker] = []
        self._idle: list[_Worker] = []
        self._lock = Lock()
        self._ended = False
        self._submitted = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, value: BaseException | None, at: TracebackType | None) -> None:
        with self._lock:
            self._ended = True
        for worker in self._all:
            worker.kill()
        if self._threads:
            self._threads.shutdown(cancel_futures=True)
        for worker in self._all:
            worker.close()

    def submit(self, data: bytes, url: str) -> Future[bytes]:
        """Parses a file's bytes; the future gets what `parse` returns, or the failure of its worker in that form."""
        self._submitted += 1
        if self._threads and (self._submitted > FEW or len(data) > SMALL):
            return self._threads.submit(self._ask, data, url)
        here: Future[bytes] = Future()
        here.set_result(parse(data, url))
        return here

    def _ask(self, data: bytes, url: str) -> bytes:
        try:
            worker = self._idle.pop() if self._idle else self._start()
        except OSError as error:
            return failed(f"no process could be started to parse it ({error.strerror or error}); use a smaller --jobs")
        try:
            answer = worker.ask(data, url)
        except (OSError, EOFError):
            return failed(worker.epitaph(self._seconds))
        self._idle.append(worker)
        return answer

    def _start(self) -> "_Worker":
        with self._lock:
            if self._ended:
                raise OSError("the build is ending")
            worker = _Worker(self._seconds)
            self._all.append(worker)
            return worker


class _Worker:
    """One process. Ctrl-C in the terminal does not reach it: who started it ends it. Raises OSError."""

    def __init__(self, seconds_a_file: float) -> None:
        windows = sys.platform == "win32"
        self._process = subprocess.Popen(  # noqa: S603 - this Python, with arguments of ours
            [sys.executable, "-P", "-m", "indexer.workers", str(seconds_a_file)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(path or os.getcwd() for path in sys.path)},
            process_group=None if windows else 0,
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )
        self._questions = cast(BinaryIO, self._process.stdin)
        self._answers = cast(BinaryIO, self._process.stdout)

    def ask(self, data: bytes, url: str) -> bytes:
        """Waits for the answer. Raises OSError or EOFError where the process ends before."""
        _send(self._questions, url.encode("utf-8", "surrogatepass"))
        _send(self._questions, data)
        return _receive(self._answers)

    def epitaph(self, seconds: float) -> str:
        """Why there is no answer."""
        code = self._process.wait()
        if code == -getattr(signal, "SIGALRM", 0):
            return f"parsing took over {seconds:g} s and was ended; make the page simpler, or remove it from the source"
        how = f"signal {signal.Signals(-code).name}" if code < 0 else f"exit code {code}"
        return f"the process that parsed it died ({how}); is memory short? Try a smaller --jobs, or remove the file"

    def kill(self) -> None:
        self._process.kill()

    def close(self) -> None:
        """Waits for the end of a process that was killed, and closes the pipes."""
        self._process.wait()
        for pipe in (self._questions, self._answers):
            with suppress(OSError):  # what was not sent any more
                pipe.close()


def _send(pipe: BinaryIO, message: bytes) -> None:
    pipe.write(len(message).to_bytes(_LENGTH_BYTES, "big"))
    pipe.write(message)
    pipe.flush()


def _receive(pipe: BinaryIO) -> bytes:
    """The next message. Raises EOFError where the other end was closed."""
    length = int.from_bytes(_read(pipe, _LENGTH_BYTES), "big")
    return _read(pipe, length)


def _read(pipe: BinaryIO, count: int) -> bytes:
    data = pipe.read(count)
    if len(data) < count:
        raise EOFError
    return data


def work(seconds_a_file: float) -> None:
    """A worker's life: answers until its input ends."""
    questions, answers = sys.stdin.buffer, os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # what a library may print must not come between the answers
    with suppress(EOFError, BrokenPipeError):
        while True:
            url, data = _receive(questions).decode("utf-8", "surrogatepass"), _receive(questions)
            _alarm(seconds_a_file)
            answer = parse(data, url)
            _alarm(0)
            _send(answers, answer)


def _alarm(seconds: float) -> None:
    """Ends this process after so many seconds, whatever it is doing then; 0 is never."""
    if sys.platform != "win32":
        signal.setitimer(signal.ITIMER_REAL, seconds)


if __name__ == "__main__":
    work(float(sys.argv[1]))
