"""Pages over HTTP, fetched as a good guest does it. The only module that knows httpx.

Strategy: at most two connections; robots.txt is honoured, and its wish for a delay; what fails for the moment is tried
again after a growing wait, or after the one that the server asks for; what is known is asked for with its validators.
Everything is bounded: tries, waits, redirects, bytes, and the time for one page. Redirects are followed here, one at a
time, because each has to pass the same checks as the first address.
"""

import time
from collections import defaultdict
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from importlib.metadata import version
from threading import Lock
from urllib.parse import urldefrag, urljoin, urlsplit

import httpx

from .decode import MAX_BYTES
from .httpcache import HttpCache
from .inputs import USER_AGENT, ReadError, is_web
from .robots import MOST_BYTES as ROBOTS_BYTES
from .robots import HttpError, Robots

HTML_TYPES = frozenset({"", "text/html", "application/xhtml+xml"})  # "": the server does not say
_FOR_THE_MOMENT = frozenset({429, 500, 502, 503, 504})


@dataclass(frozen=True, slots=True)
class Manners:
    """How much patience there is; all times are seconds."""

    connections: int = 2
    tries: int = 4
    first_wait: float = 1.0  # before the second try; twice as long before each further one
    longest_wait: float = 60.0  # that a server may ask for with Retry-After
    longest_delay: float = 10.0  # between two requests, that a robots.txt may ask for
    silence: float = 20.0  # until the next bytes
    page_time: float = 120.0  # for one whole answer
    redirects: int = 5
    page_bytes: int = MAX_BYTES


@dataclass(frozen=True, slots=True)
class Fetched:
    """An answer: the address that it came from in the end, its body, and its content type with parameters."""

    url: str
    body: bytes
    content_type: str


@dataclass(frozen=True, slots=True)
class _Redirect:
    target: str


class _Again(Exception):
    """It failed, but may work later; `wait` is what the server asked for in seconds, None if it did not."""

    def __init__(self, failure: ReadError, wait: float | None = None) -> None:
        self.failure = failure
        self.wait = wait


