"""The JSON API."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..answer import CANDIDATES, answer
from ..present import results_json
from .site import engine_of, site_of


def api_search(request: Request) -> Response:
    """`GET /api/v1/search?q=&k=`: the same results as JSON."""
    asked = request.query_params.get("k", "10")
    if not asked.isdecimal() or len(asked) > len(str(CANDIDATES)) or not 1 <= int(asked) <= CANDIDATES:
        raise HTTPException(400, f"k must be a number from 1 to {CANDIDATES}")
    question = request.query_params.get("q", "").strip()
    if not question:
        raise HTTPException(400, "q is missing: /api/v1/search?q=your+question")
    literal = request.query_params.get("literal") == "1"
    results = answer(engine_of(request), question, int(asked), literal, weights=site_of(request).weights)
    return JSONResponse(results_json(results))


def healthy(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


def ready(request: Request) -> Response:
    """An index is open, and which."""
    engine = engine_of(request)
    return JSONResponse({"status": "ready", "generation": engine.name, "articles": len(engine.cards)})
