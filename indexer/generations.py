"""Generations: complete, immutable, published builds of the index. The only code that knows the folder's layout.

    OUT/current                the name of the generation to read, replaced by one atomic rename
    OUT/generations/NAME/      its files, with manifest.json: what it holds, and every file's size and SHA-256
    OUT/building-XXXX/         a build that is not finished; the next build removes what a killed one left
    OUT/parsed/                what was parsed for the last build (see cache.py); no reader needs it
    OUT/vectors/               what was embedded by the last builds (see vectorcache.py); no reader needs it
    OUT/lock                   held while something is built

Readers see a generation all at once or not at all: files are written aside and synced to disk before the rename, so a
build that is killed at any moment, or a power cut, leaves the last generation in place. A few old ones are kept, for
servers that still read them. The checksums find damage, not malice: an index is partly pickled, and someone who can
write into it can run code in its reader.
"""

import hashlib
import json
import os
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout

FORMAT = 5  # of everything inside a generation; a reader refuses another one
KEPT = 3
_MANIFEST = "manifest.json"
_BUILDING = "building-"


class GenerationError(Exception):
    """An index cannot be read or written; the message names its folder and the next step."""


class NoGeneration(GenerationError):
    """Nothing was ever published there."""


@dataclass(frozen=True, slots=True)
class Generation:
    """A published generation: its name, its folder, and what the build said about its contents."""

    name: str
    folder: Path
    contents: dict[str, Any]


@contextmanager
def publishing(out: Path, contents: dict[str, Any]) -> Iterator[Path]:
    """Gives an empty folder to build in, and publishes it when the block ends without an exception.

    What the block has put into `contents` (values that JSON can hold) is kept with the generation.
    Raises GenerationError where `out` cannot be written, or another build is at work there.
    """
    with reserved(out), publishing_in_reserved(out, contents) as folder:
        yield folder


@contextmanager
def publishing_in_reserved(out: Path, contents: dict[str, Any]) -> Iterator[Path]:
    """The same for who has reserved `out` already, and may then publish nothing. Raises OSError."""
    aside = out / f"{_BUILDING}{secrets.token_hex(4)}"
    try:
        aside.mkdir()  # with the rights that readers are to have, which mkdtemp would keep from them
        yield aside
        _publish(out, aside, contents)
    finally:
        shutil.rmtree(aside, ignore_errors=True)


@contextmanager
def reserved(out: Path) -> Iterator[Path]:
    """Keeps other builds out of an index folder, and gives the one for what was parsed before.

    Raises GenerationError where `out` cannot be written, or another build is at work there.
    """
    try:
        out.mkdir(parents=True, exist_ok=True)
        with FileLock(out / "lock", timeout=0):
            _remove_unfinished(out)
            yield out / "parsed"
    except Timeout:
        raise GenerationError(f"{out}: another build is writing there; wait for it, or name another --out") from None
    except OSError as error:
        raise GenerationError(f"{out}: cannot be written ({error.strerror or error}); name another --out") from error


def current_name(out: Path) -> str:
    """The name of the published generation, "" where there is none: one small read, for those who watch."""
    try:
        return (out / "current").read_text(encoding="utf-8", errors="replace").strip()
    except OSError:
        return ""


def open_current(out: Path) -> Generation:
    """The published generation, checked against its manifest. Raises NoGeneration or GenerationError."""
    name = current_name(out)
    if not name:
        raise NoGeneration(f"{out}: no index here; build one with: advice index SOURCE --out {out}")
    folder = out / "generations" / name
    try:
        manifest = json.loads((folder / _MANIFEST).read_text(encoding="utf-8"))
        damaged = [file for file, stamp in manifest["files"].items() if _stamp(folder / file) != stamp]
        found = manifest["format"]
        contents = dict(manifest["contents"])
    except PermissionError as error:
        raise GenerationError(f"{out}: cannot be read ({error.strerror}); check its permissions") from error
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise _corrupt(out, name, f"{_MANIFEST} or a file of it cannot be read") from error
    if damaged:
        raise _corrupt(out, name, ", ".join(damaged[:3]))
    if found != FORMAT:
        raise GenerationError(
            f"{out}: its format is {found}, this program reads {FORMAT}; build it again: advice index"
        )
    return Generation(name, folder, contents)


def _corrupt(out: Path, name: str, what: str) -> GenerationError:
    return GenerationError(
        f"{out}: generation {name} is damaged ({what}); build it again with: advice index SOURCE --out {out}"
    )


def _publish(out: Path, aside: Path, contents: dict[str, Any]) -> None:
    files = {path.name: _stamp(path) for path in sorted(aside.iterdir())}
    manifest = json.dumps({"format": FORMAT, "contents": contents, "files": files}, indent=1, ensure_ascii=False)
    (aside / _MANIFEST).write_text(manifest, encoding="utf-8")
    for path in (*aside.iterdir(), aside):
        _sync(path)
    name = f"{datetime.now(UTC):%Y%m%dT%H%M%S.%fZ}-{hashlib.sha256(manifest.encode()).hexdigest()[:8]}"
    (out / "generations").mkdir(exist_ok=True)
    os.rename(aside, out / "generations" / name)
    _sync(out / "generations")
    _switch(out, name)
    others = sorted(path for path in (out / "generations").iterdir() if path.name != name)
    for old in others[: len(others) - (KEPT - 1)]:
        shutil.rmtree(old, ignore_errors=True)


def _switch(out: Path, name: str) -> None:
    """The one moment in which readers change over."""
    pointer = out / "current.new"
    pointer.write_text(name + "\n", encoding="utf-8")
    _sync(pointer)
    os.replace(pointer, out / "current")
    _sync(out)


def _stamp(path: Path) -> list[object]:
    with path.open("rb") as file:
        return [path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()]


def _sync(path: Path) -> None:
    """Puts a file's contents, or a folder's entries, on the disk. Windows cannot open a folder, and need not."""
    if os.name == "nt" and path.is_dir():
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _remove_unfinished(out: Path) -> None:
    for path in out.glob(f"{_BUILDING}*"):
        shutil.rmtree(path, ignore_errors=True)
