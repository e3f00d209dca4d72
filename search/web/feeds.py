"""What machines read: robots.txt, the sitemap, the feed of new articles, the description for browsers' search boxes,
security.txt."""

import re
from urllib.parse import quote
from uuid import NAMESPACE_URL, uuid5

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response

from ..model import topic_slug
from .site import STATIC, engine_of, page_text, public_address, site_of, topics_of

NEWEST = 30  # articles in the feed
MOST_PAGES = 50_000  # in one sitemap, by its protocol
_KEPT = {"cache-control": "public, max-age=3600", "vary": "accept-language"}
_RULES = """User-agent: *
Allow: /articles/
Allow: /topics/
Disallow: /?
Disallow: /api/
Disallow: /embed?
"""
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")  # XML 1.0, section 2.2


def robots(request: Request) -> Response:
    """`GET /robots.txt`: articles and topics may be read; pages that show a question are nobody's business."""
    return PlainTextResponse(f"{_RULES}Sitemap: {public_address(request)}/sitemap.xml\n", headers=_KEPT)


def sitemap(request: Request) -> Response:
    """`GET /sitemap.xml`: every page to be found elsewhere, but for those that stand in for pages of the live site."""
    engine = engine_of(request)
    topics = [(f"/topics/{quote(topic_slug(name))}", "") for name, _ in topics_of(engine)]
    articles = [(card.url, card.date[:10]) for card in engine.cards if not card.live]
    pages = [("/", ""), ("/letter", ""), *dict(topics).items(), *articles][:MOST_PAGES]
    return _xml(request, "sitemap.xml", "application/xml", pages=pages)


def feed(request: Request) -> Response:
    """`GET /feed.xml`: the newest articles, as Atom (RFC 4287). Those without a date are not among them."""
    public = public_address(request)
    dated = (card for card in engine_of(request).cards if card.date)
    newest = sorted(dated, key=lambda card: card.published or card.modified, reverse=True)[:NEWEST]
    entries = [(card, card.live or public + card.url, uuid5(NAMESPACE_URL, public + card.url).urn) for card in newest]
    own = uuid5(NAMESPACE_URL, f"{public}/feed.xml").urn
    updated = max((card.date for card in newest), default="1970-01-01")
    return _xml(request, "feed.xml", "application/atom+xml", entries=entries, own=own, updated=updated)


def open_search(request: Request) -> Response:
    """`GET /opensearch.xml`: how a browser's own search box asks this site (OpenSearch 1.1)."""
    return _xml(request, "opensearch.xml", "application/opensearchdescription+xml")


def favicon(request: Request) -> Response:
    """`GET /favicon.ico`: the icon, for whoever asks without having read a page."""
    return FileResponse(STATIC / "icon.svg", headers={"cache-control": "public, max-age=86400"})


def security(request: Request) -> Response:
    """`GET /.well-known/security.txt`: whom to tell of a weakness (RFC 9116), where the owner says so."""
    settings = site_of(request).settings
    if not settings.security:
        raise HTTPException(404)
    lines = [f"Contact: {settings.security.contact}", f"Expires: {settings.security.expires.isoformat()}T00:00:00Z"]
    if settings.base_url:
        lines.append(f"Canonical: {settings.base_url}{request.url.path}")
    return PlainTextResponse("\n".join(lines) + "\n", headers=_KEPT)


def _xml(request: Request, template: str, media_type: str, **values: object) -> Response:
    """A template as XML, without the characters that XML cannot hold."""
    text = page_text(request, template, base=public_address(request), **values)
    return Response(_NOT_XML.sub("", text), headers=_KEPT, media_type=media_type)
