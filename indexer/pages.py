"""Web pages as a source: the pages of a sitemap, one page, or those in a list of URLs.

Strategy: which pages there are is found out at once, each page is fetched when it is its turn, and the next few are
fetched meanwhile. A sitemap's pages are fetched from its own host only; what a list names explicitly, from anywhere.
"""

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from contextlib import suppress
from functools import partial
from pathlib import Path
from threading import Lock, Semaphore, Thread
from urllib.parse import unquote, urldefrag, urlsplit

from .fetch import HTML_TYPES, Fetched, Fetcher, Manners, host_of
from .httpcache import HttpCache
from .inputs import Input, ReadError, SourceError, Wanted, broken, is_web
from .sitemap import MOST_BYTES, kind_of, locations, unpacked

MOST_SITEMAPS = 1000
AHEAD = 4  # pages that are fetched before their turn


def web_inputs(url: str, wanted: Wanted, manners: Manners | None = None) -> Iterator[Input]:
    """The pages of a sitemap, or the one page at an address. Raises SourceError where the address cannot be read."""
    fetcher = _fetcher(wanted, manners)
    try:
        first = fetcher.get(url, types=None, most=MOST_BYTES)
        kind = kind_of(unpacked(first.body))
    except ReadError as error:
        raise SourceError(f"{url}: {error}") from None
    if kind:
        yield from _Pages(fetcher, wanted, host_of(first.url)).inputs(url, _from_sitemaps(fetcher, first))
    elif wanted.picks(_path(url)):
        yield _input(urldefrag(url).url, partial(_html, first))


def list_inputs(path: Path, wanted: Wanted, manners: Manners | None = None) -> Iterator[Input]:
    """The pages that a text file lists, one URL a line; what follows a # at the start or after a space is a comment."""
    lines = path.read_text(encoding="utf-8-sig", errors="replace").splitlines()
    entries = ((number, line.partition(" #")[0].strip()) for number, line in enumerate(lines, 1))
    found: Iterator[str | Input] = (
        entry if is_web(entry) else broken(f"{path}:{number}", "it is no http(s) address; write one URL a line")
        for number, entry in entries
        if entry and not entry.startswith("#")
    )
    return _Pages(_fetcher(wanted, manners), wanted, "").inputs(str(path), found)


def _fetcher(wanted: Wanted, manners: Manners | None) -> Fetcher:
    return Fetcher(wanted.user_agent, HttpCache(wanted.cache), manners)


def _from_sitemaps(fetcher: Fetcher, first: Fetched) -> Iterator[str | Input]:
    """The pages of a sitemap and of all that it leads to; what cannot be read is there as a broken input."""
    host, seen = host_of(first.url), {first.url}
    waiting: deque[str | Fetched] = deque([first])
    while waiting:
        place = waiting.popleft()
        name = place if isinstance(place, str) else place.url
        try:
            sitemap = fetcher.get(place, host, None, MOST_BYTES) if isinstance(place, str) else place
            data = unpacked(sitemap.body)
            if kind_of(data) != "sitemapindex":
                yield from locations(data)
                continue
            for address in locations(data):
                if address not in seen and len(seen) < MOST_SITEMAPS:
                    seen.add(address)
                    waiting.append(address)
        except ReadError as error:
            yield broken(name, str(error))


class _Pages:
    """Turns addresses into inputs, each once: the wanted ones, at the host, up to the limit."""

    def __init__(self, fetcher: Fetcher, wanted: Wanted, host: str) -> None:
        self._wanted = wanted
        self._host = host
        self._ahead = _Ahead(lambda url: _html(fetcher.get(url, host)), fetcher.connections)

    def inputs(self, source: str, addresses: Iterable[str | Input]) -> Iterator[Input]:
        """The inputs in order, and a broken one for what was left out of them."""
        away: list[str] = []
        urls: dict[str, None] = {}
        for found in addresses:
            if isinstance(found, Input):
                yield found
            elif self._is_away(found):
                away.append(found)
            elif (url := urldefrag(found).url) not in urls and self._wanted.picks(_path(url)):
                if len(urls) == self._wanted.limit:
                    yield broken(source, f"it has more than {len(urls)} pages; raise --limit for the others")
                    break
                urls[url] = None
        if away:
            yield broken(source, f"addresses away from {self._host} were left out: {len(away)}, such as {away[0]}")
        self._ahead.expect(list(urls))
        yield from (_input(url, partial(self._ahead.read, number)) for number, url in enumerate(urls))

    def _is_away(self, url: str) -> bool:
        return bool(self._host) and not (is_web(url) and host_of(url) == self._host)


class _Ahead:
    """Fetches the pages after the one that is asked for, as many at once as there may be connections.

    Nobody waits for its threads: where a build is stopped, the program ends in the middle of a page, or of a long wait.
    """

    def __init__(self, fetch: Callable[[str], bytes], at_once: int) -> None:
        self._fetch = fetch
        self._turns = Semaphore(at_once)
        self._urls: list[str] = []
        self._under_way: dict[int, Future[bytes]] = {}
        self._next = 0
        self._lock = Lock()

    def expect(self, urls: list[str]) -> None:
        """Says which pages will be asked for, in which order."""
        self._urls = urls

    def read(self, number: int) -> bytes:
        """The body of a page. Raises ReadError."""
        with self._lock:
            last = min(number + AHEAD, len(self._urls) - 1)
            for place in (number, *range(max(self._next, number + 1), last + 1)):
                if place not in self._under_way:
                    self._under_way[place] = self._begin(self._urls[place])
            self._next = max(self._next, last + 1)
            page = self._under_way.pop(number)
        return page.result()

    def _begin(self, url: str) -> Future[bytes]:
        page: Future[bytes] = Future()
        Thread(target=self._answer, args=(page, url), name="fetch", daemon=True).start()
        return page

    def _answer(self, page: Future[bytes], url: str) -> None:
        with self._turns:
            try:
                page.set_result(self._fetch(url))
            except Exception as error:  # noqa: BLE001 (it is raised to who reads the page)
                page.set_exception(error)


def _input(url: str, read: Callable[[], bytes]) -> Input:
    parts = urlsplit(url)
    href = parts.path.lstrip("/") + (f"?{parts.query}" if parts.query else "")
    return Input(_path(url), url, read, href or ".", url)


def _path(url: str) -> str:
    """What a URL is called in the source: its path, and its query if it has one."""
    parts = urlsplit(url)
    return unquote(parts.path).strip("/") + (f"?{parts.query}" if parts.query else "")


def _html(page: Fetched) -> bytes:
    """A page's body. Where only the server knows its charset, as UTF-8."""
    kind, _, parameters = page.content_type.partition(";")
    if kind.strip().lower() not in HTML_TYPES:
        raise ReadError(f"it is {kind.strip()}, not HTML; --exclude it")
    charset = parameters.partition("charset=")[2].partition(";")[0].strip("\"' ")
    with suppress(UnicodeError):
        page.body.decode("utf-8")
        return page.body
    with suppress(UnicodeError, LookupError):
        return page.body.decode(charset or "utf-8").encode()
    return page.body
