"""Errors as visitors see them: a page that goes on, or for the API problem details (RFC 9457)."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..messages import messages
from ..model import QuestionError
from .site import engine_of, language_of, page, topics_of

EXPLAINED = (404, 405, 500)  # statuses that have messages of their own


def problem(request: Request, error: Exception) -> Response:
    """An error as a page, or for the API as problem details."""
    status, said = _status_of(error)
    t = messages(language_of(request))
    own = f"error-{status}" if status in EXPLAINED else "error-other"
    title, explained = t(own), t(f"{own}-explained") if status in EXPLAINED else said
    if request.url.path.startswith("/api/"):
        detail = {"title": title, "status": status, "detail": explained}
        return JSONResponse(detail, status, media_type="application/problem+json")
    topics = topics_of(engine_of(request))
    return page(request, "error.html", status=status, title=title, explained=explained, topics=topics)


def _status_of(error: Exception) -> tuple[int, str]:
    if isinstance(error, HTTPException):
        return error.status_code, error.detail
    return (400, str(error)) if isinstance(error, QuestionError) else (500, "")
