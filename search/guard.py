"""What holds for every answer of the server: security headers, an access log without words, no traceback.

Strategy: plain ASGI around the whole application, so that error pages and files are covered too. The log names the
pattern of the route, never the query string or the path: either may be something that a visitor wrote, and which
article a visitor read is nobody's business. An exception is logged by its type and place: its message may quote the
question.
"""

import logging
import time
import traceback
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_CSP = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
HEADERS = {
    "cache-control": "no-store",  # what a visitor asked or read is not left on a shared device
    "content-security-policy": _CSP,
    "referrer-policy": "no-referrer",  # the address holds the question
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
}
_ENCODED = [(name.encode(), value.encode()) for name, value in HEADERS.items()]

_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

_log = logging.getLogger("advice.access")


class Guard:
    """An ASGI application that runs another one and adds what every answer has."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, and writes one line about it."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = _with_headers(message["headers"])
            await send(message)

        try:
            await self._application(scope, receive, send_guarded)
        except Exception as error:  # noqa: BLE001 - the application has answered 500 by now; what is left to do is to log it safely
            place = traceback.extract_tb(error.__traceback__)[-1]
            _log.error("%s in %s:%s", type(error).__name__, place.filename, place.lineno)
        _log.info("%s %s %d %.1f ms", *_without_words(scope), status, (time.perf_counter() - started) * 1000)


def _without_words(scope: Scope) -> tuple[str, str]:
    """The request's method and the pattern of its route, "-" for what is none of ours: any part of a request may hold
    what a visitor wrote."""
    method, route = scope["method"], scope.get("route")
    return method if method in _METHODS else "-", getattr(route, "path", "-")


def _with_headers(headers: list[tuple[bytes, bytes]]) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, and those of ours that it does not set itself."""
    given = {name for name, _ in headers}
    return [*headers, *((name, value) for name, value in _ENCODED if name not in given)]
