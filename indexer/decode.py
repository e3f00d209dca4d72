"""Bytes of a file to text, or a clear "this is not HTML".

Strategy: what the bytes are counts for more than what they say they are. A byte order mark decides; then strict
UTF-8, which other encodings almost never satisfy by chance; then the declared charset, if the bytes are valid in it;
then UTF-8 again, with the bytes that are not UTF-8 read as Windows-1252. This file knows nothing about markup beyond
the charset declaration.
"""

import codecs
import re

MAX_BYTES = 32 * 1024 * 1024  # a page of advice is under 1 MB; what is larger than this is an accident or an attack


class NotHtml(ValueError):
    """The bytes are not an HTML page; the message says what they look like instead."""


_SIGNATURES: tuple[tuple[bytes, str], ...] = (
    (b"\x89PNG", "it begins like a PNG image"),
    (b"\xff\xd8\xff", "it begins like a JPEG image"),
    (b"GIF8", "it begins like a GIF image"),
    (b"%PDF", "it begins like a PDF"),
    (b"\x1f\x8b", "it is gzip-compressed; unpack it first"),
    (b"PK\x03\x04", "it begins like a zip archive or an office file"),
    (b"<?xml-stylesheet", "it is an XML style sheet"),
)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_FEED = re.compile(r"\s*(?:<\?xml[^>]*>\s*)?<(rss|feed|urlset|sitemapindex|svg)\b")
_TAG = re.compile(r"<[a-zA-Z!][^<>]*>")
_ROOT = re.compile(r"<(?:!doctype|html|head|body)\b", re.IGNORECASE)
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([A-Za-z0-9_:.-]+)""", re.IGNORECASE)


def decode(data: bytes) -> str:
    """The page's text with line feeds as line ends and no NUL. Raises NotHtml with the reason where it is no HTML."""
    _refuse_foreign(data)
    text = _text(data).replace("\x00", "").replace("\r\n", "\n").replace("\r", "\n")
    if not text.strip():
        raise NotHtml("it is empty")
    if feed := _FEED.match(_COMMENT.sub("", text[:4096])):
        raise NotHtml(f"it is XML (<{feed[1]}>), not a page")
    if text.lstrip()[0] in "{[" and not _ROOT.search(text[:4096]):
        raise NotHtml("it begins like JSON")
    if not _TAG.search(text):
        raise NotHtml("it has no HTML tag; it looks like plain text")
    return text


def _refuse_foreign(data: bytes) -> None:
    if len(data) > MAX_BYTES:
        raise NotHtml(f"it is larger than {MAX_BYTES // 1024**2} MB, the limit for one page")
    for signature, reason in _SIGNATURES:
        if data.startswith(signature):
            raise NotHtml(reason)


def _text(data: bytes) -> str:
    for bom, encoding in _BOMS:
        if data.startswith(bom):
            return data.decode(encoding, errors="replace")
    for encoding in (_utf16_without_bom(data), "utf-8", _declared(data)):
        if encoding:
            try:
                return data.decode(encoding)
            except (UnicodeError, LookupError):
                continue
    return data.decode("utf-8", errors=CP1252_BYTES)


def _as_cp1252(error: UnicodeError) -> tuple[str, int]:
    """Reads just the bytes that are not UTF-8 as Windows-1252: right for a page that is all Windows-1252, and for
    a UTF-8 page into which another system has pasted some."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", errors="replace"), error.end


CP1252_BYTES = "advice-cp1252-bytes"
codecs.register_error(CP1252_BYTES, _as_cp1252)


def _utf16_without_bom(data: bytes) -> str:
    """Markup is mostly ASCII, so every second byte of UTF-16 is zero."""
    head = data[:512]
    if head[:1] == b"\x00" and head[0::2].count(0) > len(head) // 3:
        return "utf-16-be"
    if head[1:2] == b"\x00" and head[1::2].count(0) > len(head) // 3:
        return "utf-16-le"
    return ""


def _declared(data: bytes) -> str:
    """The charset that the first 4 KB name, where it can be right: a page in which the word was found is no UTF-16,
    and what says Latin-1 means Windows-1252, which is read byte by byte at the end anyway."""
    found = _DECLARED.search(data[:4096])
    name = found[1].decode("ascii").lower() if found else ""
    return "" if name.startswith(("utf", "iso-8859-1", "latin", "us-ascii", "ascii", "windows-1252")) else name
