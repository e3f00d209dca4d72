"""What is suggested while somebody types in a browser's own search field."""

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..suggest import suggest
from .site import engine_of


def opensearch_suggest(request: Request) -> Response:
    """`GET /opensearch/suggest?q=`: the array that browsers ask for, which by its definition begins with what was asked
    (OpenSearch Suggestions 1.1)."""
    text = request.query_params.get("q", "")
    names = [found.text for found in suggest(engine_of(request), text)]
    return JSONResponse([text, names], media_type="application/x-suggestions+json")
