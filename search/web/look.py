"""The files of the owner's look."""

from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import Response

from ..look import LookFile
from .site import site_of

# of an SVG that is opened by itself: it may have a look, and runs nothing
_ONLY_A_PICTURE = "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"


def theme(request: Request) -> Response:
    """`GET /theme.css`: the owner's colours."""
    return _served(site_of(request).theme, {})


def logo(request: Request) -> Response:
    """`GET /logo`: the owner's logo."""
    return _served(site_of(request).logo, {"content-security-policy": _ONLY_A_PICTURE})


def _served(file: LookFile, headers: dict[str, str]) -> Response:
    if not file.content:
        raise HTTPException(404)
    kept = {"cache-control": "public, max-age=86400"}  # the address in pages changes with the content
    return Response(file.content, headers=headers | kept, media_type=file.media_type)
