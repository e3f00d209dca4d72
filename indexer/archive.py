"""A zip archive of HTML files as a source. Nothing is extracted, so no name in it can reach a file of ours.

A member that is encrypted, damaged or too large fails alone, when it is its turn.
"""

import lzma
import zlib
from collections.abc import Iterator
from functools import partial
from pathlib import Path, PurePosixPath
from zipfile import BadZipFile, ZipFile, ZipInfo

from .decode import MAX_BYTES
from .inputs import SUFFIXES, Input, ReadError, SourceError, Wanted

_ENCRYPTED = 1  # the flag's bit in a member's header
_DAMAGES = (BadZipFile, EOFError, ValueError, zlib.error, lzma.LZMAError)


def zip_inputs(path: Path, wanted: Wanted) -> Iterator[Input]:
    """The HTML files of an archive, by name. Raises SourceError where it is no zip archive, and OSError."""
    try:
        archive = ZipFile(path)
    except (*_DAMAGES, NotImplementedError) as error:
        raise SourceError(f"{path}: no zip archive, or a damaged one ({error}); make it again") from None
    named = sorted(((_place(member.filename), member) for member in archive.infolist()), key=lambda pair: pair[0])
    for place, member in named:
        hidden = any(part.startswith(".") or part == "__MACOSX" for part in place.parts)
        if place.suffix.lower() in SUFFIXES and not member.is_dir() and not hidden and wanted.picks(str(place)):
            yield Input(str(place), f"{path}: {place}", partial(read_member, archive, member))


def _place(name: str) -> PurePosixPath:
    """A member's name as a path inside the archive, whatever it says: "/a", "../a" and "C:/a" are all "a"."""
    parts = name.replace("\\", "/").split("/")
    return PurePosixPath(*(part for part in parts if part not in {"", ".", ".."} and not part.endswith(":")))


def read_member(archive: ZipFile, member: ZipInfo, most: int = MAX_BYTES) -> bytes:
    """A member's bytes. Raises ReadError where it is encrypted, damaged or larger than `most` bytes."""
    if member.flag_bits & _ENCRYPTED:
        raise ReadError("it is encrypted; make the archive again without a password")
    try:
        with archive.open(member) as file:
            data = file.read(most + 1)
    except NotImplementedError as error:
        raise ReadError(f"it is packed in a way that cannot be read ({error}); make the archive again") from None
    except _DAMAGES as error:
        raise ReadError(f"it is damaged ({error}); make the archive again") from None
    if len(data) > most:
        raise ReadError(f"unpacked it is larger than {most // 1024**2} MB, the limit for one page; --exclude it")
    return data
