"""Where articles come from: the only reader of inputs, whatever kind they are.

A source is a generator of Input values, in an order that is the same on every machine; the table OPENERS says which
one reads what. An input is read when it is its turn, so that one unreadable file fails alone.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path, PurePosixPath
from urllib.parse import quote, urljoin

from .archive import zip_inputs
from .decode import MAX_BYTES
from .inputs import SUFFIXES, Input, ReadError, SourceError, Wanted, WrongSource, broken, is_web
from .pages import list_inputs, web_inputs
from .wordpress import wordpress_inputs

__all__ = ["ReadError", "SourceError", "SourceFile", "Wanted", "WrongSource", "open_source", "read_file"]

ARTICLES_PATH = "/articles/"  # where our own site shows an article


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One input: its name for messages, the URL on our own site where visitors can read it, how to get its bytes, and
    its address on the live site, "" where there is none.

    `read` raises OSError.
    """

    name: str
    url: str
    read: Callable[[], bytes]
    live: str = ""


def open_source(source: str | Path, wanted: Wanted | None = None) -> list[SourceFile]:
    """The inputs of a source: a folder, an HTML file, a zip archive, a WordPress export, a list of URLs, or a web
    address. Raises SourceError where there is nothing to read, WrongSource where there is nothing at all."""
    wanted = wanted or Wanted()
    try:
        inputs = list(_inputs(source, wanted))
    except OSError as error:
        raise SourceError(f"{source}: cannot be read ({error.strerror or error}); check its permissions") from None
    if not inputs:
        raise SourceError(_nothing_in(source, wanted))
    addresses = _Addresses()
    return [SourceFile(i.name, addresses.take(i.path), i.read, _live(i, wanted.base_url)) for i in inputs]


def _inputs(source: str | Path, wanted: Wanted) -> Iterator[Input]:
    if is_web(str(source)):
        return web_inputs(str(source), wanted)
    if not str(source):  # as a path it would be the current folder
        raise WrongSource("the source has no name; name the folder that holds your article HTML")
    path = Path(source)
    if not path.exists():
        raise WrongSource(f"{path}: no such file or folder; name the folder that holds your article HTML")
    return (
        _folder_inputs(path, wanted) if path.is_dir() else OPENERS.get(path.suffix.lower(), _file_input)(path, wanted)
    )


def _folder_inputs(folder: Path, wanted: Wanted) -> Iterator[Input]:
    """The HTML files in a folder and below it, and each folder there that cannot be read as a broken input."""
    errors: list[OSError] = []
    for path in sorted(_html_files(folder, errors.append)):
        place = path.relative_to(folder).as_posix()
        if wanted.picks(place):
            yield Input(place, str(path), partial(read_file, path))
    not_excluded = replace(wanted, include=()).picks  # nobody knows whether it holds what --include names
    for path, reason in sorted((Path(error.filename), error.strerror) for error in errors):
        if not_excluded(path.relative_to(folder).as_posix()):
            yield broken(str(path), f"cannot be read ({reason}); check its permissions")


def _html_files(folder: Path, onerror: Callable[[OSError], object]) -> Iterator[Path]:
    for place, folders, names in os.walk(folder, onerror=onerror):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for path in (Path(place, name) for name in names if not name.startswith(".")):
            if path.suffix.lower() in SUFFIXES and path.is_file():
                yield path


def _file_input(path: Path, wanted: Wanted) -> Iterator[Input]:
    if wanted.picks(path.name):
        yield Input(path.name, str(path), partial(read_file, path))


def read_file(path: Path) -> bytes:
    """A file's bytes; of one that is too large for a page only as many as show it. Raises OSError."""
    with path.open("rb") as file:
        return file.read(MAX_BYTES + 1)


OPENERS: dict[str, Callable[[Path, Wanted], Iterator[Input]]] = {
    ".zip": zip_inputs,
    ".xml": wordpress_inputs,
    ".txt": list_inputs,
}  # what a file is by its suffix; any other is an HTML file


def _nothing_in(source: str | Path, wanted: Wanted) -> str:
    if wanted.include or wanted.exclude:
        return f"{source}: nothing in it is wanted; check --include and --exclude"
    if Path(source).is_dir():
        return f"{source}: no {', '.join(sorted(SUFFIXES))} file in this folder or below it"
    return f"{source}: no article in it"


def _live(found: Input, base_url: str) -> str:
    return urljoin(base_url.rstrip("/") + "/", "./" + found.relative_url) if base_url else found.live


class _Addresses:
    """Gives every input an address of its own on our site."""

    def __init__(self) -> None:
        self._taken: set[str] = set()

    def take(self, path: str) -> str:
        """The path without its suffix; with it, where two differ in nothing else; numbered, where that is taken."""
        whole = path.strip("/") or "index"
        place = PurePosixPath(whole)
        stem = str(place.with_suffix("")) if place.suffix.lower() in SUFFIXES else whole
        chosen, count = (whole if stem in self._taken else stem), 1
        while chosen in self._taken:
            count += 1
            chosen = f"{stem}-{count}"
        self._taken.add(chosen)
        return ARTICLES_PATH + quote(chosen, errors="surrogateescape")
