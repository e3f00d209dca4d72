"""A WordPress export (WXR) as a source: its published posts and pages.

Strategy: the XML is read once, item by item, so that its size does not matter. Each wanted item becomes a whole HTML
page (`wppage`), kept in a temporary file until its turn, from where any page can be read in any order. Entities of
the file's own and anything outside of it are refused: a real export has neither. What a damaged export has before the
damage is used.
"""

import codecs
import os
import re
import tempfile
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from threading import Lock
from typing import IO
from urllib.parse import unquote, urlsplit

from lxml import etree

from .decode import CP1252_BYTES
from .inputs import Input, SourceError, Wanted, broken
from .wppage import Item, page_of

HEAD = 64 * 1024  # bytes in which the root element has to come
_ROOT = re.compile(rb"<rss\b", re.IGNORECASE)
_CONTROL = dict.fromkeys([*range(9), 11, 12, *range(14, 32)])  # XML allows none; exports have some


def wordpress_inputs(path: Path, wanted: Wanted) -> Iterator[Input]:
    """The published posts and pages of an export. Raises SourceError where the file is no WordPress export."""
    _refuse_foreign(path)
    store = _Store()
    try:
        for item in _items(path):
            if not item.is_published:
                continue
            try:
                link = urlsplit(item.link)
            except ValueError as error:
                reason = f"its link {item.link} is no web address ({error}); repair it, and export again"
                yield broken(f"{path}: {item.slug}", reason)
                continue
            place = unquote(link.path).strip("/") or item.slug
            if wanted.picks(place):
                href = link.path.lstrip("/") + (f"?{link.query}" if link.query else "")
                read = partial(store.read, store.add(page_of(item).encode()))
                yield Input(place, f"{path}: {place}", read, href or ("." if item.link else ""))
    except etree.XMLSyntaxError as error:
        where = f"line {error.lineno}" if error.lineno else "its end"
        yield broken(
            str(path), f"the export breaks off at {where} ({error.msg}); what follows is missing: export again"
        )


def _refuse_foreign(path: Path) -> None:
    with path.open("rb") as file:
        head = file.read(HEAD)
    root = _ROOT.search(head)
    if not root or b"wordpress.org/export/" not in head:
        raise SourceError(f"{path}: no WordPress export; make one in WordPress under Tools, Export, All content")
    if b"<!DOCTYPE" in head[: root.start()].upper():
        raise SourceError(f"{path}: it defines XML entities of its own, which no WordPress export does; export again")


class _Clean:
    """An export's bytes as UTF-8 that XML allows."""

    def __init__(self, file: IO[bytes]) -> None:
        self._file = file
        self._decoder = codecs.getincrementaldecoder("utf-8")(CP1252_BYTES)

    def read(self, size: int = -1) -> bytes:
        """The next bytes, more or fewer than asked for; none at the end."""
        while data := self._file.read(size):
            if kept := self._decoder.decode(data).translate(_CONTROL):
                return kept.encode()
        return b""


def _items(path: Path) -> Iterator[Item]:
    """The export's items in order, each forgotten before the next. Raises XMLSyntaxError where it is damaged."""
    authors: dict[str, str] = {}
    with path.open("rb") as file:
        settings = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}
        for _, element in etree.iterparse(_Clean(file), tag=["item", "{*}author"], encoding="utf-8", **settings):
            facts = _facts(element)
            if element.tag == "item":
                yield _item(element, facts, authors)
            elif login := facts.get("wp:author_login"):
                authors[login] = facts.get("wp:author_display_name") or login
            else:
                continue
            _forget(element)


def _facts(element: etree._Element) -> dict[str, str]:
    """What an element's children say, by their names with prefix: the prefix is the same in all versions of WXR."""
    facts: dict[str, str] = {}
    for child in element.iterchildren(tag=etree.Element):
        name = etree.QName(child).localname
        facts.setdefault(f"{child.prefix}:{name}" if child.prefix else name, child.text or "")
    return facts


def _item(element: etree._Element, facts: dict[str, str], authors: dict[str, str]) -> Item:
    terms = [(child.get("domain", ""), child.text or "") for child in element.iterchildren("category")]
    author = facts.get("dc:creator", "")
    return Item(
        title=facts.get("title", ""),
        content=facts.get("content:encoded", ""),
        link=facts.get("link", "").strip(),
        slug=facts.get("wp:post_name") or f"post-{facts.get('wp:post_id', '')}",
        kind=facts.get("wp:post_type", ""),
        status=facts.get("wp:status", ""),
        password=facts.get("wp:post_password", ""),
        author=authors.get(author, author),
        published=_date(facts, "wp:post_date"),
        modified=_date(facts, "wp:post_modified"),
        excerpt=facts.get("excerpt:encoded", ""),
        categories=tuple(name for domain, name in terms if domain == "category" and name != "Uncategorized"),
        tags=tuple(name for domain, name in terms if domain == "post_tag"),
    )


def _date(facts: dict[str, str], name: str) -> str:
    """A date in ISO 8601: in GMT, or in the site's own time where GMT is all zeros."""
    stamp = facts.get(f"{name}_gmt", "")
    if stamp and not stamp.startswith("0000"):
        return stamp.replace(" ", "T") + "+00:00"
    return facts.get(name, "").replace(" ", "T")


def _forget(element: etree._Element) -> None:
    """Frees an element and all before it."""
    element.clear()
    while element.getprevious() is not None:
        del element.getparent()[0]


class _Store:
    """Pages in a temporary file that the system removes by itself, so that a large export does not fill memory."""

    def __init__(self) -> None:
        self._file = tempfile.TemporaryFile()  # noqa: SIM115 (it lives as long as this object)
        self._lock = Lock()

    def __del__(self) -> None:
        self._file.close()

    def add(self, page: bytes) -> tuple[int, int]:
        """Keeps a page, and says where: its start and its length."""
        with self._lock:
            start = self._file.seek(0, os.SEEK_END)
            return start, self._file.write(page)

    def read(self, place: tuple[int, int]) -> bytes:
        """The page at a place that `add` gave."""
        start, length = place
        with self._lock:
            self._file.seek(start)
            return self._file.read(length)
