"""What the search box suggests while a visitor types."""

from typing import TypedDict

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..suggest import BY_DEFAULT, MOST, Kind, Suggestion, suggest
from .site import engine_of

OPENSEARCH = "application/x-suggestions+json"
FORMATS = ("json", "opensearch")


class SuggestedName(TypedDict):
    """One name of the site: a question, an article's title or a heading, and where it leads."""

    text: str
    kind: Kind
    url: str


class SuggestAnswer(TypedDict):
    """What `/api/v1/suggest` answers, the best name first."""

    suggestions: list[SuggestedName]


def api_suggest(request: Request) -> Response:
    """`GET /api/v1/suggest?q=&k=`: names of the site; `format=opensearch` gives browsers the array that they want."""
    wanted = request.query_params.get("format", FORMATS[0])
    if wanted not in FORMATS:
        raise HTTPException(400, f"format must be {' or '.join(FORMATS)}")
    text = request.query_params.get("q", "")
    found = suggest(engine_of(request), text, _count(request))
    if wanted == "opensearch":  # by its definition the array begins with what was asked
        return JSONResponse([text, [one.text for one in found]], media_type=OPENSEARCH)
    return JSONResponse(SuggestAnswer(suggestions=[_named(one) for one in found]))


def _named(found: Suggestion) -> SuggestedName:
    return {"text": found.text, "kind": found.kind, "url": found.url}


def _count(request: Request) -> int:
    asked = request.query_params.get("k", str(BY_DEFAULT))
    if not asked.isdecimal() or len(asked) > len(str(MOST)) or not 1 <= int(asked) <= MOST:
        raise HTTPException(400, f"k must be a number from 1 to {MOST}")
    return int(asked)
