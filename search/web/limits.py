"""No client may take the server from the others: how often each may ask, and what is said when that is too often.

Strategy: a client's answers are made one after the other, so that others have their share of the processor even while
its bucket is being emptied. Where the bucket is empty, a refusal waits before it is sent: that costs the server little,
and slows who asks without end. What a page consists of is free, so that no page is without its look; so is leaving.
What is not there is not free: it would be answered by a page.
"""

import asyncio
import logging
import math
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field

from starlette.exceptions import HTTPException
from starlette.requests import Request

from ..addresses import client_of
from ..guard import Application, Message, Receive, Scope, Send
from ..limit import Buckets
from ..settings import Settings
from .hosts import HEALTH, READING
from .problems import problem
from .site import STATIC

FREE = {"/leave", "/favicon.ico", *HEALTH, *(f"/static/{file.name}" for file in STATIC.iterdir())}
PAUSE = 1.0  # seconds before a refusal is sent
MOST_PAUSED = 300  # refusals that wait; the others are sent at once, and end their connection
_log = logging.getLogger("advice.limits")


class RateLimit:
    """An ASGI application that runs another one for clients that did not ask too often."""

    def __init__(self, app: Application, settings: Settings) -> None:
        self._application = app
        self._buckets = Buckets(settings.rate_limit.per_minute / 60, settings.rate_limit.burst)
        self._turns = Turns()
        self._free = FREE | _own_files(settings)
        self._told = bool(settings.trusted_proxies)
        self._paused = 0

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers one request."""
        if scope["type"] != "http" or (scope["path"] in self._free and scope["method"] in READING):
            await self._application(scope, receive, send)
            return
        self._look_for_a_proxy(scope)
        client = client_of(scope["client"][0] if scope.get("client") else "")
        if wait := self._buckets.take(client):
            await self._refuse(math.ceil(wait), scope, receive, send)
        else:
            await self._answer(client, scope, receive, send)

    async def _answer(self, client: str, scope: Scope, receive: Receive, send: Send) -> None:
        """Answers when it is the client's turn, which begins when the request is whole, and is over when the answer is
        made: how long it takes to be read is nobody else's business."""
        async with AsyncExitStack() as turn:
            waiting = scope["method"] == "POST"

            async def receive_whole() -> Message:
                nonlocal waiting
                message = await receive()
                if waiting and not message.get("more_body"):
                    waiting = False
                    await turn.enter_async_context(self._turns.of(client))
                return message

            async def send_made(message: Message) -> None:
                await turn.aclose()
                await send(message)

            if not waiting:
                await turn.enter_async_context(self._turns.of(client))
            await self._application(scope, receive_whole, send_made)

    async def _refuse(self, seconds: int, scope: Scope, receive: Receive, send: Send) -> None:
        headers = {"retry-after": str(seconds)}
        if self._paused < MOST_PAUSED:
            self._paused += 1
            try:
                await asyncio.sleep(PAUSE)
            finally:
                self._paused -= 1
        else:
            headers["connection"] = "close"
        await problem(Request(scope), HTTPException(429, headers=headers))(scope, receive, send)

    def _look_for_a_proxy(self, scope: Scope) -> None:
        """Tells the owner once where a proxy that they did not name makes all its visitors look like one."""
        if not self._told and any(name == b"x-forwarded-for" for name, _ in scope["headers"]):
            _log.warning(
                "a proxy that trusted_proxies does not name passes requests on: all who use it share one limit"
            )
            self._told = True


def _own_files(settings: Settings) -> set[str]:
    """The addresses of what pages consist of that only some sites have."""
    own = settings.light or settings.dark, settings.logo, settings.embed_origins
    return {address for address, given in zip(("/theme.css", "/logo", "/embed.js"), own, strict=True) if given}


@dataclass
class _Turn:
    free: asyncio.Lock = field(default_factory=asyncio.Lock)
    wanted: int = 0


class Turns:
    """Who is being answered, and who waits behind a request of their own."""

    def __init__(self) -> None:
        self._turns: dict[str, _Turn] = {}

    def __len__(self) -> int:
        return len(self._turns)

    @asynccontextmanager
    async def of(self, client: str) -> AsyncIterator[None]:
        """While the block runs, it is this client's turn. Nothing is kept of a client when all its turns are over."""
        turn = self._turns.setdefault(client, _Turn())
        turn.wanted += 1
        try:
            async with turn.free:
                yield
        finally:
            turn.wanted -= 1
            if not turn.wanted:
                del self._turns[client]
