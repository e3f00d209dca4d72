"""The ASGI application: its routes, and what happens when one fails."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from ..answer import BY_DEFAULT
from ..guard import Application, Guard
from ..live import LiveEngine
from ..model import QuestionError
from ..ranking import Weights
from ..settings import Settings
from . import api, pages
from .leaving import Left, leave
from .private import private
from .problems import problem
from .site import STATIC, open_site

_ERRORS: dict[Any, Callable[[Request, Exception], Response | Awaitable[Response]]] = {
    HTTPException: problem,
    QuestionError: problem,
    Exception: problem,
}


def create_app(live: LiveEngine, weights: Weights = BY_DEFAULT, settings: Settings | None = None) -> Application:
    """The application that answers from a live engine, which it starts and stops, with these signals' weights."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        live.start()
        yield
        live.stop()

    app = Starlette(routes=_routes(), lifespan=lifespan, exception_handlers=_ERRORS)
    app.router.redirect_slashes = False  # a redirect would repeat the question in a header
    app.state.site = site = open_site(live, settings or Settings(), weights)
    app.state.left = Left(site.settings.exit_url)
    return Guard(app)


def _routes() -> list[BaseRoute]:
    return [
        Route("/", pages.home),
        Route("/articles/{path:path}", pages.article),
        Route("/topics/{slug}", pages.topic),
        Route("/more/{path:path}", pages.more),
        Route("/letter", pages.letter),
        Route("/private", private, methods=["GET", "POST"]),
        Route("/leave", leave),
        Route("/api/v1/search", api.api_search),
        Route("/healthz", api.healthy),
        Route("/readyz", api.ready),
        Mount("/static", _CachedFiles(directory=STATIC)),
    ]


class _CachedFiles(StaticFiles):
    """Files whose address changes with their content may be kept by browsers."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "public, max-age=86400"
        return response
