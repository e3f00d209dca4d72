"""Leaving at once: to a page that tells nobody anything, and Back does not return.

Strategy: the link works without JavaScript. A page cannot remove what stands before it in a browser's history, so the
server does not show it again: for some minutes after a visitor left, a request that the same browser makes without
anybody having clicked or typed is sent away too. Browsers say so themselves: `Sec-Fetch-User` stands on what a person
does (W3C, "Fetch Metadata Request Headers"). It also stands on Reload, and on Back to an address that was typed, so a
page for who left lately asks its browser what it came by, and leaves again by itself (`static/returned.js`). Scripts or
not, a question that stood in a typed address is not answered at that address again: there is a page that says nothing,
with a link to go on by. Nothing is stored in the browser, and nothing on disk; in memory there are keyed hashes of the
browser's address and names, and of these with such a question. Each client has places of its own, so that nobody can
make the server forget who else left.
"""

import secrets
import time
from collections import OrderedDict
from threading import Lock

from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..addresses import client_of
from ..keyed import KEY_BYTES, keyed_hash

MINUTES = 15
MOST_CLIENTS = 2_000  # older ones are forgotten first
MOST_OF_CLIENT = 50  # browsers, and questions, in the same way
_NAMES = ("user-agent", "accept-language")


class _Times:
    """When something was, by client and by its name. What is oldest is forgotten first, of each client and of all."""

    def __init__(self) -> None:
        self._kept: OrderedDict[bytes, OrderedDict[bytes, float]] = OrderedDict()
        self._lock = Lock()  # requests are answered by several threads

    def keep(self, client: bytes, name: bytes, when: float) -> None:
        with self._lock:
            of_client = self._kept.setdefault(client, OrderedDict())
            self._kept.move_to_end(client)
            of_client[name] = when
            of_client.move_to_end(name)
            if len(of_client) > MOST_OF_CLIENT:
                of_client.popitem(last=False)
            if len(self._kept) > MOST_CLIENTS:
                self._kept.popitem(last=False)

    def of(self, client: bytes, name: bytes) -> float:
        """0 where nothing is known."""
        return self._kept.get(client, OrderedDict()).get(name, 0.0)

    def forget(self, client: bytes, name: bytes) -> None:
        self._kept.get(client, OrderedDict()).pop(name, None)


class Left:
    """The browsers that left lately."""

    def __init__(self, exit_url: str) -> None:
        self._exit_url = exit_url
        self._key = secrets.token_bytes(KEY_BYTES)
        self._until = _Times()  # by browser
        self._typed = _Times()  # by browser and question

    def leave(self, request: Request) -> Response:
        """Sends a visitor away, and asks the browser to forget what it can."""
        self._until.keep(*self._names(request), time.monotonic() + 60 * MINUTES)
        return self._away()

    def lately(self, request: Request) -> bool:
        """Whether the browser left lately; a page for it must ask whether somebody came back of their own will."""
        return self._until.of(*self._names(request)) >= time.monotonic()

    def turned_away(self, request: Request) -> Response | None:
        """The answer to what comes of Back or Reload after leaving; None to all else. Who clicks on a way to us is
        back of their own will, and not turned away any more; an address may have been typed before they left."""
        if not self.lately(request):
            return None
        if "sec-fetch-mode" in request.headers and "sec-fetch-user" not in request.headers:
            return self._away()
        if not _is_typed(request):
            self._until.forget(*self._names(request))
        return None

    def asks_again(self, request: Request) -> bool:
        """Whether a browser that left lately asks by a typed address what it asked so before; it may come of Back."""
        if not _is_typed(request) or "q" not in request.query_params:
            return False
        client, browser = self._names(request)
        question = keyed_hash(self._key, browser.hex(), request.url.path, request.url.query)
        again = self._typed.of(client, question) > 0
        self._typed.keep(client, question, time.monotonic())
        return again and self.lately(request)

    def _names(self, request: Request) -> tuple[bytes, bytes]:
        address = request.client.host if request.client else ""
        seen = [address, *(request.headers.get(name) for name in _NAMES)]
        return keyed_hash(self._key, client_of(address)), keyed_hash(self._key, *seen)

    def _away(self) -> Response:
        bare = self._exit_url if "#" in self._exit_url else f"{self._exit_url}#"  # or it would inherit ours
        return RedirectResponse(bare, 303, {"clear-site-data": '"cache", "storage"'})


def leave(request: Request) -> Response:
    """`GET /leave`"""
    left: Left = request.app.state.left
    return left.leave(request)


def _is_typed(request: Request) -> bool:
    """Whether an address came from the browser itself: typed, a bookmark, or by Back to one of these."""
    return request.headers.get("sec-fetch-site") == "none"
