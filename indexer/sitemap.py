"""The addresses in a sitemap (sitemaps.org). Pure: bytes in, addresses out.

A sitemap is known by its root element, not by its name, because it may be called anything. It may be gzipped. Entities
of its own are refused: no sitemap has any.
"""

import gzip
import io
import re
import zlib
from collections.abc import Iterator
from typing import Literal

from lxml import etree

from .inputs import ReadError

MOST_BYTES = 50 * 1024 * 1024  # of one sitemap unpacked, by the protocol
_ROOT = re.compile(rb"\A\s*(?:<\?xml[^>]*>|<!--.*?-->|<\?[^>]*\?>|\s)*<(?:[\w-]+:)?(urlset|sitemapindex)\b", re.DOTALL)

Kind = Literal["urlset", "sitemapindex"]


def unpacked(data: bytes) -> bytes:
    """The bytes, without gzip's packing if they have it. Raises ReadError where they are damaged or too many."""
    if not data.startswith(b"\x1f\x8b"):
        return data
    try:
        with gzip.GzipFile(fileobj=io.BytesIO(data)) as file:
            plain = file.read(MOST_BYTES + 1)
    except (OSError, EOFError, zlib.error) as error:
        raise ReadError(f"its gzip packing is damaged ({error}); make the sitemap again") from None
    if len(plain) > MOST_BYTES:
        raise ReadError(f"unpacked it is larger than {MOST_BYTES // 1024**2} MB; split the sitemap")
    return plain


def kind_of(data: bytes) -> Kind | None:
    """Which kind of sitemap unpacked bytes are; None where they are something else."""
    found = _ROOT.match(data.removeprefix(b"\xef\xbb\xbf")[:4096])
    return None if not found else "urlset" if found[1] == b"urlset" else "sitemapindex"


def locations(data: bytes) -> Iterator[str]:
    """The addresses of pages, or of sitemaps in a sitemap index, in order. Raises ReadError where the XML breaks."""
    settings = {"resolve_entities": False, "load_dtd": False, "no_network": True, "huge_tree": False}
    try:
        for _, element in etree.iterparse(io.BytesIO(data), tag=("{*}url", "{*}sitemap"), **settings):
            address = element.findtext("{*}loc", "").strip()
            if address:
                yield address
            element.clear()
            while element.getprevious() is not None:
                del element.getparent()[0]
    except etree.XMLSyntaxError as error:
        raise ReadError(f"its XML breaks off ({error.msg}), and what follows is missing; make it again") from None
