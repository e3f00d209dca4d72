"""Takes the wrapping off some bytes: escapes, hexadecimal, base64 and compression, and any of these in one another."""

import base64
import bz2
import html
import lzma
import re
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import suppress
from io import BytesIO
from urllib.parse import unquote_to_bytes

DEEPEST = 4  # layers in one another
LONGEST = 64_000_000  # bytes that one layer may unfold to, lest a small file fills the memory
_HEX = re.compile(rb"(?:[0-9a-fA-F]{2}){8,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{11,}")
_ESCAPE = re.compile(rb"\\u00([0-9a-fA-F]{2})|\\x([0-9a-fA-F]{2})|=([0-9A-F]{2})")
_WIDE = re.compile(rb"(?:[!-~]\0{1,3}){8,}")
_ZLIB = re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]")
# What zipfile and the unpackers under it raise of bytes that only begin as a zip file does, or are damaged further on.
_NO_ZIP = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, ValueError)

Layer = tuple[str, bytes]


def layers(data: bytes, depth: int = DEEPEST) -> Iterator[Layer]:
    """The bytes themselves, by the name "", and all that can be unwrapped from them, each by how it was wrapped."""
    yield "", data
    for name, unwrap in _WRAPPINGS.items() if depth else ():
        if (inner := b"\n".join(filter(None, unwrap(data)))) and inner != data:
            for deeper, layer in layers(inner, depth - 1):
                yield f"{deeper} in {name}" if deeper else name, layer


def _wide(data: bytes) -> Iterator[bytes]:
    """UTF-16 and UTF-32 of plain letters are these letters between zeros."""
    yield from (found.group().replace(b"\0", b"") for found in _WIDE.finditer(data))


def _percent(data: bytes) -> Iterator[bytes]:
    yield from map(unquote_to_bytes, _pieces(data, b"%"))


def _entities(data: bytes) -> Iterator[bytes]:
    yield from (html.unescape(piece.decode("latin-1")).encode("utf-8") for piece in _pieces(data, b"&#"))


def _escapes(data: bytes) -> Iterator[bytes]:
    for sign in (b"\\", b"="):
        for piece in _pieces(data, sign):
            shown = _ESCAPE.sub(lambda found: bytes.fromhex((found[1] or found[2] or found[3]).decode()), piece)
            yield b"" if shown == piece else shown


def _pieces(data: bytes, sign: bytes) -> Iterator[bytes]:
    """The pieces between white space that hold a sign."""
    if sign in data:
        yield from (piece for piece in data.split() if sign in piece)


def _hexadecimal(data: bytes) -> Iterator[bytes]:
    for found in _HEX.finditer(data):
        yield bytes.fromhex(found.group().decode())


def _base64(data: bytes) -> Iterator[bytes]:
    """From each of four letters on, because what stands before the wrapped text may look like a part of it."""
    for found in _BASE64.finditer(data):
        token = found.group().translate(bytes.maketrans(b"-_", b"+/"))
        for start in range(4):
            whole = token[start : start + (len(token) - start) // 4 * 4]
            rest = token[start + len(whole) :]
            yield base64.b64decode(whole + (rest + b"==" if len(rest) == 2 else rest + b"=" if len(rest) == 3 else b""))


def _compressed(data: bytes) -> Iterator[bytes]:
    for found in _ZLIB.finditer(data):
        try:
            yield zlib.decompressobj(wbits=47).decompress(data[found.start() :], LONGEST)
        except zlib.error:
            continue


def _packed(data: bytes) -> Iterator[bytes]:
    unpackers: tuple[tuple[bytes, Callable[[], bz2.BZ2Decompressor | lzma.LZMADecompressor]], ...] = (
        (b"BZh", bz2.BZ2Decompressor),
        (b"\xfd7zXZ", lzma.LZMADecompressor),
    )
    for start, unpacker in unpackers:
        if data.startswith(start):
            try:
                yield unpacker().decompress(data, LONGEST)
            except (OSError, EOFError, lzma.LZMAError):
                continue


def _zipped(data: bytes) -> Iterator[bytes]:
    if data.startswith(b"PK\3\4"):
        with suppress(*_NO_ZIP), zipfile.ZipFile(BytesIO(data)) as archive:
            for name in archive.namelist():
                with suppress(*_NO_ZIP), archive.open(name) as member:
                    yield member.read(LONGEST)


_WRAPPINGS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "wide characters": _wide,
    "percent-encoding": _percent,
    "entities": _entities,
    "escapes": _escapes,
    "hexadecimal": _hexadecimal,
    "base64": _base64,
    "zlib": _compressed,
    "a packed file": _packed,
    "a zip file": _zipped,
}
