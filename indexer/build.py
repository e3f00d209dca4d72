"""Builds a generation from a source: read, decode, parse, split, write, derive, publish.

A file that fails is named with its reason and the others are indexed; if none is left, nothing is published and the
last generation stays.

Strategy: all files are read first, and what is parsed goes to the cache. A generation remembers its inputs: where they
are the same as last time, it stays. Otherwise a new one is written whole from the cache, since what the articles repeat
is known only now. So an incremental build and a full one of the same files give the same generation.
"""

import json
import shutil
import time
from collections.abc import Callable, Iterable, Iterator
from dataclasses import astuple, dataclass, replace
from pathlib import Path
from typing import Any

from .article import read_article
from .cache import Cache, program_version
from .decode import decode
from .generations import GenerationError, open_current, publishing_in_reserved, reserved
from .model import Article
from .parsing import parsed_from
from .passages import passages_of
from .reading import Known, Result, read_all, with_live
from .repeated import RepeatedBlocks
from .report import BuildReport
from .sources import SourceFile
from .workers import Workers
from .writing import VECTORS, Meaning, write_generation

_INPUTS = "inputs.json"  # in a generation's folder


@dataclass(frozen=True, slots=True)
class _Last:
    """The last build, as its generation remembers it; without a name there was none that counts."""

    name: str = ""
    inputs: tuple[Known, ...] = ()
    repeated: tuple[str, ...] = ()


def build_index(
    files: Iterable[SourceFile],
    out: Path,
    progress: Callable[[], None] = lambda: None,
    *,
    written: Callable[[], None] = lambda: None,
    jobs: int = 1,
    full: bool = False,
    meaning: Meaning | None = None,
) -> BuildReport:
    """Builds and publishes a generation, unless nothing has changed since the current one.

    Args:
        files: what to index, in this order.
        out: the index folder.
        progress: is called after each file that was read.
        written: is called for each file again, when it has been written.
        jobs: how many processes parse.
        full: parse, embed and publish everything again, whatever was built before.
        meaning: how passages are embedded; without it, they are found by their words alone.

    Raises:
        NoArticlesError: no file has an article.
        GenerationError: `out` cannot be written.

    """
    report, started = BuildReport(), time.monotonic()
    with reserved(out) as parsed_before:
        cache, repeated = Cache(parsed_before), RepeatedBlocks()
        if full:
            cache.clear()
            shutil.rmtree(out / VECTORS, ignore_errors=True)
        last = _Last() if full else _last_build(out, meaning)
        with Workers(jobs) as workers:
            results = read_all(files, cache, workers)
            inputs = tuple(_noted(results, repeated, report, progress))
        if last.name and inputs == last.inputs:
            report.unchanged, report.repeated = last.name, list(last.repeated)
        else:
            trimmed = map(repeated.trimmed, _again(inputs, cache, written))
            _build(inputs, trimmed, repeated, out, report, meaning)
        cache.keep_used()
    report.seconds = time.monotonic() - started
    return report


def _build(
    inputs: tuple[Known, ...],
    trimmed: Iterable[Article],
    repeated: RepeatedBlocks,
    out: Path,
    report: BuildReport,
    meaning: Meaning | None,
) -> None:
    manifest: dict[str, Any] = {}
    with publishing_in_reserved(out, manifest) as folder:
        write_generation(folder, ((article, passages_of(article)) for article in trimmed), report, manifest, meaning)
        report.repeated = repeated.told()
        rows = [astuple(one) for one in inputs]
        remembered = {"made_by": _made_by(meaning), "inputs": rows, "repeated": report.repeated}
        (folder / _INPUTS).write_text(json.dumps(remembered), encoding="utf-8")


def _made_by(meaning: Meaning | None) -> str:
    return f"{program_version()} {f'{meaning.encoder.name} {meaning.folder}' if meaning else ''}"


def _last_build(out: Path, meaning: Meaning | None) -> _Last:
    """What the current generation follows from; nothing where it is damaged, or not made by this very program."""
    try:
        generation = open_current(out)
        remembered = json.loads((generation.folder / _INPUTS).read_text(encoding="utf-8"))
        inputs = tuple(Known(*row) for row in remembered["inputs"])
        last = _Last(generation.name, inputs, tuple(remembered["repeated"]))
        return last if remembered["made_by"] == _made_by(meaning) else _Last()
    except (GenerationError, OSError, ValueError, KeyError, TypeError):
        return _Last()


def _noted(
    results: Iterable[Result], repeated: RepeatedBlocks, report: BuildReport, progress: Callable[[], None]
) -> Iterator[Known]:
    for one, parsed in results:
        report.note(one.name, parsed)
        if parsed.article:
            repeated.count(parsed.article)
        progress()
        yield one


def _again(inputs: Iterable[Known], cache: Cache, written: Callable[[], None]) -> Iterator[Article]:
    """The articles of files that were read before, from the cache."""
    for one in inputs:
        text = cache.get(one.key) if one.key else None
        if one.key and text is None:
            raise GenerationError(f"{one.name}: its parsed form was removed during the build; run the command again")
        if text and (article := with_live(parsed_from(text), one.live).article):
            yield article
        written()


def parse_file(file: SourceFile) -> Article:
    """One source file's article. Raises NotHtml, NoArticle or OSError."""
    return replace(read_article(decode(file.read()), file.url), live=file.live)
