"""Judged queries to figures: nDCG@10, recall@100, MRR@10 and latency of the same `answer` that the page calls.

Where entries are judged not to help (relevance 0), `in_order` says how often one that helps stands before them.

A collection is a folder in BEIR layout (Thakur et al., 2021): corpus.jsonl, queries.jsonl, and the judgements in
qrels.tsv, or in a file of qrels/. The measures are those of ir-measures, over all judged queries.
"""

import json
import re
import tempfile
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from statistics import quantiles
from typing import Any

import ir_measures
import numpy as np

from indexer.model import Article, Block, Faq, Section
from indexer.passages import whole_passages_of
from indexer.report import BuildReport
from indexer.writing import Contents, Meaning, publish_index

from .answer import BY_DEFAULT, answer
from .engine import Engine
from .model import QuestionError
from .ranking import Weights
from .whoosh_engine import WhooshEngine

DEPTH = 100
MOST_RELEVANT = 1_000  # collections have grades up to 4 or so; the measures reserve memory for each grade
RESAMPLES = 2_000
_MEASURES = {"ndcg@10": ir_measures.nDCG @ 10, "recall@100": ir_measures.R @ DEPTH, "mrr@10": ir_measures.RR @ 10}
_HALF = re.compile("[\ud800-\udfff]")  # of a surrogate pair: JSON can say it, UTF-8 cannot

Run = dict[str, dict[str, float]]


class CollectionError(ValueError):
    """The folder is no judged collection; the message names the file and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A judged collection: entries and queries by id, and the relevance (0 or more) of entries to queries."""

    name: str
    contents: tuple[Contents, ...]
    queries: dict[str, str]
    judgements: dict[str, dict[str, int]]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """The figures of a collection, and for each query its own, with the milliseconds and the first ten entries."""

    figures: dict[str, Any]
    by_query: dict[str, dict[str, Any]]


def read_collection(
    folder: Path, queries: Path | None = None, articles: Iterable[Contents] | None = None
) -> Collection:
    """Reads a collection; `queries` replaces its queries.jsonl, and `articles` its corpus. Raises CollectionError."""
    asked = {str(row["_id"]): str(row["text"]) for row in _jsonl(queries or folder / "queries.jsonl", ("_id", "text"))}
    rows = () if articles else _jsonl(folder / "corpus.jsonl", ("_id", "text"))
    contents = tuple(articles or map(_contents, rows))
    judgements = _judgements(folder)
    judged = {name: text for name, text in asked.items() if name in judgements}
    if not judged:
        raise CollectionError(f"{folder}: no query in {queries or 'queries.jsonl'} has a judgement")
    return Collection(folder.name, contents, judged, {name: judgements[name] for name in judged})


@contextmanager
def indexed(collection: Collection, meaning: Meaning | None) -> Iterator[tuple[WhooshEngine, dict[str, float]]]:
    """An engine over a collection, in a folder that is removed afterwards, and what building it took."""
    with tempfile.TemporaryDirectory(prefix="advice-eval-") as place:
        out, started = Path(place), time.perf_counter()
        publish_index(collection.contents, out, BuildReport(), meaning)
        build_s = time.perf_counter() - started
        index_mb = sum(path.stat().st_size for path in (out / "generations").rglob("*") if path.is_file()) / 1e6
        yield WhooshEngine(out), {"build_s": round(build_s, 2), "index_mb": round(index_mb, 2)}


def evaluate(collection: Collection, weights: Weights = BY_DEFAULT, meaning: Meaning | None = None) -> Evaluation:
    """Indexes the collection in a temporary folder and answers its queries."""
    with indexed(collection, meaning) as (engine, building):
        run, took_ms = _run(engine, collection.queries, weights)
    by_query = _by_query(collection, run, took_ms)
    cuts = quantiles(took_ms.values(), n=20) if len(took_ms) > 1 else [*took_ms.values()] * 19
    means = {name: round(float(np.mean([row[name] for row in by_query.values()])), 4) for name in _MEASURES}
    figures = {
        "collection": collection.name,
        "docs": len(collection.contents),
        "queries": len(collection.queries),
        **means,
        "ndcg@10_ci95": _interval([row["ndcg@10"] for row in by_query.values()]),
        "in_order": _in_order(collection, run),
        "p50_ms": round(cuts[9], 3),
        "p95_ms": round(cuts[18], 3),
        **building,
    }
    return Evaluation(figures, by_query)


