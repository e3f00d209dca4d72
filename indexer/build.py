"""Builds a generation from a source: read, decode, parse, split, write, derive, publish.

A file that fails is named with its reason and the others are indexed; if none is left, nothing is published and the
last generation stays.
"""

import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from .article import NoArticle, read_article
from .decode import NotHtml, decode
from .generations import publishing
from .impacts import derive_impacts, save_impacts
from .model import Article, Passage
from .passages import passages_of
from .sources import ReadError, SourceError, SourceFile
from .store import open_reader, write_index

Contents = tuple[Article, tuple[Passage, ...]]


@dataclass(slots=True)
class BuildReport:
    """What a build did: how many of each thing, and per file what was odd (warnings) or left out (failures)."""

    articles: int = 0
    sections: int = 0
    faqs: int = 0
    passages: int = 0
    warnings: list[tuple[str, str]] = field(default_factory=list)
    failures: list[tuple[str, str]] = field(default_factory=list)
    seconds: float = 0.0

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


class NoArticlesError(SourceError):
    """No file has an article in it; `report` has the reasons."""

    def __init__(self, message: str, report: BuildReport) -> None:
        super().__init__(message)
        self.report = report


def build_index(files: Iterable[SourceFile], out: Path, progress: Callable[[], None] = lambda: None) -> BuildReport:
    """Builds and publishes a generation; `progress` is called after each file.

    Raises SourceError where no file has an article, and GenerationError where `out` cannot be written.
    """
    report = BuildReport()
    started = time.monotonic()
    articles = (parsed for file in files for parsed in _parse(file, report, progress))
    publish_index(((article, passages_of(article)) for article in articles), out, report)
    report.seconds = time.monotonic() - started
    return report


def publish_index(contents: Iterable[Contents], out: Path, report: BuildReport) -> None:
    """Publishes articles with their passages, counting them in the report."""
    catalog: list[dict[str, Any]] = []
    manifest: dict[str, Any] = {"catalog": catalog}
    with publishing(out, manifest) as folder:
        write_index(folder, _counted(contents, report, catalog))
        if not report.articles:
            raise NoArticlesError("no file has an article in it, so nothing was published", report)
        manifest |= {"articles": report.articles, "passages": report.passages}
        with closing(open_reader(folder)) as reader:
            save_impacts(folder, derive_impacts(reader, report.passages))


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


def _parse(file: SourceFile, report: BuildReport, progress: Callable[[], None]) -> Iterator[Article]:
    try:
        article = parse_file(file)
        report.warnings += [(file.name, warning) for warning in article.warnings]
        yield article
    except (NotHtml, NoArticle) as error:
        report.failures.append((file.name, f"{error}; remove it, or --exclude it"))
    except ReadError as error:
        report.failures.append((file.name, str(error)))
    except OSError as error:
        report.failures.append((file.name, f"cannot be read ({error.strerror or error}); check its permissions"))
    finally:
        progress()
