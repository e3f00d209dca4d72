"""Errors as visitors see them: a page that goes on, or for the API problem details (RFC 9457)."""

from urllib.parse import quote

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from ..api_json import problem_json
from ..messages import messages
from ..model import LongQuestionError, QuestionError
from .site import engine_of, language_of, page, topics_of

EXPLAINED = (404, 405, 408, 429, 500)  # statuses that have messages of their own


def problem(request: Request, error: Exception) -> Response:
    """An error as a page, or for the API as problem details."""
    status, said = _status_of(error)
    answered = _details(request, status, said) if request.url.path.startswith("/api/") else _page(request, status, said)
    answered.headers.update(getattr(error, "headers", None) or {})  # a 405 names the methods that are allowed
    return answered


def _details(request: Request, status: int, said: str) -> Response:
    details = problem_json(status, said, quote(request.url.path))
    return JSONResponse(details, status, media_type="application/problem+json")


def _page(request: Request, status: int, said: str) -> Response:
    t = messages(language_of(request))
    own = f"error-{status}" if status in EXPLAINED else "error-other"
    title, explained = t(own), t(f"{own}-explained") if status in EXPLAINED else said
    topics = topics_of(engine_of(request))
    return page(request, "error.html", status=status, title=title, explained=explained, topics=topics)


def _status_of(error: Exception) -> tuple[int, str]:
    if isinstance(error, HTTPException):
        return error.status_code, error.detail
    if isinstance(error, QuestionError):
        return 413 if isinstance(error, LongQuestionError) else 400, str(error)
    return 500, ""
