"""What every handler needs of the site: its engine, its settings, and pages in the visitor's language."""

import hashlib
from collections import Counter
from dataclasses import dataclass
from functools import cache, partial
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from jinja2 import ChoiceLoader, Environment, FileSystemLoader, StrictUndefined
from starlette.requests import Request
from starlette.responses import HTMLResponse, Response

from ..browse import disclaimers, minutes, reading_level, years_old
from ..engine import Card, Engine
from ..live import LiveEngine
from ..messages import choose_language, messages
from ..model import topic_slug
from ..present import block_groups, deep_link, direction, excerpt_html
from ..ranking import Weights
from ..settings import Settings
from ..why import why
from .leaving import Left

STATIC = Path(__file__).parent.parent / "static"
_TEMPLATES = Path(__file__).parent.parent / "templates"


@dataclass(frozen=True)
class Site:
    """A site that is being served."""

    live: LiveEngine
    settings: Settings
    weights: Weights
    templates: Environment


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
        "address": lambda fields: "/?" + urlencode(fields),
    }
    templates.globals |= {"site": settings, "static": static_address}
    return Site(live, settings, weights, templates)


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


def page(request: Request, template: str, *, status: int = 200, **values: Any) -> Response:
    """A page in the visitor's language; for who left, and whose browser only goes back, the way out again."""
    left: Left = request.app.state.left
    if away := left.turned_away(request):
        return away
    t = messages(language_of(request))
    text = site_of(request).templates.get_template(template).render(values, t=t, status=status)
    return HTMLResponse(text, status, headers={"vary": "accept-language", "content-language": t.language})


def topics_of(engine: Engine) -> list[tuple[str, int]]:
    """Topic names with how many articles each has, the largest first."""
    return Counter(topic for card in engine.cards for topic in _first_topic(card)).most_common()


def _first_topic(card: Card) -> tuple[str, ...]:
    """An article's section, which sites put first; its tags are too many to browse."""
    return card.topics[:1]
