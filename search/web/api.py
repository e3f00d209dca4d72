"""The JSON API: its operations, and what answers them. The health checks are beside it."""

from urllib.parse import quote, unquote_to_bytes

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from .. import api_model
from ..answer import CANDIDATES
from ..api_json import API, article_json, cards_json, reply_json, suggestions_json, topics_json
from ..helplines import countries
from ..model import Filter
from ..query import LONGEST_QUESTION
from ..reply import reply
from ..suggest import BY_DEFAULT, MOST, suggest
from .helpful import count_search
from .openapi import Operation, document
from .parameters import Choice, Number, Text
from .site import engine_of, language_of, site_of, topics_of

MOST_ARTICLES = 1_000_000  # that can be skipped in a list

_QUESTION = Text("q", "The question, in any words.", required=True, longest=LONGEST_QUESTION)
_K = Number("k", "How many hits.", 1, CANDIDATES, default=10)
_SKIPPED_HITS = Number(
    "offset", f"How many hits to skip; there are {CANDIDATES} at the most.", 0, CANDIDATES, default=0
)
_KIND = Choice("kind", "Only sections, or only questions with their answers.", lambda: ("faq", "section"))
_TOPIC = Text("topic", "Only articles with this topic, by its slug.")
_LITERAL = Choice("literal", "1 to search for the words as they are spelled.", lambda: ("0", "1"))
_COUNTRY = Choice("country", "Whose helplines to give in danger.", countries)
_TYPED = Text("q", "What has been typed so far.")
_NAMES = Number("k", "How many suggestions.", 1, MOST, default=BY_DEFAULT)
_LIMIT = Number("limit", "How many articles.", 1, 100, default=20)
_SKIPPED_ARTICLES = Number("offset", "How many articles to skip.", 0, MOST_ARTICLES, default=0)


def search(request: Request) -> Response:
    """What answers a question: the passages, best first, and what is composed of them."""
    question, k, skipped = _QUESTION.of(request), _K.of(request), _SKIPPED_HITS.of(request)
    only, literal = Filter(_KIND.of(request), _TOPIC.of(request)), _LITERAL.of(request) == "1"
    found = reply(engine_of(request), question, literal, site_of(request).weights, only)
    count_search(request, found)
    country = _COUNTRY.of(request) or site_of(request).settings.country
    told = reply_json(found, k, skipped, country, language_of(request))
    return JSONResponse(told, headers={"vary": "accept-language"})


def suggestions(request: Request) -> Response:
    """The site's own questions, titles and headings that begin with what somebody types."""
    return JSONResponse(suggestions_json(suggest(engine_of(request), _TYPED.of(request), _NAMES.of(request))))


def articles(request: Request) -> Response:
    """All articles, a page of the list at a time."""
    return JSONResponse(cards_json(engine_of(request).cards, _SKIPPED_ARTICLES.of(request), _LIMIT.of(request)))


def article(request: Request) -> Response:
    """An article with its sections and FAQs; its address is in every list of articles."""
    engine = engine_of(request)
    url = quote(unquote_to_bytes(request.scope["raw_path"])).removeprefix(API)  # as the indexer wrote it
    reading = engine.read(url)
    if reading is None:
        raise HTTPException(404, f"There is no article at this address; {API}/articles lists all.")
    return JSONResponse(article_json(next(card for card in engine.cards if card.url == url), reading))


def topics(request: Request) -> Response:
    """The topics by which articles can be browsed and searches limited."""
    engine = engine_of(request)
    return JSONResponse(topics_json((name for name, _ in topics_of(engine)), engine.cards))


def openapi(request: Request) -> Response:
    """The API's description, in OpenAPI 3.1: this document."""
    settings = site_of(request).settings
    return JSONResponse(document(OPERATIONS, settings.name, settings.base_url))


OPERATIONS = (
    Operation(
        f"{API}/search",
        search,
        api_model.Reply,
        (_QUESTION, _K, _SKIPPED_HITS, _KIND, _TOPIC, _LITERAL, _COUNTRY),
        (413,),
    ),
    Operation(f"{API}/suggest", suggestions, api_model.Suggestions, (_TYPED, _NAMES)),
    Operation(f"{API}/articles", articles, api_model.Cards, (_LIMIT, _SKIPPED_ARTICLES)),
    Operation(f"{API}/articles/{{path:path}}", article, api_model.Article, problems=(404,)),
    Operation(f"{API}/topics", topics, api_model.Topics),
    Operation(f"{API}/openapi.json", openapi, dict),
)


def healthy(request: Request) -> Response:
    """The process answers."""
    return JSONResponse({"status": "ok"})


def ready(request: Request) -> Response:
    """An index is open, and which."""
    engine = engine_of(request)
    return JSONResponse({"status": "ready", "generation": engine.name, "articles": len(engine.cards)})
