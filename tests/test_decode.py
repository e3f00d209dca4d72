"""Bytes to text: every encoding that pages really have, and a reason for every file that is no page."""

import codecs

import pytest

from indexer import decode as module
from indexer.decode import NotHtml, decode

TEXT = "<p>Café – naïve “quotes”, 10 €</p>"


def _page(text: str = TEXT, charset: str = "") -> str:
    declared = f'<meta charset="{charset}">' if charset else ""
    return f"<!doctype html><html><head>{declared}</head><body>{text}</body></html>"


@pytest.mark.parametrize(
    ("mark", "encoding"),
    [
        (codecs.BOM_UTF8, "utf-8"),
        (codecs.BOM_UTF16_LE, "utf-16-le"),
        (codecs.BOM_UTF16_BE, "utf-16-be"),
        (codecs.BOM_UTF32_LE, "utf-32-le"),
        (codecs.BOM_UTF32_BE, "utf-32-be"),
    ],
)
@pytest.mark.parametrize("declared", ["", "utf-8", "iso-8859-1"])
def test_a_byte_order_mark_decides_and_is_not_text(mark, encoding, declared):
    page = _page(charset=declared)
    assert decode(mark + page.encode(encoding)) == page


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf_16_is_known_without_a_mark(encoding):
    assert decode(_page().encode(encoding)) == _page()


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8", "utf-8"),
        ("utf-8", "iso-8859-1"),
        ("utf-8", "windows-1252"),
        ("utf-8", "windows-1251"),
        ("utf-8", "utf-16"),
        ("utf-8", "no-such-charset"),
        ("cp1252", ""),
        ("cp1252", "utf-8"),
        ("cp1252", "iso-8859-1"),
        ("cp1252", "windows-1252"),
        ("cp1252", "ascii"),
        ("cp1252", "no-such-charset"),
        ("cp1252", "hex"),
        ("cp1252", "utf-16"),
    ],
)
def test_what_the_bytes_are_counts_for_more_than_what_they_say(encoding, declared):
    page = _page(charset=declared)
    assert decode(page.encode(encoding)) == page


@pytest.mark.parametrize(
    ("declared", "text"),
    [
        ("windows-1251", "Доверие"),
        ("koi8-r", "Доверие"),
        ("shift_jis", "信頼"),
        ("iso-8859-2", "Důvěra"),
        ("big5", "信賴"),
    ],
)
@pytest.mark.parametrize("place", ['<meta charset="{}">', '<?xml version="1.0" encoding="{}"?>'])
def test_a_declared_charset_is_believed_where_the_bytes_are_valid_in_it(declared, text, place):
    page = f"{place.format(declared)}<p>{text}</p>"
    assert decode(page.encode(declared)) == page


def test_a_utf_8_page_into_which_old_bytes_were_pasted_keeps_both():
    pasted = _page("<p>Café, </p>").encode() + "<p>“so it goes”</p>".encode("cp1252")
    assert decode(pasted) == _page("<p>Café, </p>") + "<p>“so it goes”</p>"


def test_a_byte_that_means_nothing_anywhere_does_not_stop_the_page():
    assert decode(b"<p>one \x81 two</p>") == "<p>one � two</p>"


@pytest.mark.parametrize("end", ["\r\n", "\r", "\n"])
def test_lines_end_in_one_way(end):
    assert decode(f"<p>one{end}two</p>{end}".encode()) == "<p>one\ntwo</p>\n"


def test_nul_characters_are_taken_out():
    assert decode(b"<p>o\x00ne</p>\x00\x00") == "<p>one</p>"


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"\x89PNG\r\n\x1a\n\x00\x00", "PNG"),
        (b"\xff\xd8\xff\xe0\x00\x10JFIF", "JPEG"),
        (b"GIF89a\x01\x00", "GIF"),
        (b"%PDF-1.7\n", "PDF"),
        (b"\x1f\x8b\x08\x00\x00", "gzip"),
        (b"PK\x03\x04\x14\x00", "zip"),
        (b'{"title": "<b>no page</b>"}', "JSON"),
        (b'\n [{"html": "<p>x</p>"}]', "JSON"),
        (b'<?xml version="1.0"?>\n<!-- made by a plugin -->\n<rss version="2.0"></rss>', "<rss>"),
        (b'<feed xmlns="http://www.w3.org/2005/Atom"></feed>', "<feed>"),
        (b'<?xml version="1.0"?><urlset></urlset>', "<urlset>"),
        (b'<svg xmlns="http://www.w3.org/2000/svg"></svg>', "<svg>"),
        (b"Dear Ann, 1 < 2 and that is all.", "plain text"),
        (b"", "empty"),
        (b" \r\n\t\x00 ", "empty"),
        (codecs.BOM_UTF8, "empty"),
        (codecs.BOM_UTF16_LE + '{"a": 1}'.encode("utf-16-le"), "JSON"),
    ],
    ids=lambda value: value if isinstance(value, str) else "",
)
def test_what_is_no_page_is_refused_with_what_it_looks_like(data, reason):
    with pytest.raises(NotHtml, match=reason):
        decode(data)


@pytest.mark.parametrize(
    "page",
    [
        "<p>just a piece",
        "plain words first, <b>then</b> a tag",
        '<?xml version="1.0" encoding="utf-8"?><!DOCTYPE html><html></html>',
        "<!-- rss --><html><body><svg></svg></body></html>",
        "{{ a template }}<html><body></body></html>",
        "[draft] <!DOCTYPE html><p>x</p>",
    ],
)
def test_what_is_a_page_in_odd_clothes_is_read(page):
    assert decode(page.encode()) == page


def test_a_file_over_the_limit_is_refused_with_the_limit(monkeypatch):
    monkeypatch.setattr(module, "MAX_BYTES", 1024**2)
    assert decode(b"<p>" + b"x" * (1024**2 - 3))
    with pytest.raises(NotHtml, match=r"it is larger than 1 MB, the limit for one page"):
        decode(b"<p>" + b"x" * (1024**2 - 2))


def test_a_page_that_begins_with_many_comments_is_read(python):
    """In a process of its own: a pattern that tries all ways to group them would not come back."""
    program = "from indexer.decode import decode; print(decode(b'<!-- a -->' * 300 + b'<p>words</p>')[-12:])"
    assert python("-c", program, timeout=20).stdout == "<p>words</p>\n"
