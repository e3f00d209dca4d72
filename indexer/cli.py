"""The commands that read articles: `advice index` and `advice parse`."""

import os
from functools import partial
from pathlib import Path
from typing import Annotated, Any

import typer

from .article import NoArticle
from .build import parse_file
from .bundled import bundled
from .console import (
    CANNOT_WORK,
    DONE,
    EXIT_CODES,
    INTERRUPTED,
    SOME_FAILED,
    WRONG_USAGE,
    build_with_progress,
    err,
    out,
    print_json,
    stop,
)
from .decode import NotHtml
from .encoder import EncoderError
from .generations import GenerationError, current_name
from .inputs import MOST_PAGES
from .model import Article
from .prepare import open_encoder
from .repeated import RepeatedBlocks
from .report import BuildReport, NoArticlesError
from .sources import SourceError, SourceFile, Wanted, WrongSource, open_source, read_file
from .writing import Meaning

DEFAULT_INDEX = Path("data/index")
MOST_SHOWN = 20  # warnings, and blocks left out; failures are all shown

app = typer.Typer()

_SOURCES = (
    "A folder, an HTML file, a .zip of them, a WordPress export (.xml), a list of URLs (.txt), or the address of a "
    "sitemap or a page."
)
Source = Annotated[str | None, typer.Argument(help=_SOURCES, show_default="data/articles")]
Target = Annotated[Path, typer.Option("--out", help="The folder to publish the index in.")]
Include = Annotated[list[str] | None, typer.Option(help="Only inputs whose path in the source matches: 'blog/*'.")]
Exclude = Annotated[list[str] | None, typer.Option(help="No inputs whose path, or a folder of it, matches.")]
BaseUrl = Annotated[str, typer.Option(help="Where the live site is: hits lead there.")]
Limit = Annotated[int, typer.Option(help="The most web pages to fetch.")]
UserAgent = Annotated[str, typer.Option(help="What web servers are told.", show_default="advice-search/…")]
Jobs = Annotated[int | None, typer.Option(min=1, help="How many processes parse.", show_default="one a processor")]
EncoderOption = Annotated[
    str, typer.Option("--encoder", help="A folder with another sentence encoder, or none: search by words alone.")
]
BUNDLED, NONE = "bundled", "none"
Full = Annotated[bool, typer.Option("--full", help="Parse and publish everything again.")]


@app.command(epilog=EXIT_CODES)
def index(
    source: Source = None,
    target: Target = DEFAULT_INDEX,
    include: Include = None,
    exclude: Exclude = None,
    base_url: BaseUrl = "",
    limit: Limit = MOST_PAGES,
    user_agent: UserAgent = "",
    jobs: Jobs = None,
    encoder: EncoderOption = BUNDLED,
    full: Full = False,
) -> None:
    """Build the search index from articles, and publish it.

    A running server takes it over by itself within two seconds. If the build fails, the last index stays.

    The next run parses only what has changed; where nothing has, the index stays as it is.

    Examples:
      advice index                             (the bundled articles)

      advice index ~/site/public               (a folder tree of .html files)

      advice index ~/site/public --out /srv/advice

      advice index site.zip --exclude drafts --base-url https://example.org/

      advice index https://example.org/sitemap.xml --include 'advice/*'

      advice index ~/site/public --jobs 2      (leave the other processors alone)

      advice index ~/site/public --full        (trust nothing that was parsed or embedded before)

      advice index --encoder none              (by words alone: the build takes a third of the time)

    """
    before = current_name(target)
    try:
        patterns = tuple(include or ()), tuple(exclude or ())
        wanted = Wanted(*patterns, base_url, limit, user_agent, target / "http-cache")
        files = open_source(bundled("articles") if source is None else source, wanted)
        meaning = open_meaning(encoder, jobs)
        report = build_with_progress(files, target, jobs or _processors(), full, meaning)
    except EncoderError as error:
        stop(error, WRONG_USAGE)
    except SourceError as error:
        _print_problems(error.report if isinstance(error, NoArticlesError) else BuildReport())
        stop(error, WRONG_USAGE if isinstance(error, WrongSource) else SOME_FAILED)
    except GenerationError as error:
        stop(error, CANNOT_WORK)
    except KeyboardInterrupt:
        stop(_interrupted(target, before), INTERRUPTED)
    _print_problems(report)
    _print_result(report, target)
    raise typer.Exit(SOME_FAILED if report.failures else DONE)


