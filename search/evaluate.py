"""Judged queries to figures: nDCG@10, recall@100, MRR@10 and latency of the same `answer` that the page calls.

A collection is a folder in BEIR layout (Thakur et al., 2021): corpus.jsonl, queries.jsonl, and the judgements in
qrels.tsv, or in a file of qrels/. The measures are those of ir-measures, over all judged queries.
"""

import csv
import json
import tempfile
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

import ir_measures

from indexer.build import BuildReport, Contents, publish_index
from indexer.model import Article, Block, Faq, Section
from indexer.passages import whole_passages_of

from .answer import answer
from .engine import Engine
from .model import QuestionError
from .whoosh_engine import WhooshEngine

DEPTH = 100
_NDCG, _RECALL, _MRR = ir_measures.nDCG @ 10, ir_measures.R @ DEPTH, ir_measures.RR @ 10


class CollectionError(ValueError):
    """The folder is no judged collection; the message names the file and what is wrong with it."""


@dataclass(frozen=True, slots=True)
class Collection:
    """A judged collection: entries and queries by id, and the relevance (0 or more) of entries to queries."""

    name: str
    contents: tuple[Contents, ...]
    queries: dict[str, str]
    judgements: dict[str, dict[str, int]]


def read_collection(folder: Path, queries: Path | None = None) -> Collection:
    """Reads a collection; `queries` replaces its queries.jsonl. Raises CollectionError."""
    asked = {str(row["_id"]): str(row["text"]) for row in _jsonl(queries or folder / "queries.jsonl", ("_id", "text"))}
    contents = tuple(_contents(row) for row in _jsonl(folder / "corpus.jsonl", ("_id", "text")))
    judgements = _judgements(folder)
    judged = {name: text for name, text in asked.items() if name in judgements}
    if not judged:
        raise CollectionError(f"{folder}: no query in {queries or 'queries.jsonl'} has a judgement")
    return Collection(folder.name, contents, judged, {name: judgements[name] for name in judged})


def evaluate(collection: Collection) -> dict[str, Any]:
    """Indexes the collection in a temporary folder and answers its queries."""
    with tempfile.TemporaryDirectory(prefix="advice-eval-") as place:
        out, started = Path(place), time.perf_counter()
        publish_index(collection.contents, out, BuildReport())
        build_s = time.perf_counter() - started
        index_mb = sum(path.stat().st_size for path in out.rglob("*") if path.is_file()) / 1e6
        run, took_ms = _run(WhooshEngine(out), collection.queries)
    figures = ir_measures.calc_aggregate([_NDCG, _RECALL, _MRR], collection.judgements, run)
    cuts = quantiles(took_ms, n=20) if len(took_ms) > 1 else took_ms * 19
    return {
        "collection": collection.name,
        "docs": len(collection.contents),
        "queries": len(collection.queries),
        "ndcg@10": round(figures[_NDCG], 4),
        "recall@100": round(figures[_RECALL], 4),
        "mrr@10": round(figures[_MRR], 4),
        "p50_ms": round(cuts[9], 3),
        "p95_ms": round(cuts[18], 3),
        "build_s": round(build_s, 2),
        "index_mb": round(index_mb, 2),
    }


def _run(engine: Engine, queries: dict[str, str]) -> tuple[dict[str, dict[str, float]], list[float]]:
    """The best entries of each query, scored by rank so that ties cannot be reordered, and milliseconds each."""
    run, took_ms = {}, []
    for name, text in queries.items():
        started = time.perf_counter()
        try:
            results = answer(engine, text, DEPTH, excerpts=10)
        except QuestionError as error:
            raise CollectionError(f"query {name}: {error}") from None
        took_ms.append((time.perf_counter() - started) * 1000)
        run[name] = {group.url: 1 / place for place, group in enumerate(results.groups, 1)}
    return run, took_ms


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
        except ValueError as error:
            raise CollectionError(f"{path}:{number}: not JSON ({error})") from None
        if not isinstance(row, dict) or any(key not in row for key in keys):
            raise CollectionError(f"{path}:{number}: needs an object with {', '.join(keys)}")
        yield row


def _judgements(folder: Path) -> dict[str, dict[str, int]]:
    path = next((p for p in (folder / "qrels.tsv", folder / "qrels" / "test.tsv") if p.exists()), folder / "qrels.tsv")
    found: dict[str, dict[str, int]] = {}
    for number, row in enumerate(csv.reader(_lines(path), delimiter="\t"), 1):
        try:
            query, entry, relevance = row
            if number > 1 or relevance != "score":
                found.setdefault(query, {})[entry] = int(relevance)
        except ValueError:
            raise CollectionError(f"{path}:{number}: needs query-id, corpus-id and score, with tabs between") from None
    return found


def _lines(path: Path) -> Iterable[str]:
    try:
        return path.read_text(encoding="utf-8").removesuffix("\n").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        reason = error.strerror if isinstance(error, OSError) else "not UTF-8"
        raise CollectionError(
            f"{path}: cannot be read ({reason}); a collection has corpus.jsonl, queries.jsonl, qrels.tsv"
        ) from None
