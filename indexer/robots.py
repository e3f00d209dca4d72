"""What sites ask of robots: which addresses not to fetch, and how long to wait between two (RFC 9309).

Asked once a host. Where there is no robots.txt (4xx) everything is allowed; where the server cannot say (5xx, or no
connection) nothing is. This file does not know how bytes are fetched.
"""

from collections.abc import Callable
from threading import Lock
from urllib.parse import urlsplit

from protego import Protego

from .inputs import ReadError

MOST_BYTES = 512 * 1024  # of a robots.txt that are read, as RFC 9309 asks at the least


class HttpError(ReadError):
    """A server's answer that is no page; `status` is its number."""

    def __init__(self, message: str, status: int) -> None:
        super().__init__(message)
        self.status = status


class Robots:
    """The rules of every host that was asked."""

    def __init__(self, user_agent: str) -> None:
        self._user_agent = user_agent.partition("/")[0]
        self._rules: dict[str, Protego | ReadError] = {}
        self._lock = Lock()

    def check(self, url: str, fetch: Callable[[str], bytes]) -> float:
        """How many seconds the site wants between two requests. `fetch` gives a URL's body; it raises ReadError.

        Raises ReadError where the site does not want the URL fetched, or cannot say.
        """
        rules = self._of(url, fetch)
        if isinstance(rules, ReadError):
            raise ReadError(f"the site's robots.txt cannot be read ({rules}), so nothing is fetched from it; try later")
        if not rules.can_fetch(url, self._user_agent):
            raise ReadError(f"the site's robots.txt forbids it to {self._user_agent}; allow it there, or --exclude it")
        return float(rules.crawl_delay(self._user_agent) or 0)

    def _of(self, url: str, fetch: Callable[[str], bytes]) -> Protego | ReadError:
        parts = urlsplit(url)
        site = f"{parts.scheme}://{parts.netloc}"
        with self._lock:
            if site not in self._rules:
                self._rules[site] = _ask(f"{site}/robots.txt", fetch)
            return self._rules[site]


def _ask(url: str, fetch: Callable[[str], bytes]) -> Protego | ReadError:
    try:
        text = fetch(url)[:MOST_BYTES].decode("utf-8-sig", errors="replace")
    except HttpError as error:
        if not 400 <= error.status < 500 or error.status == 429:
            return error
        text = ""
    except ReadError as error:
        return error
    return Protego.parse(text)