@app.command(epilog=EXIT_CODES)
def parse(
    files: Annotated[list[Path], typer.Argument(help="HTML files.")],
    as_json: Annotated[
        bool, typer.Option("--json", help="Print one JSON object, with each file's stem as key.")
    ] = False,
) -> None:
    """Show what the parser finds in article files, without indexing them.

    Of several files, what many of them repeat is left out as boilerplate, as in an index of them.

    Examples:
      advice parse article.html

      advice parse data/articles/*.html --json | jq '.[].title'

    """
    found = [(path, article) for path in files if (article := _article_in(path))]
    repeated = RepeatedBlocks()
    for _, article in found:
        repeated.count(article)
    parsed: dict[str, Any] = {}
    for path, article in found:
        if as_json:
            parsed[str(path) if path.stem in parsed else path.stem] = to_json(repeated.trimmed(article))
        else:
            _print_outline(repeated.trimmed(article))
    _print_some("boilerplate", repeated.told())
    if as_json:
        print_json(parsed)
    raise typer.Exit(DONE if len(found) == len(files) else SOME_FAILED)


def _article_in(path: Path) -> Article | None:
    try:
        return parse_file(SourceFile(str(path), path.stem, partial(read_file, path)))
    except (NotHtml, NoArticle, OSError) as error:
        err.print(f"advice: {path}: {error if not isinstance(error, OSError) else error.strerror}; left out")
        return None


def to_json(article: Article) -> dict[str, Any]:
    """An article as `advice parse --json` prints it."""
    names = ["title", "author", "published", "modified", "description", "canonical", "language", "topics", "warnings"]
    return {name: getattr(article, name) for name in names} | {
        "sections": [
            {"level": s.level, "heading": s.heading, "anchor": s.anchor, "path": s.path, "text": s.text}
            for s in article.sections
        ],
        "faqs": [{"question": f.question, "answer": f.answer, "anchor": f.anchor} for f in article.faqs],
    }


def open_meaning(encoder: str = BUNDLED, jobs: int | None = None) -> Meaning | None:
    """How to embed passages; None for none, and where the bundled encoder cannot be run here, which is told.

    Raises EncoderError where another one was named, and cannot be run.
    """
    if encoder == NONE:
        return None
    folder = "" if encoder == BUNDLED else str(Path(encoder).resolve())
    try:
        return Meaning(open_encoder(folder), folder, jobs or _processors())
    except EncoderError as error:
        if folder:
            raise
        err.print(f"advice: {error}; until then the index finds passages by their words alone")
        return None


def _processors() -> int:
    """How many this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _interrupted(target: Path, before: str) -> str:
    if current_name(target) != before:
        return f"{target}: stopped just after the new index was published; it is complete"
    return f"{target}: stopped, and nothing was published; run the command again to go on from there"


def _print_problems(report: BuildReport) -> None:
    for name, reason in report.failures:
        err.print(f"left out: {name}: {reason}")
    _print_some("warning", [f"{name}: {warning}" for name, warning in report.warnings])
    _print_some("boilerplate", report.repeated)


def _print_some(label: str, messages: list[str]) -> None:
    for message in messages[:MOST_SHOWN]:
        err.print(f"{label}: {message}")
    if len(messages) > MOST_SHOWN:
        err.print(f"{label}: and {len(messages) - MOST_SHOWN} more")


def _print_result(report: BuildReport, target: Path) -> None:
    left_out = f"files left out: {len(report.failures)}"
    if report.unchanged:
        out.print(f"Nothing has changed; generation {report.unchanged} stays. {left_out.capitalize()}.")
    else:
        counts = ", ".join(f"{name} {number}" for name, number in report.counts().items())
        out.print(f"Indexed in {report.seconds:.1f} s: {counts}; {left_out}.")
        out.print(f"Published in {target}.", end=" ")
    option = "" if target == DEFAULT_INDEX else f" --index {target}"
    out.print(f"Next: advice serve{option}")


def _print_outline(article: Article) -> None:
    dates = f"published {article.published or '–'}, modified {article.modified or '–'}"
    out.print(f"{article.title}\n  by {article.author or '–'}, {dates}, topics: {', '.join(article.topics) or '–'}")
    for section in article.sections:
        out.print(f"{'  ' * section.level}{section.heading or '(lead text)'}  #{section.anchor}")
    for faq in article.faqs:
        out.print(f"  ? {faq.question}  #{faq.anchor}")
    for warning in article.warnings:
        out.print(f"  warning: {warning}")
