"""A second server, which stands for all that is not the audited site: where "Leave this page" leads, and the owner's
other site with the search box on it. It keeps what it is told."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

EMBEDDING = "/embedding"
_PAGE = (
    '<!doctype html><html lang="en"><title>Elsewhere</title><link rel="icon" href="data:,"><h1>Elsewhere</h1>{}</html>'
)
_EMBEDDED = (
    '<div data-advice-search></div><script src="{0}/embed.js" defer></script>'
    '<iframe src="{0}/embed" title="Search" width="600" height="600"></iframe>'
)


@dataclass(frozen=True, slots=True)
class Told:
    """A request that came from a visitor who went outside: its address, its headers, and what it sent."""

    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes = b""

    @property
    def referer(self) -> str:
        """The page that the visitor came from; "" where it was not told."""
        return next((value for name, value in self.headers if name.lower() == "referer"), "")


@dataclass
class Outside:
    """The running server."""

    url: str
    told: list[Told] = field(default_factory=list)
    site: str = ""  # the audited one, once it has an address


@contextmanager
def outside() -> Iterator[Outside]:
    """Serves while the block runs."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = _page(server_side, self.path)
            sent = self.rfile.read(int(self.headers.get("content-length", 0)))
            server_side.told.append(Told(self.path, tuple(self.headers.items()), sent))
            self.send_response(200)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        do_POST = do_GET  # noqa: N815 - the name is the base class's

        def log_message(self, *_: object) -> None:
            """Says nothing: `told` has it."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def handle_error(self, *_: object) -> None:
            """A browser may hang up, or speak TLS to it."""

    with Server(("127.0.0.1", 0), Handler) as server:
        server_side = Outside(f"http://127.0.0.1:{server.server_address[1]}")
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server_side
        finally:
            server.shutdown()
            thread.join()


def _page(outside: Outside, path: str) -> bytes:
    return _PAGE.format(_EMBEDDED.format(outside.site) if path.startswith(EMBEDDING) else "").encode()
