"""The ASGI application: its routes, and what happens when one fails."""

from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, cast

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from ..addresses import both_forms
from ..answer import BY_DEFAULT
from ..guard import Application, Guard
from ..live import LiveEngine
from ..model import QuestionError
from ..ranking import Weights
from ..settings import Settings
from ..statistics import open_statistics
from . import api, embed, feeds, look, pages
from .helpful import ADDRESS, helpful
from .hosts import Hosts
from .leaving import Left, leave
from .limits import RateLimit
from .openapi import routes_of
from .origins import OpenTo
from .private import private
from .problems import problem
from .site import STATIC, open_site
from .suggestions import opensearch_suggest

_ERRORS: dict[Any, Callable[[Request, Exception], Response | Awaitable[Response]]] = {
    HTTPException: problem,
    QuestionError: problem,
    Exception: problem,
}


def create_app(
    live: LiveEngine, weights: Weights = BY_DEFAULT, settings: Settings | None = None, bound: str = ""
) -> Application:
    """The application that answers from a live engine, which it starts and stops, with these signals' weights. `bound`
    is the host that the server listens on, as an address in a browser has it. Raises StatisticsError."""
    settings = settings or Settings()
    statistics = open_statistics(settings.statistics)

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        live.start()
        if statistics:
            statistics.start()
        yield
        live.stop()
        if statistics:
            statistics.stop()

    app = Starlette(routes=routes(), lifespan=lifespan, exception_handlers=_ERRORS)
    app.router.redirect_slashes = False  # a redirect would repeat the question in a header
    app.state.site = open_site(live, settings, weights)
    app.state.left = Left(settings.exit_url)
    app.state.statistics = statistics
    # No page holds a secret beside what its visitor wrote, so its compressed length gives nothing away (BREACH). A page
    # of 50 KB takes a third of a millisecond; a higher level takes twice that, and saves a twentieth.
    app.add_middleware(GZipMiddleware, compresslevel=4)
    if settings.rate_limit.per_minute:
        app.add_middleware(RateLimit, settings=settings)
    return _within(app, settings, bound)


def _within(app: Starlette, settings: Settings, bound: str) -> Application:
    """The application inside what is done before and after each request, the innermost first."""
    opened: Application = OpenTo(app, settings.embed_origins) if settings.embed_origins else app
    guarded: Any = Guard(Hosts(opened, settings, bound), settings.base_url.startswith("https:"))
    return cast("Application", ProxyHeadersMiddleware(guarded, list(both_forms(settings.trusted_proxies))))


def routes() -> list[BaseRoute]:
    """Every address, and what answers it."""
    return [
        Route("/", pages.home),
        Route("/articles/{path:path}", pages.article),
        Route("/topics/{slug}", pages.topic),
        Route("/more/{path:path}", pages.more),
        Route("/letter", pages.letter),
        Route("/private", private, methods=["GET", "POST"]),
        Route("/leave", leave),
        Route(ADDRESS, helpful, methods=["GET", "POST"]),
        *routes_of(api.OPERATIONS),
        Route("/opensearch/suggest", opensearch_suggest),
        Route("/healthz", api.healthy),
        Route("/readyz", api.ready),
        Route("/robots.txt", feeds.robots),
        Route("/sitemap.xml", feeds.sitemap),
        Route("/feed.xml", feeds.feed),
        Route("/opensearch.xml", feeds.open_search),
        Route("/favicon.ico", feeds.favicon),
        Route("/.well-known/security.txt", feeds.security),
        Route("/embed.js", embed.script),
        Route("/embed", embed.frame),
        Route("/theme.css", look.theme),
        Route("/logo", look.logo),
        Mount("/static", _CachedFiles(directory=STATIC)),
    ]


class _CachedFiles(StaticFiles):
    """Files whose address changes with their content may be kept by browsers."""

    def file_response(self, full_path: Any, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(full_path, *args, **kwargs)
        response.headers["cache-control"] = "public, max-age=86400"
        if Path(full_path).name == embed.STYLE:
            response.headers.update(embed.FOR_OTHER_SITES)
        return response
