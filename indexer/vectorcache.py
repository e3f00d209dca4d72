"""Vectors of texts that were embedded before, by any build into an index folder: one file for each encoder.

    OUT/vectors/ENCODER        records: 16 bytes of the SHA-256 of the text, the vector as int8, 4 bytes of CRC-32

New records are added at the end as they are made, so a build that is killed loses none; what a power cut left half
written fails its checksum and is embedded again. After a build, records that it did not use are left out.
"""

import hashlib
import os
import zlib
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

_KEY, _CRC = 16, 4


class VectorCache:
    """The records of one encoder; see `vectors.Known`. Use it in a `with` block. Raises OSError."""

    def __init__(self, folder: Path, encoder: str, dimensions: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._path = folder / encoder
        self._size = _KEY + dimensions + _CRC
        self._known = dict(_records(self._path, self._size))
        self._used: set[bytes] = set()
        self._file = self._path.open("ab")
        self._file.truncate(self._file.tell() // self._size * self._size)

    def __enter__(self) -> "VectorCache":
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()

    def get(self, text: str) -> NDArray[np.int8] | None:
        """The vector of a text, None if it was not embedded before."""
        key = _key(text)
        record = self._known.get(key)
        if record is None:
            return None
        self._used.add(key)
        return np.frombuffer(record, dtype=np.int8)

    def put(self, text: str, vector: NDArray[np.int8]) -> None:
        """Keeps a vector."""
        key, data = _key(text), vector.tobytes()
        if key not in self._known:
            self._file.write(_record(key, data))
            self._file.flush()
        self._known[key] = data
        self._used.add(key)

    def keep_used(self) -> None:
        """Forgets what was neither found nor kept since this object was made."""
        if len(self._used) * self._size == self._path.stat().st_size:
            return
        aside = self._path.with_suffix(".new")
        aside.write_bytes(b"".join(_record(key, data) for key, data in self._known.items() if key in self._used))
        os.replace(aside, self._path)


def _key(text: str) -> bytes:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).digest()[:_KEY]


def _record(key: bytes, data: bytes) -> bytes:
    return key + data + zlib.crc32(key + data).to_bytes(_CRC, "big")


def _records(path: Path, size: int) -> list[tuple[bytes, bytes]]:
    """The whole records of a file that are what was written."""
    data = path.read_bytes() if path.exists() else b""
    found = (data[at : at + size] for at in range(0, len(data) - size + 1, size))
    return [
        (record[:_KEY], record[_KEY:-_CRC])
        for record in found
        if zlib.crc32(record[:-_CRC]).to_bytes(_CRC, "big") == record[-_CRC:]
    ]
