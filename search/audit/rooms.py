"""Folders for one audit: a home, a place for temporary files and a current folder that nobody else uses; and what was
written in some folders meanwhile."""

import os
import sys
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from .witness.sitecustomize import VARIABLE

Stamp = tuple[int, int, int]  # an entry's size in bytes, and when its content and itself changed, in ns
_XDG = ("config", "cache", "data", "state")
_PROJECT = Path(__file__).parents[2]
_WITNESS = Path(__file__).parent / "witness"


@dataclass(frozen=True)
class Rooms:
    """The folders under one temporary folder; `logs` is ours, the others are what a server may write to."""

    base: Path

    @property
    def home(self) -> Path:
        """The home folder, with the XDG folders in it."""
        return self.base / "home"

    @property
    def temporary(self) -> Path:
        """Where temporary files go."""
        return self.base / "tmp"

    @property
    def current(self) -> Path:
        """The folder that programs are started in."""
        return self.base / "cwd"

    @property
    def settings(self) -> Path:
        """Where the owner's settings are, as the audit changes them."""
        return self.base / "settings"

    @property
    def logs(self) -> Path:
        """What programs print."""
        return self.base / "logs"

    @property
    def witness(self) -> Path:
        """What the programs' own hooks tell: `witness.sitecustomize`."""
        return self.logs / "witness"

    def environment(self) -> dict[str, str]:
        """The variables by which programs find these folders, and this project."""
        moved = {f"XDG_{name.upper()}_HOME": str(self.home / f".{name}") for name in _XDG}
        moved |= dict.fromkeys(("TMPDIR", "TMP", "TEMP", "XDG_RUNTIME_DIR"), str(self.temporary))
        moved |= {"HOME": str(self.home), VARIABLE: str(self.witness)}
        path = (str(_WITNESS), str(_PROJECT), os.environ.get("PYTHONPATH", ""))
        return {**os.environ, **moved, "PYTHONPATH": os.pathsep.join(filter(None, path)), "PYTHONUTF8": "1"}


@contextmanager
def rooms() -> Iterator[Rooms]:
    """Fresh folders, which are gone at the end."""
    with TemporaryDirectory(prefix="advice-audit-", ignore_cleanup_errors=True) as base:
        made = Rooms(Path(base))
        for folder in (made.home, made.temporary, made.current, made.settings, made.logs):
            folder.mkdir()
        yield made


def stamps(folders: Iterable[Path]) -> dict[Path, Stamp]:
    """Every file, folder and link in some folders with its stamp. No program can set back when an entry changed."""
    return {path: stamp for folder in folders for path in _entries(folder) if (stamp := _stamp_of(path))}


def _entries(folder: Path) -> Iterator[Path]:
    for here, folders, files in os.walk(folder):  # passes over what vanishes meanwhile
        yield from (Path(here, name) for name in (*folders, *files))


def _stamp_of(path: Path) -> Stamp | None:
    try:
        found = path.lstat()
    except OSError:
        return None  # it is gone again
    return found.st_size, found.st_mtime_ns, found.st_ctime_ns


def python(code: str) -> list[str]:
    """The command that runs some code in this Python."""
    return [sys.executable, "-c", code]
