"""The commands that measure ranking on judged collections, and fit it: `advice eval`, `fit` and `calibrate`."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table

from indexer.article import NoArticle
from indexer.build import parse_file
from indexer.cli import BUNDLED, EncoderOption, open_meaning
from indexer.console import CANNOT_WORK, DONE, WRONG_USAGE, err, out, print_json, stop
from indexer.decode import NotHtml
from indexer.encoder import EncoderError
from indexer.generations import GenerationError
from indexer.passages import passages_of
from indexer.sources import SourceError, WrongSource, open_source
from indexer.writing import Contents, Meaning

from .calibrating import ask, unanswerable
from .calibrating import report as calibration_report
from .evaluate import CollectionError, Evaluation, evaluate, read_collection
from .fitting import Sample, read_samples, report
from .options import JsonOption, RankerOption, WeightsOption, weights_from
from .ranking import DEFAULT_RANKER, needs_vectors

CollectionArgument = Annotated[
    Path, typer.Argument(help="A folder in BEIR layout: corpus.jsonl, queries.jsonl, qrels.tsv.")
]


def evaluate_command(
    collection: CollectionArgument,
    queries: Annotated[Path | None, typer.Option(help="Other queries than the folder's queries.jsonl.")] = None,
    articles: Annotated[
        str | None, typer.Option(help="Articles instead of corpus.jsonl, judged by the last part of their address.")
    ] = None,
    ranker: RankerOption = DEFAULT_RANKER,
    weight: WeightsOption = None,
    encoder: EncoderOption = BUNDLED,
    per_query: Annotated[Path | None, typer.Option(help="Write each query's figures there, as JSON lines.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Measure ranking and latency on a judged collection.

    Examples:
      advice eval collections/stackfaq --json

      advice eval collections/stackfaq --ranker words

      advice eval tests/judged --articles data/articles --per-query figures.jsonl

    """
    weights = weights_from(ranker, weight)
    with _errors_told():
        meaning = open_meaning(encoder) if needs_vectors(weights) else None
        contents = tuple(_contents(articles)) if articles else None
        found = evaluate(read_collection(collection, queries, contents), weights, meaning)
    if per_query:
        _write(per_query, found)
    figures = found.figures | {"ranker": ranker if meaning or not needs_vectors(weights) else "words"}
    if as_json:
        print_json(figures)
    else:
        for name, value in figures.items():
            out.print(f"{name:12} {value}")
    raise typer.Exit(DONE)


def _contents(source: str) -> Iterator[Contents]:
    """The articles of a source, with the last part of their address instead of it. Raises CollectionError."""
    for file in open_source(source):
        try:
            article = parse_file(file)
        except (NotHtml, NoArticle, OSError) as error:
            raise CollectionError(f"{file.name}: {error}; remove it, or name other --articles") from None
        short = article.url.rstrip("/").rpartition("/")[2]
        yield article, tuple(replace(passage, url=short) for passage in passages_of(article))


def _write(path: Path, found: Evaluation) -> None:
    lines = (json.dumps({"query": query, **row}) + "\n" for query, row in found.by_query.items())
    try:
        path.write_text("".join(lines), encoding="utf-8")
    except OSError as error:
        stop(f"{path}: cannot be written ({error.strerror}); name another file", CANNOT_WORK)


def fit_command(
    collections: Annotated[list[Path], typer.Argument(help="Folders in BEIR layout; every queries*.jsonl is used.")],
    encoder: EncoderOption = BUNDLED,
    as_json: JsonOption = False,
) -> None:
    """Fit the signals' weights to judged collections, and show what each signal is worth.

    Nothing is changed by it: the weights stand in search/ranking.py.

    Example:
      advice fit collections/stackfaq collections/counselchat tests/perspective

    """
    with _errors_told():
        found = report(list(_samples(collections, _needed(encoder))), err.print)
    if as_json:
        print_json(found)
    else:
        _print_report(found)
    raise typer.Exit(DONE)


def calibrate_command(
    collections: Annotated[list[Path], typer.Argument(help="Folders in BEIR layout, about different things.")],
    articles: Annotated[str | None, typer.Option(help="Articles for the folders without a corpus.jsonl.")] = None,
    encoder: EncoderOption = BUNDLED,
    as_json: JsonOption = False,
) -> None:
    """Fit the confidence of results: which questions are answered at all, and which are for other sites.

    Nothing is changed by it: the coefficients stand in search/confidence.py.

    Example:
      advice calibrate collections/stackfaq collections/counselchat tests/judged --articles data/articles

    """
    with _errors_told():
        meaning = _needed(encoder)
        contents = tuple(_contents(articles)) if articles else None
        read = [read_collection(f, None, None if (f / "corpus.jsonl").exists() else contents) for f in collections]
        asked = [ask(one, read, unanswerable(folder), meaning) for folder, one in zip(collections, read, strict=True)]
    found = calibration_report(asked)
    if as_json:
        print_json(found)
    else:
        for name, values in found.items():
            out.print(f"{name}: {json.dumps(values)}")
    raise typer.Exit(DONE)


@contextmanager
def _errors_told() -> Iterator[None]:
    """Ends the program with one line where a collection, a source, an encoder or a folder is not what it should be."""
    try:
        yield
    except (CollectionError, EncoderError, WrongSource) as error:
        stop(error, WRONG_USAGE)
    except (GenerationError, SourceError, OSError) as error:
        stop(error, CANNOT_WORK)


def _needed(encoder: str) -> Meaning:
    meaning = open_meaning(encoder)
    if meaning is None:
        stop("this is fitted with an encoder; install one, or name its folder: --encoder DIR", CANNOT_WORK)
    return meaning


def _samples(collections: list[Path], meaning: Meaning) -> Iterator[Sample]:
    for folder in collections:
        err.print(f"measuring {folder.name}")
        yield from read_samples(folder, meaning)


def _print_report(found: dict[str, Any]) -> None:
    """A row for each sample; a column for each way to weigh."""
    columns = {name: found[name] for name in ("as shipped", "fitted", "folds", "other collections")}
    columns |= {f"without {name}": values for name, values in found["left out"].items()}
    out.print("Weights: " + ", ".join(f"{name} {weight}" for name, weight in found["weights"].items()))
    table = Table("nDCG@10", *found["as shipped"], box=box.MARKDOWN)
    for name, values in columns.items():
        table.add_row(name, *(f"{value:.4f}" for value in values.values()))
    out.print(table)
