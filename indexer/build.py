"""Builds a generation from a source: read, decode, parse, split, write, derive, publish.

A file that fails is named with its reason and the others are indexed; if none is left, nothing is published and the
last generation stays.

Strategy: all files are read first, and what is parsed goes to the cache. A generation remembers its inputs: where they
are the same as last time, it stays. Otherwise a new one is written whole from the cache, since what the articles repeat
is known only now. So an incremental build and a full one of the same files give the same generation.
"""

import json
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import astuple, dataclass, field, replace
from pathlib import Path
from typing import Any

from .article import read_article
from .cache import Cache, program_version
from .decode import decode
from .generations import GenerationError, open_current, publishing, publishing_in_reserved, reserved
from .impacts import derive_impacts, save_impacts
from .model import Article, Passage
from .parsing import Parsed, parsed_from
from .passages import passages_of
from .reading import Known, Result, read_all, with_live
from .repeated import RepeatedBlocks
from .sources import SourceError, SourceFile
from .store import open_reader, write_index
from .workers import Workers

_INPUTS = "inputs.json"  # in a generation's folder

Contents = tuple[Article, tuple[Passage, ...]]


@dataclass(slots=True)
class BuildReport:
    """What a build did: how many of each thing, and per file what was odd (warnings) or left out (failures); `repeated`
    says what was left out of many articles because they repeat it.

    Where nothing has changed, `unchanged` names the generation that stays, and nothing is counted.
    """

    articles: int = 0
    sections: int = 0
    faqs: int = 0
    passages: int = 0
    warnings: list[tuple[str, str]] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    repeated: list[str] = field(default_factory=list)
    seconds: float = 0.0
    unchanged: str = ""

    def note(self, name: str, parsed: Parsed) -> None:
        """Adds what is to be said about one file."""
        self.warnings += [(name, warning) for warning in (parsed.article.warnings if parsed.article else ())]
        self.failures += [(name, parsed.failure)] if parsed.failure else []

    def count(self, article: Article, passages: tuple[Passage, ...]) -> None:
        """Adds one indexed article."""
        self.articles += 1
        self.sections += sum(bool(section.heading) for section in article.sections)
        self.faqs += len(article.faqs)
        self.passages += len(passages)

    def counts(self) -> dict[str, int]:
        """How many of each thing, by the word that people read."""
        return {
            "articles": self.articles,
            "sections": self.sections,
            "FAQ entries": self.faqs,
            "passages": self.passages,
        }


@dataclass(frozen=True, slots=True)
class _Last:
    """The last build, as its generation remembers it; without a name there was none that counts."""

    name: str = ""
    inputs: tuple[Known, ...] = ()
    repeated: tuple[str, ...] = ()


class NoArticlesError(SourceError):
    """No file has an article in it; `report` has the reasons, file by file."""

    def __init__(self, report: BuildReport) -> None:
        super().__init__("no file has an article in it, so nothing was published")
        self.report = report


def build_index(
    files: Iterable[SourceFile],
    out: Path,
    progress: Callable[[], None] = lambda: None,
    *,
    written: Callable[[], None] = lambda: None,
    jobs: int = 1,
    full: bool = False,
) -> BuildReport:
    """Builds and publishes a generation, unless nothing has changed since the current one.

    Args:
        files: what to index, in this order.
        out: the index folder.
        progress: is called after each file that was read.
        written: is called for each file again, when it has been written.
        jobs: how many processes parse.
        full: parse and publish everything again, whatever was built before.

    Raises:
        NoArticlesError: no file has an article.
        GenerationError: `out` cannot be written.

    """
    report, started = BuildReport(), time.monotonic()
    with reserved(out) as parsed_before:
        cache, repeated = Cache(parsed_before), RepeatedBlocks()
        if full:
            cache.clear()
        last = _Last() if full else _last_build(out)
        with Workers(jobs) as workers:
            results = read_all(files, cache, workers)
            inputs = tuple(_noted(results, repeated, report, progress))
        if last.name and inputs == last.inputs:
            report.unchanged, report.repeated = last.name, list(last.repeated)
        else:
            _build(inputs, _again(inputs, cache, written), repeated, out, report)
        cache.keep_used()
    report.seconds = time.monotonic() - started
    return report


def publish_index(contents: Iterable[Contents], out: Path, report: BuildReport) -> None:
    """Publishes articles with their passages, counting them in the report."""
    manifest: dict[str, Any] = {}
    with publishing(out, manifest) as folder:
        _write(folder, contents, report, manifest)


def _build(
    inputs: tuple[Known, ...], articles: Iterable[Article], repeated: RepeatedBlocks, out: Path, report: BuildReport
) -> None:
    manifest: dict[str, Any] = {}
    trimmed = (repeated.trimmed(article) for article in articles)
    with publishing_in_reserved(out, manifest) as folder:
        _write(folder, ((article, passages_of(article)) for article in trimmed), report, manifest)
        report.repeated = repeated.told()
        rows = [astuple(one) for one in inputs]
        remembered = {"made_by": program_version(), "inputs": rows, "repeated": report.repeated}
        (folder / _INPUTS).write_text(json.dumps(remembered), encoding="utf-8")


def _write(folder: Path, contents: Iterable[Contents], report: BuildReport, manifest: dict[str, Any]) -> None:
    catalog: list[dict[str, Any]] = []
    write_index(folder, _counted(contents, report, catalog))
    if not report.articles:
        raise NoArticlesError(report)
    manifest |= {"catalog": catalog, "articles": report.articles, "passages": report.passages}
    with closing(open_reader(folder)) as reader:
        save_impacts(folder, derive_impacts(reader, report.passages))


def _last_build(out: Path) -> _Last:
    """What the current generation follows from; nothing where it is damaged, or not made by this very program."""
    try:
        generation = open_current(out)
        remembered = json.loads((generation.folder / _INPUTS).read_text(encoding="utf-8"))
        inputs = tuple(Known(*row) for row in remembered["inputs"])
        last = _Last(generation.name, inputs, tuple(remembered["repeated"]))
        return last if remembered["made_by"] == program_version() else _Last()
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


def _counted(contents: Iterable[Contents], report: BuildReport, catalog: list[dict[str, Any]]) -> Iterator[Contents]:
    for article, passages in contents:
        report.count(article, passages)
        catalog.append(
            {
                "url": article.url,
                "live": article.live,
                "title": article.title,
                "description": article.description,
                "topics": article.topics,
                "published": article.published,
                "modified": article.modified,
            }
        )
        yield article, passages


def parse_file(file: SourceFile) -> Article:
    """One source file's article. Raises NotHtml, NoArticle or OSError."""
    return replace(read_article(decode(file.read()), file.url), live=file.live)
