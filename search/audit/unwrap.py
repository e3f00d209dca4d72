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
from functools import partial
from io import BytesIO
from typing import Protocol
from urllib.parse import unquote_to_bytes

DEEPEST = 4  # layers in one another
LONGEST = 64_000_000  # bytes that one way of packing may unfold to, lest a small file fills the memory
_HEX = re.compile(rb"(?:[0-9a-fA-F][ :-]?){16,}")
_BASE64 = re.compile(rb"[A-Za-z0-9+/_-]{11,}")
_BASE64_LINES = re.compile(rb"(?:[A-Za-z0-9+/_-]{40,}\r?\n)+[A-Za-z0-9+/_-]+")
_ESCAPE = re.compile(rb"\\+u00([0-9a-fA-F]{2})|\\+x([0-9a-fA-F]{2})|=([0-9A-F]{2})")
_NO_LETTER = re.compile(r"&#\d{8,}")  # Python refuses to read a number of thousands of digits
_WIDE = re.compile(rb"(?:[!-~]\0{1,3}){8,}")
_ZIP_END = re.compile(rb"PK\x05\x06.{18}", re.DOTALL)
# What zipfile and the unpackers raise of bytes that only look like a packed file, or are damaged further on.
_NOT_PACKED = (zipfile.BadZipFile, zlib.error, lzma.LZMAError, OSError, EOFError, RuntimeError, ValueError)

Layer = tuple[str, bytes]


class _Unpacker(Protocol):
    def decompress(self, data: memoryview, most: int, /) -> bytes: ...


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
    for piece in _pieces(data, b"&#"):
        yield html.unescape(_NO_LETTER.sub("", piece.decode("latin-1"))).encode("utf-8")


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
    """From each of two digits on, because what stands before the wrapped text may look like a part of it."""
    for found in _HEX.finditer(data):
        digits = found.group().translate(None, b" :-").decode()
        yield from (bytes.fromhex(digits[start : start + (len(digits) - start) // 2 * 2]) for start in range(2))


def _base64(data: bytes) -> Iterator[bytes]:
    """From each of four letters on, for the same reason; in lines, and as one text of these."""
    for found in (*_BASE64.finditer(data), *_BASE64_LINES.finditer(data)):
        token = found.group().translate(bytes.maketrans(b"-_", b"+/"), b"\r\n")
        for start in range(4):
            whole = token[start : start + (len(token) - start) // 4 * 4]
            rest = token[start + len(whole) :]
            yield base64.b64decode(whole + (rest + b"==" if len(rest) == 2 else rest + b"=" if len(rest) == 3 else b""))


def _unpacked(mark: re.Pattern[bytes], unpacker: Callable[[], _Unpacker], data: bytes) -> Iterator[bytes]:
    """What is packed behind each mark: a file may hold several such parts, one after the other."""
    left, view = LONGEST, memoryview(data)
    for found in mark.finditer(data):
        with suppress(*_NOT_PACKED):
            if inner := unpacker().decompress(view[found.start() :], left):
                yield inner
                left -= len(inner)
        if not left:
            return


def _zipped(data: bytes) -> Iterator[bytes]:
    """What is in each zip file, which ends with its directory; zipfile itself finds where it begins."""
    left = LONGEST
    for found in _ZIP_END.finditer(data):
        with suppress(*_NOT_PACKED), zipfile.ZipFile(BytesIO(data[: found.end()])) as archive:
            for name in archive.namelist() if left else ():
                with suppress(*_NOT_PACKED), archive.open(name) as member:
                    yield (inner := member.read(left))
                    left -= len(inner)


_WRAPPINGS: dict[str, Callable[[bytes], Iterator[bytes]]] = {
    "wide characters": _wide,
    "percent-encoding": _percent,
    "entities": _entities,
    "escapes": _escapes,
    "hexadecimal": _hexadecimal,
    "base64": _base64,
    "zlib": partial(_unpacked, re.compile(rb"\x1f\x8b\x08|\x78[\x01\x5e\x9c\xda]"), partial(zlib.decompressobj, 47)),
    "bzip2": partial(_unpacked, re.compile(rb"BZh[1-9]1AY&SY"), bz2.BZ2Decompressor),
    "xz": partial(_unpacked, re.compile(rb"\xfd7zXZ\0"), lzma.LZMADecompressor),
    "a zip file": _zipped,
}
