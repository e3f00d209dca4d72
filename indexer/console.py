"""What the commands share in talking to people: exit codes, output, errors in one line, progress."""

import io
import json
import signal
import sys
from collections.abc import Callable, Iterable, Iterator, Sized
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import FrameType
from typing import Any, NoReturn

import typer
from rich.console import Console, RenderableType
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    ProgressColumn,
    Task,
    TaskID,
    TextColumn,
    TimeRemainingColumn,
)
from rich.text import Text

from .build import build_index
from .plain import plain
from .report import BuildReport
from .sources import SourceFile
from .writing import Meaning

DONE, SOME_FAILED, WRONG_USAGE, CANNOT_WORK, INTERRUPTED = 0, 1, 2, 3, 130
EXIT_CODES = (
    "Exit codes: 0 done; 1 done, but some inputs failed or nothing was found; 2 wrong usage; "
    "3 the index cannot be read or written, or the address is taken; 130 stopped with Ctrl-C."
)


class _Console(Console):
    """Prints texts without what a terminal would obey: they quote articles, names of files and addresses."""

    def print(self, *objects: Any, **how: Any) -> None:
        """As `rich` does; texts that have styles are made plain where they are given them."""
        super().print(*(plain(one) if isinstance(one, str) else one for one in objects), **how)


_ESCAPED = {code: f"\\u{code:04x}" for code in range(0x7F, 0xA0)}  # controls that JSON allows, and terminals obey
out = _Console(soft_wrap=True, highlight=False, markup=False, emoji=False)
err = _Console(stderr=True, soft_wrap=True, highlight=False, markup=False, emoji=False)


def show(console: Console, texts: Iterable[RenderableType]) -> None:
    """Prints texts as they come: wrapped to the width of a terminal, with their lines whole in a pipe or a file."""
    for text in texts:
        console.print(text, soft_wrap=not console.is_terminal, crop=False)


def print_json(value: object) -> None:
    """One JSON object to stdout, in ASCII where that is all that the terminal or pipe can take."""
    is_utf8 = (sys.stdout.encoding or "").lower().replace("-", "") == "utf8"
    typer.echo(json.dumps(value, ensure_ascii=not is_utf8, indent=1).translate(_ESCAPED))


def survive_any_terminal() -> None:
    """Characters that stdout or stderr cannot show, and bytes of stdin that are no text, become "?" or its like instead
    of ending the program."""
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="replace")


def stop(message: object, code: int) -> NoReturn:
    """Ends the program with one line on stderr."""
    err.print(f"advice: {message}")
    raise typer.Exit(code)


class _Rate(ProgressColumn):
    """Files, or passages, a second."""

    def render(self, task: Task) -> Text:
        return Text(f"{task.speed:.0f}/s" if task.speed else "")


@contextmanager
def _stopping() -> Iterator[Callable[[], None]]:
    """Gives what raises KeyboardInterrupt if Ctrl-C was pressed since. The signal itself raises it too; but where that
    happens in a callback, Python prints the exception and drops it, and the program would go on. So it would in a
    finalizer, where therefore nothing is raised."""
    pressed: list[int] = []

    def note(number: int, frame: FrameType | None) -> None:
        pressed.append(number)
        if not _in_finalizer(frame):
            signal.default_int_handler(number, frame)

    def check() -> None:
        if pressed:
            raise KeyboardInterrupt

    before = signal.getsignal(signal.SIGINT)
    if before is not signal.default_int_handler:  # it is ignored, as in a shell's background, or somebody else's
        yield check
        return
    signal.signal(signal.SIGINT, note)
    try:
        yield check
    finally:
        signal.signal(signal.SIGINT, before)


def _in_finalizer(frame: FrameType | None) -> bool:
    while frame and frame.f_code.co_name != "__del__":
        frame = frame.f_back
    return frame is not None


def build_with_progress(
    files: Iterable[SourceFile], target: Path, jobs: int, full: bool, meaning: Meaning | None
) -> BuildReport:
    """Builds as `build_index` does, and shows how far it is. Raises KeyboardInterrupt after Ctrl-C."""
    total = len(files) if isinstance(files, Sized) else None
    bar = (BarColumn(), MofNCompleteColumn(), _Rate(), TimeRemainingColumn())
    columns = bar if total is not None else (MofNCompleteColumn(), _Rate())
    text = TextColumn("{task.description}")
    shown = Progress(text, *columns, console=err, transient=True, disable=not err.is_terminal)
    with _stopping() as check, shown as progress:
        reading = progress.add_task("Reading articles", total=total)
        writing = progress.add_task("Writing the index", total=total, visible=False)

        def read() -> None:
            check()
            progress.advance(reading)

        def written() -> None:
            check()
            progress.update(writing, advance=1, visible=True)

        def embedded(count: int) -> None:
            check()
            if not embedding:
                embedding.append(progress.add_task("Embedding passages", total=count))
            progress.advance(embedding[0])

        embedding: list[TaskID] = []
        meaning = replace(meaning, progress=embedded) if meaning else None
        return build_index(
            files,
            target,
            read,
            written=written,
            jobs=jobs,
            full=full,
            meaning=meaning,
        )