class Fetcher:
    """Fetches from any number of threads."""

    def __init__(self, user_agent: str = "", cache: HttpCache | None = None, manners: Manners | None = None) -> None:
        self._manners = manners or Manners()
        self.connections = self._manners.connections
        name = user_agent or f"{USER_AGENT}/{version('advice-search')}"
        self._client = httpx.Client(
            headers={"user-agent": name},
            timeout=httpx.Timeout(self._manners.silence, pool=None),
            limits=httpx.Limits(max_connections=self._manners.connections),
        )
        self._cache = cache or HttpCache(None)
        self._robots = Robots(name)
        self._turn: dict[str, float] = defaultdict(float)
        self._lock = Lock()

    def __del__(self) -> None:
        self._client.close()

    def get(
        self, url: str, host: str = "", types: frozenset[str] | None = HTML_TYPES, most: int | None = None
    ) -> Fetched:
        """Fetches a page.

        Args:
            url: its address, of http or https.
            host: the only host to ask, with its port as `host_of` gives it; "" for any.
            types: the content types that are wanted, None for all.
            most: the most bytes to read; as much as a page may have, where it is not said.

        Raises:
            ReadError: there is no such page there, or not for us; the message says why and what to do.

        """
        try:
            return self._follow(url, host, types, most or self._manners.page_bytes)
        except (ValueError, httpx.InvalidURL) as error:
            raise ReadError(f"it is no web address, or leads to none ({error}); repair it, or --exclude it") from None

    def _robots_txt(self, url: str) -> bytes:
        return self._follow(url, "", None, ROBOTS_BYTES, for_robots=True).body

    def _follow(
        self, url: str, host: str, types: frozenset[str] | None, most: int, for_robots: bool = False
    ) -> Fetched:
        for _ in range(self._manners.redirects + 1):
            url = urldefrag(url).url
            self._check(url, host)
            if not for_robots:
                self._wait_for_turn(url, self._robots.check(url, self._robots_txt))
            answer = self._patiently(url, types, most, for_robots)
            if isinstance(answer, Fetched):
                return answer
            url = urljoin(url, answer.target)
        raise HttpError(f"it redirects more than {self._manners.redirects} times; repair it, or --exclude it", 404)

    def _check(self, url: str, host: str) -> None:
        if not is_web(url):
            raise ReadError(f"it leads to {url}, which is no http(s) address; repair it, or --exclude it")
        if urlsplit(url).username is not None:
            raise ReadError("it has a user name in it, which is not supported; fetch the pages into a folder first")
        if host and host_of(url) != host:
            raise ReadError(f"it leads away from {host}, to {url}; list that address in a .txt file if you want it")

    def _wait_for_turn(self, url: str, wish: float) -> None:
        """Sleeps until the site wants the next request, `wish` seconds after the last."""
        delay = min(wish, self._manners.longest_delay)
        if delay:
            with self._lock:
                now = time.monotonic()
                turn = max(self._turn[host_of(url)], now)
                self._turn[host_of(url)] = turn + delay
            time.sleep(turn - now)

    def _patiently(self, url: str, types: frozenset[str] | None, most: int, cut: bool) -> Fetched | _Redirect:
        """One address, tried again while there is hope."""
        wait = self._manners.first_wait
        for number in range(1, self._manners.tries + 1):
            try:
                return self._once(url, types, most, cut)
            except _Again as again:
                asked = again.wait or 0.0
                if number == self._manners.tries or asked > self._manners.longest_wait:
                    raise again.failure from None
                time.sleep(max(wait, asked))
                wait *= 2
        raise AssertionError("there is at least one try")

    def _once(self, url: str, types: frozenset[str] | None, most: int, cut: bool) -> Fetched | _Redirect:
        try:
            with self._client.stream("GET", url, headers=self._cache.validators(url)) as response:
                if response.has_redirect_location:
                    return _Redirect(response.headers["location"])
                if response.status_code == httpx.codes.NOT_MODIFIED and (kept := self._cache.get(url)):
                    return Fetched(url, *kept)
                _refuse(response, types)
                body = self._body(response, most, cut)
        except httpx.RequestError as error:
            reason = str(error) or type(error).__name__
            raise _Again(ReadError(f"the connection failed ({reason}); try later")) from None
        self._cache.put(url, body, dict(response.headers))
        return Fetched(url, body, response.headers.get("content-type", ""))

    def _body(self, response: httpx.Response, most: int, cut: bool) -> bytes:
        """The body as it comes in. Raises ReadError where it has no end, unless the rest is to be cut off."""
        body = bytearray()
        latest = time.monotonic() + self._manners.page_time
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > most and not cut:
                raise ReadError(f"it is longer than {most / 1024**2:.0f} MB, so the rest was not fetched; --exclude it")
            if len(body) > most:
                break
            if time.monotonic() > latest:
                raise ReadError(f"it was still not complete after {self._manners.page_time:.0f} s; try later")
        return bytes(body)


def host_of(url: str) -> str:
    """A URL's host, with its port where that is not the usual one. Raises ValueError where the port is no number."""
    parts = urlsplit(url)
    usual = {"http": 80, "https": 443}.get(parts.scheme)
    return (parts.hostname or "") + (f":{parts.port}" if parts.port not in (None, usual) else "")


def _refuse(response: httpx.Response, types: frozenset[str] | None) -> None:
    """Raises ReadError, or _Again, where an answer is not what was asked for."""
    status = response.status_code
    if status != httpx.codes.OK:
        said = f"HTTP {status} {response.reason_phrase}".strip()
        if status in _FOR_THE_MOMENT:
            raise _Again(HttpError(f"{said}, again and again; try later", status), _retry_after(response))
        raise HttpError(f"{said}; repair the link, or --exclude it", status)
    found = response.headers.get("content-type", "").partition(";")[0].strip().lower()
    if types is not None and found not in types:
        raise ReadError(f"it is {found}, not HTML; --exclude it")


def _retry_after(response: httpx.Response) -> float | None:
    """How many seconds the server wants us to wait, said as a number or as a date."""
    said = response.headers.get("retry-after", "")
    if said.isdecimal():
        return float(said)
    try:
        when = parsedate_to_datetime(said)
    except (ValueError, OverflowError):
        return None
    return max(0.0, ((when if when.tzinfo else when.replace(tzinfo=UTC)) - datetime.now(UTC)).total_seconds())
