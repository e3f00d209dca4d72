"""Words are recognised in every form that they may have taken, and in no other."""

import base64
import bz2
import codecs
import gzip
import hashlib
import io
import json
import lzma
import os
import zipfile
import zlib
from html import escape
from pathlib import Path
from urllib.parse import quote, urlencode

import pytest

from search.audit.canary import WAYS, Canary, new_words
from search.audit.unwrap import layers

ROOT = Path(__file__).parent.parent
CANARY = Canary(new_words(), "How do I get over my ex?")
WORD = CANARY.words["private"]
QUESTION = CANARY.question("private")


def zipped(data: bytes, method: int = zipfile.ZIP_DEFLATED, *more: bytes) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", method) as archive:
        for number, member in enumerate((data, *more)):
            archive.writestr(f"log{number}.txt", member)
    return file.getvalue()


FORMS = {
    "as it is": QUESTION.encode(),
    "in small letters": QUESTION.casefold().encode(),
    "in capitals": QUESTION.upper().encode(),
    "in an address": urlencode({"q": QUESTION}).encode(),
    "every byte in percent": "".join(f"%{byte:02x}" for byte in QUESTION.encode()).encode(),
    "percent twice": quote("".join(f"%{byte:02X}" for byte in WORD.encode())).encode(),
    "entities": "".join(f"&#{ord(letter)};" for letter in QUESTION).encode(),
    "escaped and quoted": json.dumps(escape(f"“{QUESTION}”")).encode(),
    "JSON escapes": "".join(f"\\u{ord(letter):04x}" for letter in QUESTION).encode(),
    "UTF-16": QUESTION.encode("utf-16"),
    "UTF-32": QUESTION.encode("utf-32-be"),
    "reversed": QUESTION[::-1].encode(),
    "ROT13": codecs.encode(QUESTION, "rot13").encode(),
    "hexadecimal": f"q={QUESTION.encode().hex()}".encode(),
    "hexadecimal after a letter of its own": f"id{QUESTION.encode().hex()}".encode(),
    "hexadecimal in pairs": QUESTION.encode().hex(":").encode(),
    "JSON escapes, escaped": json.dumps("".join(f"\\u{ord(letter):04x}" for letter in QUESTION)).encode(),
    "base64 in lines": base64.encodebytes(b"x" * 50 + QUESTION.encode()),
    "base64 of gzip in lines": base64.encodebytes(gzip.compress(os.urandom(300) + QUESTION.encode())),
    "base64 of bzip2 after another": b"QXV0aG9yaXphdGlvbg== " + base64.b64encode(bz2.compress(QUESTION.encode())),
    "quoted-printable": "".join(f"={byte:02X}" for byte in QUESTION.encode()).encode(),
    "four wrappings": base64.b64encode(gzip.compress(bz2.compress(QUESTION.encode().hex().encode()))),
    "base64": b"Basic " + base64.b64encode(QUESTION.encode()),
    "base64 after letters of its own": b"id/1" + base64.urlsafe_b64encode(b"x" + QUESTION.encode()).rstrip(b"="),
    "the stem": WORD.lower()[:11].encode(),
    "gzip": gzip.compress(QUESTION.encode()),
    "two gzip members": gzip.compress(b"first") + gzip.compress(QUESTION.encode()),
    "zlib within a file": b"SQLite" + os.urandom(3) + zlib.compress(QUESTION.encode()),
    "bzip2": bz2.compress(QUESTION.encode()),
    "bzip2, appended to": bz2.compress(b"first") + bz2.compress(QUESTION.encode()),
    "xz": lzma.compress(QUESTION.encode()),
    "xz, appended to": lzma.compress(b"first") + lzma.compress(QUESTION.encode() * 9),
    "a zip file": zipped(QUESTION.encode()),
    "a zip file after something else": b"first" + zipped(QUESTION.encode()),
    "base64 of gzip in an address": quote(base64.b64encode(gzip.compress(QUESTION.encode()))).encode(),
    "a digest of the question": hashlib.sha256(QUESTION.encode()).hexdigest().encode(),
    "a digest of the word": b"etag: " + base64.b64encode(hashlib.md5(WORD.lower().encode()).digest()),  # noqa: S324
    "the start of a digest": hashlib.blake2b(QUESTION.lower().encode()).hexdigest()[:16].encode(),
}


@pytest.mark.parametrize("form", FORMS)
def test_a_word_is_found_in_every_form(form):
    found = CANARY.sightings(b"2026-11-23 GET / " + FORMS[form] if b"\x00" not in FORMS[form] else FORMS[form])
    assert found
    assert all(sighting.startswith("the private word") for sighting in found)


@pytest.mark.parametrize("form", ["gzip", "bzip2", "xz", "a zip file"])
def test_a_packed_file_is_read_as_a_whole(form):
    assert CANARY.sightings(FORMS[form])


PACKED = [
    *(zipped(QUESTION.encode(), method) for method in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED, zipfile.ZIP_LZMA)),
    *(pack(QUESTION.encode()) for pack in (bz2.compress, lzma.compress, gzip.compress, zlib.compress)),
]


@pytest.mark.parametrize("packed", PACKED, ids=lambda packed: str(packed[:6]))
def test_a_damaged_file_does_not_end_the_search_for_words(packed):
    """An audit meets parts of such files as well, and bytes that only look like one."""
    for place in range(6, len(packed)):
        for damaged in (
            packed[:place],
            packed[:place] + packed[place + 6 :],
            packed[:place] + b"!" + packed[place + 1 :],
        ):
            assert len(list(layers(damaged, 1))) >= 1


def test_what_is_whole_in_a_damaged_zip_file_is_read():
    file = bytearray(zipped(b"long gone", zipfile.ZIP_DEFLATED, QUESTION.encode()))
    file[file.index(b"log0.txt") + len("log0.txt")] |= 0b110  # a kind of block that there is not
    assert CANARY.sightings(bytes(file))


def test_a_number_of_thousands_of_digits_is_no_letter():
    assert CANARY.sightings(f"&#{'1' * 5000};&#{ord('q')}; {WORD}".encode())


def test_many_small_parts_unfold_to_no_more_than_one_large(monkeypatch):
    monkeypatch.setattr("search.audit.unwrap.LONGEST", 10_000)
    part = b"x" * 4000
    for packed in (gzip.compress(part) * 9, bz2.compress(part) * 9, zipped(part, zipfile.ZIP_DEFLATED, *[part] * 8)):
        assert sum(map(len, (layer for how, layer in layers(packed, 1) if how))) <= 10_100


def test_each_way_has_a_word_of_its_own():
    assert len(set(CANARY.words.values())) == len(WAYS)
    both = f"{CANARY.words['typed']} {CANARY.words['api']}"
    assert sorted(CANARY.sightings(both)) == ["the api word", "the typed word"]
    assert CANARY.sightings(both, ["api"]) == ["the api word"]


def test_nothing_is_found_where_nothing_is():
    files = [path for folder in ("search", "data/articles") for path in (ROOT / folder).rglob("*") if path.is_file()]
    noise = os.urandom(200_000)
    assert len(files) > 100
    assert [path for path in files if CANARY.sightings(path.read_bytes())] == []
    assert CANARY.sightings(noise + base64.b64encode(noise[:20_000])) == []
