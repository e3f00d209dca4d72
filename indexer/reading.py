"""Reads files and has them parsed, by the workers or by an earlier build, and gives the results in the files' order.

Strategy: a window of a few files for each worker is under way; the oldest is given out first, so memory stays bounded
for sources of any length, also for those that are generators. Files are read here, and their bytes are sent.
"""

from collections import deque
from collections.abc import Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, replace

from .cache import Cache
from .parsing import Parsed, failed, parsed_from
from .sources import ReadError, SourceFile
from .workers import Workers

FILES_AHEAD = 4  # under way for each worker, so that none waits while a large one is parsed


@dataclass(frozen=True, slots=True)
class Known:
    """A file as a generation remembers it: `key` stands for its contents as parsed by one version of the parser, and is
    "" where the file could not be read or parsed this time."""

    name: str
    url: str
    live: str
    key: str


Result = tuple[Known, Parsed]


@dataclass(frozen=True, slots=True)
class _UnderWay:
    file: SourceFile
    key: str
    text: Future[bytes]
    known: bool  # from an earlier build


def read_all(files: Iterable[SourceFile], cache: Cache, workers: Workers) -> Iterator[Result]:
    """What becomes of each file. Raises OSError where the cache cannot be written."""
    window: deque[_UnderWay] = deque()
    for file in files:
        window.append(_begin(file, cache, workers))
        while window and (window[0].text.done() or len(window) >= FILES_AHEAD * workers.jobs):
            yield _end(window.popleft(), cache)
    while window:
        yield _end(window.popleft(), cache)


def _begin(file: SourceFile, cache: Cache, workers: Workers) -> _UnderWay:
    try:
        data = file.read()
    except ReadError as error:
        return _UnderWay(file, "", _done(failed(str(error))), known=False)
    except OSError as error:
        reason = failed(f"cannot be read ({error.strerror or error}); check its permissions")
        return _UnderWay(file, "", _done(reason), known=False)
    key = cache.key(data, file.url)
    text = cache.get(key)
    if text is None:
        return _UnderWay(file, key, workers.submit(data, file.url), known=False)
    return _UnderWay(file, key, _done(text), known=True)


def _end(under_way: _UnderWay, cache: Cache) -> Result:
    text = under_way.text.result()
    parsed = parsed_from(text)
    if parsed.lasting and not under_way.known:
        cache.put(under_way.key, text)
    file = under_way.file
    known = Known(file.name, file.url, file.live, under_way.key if parsed.lasting else "")
    return known, with_live(parsed, file.live)


def with_live(parsed: Parsed, live: str) -> Parsed:
    """The same with the article's address on the live site, which follows from the source and not from the page."""
    return replace(parsed, article=replace(parsed.article, live=live)) if parsed.article else parsed


def _done(text: bytes) -> Future[bytes]:
    future: Future[bytes] = Future()
    future.set_result(text)
    return future
