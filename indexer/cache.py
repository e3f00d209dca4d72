"""What was parsed before, so that an unchanged article is not parsed again: a folder beside the generations.

    OUT/parsed/ab/cd...        one entry: the SHA-256 of its text in hexadecimal, a line feed, the text

An entry's name is a hash of all that its text follows from: the bytes, the URL and the program's own parsing modules,
so an entry is never wrong, only missing. Entries are plain JSON; one that is damaged is a missing one. The folder may
be deleted at any time.
"""

import hashlib
import json
import os
import shutil
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

NOT_PARSING = frozenset(
    {
        "__init__",
        "__main__",
        "archive",
        "build",
        "bundled",
        "cache",
        "cli",
        "console",
        "encoder",
        "fetch",
        "generations",
        "headings",
        "httpcache",
        "impacts",
        "inputs",
        "minilm",
        "names",
        "pages",
        "prepare",
        "readability",
        "reading",
        "report",
        "repeated",
        "robots",
        "sitemap",
        "sources",
        "stance",
        "store",
        "twins",
        "vectorcache",
        "vectors",
        "wordpiece",
        "wordpress",
        "workers",
        "wppage",
        "writing",
    }
)  # a module that is not listed counts as part of the parser: better to parse too often than to keep what is old
_PACKAGE = Path(__file__).parent


@cache
def parser_version() -> str:
    """Changes whenever a parsing module, or a library that parses, does."""
    modules = [path for path in sorted(_PACKAGE.rglob("*.py")) if path.stem not in NOT_PARSING]
    return _hash(modules, "beautifulsoup4", "lxml")


@cache
def program_version() -> str:
    """Changes whenever anything does that a generation may follow from."""
    return _hash(sorted(_PACKAGE.rglob("*.py")), "beautifulsoup4", "lxml", "numpy", "onnxruntime", "Whoosh-Reloaded")


def _version(library: str) -> str:
    try:
        return version(library)
    except PackageNotFoundError:  # the encoder's library may be missing
        return ""


def _hash(modules: list[Path], *libraries: str) -> str:
    texts = [[str(path.relative_to(_PACKAGE)), path.read_text(encoding="utf-8")] for path in modules]
    return hashlib.sha256(json.dumps([texts, [_version(name) for name in libraries]]).encode()).hexdigest()


class Cache:
    """The entries in a folder. Writing raises OSError; what cannot be read is not there."""

    def __init__(self, folder: Path, made_by: str = "") -> None:
        self._folder = folder
        self._made_by = made_by or parser_version()
        self._used: set[str] = set()

    def key(self, data: bytes, url: str) -> str:
        """The name of the entry for a file with these bytes and this URL."""
        digest = hashlib.sha256(json.dumps([self._made_by, url]).encode() + b"\n")
        digest.update(data)
        return digest.hexdigest()

    def get(self, key: str) -> bytes | None:
        """An entry's text, or None."""
        try:
            stamp, _, text = self._path(key).read_bytes().partition(b"\n")
        except OSError:
            return None
        if stamp != _stamp(text):
            return None
        self._used.add(key)
        return text

    def put(self, key: str, text: bytes) -> None:
        """Writes an entry; readers see all of it or nothing."""
        path = self._path(key)
        path.parent.mkdir(parents=True, exist_ok=True)
        aside = path.with_suffix(".new")
        aside.write_bytes(_stamp(text) + b"\n" + text)
        os.replace(aside, path)
        self._used.add(key)

    def clear(self) -> None:
        """Forgets everything."""
        shutil.rmtree(self._folder, ignore_errors=True)

    def keep_used(self) -> None:
        """Removes what was neither read nor written since this object was made."""
        for path in self._folder.glob("*/*"):
            if path.parent.name + path.name not in self._used:
                path.unlink(missing_ok=True)

    def _path(self, key: str) -> Path:
        return self._folder / key[:2] / key[2:]


def _stamp(text: bytes) -> bytes:
    return hashlib.sha256(text).hexdigest().encode()
