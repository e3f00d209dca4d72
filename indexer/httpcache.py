"""Fetched pages on disk with their validators, so that a page that did not change is not transferred again.

One file a URL: a line of JSON (what the server said), then the body. A file that is damaged counts as missing, and one
that nothing has asked for in KEPT_DAYS is removed. There is no freshness here: the server is always asked.
"""

import hashlib
import json
import os
import tempfile
import time
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

KEPT_DAYS = 90


@dataclass(frozen=True, slots=True)
class Stamp:
    """What the server said of a body: its validators, "" where it gave none, its content type, its length in bytes."""

    url: str
    etag: str
    last_modified: str
    content_type: str
    length: int


class HttpCache:
    """A folder of fetched pages; without a folder it keeps nothing. Raises nothing: a cache may fail to help."""

    def __init__(self, folder: Path | None) -> None:
        self._folder = folder
        if folder:
            oldest = time.time() - KEPT_DAYS * 24 * 3600
            with suppress(OSError):
                for path in folder.iterdir():
                    if path.stat().st_mtime < oldest:
                        path.unlink()

    def validators(self, url: str) -> dict[str, str]:
        """The request headers that ask whether the kept body is still right."""
        stamp, _ = self._read(url)
        if not stamp:
            return {}
        headers = {"if-none-match": stamp.etag, "if-modified-since": stamp.last_modified}
        return {name: value for name, value in headers.items() if value}

    def get(self, url: str) -> tuple[bytes, str] | None:
        """The kept body and its content type, and a note that it was of use; None where there is none."""
        stamp, body = self._read(url)
        if not stamp:
            return None
        with suppress(OSError):
            os.utime(self._path(url))
        return body, stamp.content_type

    def put(self, url: str, body: bytes, headers: dict[str, str]) -> None:
        """Keeps a body, where the server's headers (names in lower case) allow to ask for it again."""
        etag, modified = headers.get("etag", ""), headers.get("last-modified", "")
        if not self._folder or not (etag or modified) or "no-store" in headers.get("cache-control", ""):
            return
        stamp = Stamp(url, etag, modified, headers.get("content-type", ""), len(body))
        with suppress(OSError):
            self._folder.mkdir(parents=True, exist_ok=True)
            handle, aside = tempfile.mkstemp(dir=self._folder)
            with open(handle, "wb") as file:
                file.write(json.dumps(asdict(stamp)).encode() + b"\n" + body)
            os.replace(aside, self._path(url))

    def _path(self, url: str) -> Path:
        return (self._folder or Path()) / hashlib.sha256(url.encode()).hexdigest()

    def _read(self, url: str) -> tuple[Stamp | None, bytes]:
        if self._folder:
            with suppress(OSError, ValueError, TypeError):
                line, _, body = self._path(url).read_bytes().partition(b"\n")
                stamp = Stamp(**json.loads(line))
                if stamp.url == url and stamp.length == len(body):
                    return stamp, body
        return None, b""
