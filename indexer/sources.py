"""Where articles come from: the only reader of inputs.

A source is a generator of SourceFile values, in an order that is the same on every machine. A file is read when it is
its turn, so that one unreadable file fails alone.
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
ARTICLES_PATH = "/articles/"  # where our own site shows an article

_PACKAGE = Path(__file__).parent


class SourceError(ValueError):
    """The source as a whole cannot be read; the message says what to do."""


@dataclass(frozen=True, slots=True)
class SourceFile:
    """One input: its name for messages, the URL where visitors will read it, and how to get its bytes.

    `read` raises OSError.
    """

    name: str
    url: str
    read: Callable[[], bytes]


def bundled_articles() -> Path:
    """The articles that come with the project: in a checkout under data/, in an installed package beside this file."""
    checkout = _PACKAGE.parent / "data" / "articles"
    return checkout if checkout.is_dir() else _PACKAGE / "bundled"


def open_source(path: Path) -> list[SourceFile]:
    """The files at a path, which is one file or a folder tree. Raises SourceError where there is nothing to read."""
    if not path.exists():
        raise SourceError(f"{path}: no such file or folder; name the folder that holds your article HTML")
    root = path if path.is_dir() else path.parent
    paths = sorted(_html_files(path)) if path.is_dir() else [path]
    if not paths:
        raise SourceError(f"{path}: no {', '.join(sorted(SUFFIXES))} file in this folder or below it")
    taken: set[str] = set()
    return [SourceFile(str(file), _url(file.relative_to(root), taken), file.read_bytes) for file in paths]


def _html_files(folder: Path) -> Iterator[Path]:
    for path in folder.rglob("*"):
        hidden = any(part.startswith(".") for part in path.relative_to(folder).parts)
        if path.suffix.lower() in SUFFIXES and not hidden and path.is_file():
            yield path


def _url(name: Path, taken: set[str]) -> str:
    """The name without its suffix, as a path of our site; with it, where two names differ in nothing else."""
    stem = name.with_suffix("").as_posix()
    chosen = name.as_posix() if stem in taken else stem
    taken.add(chosen)
    return ARTICLES_PATH + quote(os.fsencode(chosen))  # a name need not be UTF-8
