"""What every source of articles gives, what its owner wanted of it, and what can go wrong.

This file reads nothing: the openers do, one module a kind of source, and `sources` has the table of them.
"""

from collections.abc import Callable
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from typing import NoReturn
from urllib.parse import quote, urlsplit

SUFFIXES = frozenset({".html", ".htm", ".xhtml"})
MOST_PAGES = 10_000
USER_AGENT = "advice-search"  # its name in robots.txt


class SourceError(ValueError):
    """The source as a whole cannot be read; the message says what to do."""


class WrongSource(SourceError):
    """There is nothing at the name that was given, or an option for it makes no sense."""


class ReadError(OSError):
    """One input cannot be read; the message says why, and what to do next."""


@dataclass(frozen=True, slots=True)
class Input:
    """One input of a source.

    `path` is its place in the source, decoded and with "/" between folders; `name` is for messages; `href` is the path
    as a relative URL, where `path` is a file's name; `live` is the address where the page was found on the web, "" for
    files. `read` raises OSError.
    """

    path: str
    name: str
    read: Callable[[], bytes]
    href: str = ""
    live: str = ""

    @property
    def relative_url(self) -> str:
        """Where the input is on its site; a folder's index page is at the folder."""
        if self.href:
            return self.href
        place = PurePosixPath(self.path)
        is_index = place.stem == "index" and place.suffix.lower() in SUFFIXES
        folder = "" if place.parent == PurePosixPath(".") else f"{place.parent}/"
        return quote(folder if is_index else self.path, errors="surrogateescape")


def broken(name: str, reason: str) -> Input:
    """A part of a source that is known to be bad: it shows in the report when it is its turn."""

    def read() -> NoReturn:
        raise ReadError(reason)

    return Input(name, name, read)


@dataclass(frozen=True, slots=True)
class Wanted:
    """What the owner wants of a source.

    A path is left out where a pattern of `exclude` matches it or a folder that it is in, or where none of `include`
    does; `*` stands for any characters, "/" too. `base_url` is where the live site is, "" for our own reading pages;
    `limit` the most pages to fetch; `user_agent` what servers are told; `cache` a folder for fetched pages.

    Raises WrongSource where `base_url` is no http(s) address, or the limit not at least 1.
    """

    include: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    base_url: str = ""
    limit: int = MOST_PAGES
    user_agent: str = ""
    cache: Path | None = None

    def __post_init__(self) -> None:
        if self.base_url and not is_web(self.base_url):
            raise WrongSource(f"{self.base_url}: no web address; --base-url is like https://example.org/advice/")
        if self.limit < 1:
            raise WrongSource(f"--limit {self.limit}: fetches nothing; name a number of pages from 1 up")

    def picks(self, path: str) -> bool:
        """Whether the input at a path is wanted."""
        bare = path.strip("/")
        names = [bare, *(str(folder) for folder in PurePosixPath(bare).parents if folder.name)]

        def any_of(patterns: tuple[str, ...]) -> bool:
            return any(fnmatchcase(name, pattern.strip("/")) for pattern in patterns for name in names)

        return (not self.include or any_of(self.include)) and not any_of(self.exclude)


def is_web(address: str) -> bool:
    """Whether an address is one of http or https, with a host."""
    try:
        parts = urlsplit(address)
        return parts.scheme in {"http", "https"} and bool(parts.hostname) and parts.port != 0
    except ValueError:
        return False
