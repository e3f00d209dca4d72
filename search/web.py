"""The web application: routes, and handlers as thin as they can be. The only module that knows Starlette.

Every page is complete without JavaScript, and every state has an address: `GET /?q=` is a results page.
"""

import hashlib
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import HTMLResponse, JSONResponse, Response
from starlette.routing import Mount, Route
from starlette.staticfiles import StaticFiles

from .answer import BY_DEFAULT, CANDIDATES, answer
from .engine import Card, Engine
from .guard import Application, Guard
from .live import LiveEngine
from .model import QuestionError, Results
from .present import block_groups, excerpt_html, results_json, topic_slug
from .ranking import Weights

UNSURE = 0.3  # confidence; below it, visitors are told that nothing may fit
RANKED_FOR_PAGE = 50  # passages; an article shows three of its own at the most
ARTICLES_ON_PAGE = 10
NEWEST = 6
_HERE = Path(__file__).parent
_PROBLEM = "application/problem+json"

_templates = Environment(
    loader=FileSystemLoader(_HERE / "templates"),
    autoescape=True,
    undefined=StrictUndefined,
    trim_blocks=True,
    lstrip_blocks=True,
)
_templates.filters |= {"excerpt": excerpt_html, "topic_slug": topic_slug, "groups": block_groups}
_templates.globals["style"] = (
    "/static/style.css?v=" + hashlib.sha256((_HERE / "static" / "style.css").read_bytes()).hexdigest()[:10]
)


def create_app(live: LiveEngine, weights: Weights = BY_DEFAULT, country: str = "") -> Application:
    """The ASGI application that answers from a live engine, which it starts and stops, with these signals' weights, and
    the helplines of a country."""

    @asynccontextmanager
    async def lifespan(app: Starlette) -> AsyncIterator[None]:
        live.start()
        yield
        live.stop()

    routes = [
        Route("/", home),
        Route("/articles/{path:path}", article),
        Route("/topics/{slug}", topic),
        Route("/api/v1/search", api_search),
        Route("/healthz", healthy),
        Route("/readyz", ready),
        Mount("/static", _CachedFiles(directory=_HERE / "static")),
    ]
    errors: dict[Any, Callable[[Request, Exception], Response | Awaitable[Response]]] = {
        HTTPException: problem,
        QuestionError: problem,
        Exception: problem,
    }
    app = Starlette(routes=routes, lifespan=lifespan, exception_handlers=errors)
    app.router.redirect_slashes = False  # a redirect would repeat the question in a header
    app.state.live, app.state.weights, app.state.country = live, weights, country
    return Guard(app)


def home(request: Request) -> Response:
    """The search box; with `?q=`, the results under it."""
    engine, question = _engine(request), request.query_params.get("q", "").strip()
    if not question:
        newest = sorted(engine.cards, key=lambda card: card.published, reverse=True)[:NEWEST]
        return _page("home.html", topics=_topics(engine), newest=newest, asked="q" in request.query_params)
    results = _answer(request, engine, RANKED_FOR_PAGE)
    groups = results.groups[:ARTICLES_ON_PAGE]
    unsure = results.confidence is not None and results.confidence < UNSURE
    return _page(
        "results.html", question=question, results=results, groups=groups, topics=_topics(engine), unsure=unsure
    )


def article(request: Request) -> Response:
    """An article to read, every passage with an anchor of its own."""
    reading = _engine(request).read(quote(unquote_to_bytes(request.scope["raw_path"])))  # as the indexer wrote it
    if reading is None:
        raise HTTPException(404)
    return _page("article.html", article=reading.article, passages=reading.passages)


def topic(request: Request) -> Response:
    """The articles of a topic."""
    engine, wanted = _engine(request), request.path_params["slug"]
    cards = [card for card in engine.cards if wanted in map(topic_slug, card.topics)]
    if not cards:
        raise HTTPException(404)
    name = next(name for name in cards[0].topics if topic_slug(name) == wanted)
    return _page("topic.html", name=name, cards=cards, topics=_topics(engine))


def api_search(request: Request) -> Response:
    """`GET /api/v1/search?q=&k=`: the same results as JSON."""
    asked = request.query_params.get("k", "10")
    if not asked.isdecimal() or len(asked) > len(str(CANDIDATES)) or not 1 <= int(asked) <= CANDIDATES:
        raise HTTPException(400, f"k must be a number from 1 to {CANDIDATES}")
    if not request.query_params.get("q", "").strip():
        raise HTTPException(400, "q is missing: /api/v1/search?q=your+question")
    return JSONResponse(results_json(_answer(request, _engine(request), int(asked))))


def healthy(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


def ready(request: Request) -> Response:
    """An index is open, and which."""
    engine = _engine(request)
    return JSONResponse({"status": "ready", "generation": engine.name, "articles": len(engine.cards)})


_EXPLAINED = {
    404: ("This page is not here", "The address may be mistyped, or the article was moved or taken down."),
    405: ("This address cannot do that", "It only answers to GET requests."),
    500: ("Something broke on our side", "Your question was not stored. Please try again in a moment."),
}


def problem(request: Request, error: Exception) -> Response:
    """An error as a page, or for the API as RFC 9457 problem details."""
    if isinstance(error, HTTPException):
        status, said = error.status_code, error.detail
    else:
        status, said = (400, str(error)) if isinstance(error, QuestionError) else (500, "")
    title, explained = _EXPLAINED.get(status, ("This did not work", said))
    if request.url.path.startswith("/api/"):
        detail = {"title": title, "status": status, "detail": explained}
        return JSONResponse(detail, status, media_type=_PROBLEM)
    topics = _topics(_engine(request))
    return _page("error.html", status=status, title=title, explained=explained, topics=topics)


class _CachedFiles(StaticFiles):
    """Files whose address changes with their content may be kept by browsers."""

    def file_response(self, *args: Any, **kwargs: Any) -> Response:
        response = super().file_response(*args, **kwargs)
        response.headers["cache-control"] = "public, max-age=86400"
        return response


def _engine(request: Request) -> Engine:
    live: LiveEngine = request.app.state.live
    return live.engine


def _answer(request: Request, engine: Engine, k: int) -> Results:
    question = request.query_params["q"].strip()
    literal = request.query_params.get("literal") == "1"
    state = request.app.state
    return answer(engine, question, k, literal, weights=state.weights, country=state.country)


def _page(template: str, *, status: int = 200, **values: Any) -> Response:
    return HTMLResponse(_templates.get_template(template).render(values, status=status), status)


def _topics(engine: Engine) -> list[tuple[str, int]]:
    """Topic names with how many articles each has, the largest first."""
    return Counter(topic for card in engine.cards for topic in _first_topic(card)).most_common()


def _first_topic(card: Card) -> tuple[str, ...]:
    """An article's section, which sites put first; its tags are too many to browse."""
    return card.topics[:1]