def _run(engine: Engine, queries: dict[str, str], weights: Weights) -> tuple[Run, dict[str, float]]:
    """The best entries of each query, scored by rank so that ties cannot be reordered; and milliseconds each.

    The time is that of the ten hits that a visitor gets; the other ninety are asked for after it."""
    run, took_ms = {}, {}
    for name, text in queries.items():
        try:
            took_ms[name] = answer(engine, text, weights=weights).took_ms
            results = answer(engine, text, DEPTH, excerpts=0, weights=weights)
        except QuestionError as error:
            raise CollectionError(f"query {name}: {error}") from None
        urls = [passage.url for hit in results.hits for passage in (hit.passage, *hit.copies)]
        run[name] = {url: 1 / place for place, url in enumerate(dict.fromkeys(urls), 1)}
    return run, took_ms


def _by_query(collection: Collection, run: Run, took_ms: dict[str, float]) -> dict[str, dict[str, Any]]:
    names = {measure: name for name, measure in _MEASURES.items()}
    rows: dict[str, dict[str, Any]] = {query: {} for query in collection.queries}
    for metric in ir_measures.iter_calc(list(names), collection.judgements, run):
        rows[metric.query_id][names[metric.measure]] = metric.value
    for query, row in rows.items():
        row |= {name: row.get(name, 0.0) for name in _MEASURES}
        row |= {"ms": round(took_ms[query], 3), "first": list(run[query])[:10]}
    return rows


def _interval(values: list[float]) -> list[float]:
    """The 95 % confidence interval of a mean, by the percentile bootstrap (Efron and Tibshirani, 1993)."""
    picks = np.random.default_rng(0).integers(0, len(values), (RESAMPLES, len(values)))
    low, high = np.percentile(np.array(values)[picks].mean(axis=1), [2.5, 97.5])
    return [round(float(low), 4), round(float(high), 4)]


def _in_order(collection: Collection, run: Run) -> float | None:
    """The share of pairs of entries, judged to help and judged not to, of which the former stands first; None where no
    entry was judged not to help."""
    pairs = [
        run[query].get(good, 0.0) > run[query].get(bad, 0.0)
        for query, judged in collection.judgements.items()
        for good, bad in product((e for e in judged if judged[e] > 0), (e for e in judged if judged[e] == 0))
    ]
    return round(sum(pairs) / len(pairs), 4) if pairs else None


def _contents(row: dict[str, Any]) -> Contents:
    """A corpus entry as an article of one whole passage: a FAQ where its title asks something."""
    title, name = str(row.get("title") or ""), str(row["_id"])
    blocks = tuple(Block("paragraph", text) for text in str(row["text"]).split("\n") if text.strip())
    if title.rstrip().endswith("?"):
        article = Article(name, "", faqs=(Faq(title, "top", blocks),))
    else:
        article = Article(name, "", sections=(Section(1, title, "top", (title,) if title else (), blocks),))
    return article, whole_passages_of(article)


def _jsonl(path: Path, keys: tuple[str, ...]) -> Iterator[dict[str, Any]]:
    for number, line in enumerate(_lines(path), 1):
        if not line.strip():
            continue
        try:
            row = json.loads(line)
        except (ValueError, RecursionError) as error:
            raise CollectionError(f"{path}:{number}: not JSON ({error})") from None
        if not isinstance(row, dict) or any(key not in row for key in keys):
            raise CollectionError(f"{path}:{number}: needs an object with {', '.join(keys)}")
        if _HALF.search(f"{row['_id']}{row.get('title')}"):
            raise CollectionError(f"{path}:{number}: half of a character in its _id or title; write it whole")
        yield row


def _judgements(folder: Path) -> dict[str, dict[str, int]]:
    path = next((p for p in (folder / "qrels.tsv", folder / "qrels" / "test.tsv") if p.exists()), folder / "qrels.tsv")
    found: dict[str, dict[str, int]] = {}
    for number, line in enumerate(_lines(path), 1):
        try:
            query, entry, relevance = line.split("\t")
            if number > 1 or relevance != "score":
                found.setdefault(query, {})[entry] = _score(relevance)
        except ValueError:
            reason = f"needs query-id, corpus-id and score (at most {MOST_RELEVANT}), with tabs between"
            raise CollectionError(f"{path}:{number}: {reason}") from None
    return found


def _score(text: str) -> int:
    """A relevance that the measures can count with. Raises ValueError."""
    if abs(score := int(text)) > MOST_RELEVANT:
        raise ValueError(text)
    return score


def _lines(path: Path) -> Iterable[str]:
    try:
        return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise CollectionError(
            f"{path}: cannot be read ({reason}); a collection has corpus.jsonl, queries.jsonl, qrels.tsv"
        ) from None
