"""What a form sent: its fields, of a bounded length."""

import asyncio
from urllib.parse import parse_qsl

from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request

from ..query import LONGEST_QUESTION

LONGEST_BODY = 12 * LONGEST_QUESTION + 1_000  # bytes: a character is twelve at the most, and some fields are short
MOST_FIELDS = 10
MOST_SECONDS = 20  # for a body to arrive


async def form(request: Request) -> dict[str, str]:
    """The fields of a form. Raises HTTPException where it is too long, is none, or does not arrive."""
    try:
        async with asyncio.timeout(MOST_SECONDS):
            body = await _body(request)
    except TimeoutError:
        raise HTTPException(408, headers={"connection": "close"}) from None
    except ClientDisconnect:
        raise HTTPException(400, "the question did not arrive whole") from None
    try:
        return dict(parse_qsl(body.decode("ascii"), max_num_fields=MOST_FIELDS))
    except ValueError:
        raise HTTPException(400, "a form was expected") from None


async def _body(request: Request) -> bytearray:
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > LONGEST_BODY:
            raise HTTPException(413, f"please keep the question under {LONGEST_QUESTION:,} characters")
    return body
