"""What a connection may cost while the server waits for its client: seconds, bytes, and places among all others.

Strategy: uvicorn bounds how long a connection may be idle between two requests, and how long a request's head may be,
but not how long it may take to arrive, nor how long its answer may take to be read. Here each connection has one timer,
for what it waits for: the rest of a request, or that the answer is done. Those that wait for the rest of a request, or
for their answer to be taken, stand in one queue. Where it gets too long, or holds too many bytes, the one that has
waited longest is cut off. What people send and read passes in a moment, so those who hold connections open push out
each other, from any number of addresses.
"""

import asyncio
from collections import OrderedDict
from contextlib import suppress
from typing import Any

import h11
import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from .guard import HEADERS, encoded
from .query import LONGEST_QUESTION

# bytes: up to twelve for one character of a question in an address, and headers; whoever asks a question that is up to
# five times too long is still told so
LONGEST_REQUEST = 5 * 12 * LONGEST_QUESTION + 65_536
MOST_LINES = 1_000  # of a request: each header and each chunk of a body is one at least, and costs time to read
REQUEST_SECONDS = 30.0  # for a request to arrive whole, counted from the connection, or from the end of the last answer
ANSWER_SECONDS = 60.0  # for an answer to be made and taken
IDLE_SECONDS = 5  # between two requests
STOP_SECONDS = 10  # for answers under way when the server stops
MOST_WAITING = 500  # connections whose request has not arrived whole, or whose answer is not taken
MOST_BYTES = 64_000_000  # that these may have sent together


class Waiting:
    """The connections whose clients are waited for, the longest wait first, with the bytes that each sent."""

    def __init__(self, most: int = MOST_WAITING, most_bytes: int = MOST_BYTES) -> None:
        self._most, self._most_bytes = most, most_bytes
        self._sent: OrderedDict[BoundedProtocol, int] = OrderedDict()
        self._bytes = 0

    def add(self, connection: "BoundedProtocol", sent: int = 0) -> None:
        """Counts what a connection sent; cuts it off where that is too much for one, and those that have waited longest
        while there is too much of all."""
        self._sent[connection] = self._sent.get(connection, 0) + sent
        self._bytes += sent
        if self._sent[connection] > LONGEST_REQUEST:
            self._cut(connection)
        while len(self._sent) > self._most or self._bytes > self._most_bytes:
            self._cut(next(iter(self._sent)))

    def remove(self, connection: "BoundedProtocol") -> bool:
        """Forgets a connection; whether it was there."""
        known = connection in self._sent
        self._bytes -= self._sent.pop(connection, 0)
        return known

    def _cut(self, connection: "BoundedProtocol") -> None:
        self.remove(connection)
        connection.cut()


class BoundedProtocol(H11Protocol):
    """HTTP/1.1 with an end to each wait."""

    request_seconds = REQUEST_SECONDS
    answer_seconds = ANSWER_SECONDS
    stop_seconds = STOP_SECONDS
    waiting = Waiting()
    _lines = 0
    _timer: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        """A client is there."""
        super().connection_made(transport)
        self._wait_for_request()

    def data_received(self, data: bytes) -> None:
        """A part of a request came; perhaps the last one."""
        self._lines += data.count(b"\n")
        if self._lines > MOST_LINES:
            self.cut()
            return
        super().data_received(data)
        if not self._is_whole():
            self.waiting.add(self, len(data))
            return
        self._lines = 0
        if self.waiting.remove(self):
            self._end_after(self.answer_seconds)
            if self.flow.write_paused:
                self.waiting.add(self)

    def on_response_complete(self) -> None:
        """An answer was given to the system; the next request may be here already. Who still sends the body of the last
        one has no more time than before."""
        sending = self.conn.their_state is h11.SEND_BODY
        super().on_response_complete()
        if self._is_whole():
            self._end_after(self.answer_seconds)
        elif not sending:
            self._wait_for_request()

    def pause_writing(self) -> None:
        """The client does not take what it asked for, or not yet."""
        super().pause_writing()
        self.waiting.add(self)

    def resume_writing(self) -> None:
        """The client took most of what was written."""
        super().resume_writing()
        if self._is_whole():
            self.waiting.remove(self)

    def connection_lost(self, exc: Exception | None) -> None:
        """The connection is over."""
        self.waiting.remove(self)
        if self._timer:
            self._timer.cancel()
        super().connection_lost(exc)

    def shutdown(self) -> None:
        """The server stops: answers under way are still given, for a while, requests under way are not waited for."""
        super().shutdown()
        if not self._is_whole():
            self.transport.close()
        self._end_after(self.stop_seconds)

    def send_400_response(self, msg: str) -> None:
        """Refuses what is no HTTP, with the headers that every answer has, unless an answer has begun."""
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self._write_400(msg)
        self.transport.close()

    def _write_400(self, msg: str) -> None:
        text = msg.encode("ascii")
        own = {"content-type": "text/plain; charset=utf-8", "content-length": str(len(text)), "connection": "close"}
        headers = [*self.server_state.default_headers, *encoded(own | HEADERS)]
        start = h11.Response(status_code=400, headers=headers, reason=b"Bad Request")
        for event in (start, h11.Data(data=text), h11.EndOfMessage()):
            self.transport.write(self.conn.send(event) or b"")

    def cut(self) -> None:
        """Ends the connection at once, whatever it waits for."""
        self.transport.abort()

    def _is_whole(self) -> bool:
        """Whether the request is here to its end, or is no request."""
        return self.conn.their_state not in (h11.IDLE, h11.SEND_BODY)

    def _wait_for_request(self) -> None:
        self.waiting.add(self)
        self._end_after(self.request_seconds)

    def _end_after(self, seconds: float) -> None:
        if self._timer:
            self._timer.cancel()
        self._timer = self.loop.call_later(seconds, self.cut)


def config_of(application: Any, http: type[H11Protocol] = BoundedProtocol) -> uvicorn.Config:
    """How uvicorn runs an ASGI application here."""
    return uvicorn.Config(
        application,
        access_log=False,  # it would write every question; `guard` writes a log without
        log_level="warning",
        server_header=False,
        proxy_headers=False,  # the application believes the proxies that the settings name, and no others
        http=http,
        ws="none",
        h11_max_incomplete_event_size=LONGEST_REQUEST,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=STOP_SECONDS + 1,  # whose answer is not taken has been cut off by then
    )


def raise_file_limit() -> None:
    """Lets this process have as many files and connections open as its owner may allow it (POSIX, `setrlimit`)."""
    with suppress(ImportError, OSError, ValueError):  # no POSIX, or a kernel that allows less than it says
        import resource

        most = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
        resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
