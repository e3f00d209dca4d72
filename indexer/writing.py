"""Writes the files of a generation: the index, the arrays that are derived from it, and the vectors.

This file does not know where articles come from, or what was built before.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from .encoder import Encoder
from .generations import publishing
from .headings import derive_headings, save_headings
from .impacts import derive_impacts, save_impacts
from .model import Article, Passage
from .names import save_names
from .pairs import derive_pairs, save_pairs
from .places import derive_places, save_places
from .readability import lix
from .report import BuildReport, NoArticlesError
from .store import open_reader, stored_passages, write_index
from .twins import derive_twins, save_twins
from .vectorcache import VectorCache
from .vectors import save_vectors

VECTORS = "vectors"  # what was embedded before, in the index folder

Contents = tuple[Article, tuple[Passage, ...]]


@dataclass(frozen=True, slots=True)
class Meaning:
    """How a build embeds passages: the encoder and its folder ("" for the bundled one), how many threads, and what to
    call after each passage, with the number of all."""

    encoder: Encoder
    folder: str = ""
    jobs: int = 1
    progress: Callable[[int], None] = lambda count: None


def publish_index(contents: Iterable[Contents], out: Path, report: BuildReport, meaning: Meaning | None = None) -> None:
    """Publishes articles with their passages, counting them in the report."""
    manifest: dict[str, Any] = {}
    with publishing(out, manifest) as folder:
        write_generation(folder, contents, report, manifest, meaning)


def write_generation(
    folder: Path, contents: Iterable[Contents], report: BuildReport, manifest: dict[str, Any], meaning: Meaning | None
) -> None:
    """Writes articles with their passages into an empty folder of the index folder, and what to keep with the
    generation into `manifest`. Raises NoArticlesError."""
    catalog: list[dict[str, Any]] = []
    names: list[str] = []
    write_index(folder, _counted(contents, report, catalog, names))
    if not report.articles:
        raise NoArticlesError(report)
    save_names(folder, names)
    manifest |= {"catalog": catalog, "articles": report.articles, "passages": report.passages}
    with closing(open_reader(folder)) as reader:
        impacts = derive_impacts(reader, report.passages)
        save_impacts(folder, impacts)
        save_pairs(folder, derive_pairs(impacts))
        save_twins(folder, derive_twins(impacts))
        save_places(folder, derive_places(stored_passages(reader, report.passages), impacts.terms))
        save_headings(folder, derive_headings(stored_passages(reader, report.passages), impacts.terms))
        if meaning:
            manifest["encoder"] = {"name": meaning.encoder.name, "folder": meaning.folder}
            _embed(folder, stored_passages(reader, report.passages), report.passages, meaning)


def _embed(folder: Path, passages: Iterable[Passage], count: int, meaning: Meaning) -> None:
    encoder = meaning.encoder
    with VectorCache(folder.parent / VECTORS, encoder.name, encoder.dimensions) as known:
        save_vectors(folder, passages, encoder, known, meaning.jobs, lambda: meaning.progress(count))
        known.keep_used()


def _counted(
    contents: Iterable[Contents], report: BuildReport, catalog: list[dict[str, Any]], names: list[str]
) -> Iterator[Contents]:
    for article, passages in contents:
        report.count(article, passages)
        catalog.append(_card(article, passages))
        names += [passage.heading for passage in passages]
        yield article, passages


def _card(article: Article, passages: tuple[Passage, ...]) -> dict[str, Any]:
    text = "\n".join(passage.text for passage in passages)
    return {
        "url": article.url,
        "live": article.live,
        "title": article.title,
        "description": article.description,
        "topics": article.topics,
        "published": article.published,
        "modified": article.modified,
        "passages": len(passages),
        "faqs": sum(passage.kind == "faq" for passage in passages),
        "words": len(text.split()),
        "lix": round(lix(text)),
        "language": article.language,
    }
