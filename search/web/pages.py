"""The pages that visitors read."""

from collections.abc import Mapping

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..browse import faqs_of, situations
from ..helping import country_names, helping
from ..helplines import countries
from ..model import Filter, topic_slug
from ..reply import more_like, reply
from .helpful import count_search, may_ask
from .site import cards_of, engine_of, language_of, own_url, page, site_of, topics_of

ARTICLES_ON_PAGE = 6
NEWEST = 6
NO_COUNTRY = "-"


def home(request: Request) -> Response:
    """The search box, and ways to browse; with `?q=`, the reply to a question."""
    question = request.query_params.get("q", "").strip()
    if question:
        return results(request, question, request.query_params)
    engine = engine_of(request)
    newest = sorted(engine.cards, key=lambda card: card.published, reverse=True)[:NEWEST]
    asked = "q" in request.query_params
    return page(
        request,
        "home.html",
        topics=topics_of(engine),
        newest=newest,
        asked=asked,
        situations=situations(engine, site_of(request).settings),
    )


def letter(request: Request) -> Response:
    """A box for a long letter; its reply is a results page like any other."""
    return page(request, "letter.html")


def results(request: Request, question: str, asked: Mapping[str, str], private: bool = False) -> Response:
    """The reply to a question; `asked` are the fields of its form. What leads on from a private one hides it too."""
    engine = engine_of(request)
    only = Filter(asked.get("kind", ""), asked.get("topic", ""))
    literal, by_date = asked.get("literal") == "1", asked.get("sort") == "date"
    found = reply(engine, question, literal, site_of(request).weights, only, by_date)
    if not private:
        count_search(request, found)
    groups = found.groups
    pages = max(-(-len(groups) // ARTICLES_ON_PAGE), 1)
    number = min(_number(asked.get("page", "")), pages)
    state = {"q": question, "literal": "1" if literal else "", "kind": only.kind, "topic": only.topic}
    country = _country(asked.get("country", ""), site_of(request).settings.country)
    state |= {"sort": "date" if by_date else "", "page": "", "country": asked.get("country", "")}

    def fields(**changes: str) -> dict[str, str]:
        """What asks for the same results with something changed, from their first page on."""
        return {name: value for name, value in (state | changes).items() if value}

    return page(
        request,
        "results.html",
        question=question,
        reply=found,
        groups=groups[(number - 1) * ARTICLES_ON_PAGE : number * ARTICLES_ON_PAGE],
        pages=pages,
        number=number,
        only=only,
        by_date=by_date,
        fields=fields,
        private=private,
        asks_back=not private and may_ask(request, found),
        helping=helping(found.danger, country, language_of(request)) if found.danger else None,
        countries=country_names(language_of(request)) if found.danger else [],
        cards=cards_of(engine),
        topics=topics_of(engine),
    )


def article(request: Request) -> Response:
    """An article to read, every passage with an anchor of its own."""
    url, engine = own_url(request), engine_of(request)
    reading = engine.read(url)
    if reading is None:
        raise HTTPException(404)
    card = next(card for card in engine.cards if card.url == url)
    return page(request, "article.html", article=reading.article, passages=reading.passages, card=card)


def more(request: Request) -> Response:
    """Passages of other articles that are like one: `/more/articles/…?anchor=`."""
    engine = engine_of(request)
    found = more_like(engine, own_url(request)[len("/more") :], request.query_params.get("anchor", ""))
    if found is None:
        raise HTTPException(404)
    passage, hits = found
    return page(request, "more.html", passage=passage, hits=hits[:ARTICLES_ON_PAGE], cards=cards_of(engine))


def topic(request: Request) -> Response:
    """The articles of a topic, and the questions that they answer."""
    engine, wanted = engine_of(request), request.path_params["slug"]
    cards = tuple(card for card in engine.cards if wanted in map(topic_slug, card.topics))
    if not cards:
        raise HTTPException(404)
    name = next(name for card in cards for name in card.topics if topic_slug(name) == wanted)
    questions = faqs_of(engine, cards)
    return page(request, "topic.html", name=name, cards=cards, questions=questions, topics=topics_of(engine))


def _country(wanted: str, usual: str) -> str:
    """The country that a visitor chose, "-" for none; the owner's where they chose nothing that we know."""
    return wanted if wanted in countries() else "" if wanted == NO_COUNTRY else usual


def _number(text: str) -> int:
    return max(int(text), 1) if text.isdecimal() and len(text) < 4 else 1
