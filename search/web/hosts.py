"""The names that the site answers to, so that no other site's name can be made to lead here (DNS rebinding).

The names are those of the settings, that of `base_url`, the one that the server listens on, and those of this machine
itself. Where the settings list none, a connection from outside is answered by any name; one that came in over the
loopback interface is not: nobody but this machine's own programs, and a proxy on it, comes in there.

Health checks are answered by any name, since probes ask by address; they hold nothing of the site's. What only looks
like one is not: it would be answered by a page.
"""

import logging
from urllib.parse import urlsplit

from starlette.responses import JSONResponse, PlainTextResponse, Response

from ..addresses import is_loopback
from ..api_json import problem_json
from ..guard import Application, Receive, Scope, Send
from ..settings import Settings

HEALTH = ("/healthz", "/readyz")
READING = ("GET", "HEAD")  # methods
REFUSED = 421  # "Misdirected Request" (RFC 9110, section 15.5.20)
SAID = "This server does not answer to this name. Its owner lists its names as `hosts` in the settings."
_log = logging.getLogger("advice.hosts")


class Hosts:
    """An ASGI application that runs another one for requests that name a host of the site, and refuses others."""

    def __init__(self, application: Application, settings: Settings, bound: str = "") -> None:
        self._application = application
        self._listed = bool(settings.hosts)
        base = urlsplit(settings.base_url).netloc
        self._names = {_name(host) for host in (*settings.hosts, base, bound, "localhost") if host}
        self._told = False

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http" or _is_probe(scope) or self._answers_to(scope):
            await self._application(scope, receive, send)
            return
        if not self._told:
            _log.warning(
                "refused a request to a name that is not this site's: list its names as `hosts` in the settings"
            )
            self._told = True
        await _refusal(scope["path"])(scope, receive, send)

    def _answers_to(self, scope: Scope) -> bool:
        name = _name(next((value.decode("latin-1") for key, value in scope["headers"] if key == b"host"), ""))
        arrived = scope["server"][0] if scope.get("server") else ""
        return name in self._names or is_loopback(name) or not (self._listed or is_loopback(arrived))


def _is_probe(scope: Scope) -> bool:
    return scope["path"] in HEALTH and scope["method"] in READING


def _name(host: str) -> str:
    """A host without its port, brackets and the dot of the root."""
    start, end = ("[", "]") if host.startswith("[") and "]" in host else ("", ":")
    name = host.removeprefix(start).partition(end)[0]
    return name.lower().removesuffix(".")


def _refusal(path: str) -> Response:
    """An answer that repeats nothing of the request."""
    if not path.startswith("/api/"):
        return PlainTextResponse(f"{SAID}\n", REFUSED)
    return JSONResponse(problem_json(REFUSED, "", "/api/v1"), REFUSED, media_type="application/problem+json")
