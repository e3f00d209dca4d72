"""What every handler needs of the site: its engine, its settings, and pages in the visitor's language."""

import hashlib
import re
from collections import Counter
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import quote, unquote_to_bytes, urlencode

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ..browse import disclaimers, minutes, reading_level, years_old
from ..engine import Card, Engine
from ..live import LiveEngine
from ..look import LookFile, logo_file, theme_file
from ..messages import choose_language, messages
from ..model import topic_slug
from ..present import block_groups, deep_link, direction, excerpt_html
from ..ranking import Weights
from ..settings import Settings
from ..why import why
from .leaving import Left

STATIC = Path(__file__).parent.parent / "static"
_TEMPLATES = Path(__file__).parent.parent / "templates"
_HOST = re.compile(r"([a-z0-9]([a-z0-9.-]{,251}[a-z0-9])?|\[[0-9a-f:.]{2,45}\])(:\d{1,5})?", re.IGNORECASE)
# the pages that other sites may show and list, by their routes, with their Open Graph types
_SHARED = {"/": "website", "/letter": "website", "/topics/{slug}": "website", "/articles/{path:path}": "article"}


@dataclass(frozen=True)
class Site:
    """A site that is being served."""

    live: LiveEngine
    settings: Settings
    weights: Weights
    templates: Environment
    theme: LookFile
    logo: LookFile


def open_site(live: LiveEngine, settings: Settings, weights: Weights) -> Site:
    """A site with its templates; those of the owner's folder come before ours."""
    folders = [folder for folder in (settings.templates, _TEMPLATES) if folder]
    templates = Environment(
        loader=ChoiceLoader([FileSystemLoader(folder) for folder in folders]),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    theme, logo = theme_file(settings), logo_file(settings)
    templates.filters |= {
        "excerpt": excerpt_html,
        "topic_slug": topic_slug,
        "groups": block_groups,
        "link": deep_link,
        "minutes": minutes,
        "level": reading_level,
        "years_old": years_old,
        "disclaimers": partial(disclaimers, settings=settings),
        "why": partial(why, heading_weight=weights["heading"]),
        "direction": direction,
        "paragraphs": _paragraphs,
        "address": lambda fields: "/?" + urlencode(fields),
    }
    templates.globals |= {"site": settings, "static": static_address, "theme": theme, "logo": logo, "asks_back": False}
    return Site(live, settings, weights, templates, theme, logo)


def _paragraphs(text: str) -> list[str]:
    return re.split(r"\n\s*\n", text.strip()) if text.strip() else []


@cache
def static_address(name: str) -> str:
    """The address of a static file, which changes with its content."""
    return f"/static/{name}?v={hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:10]}"


def site_of(request: Request) -> Site:
    """The site that a request is for."""
    site: Site = request.app.state.site
    return site


def engine_of(request: Request) -> Engine:
    """The newest generation's engine. A handler asks once, and keeps it to its end."""
    return site_of(request).live.engine


def language_of(request: Request) -> str:
    """The owner's language, or that of the visitor's browser."""
    return site_of(request).settings.language or choose_language(request.headers.get("accept-language", ""))


def own_url(request: Request) -> str:
    """The request's path as the indexer writes URLs: percent-encoded in one way."""
    return quote(unquote_to_bytes(request.scope["raw_path"]))


def public_address(request: Request) -> str:
    """Where the public finds the site, without a slash at the end: as the owner says, or as this request came.

    "" where a request names no valid host; what follows is then an address relative to the site.
    """
    host = request.headers.get("host", "")
    found = f"{request.scope['scheme']}://{host}" if _HOST.fullmatch(host) else ""
    return site_of(request).settings.base_url or found


@dataclass(frozen=True, slots=True)
class Shared:
    """What other sites may know of a page: its address, without what a visitor wrote, and its Open Graph type."""

    address: str
    kind: str


def _shared(request: Request, status: int) -> Shared | None:
    """None for a page that other sites should neither show nor list: results, and errors."""
    kind = _SHARED.get(getattr(request.scope.get("route"), "path", ""))
    if status != 200 or not kind or (request.url.path == "/" and request.url.query):
        return None
    return Shared(public_address(request) + own_url(request), kind)


def page_text(request: Request, template: str, **values: Any) -> str:
    """A template's text in the visitor's language."""
    return site_of(request).templates.get_template(template).render(values, t=messages(language_of(request)))


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page in the visitor's language; for who left, and whose browser only goes back, the way out again. Where nobody
    can tell going back from coming back, a page that says nothing, with a link for who came back."""
    left: Left = request.app.state.left
    left_lately = left.lately(request)
    if away := left.turned_away(request):
        return away
    if left.asks_again(request):
        template, status, values = "left.html", 200, {}
    shared, base = _shared(request, status), public_address(request)
    text = page_text(request, template, status=status, shared=shared, base=base, left_lately=left_lately, **values)
    return HTMLResponse(text, status, headers={"vary": "accept-language", "content-language": language_of(request)})


def cards_of(engine: Engine) -> dict[str, Card]:
    """Every article's card, by its address."""
    return {card.url: card for card in engine.cards}


def topics_of(engine: Engine) -> list[tuple[str, int]]:
    """Topic names with how many articles each has, the largest first."""
    return Counter(topic for card in engine.cards for topic in _first_topic(card)).most_common()


def _first_topic(card: Card) -> tuple[str, ...]:
    """An article's section, which sites put first; its tags are too many to browse."""
    return card.topics[:1]
