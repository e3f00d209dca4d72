"""The pages that visitors read."""

from urllib.parse import quote, unquote_to_bytes

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..answer import answer
from ..model import topic_slug
from .site import engine_of, page, site_of, topics_of

UNSURE = 0.3  # confidence; below it, visitors are told that nothing may fit
RANKED_FOR_PAGE = 50  # passages; an article shows three of its own at the most
ARTICLES_ON_PAGE = 10
NEWEST = 6


def home(request: Request) -> Response:
    """The search box; with `?q=`, the results under it."""
    engine, question = engine_of(request), request.query_params.get("q", "").strip()
    topics = topics_of(engine)
    if not question:
        newest = sorted(engine.cards, key=lambda card: card.published, reverse=True)[:NEWEST]
        return page(request, "home.html", topics=topics, newest=newest, asked="q" in request.query_params)
    literal = request.query_params.get("literal") == "1"
    results = answer(engine, question, RANKED_FOR_PAGE, literal, weights=site_of(request).weights)
    groups = results.groups[:ARTICLES_ON_PAGE]
    unsure = results.confidence is not None and results.confidence < UNSURE
    return page(
        request, "results.html", question=question, results=results, groups=groups, topics=topics, unsure=unsure
    )


def article(request: Request) -> Response:
    """An article to read, every passage with an anchor of its own."""
    reading = engine_of(request).read(quote(unquote_to_bytes(request.scope["raw_path"])))  # as the indexer wrote it
    if reading is None:
        raise HTTPException(404)
    return page(request, "article.html", article=reading.article, passages=reading.passages)


def topic(request: Request) -> Response:
    """The articles of a topic."""
    engine, wanted = engine_of(request), request.path_params["slug"]
    cards = [card for card in engine.cards if wanted in map(topic_slug, card.topics)]
    if not cards:
        raise HTTPException(404)
    name = next(name for name in cards[0].topics if topic_slug(name) == wanted)
    return page(request, "topic.html", name=name, cards=cards, topics=topics_of(engine))
