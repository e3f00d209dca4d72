"""What the web says to the statistics, where the owner keeps any: searches, and clicks on "helpful".

A click comes as a form, from a page of ours: its body names a passage and nothing of the question. Whom it is from is
known by the address and the browser's name, which `crowds` hashes with a key of the day.
"""

from urllib.parse import urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from ..addresses import client_of
from ..reply import Reply
from ..statistics import Statistics, search_of
from .forms import form
from .site import engine_of, page, site_of

ADDRESS = "/helpful"
NOBODYS = "null"  # the origin that browsers send with our own forms, because of our referrer policy


def statistics_of(request: Request) -> Statistics:
    """What counts. Raises HTTPException where the owner keeps no statistics."""
    statistics: Statistics | None = request.app.state.statistics
    if not statistics:
        raise HTTPException(404)
    return statistics


def may_ask(request: Request, found: Reply) -> bool:
    """Whether a page of results may ask what was helpful: not after a question that speaks of danger."""
    return request.app.state.statistics is not None and not found.danger


def count_search(request: Request, found: Reply) -> None:
    """Counts a search by the reply to it."""
    statistics: Statistics | None = request.app.state.statistics
    if statistics and request.method == "GET":
        statistics.searched(visitor_of(request), search_of(found, engine_of(request)))


def visitor_of(request: Request) -> str:
    """An address and a browser's name, not to be kept. Of an IPv6 address the half that a household has."""
    host = request.client.host if request.client else ""
    return f"{client_of(host)} {request.headers.get('user-agent', '')}"


async def helpful(request: Request) -> Response:
    """`POST` whether a passage helped; `GET` the thanks, so that a reload sends nothing again."""
    statistics = statistics_of(request)
    if request.method != "POST":
        return page(request, "helpful.html")
    if not _is_ours(request):
        raise HTTPException(403, "only a page of this site can say so")
    await run_in_threadpool(_count_click, request, statistics, await form(request))
    return RedirectResponse(ADDRESS, 303)


def _count_click(request: Request, statistics: Statistics, said: dict[str, str]) -> None:
    """Counts what a form says. Raises HTTPException where it names no passage: only names of ours are written."""
    address, _, anchor = said.get("passage", "").partition("#")
    reading = engine_of(request).read(address)
    if said.get("helpful") not in ("yes", "no") or not reading or anchor not in reading.passages:
        raise HTTPException(400, "the passage was not found; perhaps its article has changed")
    statistics.clicked(visitor_of(request), f"{address}#{anchor}", said["helpful"] == "yes")


def _is_ours(request: Request) -> bool:
    """Whether a form was sent by a page of this site: browsers say so, and older ones at least where it was."""
    if site := request.headers.get("sec-fetch-site"):
        return site == "same-origin"
    origin = request.headers.get("origin", NOBODYS)
    own = (request.headers.get("host", ""), urlsplit(site_of(request).settings.base_url).netloc)
    return origin == NOBODYS or urlsplit(origin).netloc in filter(None, own)
