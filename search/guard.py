"""What holds for every answer of the server: security headers, an access log without words, no traceback.

Strategy: plain ASGI around the whole application, so that error pages and files are covered too. The log names the
pattern of the route, never the query string or the path: either may be something that a visitor wrote, and which
article a visitor read is nobody's business. An exception is logged by its type and place: its message may quote the
question. Where a template of the owner's is wrong, in error pages too, a plain answer is given here.
"""

import logging
import re
import time
import traceback
from collections.abc import Awaitable, Callable, Iterable, Mapping, MutableMapping
from typing import Any

Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]
Application = Callable[[Scope, Receive, Send], Awaitable[None]]

_CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'; "
    "require-trusted-types-for 'script'; trusted-types 'none'"
)
# what no page needs, and what a script that should not be there must not have; only what browsers know, since they
# complain of all else in their consoles
_FEATURES = (
    "accelerometer autoplay browsing-topics camera clipboard-read display-capture encrypted-media fullscreen "
    "geolocation gyroscope hid idle-detection local-fonts magnetometer microphone midi payment "
    "publickey-credentials-get screen-wake-lock serial storage-access usb window-management xr-spatial-tracking"
)
HEADERS = {
    "cache-control": "no-store",  # what a visitor asked or read is not left on a shared device
    "content-security-policy": _CSP,
    "referrer-policy": "no-referrer",  # the address holds the question
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-embedder-policy": "require-corp",
    "permissions-policy": ", ".join(f"{feature}=()" for feature in _FEATURES.split()),
    "x-dns-prefetch-control": "off",  # looking up the links of a page would tell what was found
    "x-permitted-cross-domain-policies": "none",
}
# where the public finds the site by https, browsers are told to use nothing else from then on (RFC 6797)
ONLY_HTTPS = {"strict-transport-security": "max-age=31536000"}

_ASKED = re.compile(rb"(^|&)q=")
_FAILED = b"Something broke on our side. Please try again in a moment.\n"
_METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}

_log = logging.getLogger("advice.access")


def encoded(headers: Mapping[str, str]) -> Headers:
    """Headers as servers write them."""
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def framed_by(origins: Iterable[str]) -> dict[str, str]:
    """The headers of an answer that pages of these origins, and no others, may show in a frame."""
    nobody, listed = "frame-ancestors 'none'", f"frame-ancestors {' '.join(origins)}"
    return {
        "content-security-policy": HEADERS["content-security-policy"].replace(nobody, listed),
        "x-frame-options": "",  # it knows no lists
    }


class Guard:
    """An ASGI application that runs another one and adds what every answer has."""

    def __init__(self, application: Application, only_https: bool = False) -> None:
        self._application = application
        headers = HEADERS | (ONLY_HTTPS if only_https else {})
        self._headers = encoded(headers)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request, and writes one line about it."""
        if scope["type"] != "http":
            await self._application(scope, receive, send)
            return
        started, status = time.perf_counter(), 0

        async def send_guarded(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = self._with_headers(message["headers"], _ASKED.search(scope["query_string"]))
            await send(message)

        try:
            await self._application(scope, receive, send_guarded)
        except Exception as error:  # noqa: BLE001 - what is left to do is to log it safely, and to answer if nothing did
            _log.error("%s in %s", type(error).__name__, _place(error))
        if not status:
            await _fail(send_guarded)
        _log.info("%s %s %d %.1f ms", *_without_words(scope), status, (time.perf_counter() - started) * 1000)

    def _with_headers(self, headers: Headers, asked: object) -> Headers:
        """The headers of an answer, and those of ours that it does not set itself; one that it sets to "" is left out.
        What has a question in its address is kept nowhere, whatever it is."""
        headers = [(name, value) for name, value in headers if not (asked and name == b"cache-control")]
        given = {name for name, _ in headers}
        own = ((name, value) for name, value in headers if value)
        return [*own, *((name, value) for name, value in self._headers if name not in given)]


async def _fail(send: Send) -> None:
    own = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(_FAILED))}
    await send({"type": "http.response.start", "status": 500, "headers": encoded(own)})
    await send({"type": "http.response.body", "body": _FAILED})


def _place(error: Exception) -> str:
    """Where an exception was raised: the last line of a template, if there is one, since that may be the owner's."""
    frames = traceback.extract_tb(error.__traceback__)
    place = next((frame for frame in reversed(frames) if not frame.filename.endswith((".py", ">"))), frames[-1])
    return f"{place.filename}:{place.lineno}"


def _without_words(scope: Scope) -> tuple[str, str]:
    """The request's method and the pattern of its route, "-" for what is none of ours: any part of a request may hold
    what a visitor wrote."""
    method, route = scope["method"], scope.get("route")
    return method if method in _METHODS else "-", getattr(route, "path", "-")
