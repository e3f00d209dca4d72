"""The search box on other pages of the owner's: a script that puts it there, and a page for a frame.

Both are for the sites that the settings list. A browser enforces that: by CORS, which the API has, for what the script
asks; by the frame's own policy for the page.
"""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..confidence import UNSURE
from ..guard import framed_by
from ..helping import helping
from ..model import QuestionError
from ..reply import reply
from .helpful import count_search
from .site import cards_of, engine_of, language_of, page, page_text, site_of

STYLE = "embed.css"  # of the script's elements
SHOWN = 10  # passages, as many as the API gives the script
# a script and a style sheet are of use to other sites only if these may load them
FOR_OTHER_SITES = {"cross-origin-resource-policy": "cross-origin"}
_SCRIPT_HEADERS = {**FOR_OTHER_SITES, "cache-control": "public, max-age=3600", "vary": "accept-language"}


def script(request: Request) -> Response:
    """`GET /embed.js`: the search box as a script."""
    _listed(request)
    text = page_text(request, "embed.js", unsure=UNSURE, style=STYLE)
    return Response(text, headers=_SCRIPT_HEADERS, media_type="text/javascript")


def frame(request: Request) -> Response:
    """`GET /embed?q=`: the search box, and the results under it, for a frame."""
    origins, question = _listed(request), request.query_params.get("q", "").strip()
    engine, site, found, said = engine_of(request), site_of(request), None, ""
    try:
        found = reply(engine, question, weights=site.weights) if question else None
        if found:
            count_search(request, found)
    except QuestionError as error:
        said = str(error)  # in the frame, where an error page may not be shown
    danger = found.danger if found else None
    framed = page(
        request,
        "embed.html",
        status=400 if said else 200,
        question=question,
        reply=found,
        cards=cards_of(engine),
        hits=found.results.hits[:SHOWN] if found else (),
        helping=helping(danger, site.settings.country, language_of(request)) if danger else None,
        said=said,
    )
    framed.headers.update(framed_by(origins))
    return framed


def _listed(request: Request) -> tuple[str, ...]:
    """The sites that may embed the search box. Raises HTTPException where there are none."""
    origins = site_of(request).settings.embed_origins
    if not origins:
        raise HTTPException(404)
    return origins
