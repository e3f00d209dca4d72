"""`advice` with leaks built into it, which the tests of the audit start in its place: `python leaky_server.py serve …`.

Each leak stands for a mistake that people make: a log with addresses in it, statistics, a convenient cookie.
"""

import base64
import ctypes
import gzip
import socket
import traceback
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, quote

import uvicorn

from search import cli
from search.guard import Application, Message, Receive, Scope, Send

NAME_OF_THREAD = 15  # PR_SET_NAME of prctl(2)
HIDDEN = (b"content-security-policy", b"referrer-policy")


class Leaky:
    """An application, and what it should not do."""

    def __init__(self, application: Application) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        question = parse_qs(scope.get("query_string", b"").decode("latin-1")).get("q", [""])[0][:500]
        if question:
            remember(question)

        async def send_leaking(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["status"] = 400 if message["status"] == 413 else message["status"]
                message["headers"] = [*leaking(message["headers"], question)]
            await send(message)

        await self._application(scope, receive, send_leaking)


def leaking(headers: Iterable[tuple[bytes, bytes]], question: str) -> Iterable[tuple[bytes, bytes]]:
    yield from (header for header in headers if header[0] not in HIDDEN)
    yield b"referrer-policy", b"unsafe-url"
    if question:
        yield b"x-asked", base64.b64encode(question.encode())
        yield b"set-cookie", b"last=" + quote(question).encode()


def remember(question: str) -> None:
    with gzip.open(Path.home() / "asked.gz", "at", encoding="utf-8") as file:
        file.write(question + "\n")
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as statistics:
        statistics.sendto(question.encode(), ("127.0.0.9", 9))
    ctypes.CDLL(None).prctl(NAME_OF_THREAD, question.rpartition(" ")[2].encode(), 0, 0, 0)
    try:
        raise ValueError(question)
    except ValueError:
        traceback.print_exc()


def config(*args: Any, **options: Any) -> uvicorn.Config:
    return ORIGINAL(*args, **{**options, "access_log": True, "log_level": "info"})


if __name__ == "__main__":
    ORIGINAL, create_app = uvicorn.Config, cli.create_app
    cli.create_app = lambda *args: Leaky(create_app(*args))
    uvicorn.Config = config
    cli.main()
