"""Small judged collections in BEIR layout, written for the tests that measure."""

import json
from collections.abc import Iterable, Mapping
from pathlib import Path


def jsonl(rows: Iterable[Mapping[str, object]]) -> str:
    """Rows as JSON lines."""
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def queries_jsonl(queries: Mapping[str, str]) -> str:
    """Queries by id as the lines of a queries.jsonl."""
    return jsonl({"_id": name, "text": text} for name, text in queries.items())


def write_beir(folder: Path, corpus: Mapping[str, tuple[str, str]], queries: Mapping[str, str], judged: str) -> Path:
    """Writes a collection into a new folder; `corpus` has titles and texts by id, `judged` is the qrels.tsv."""
    folder.mkdir()
    entries = jsonl({"_id": name, "title": title, "text": text} for name, (title, text) in corpus.items())
    (folder / "corpus.jsonl").write_text(entries, encoding="utf-8")
    (folder / "queries.jsonl").write_text(queries_jsonl(queries), encoding="utf-8")
    (folder / "qrels.tsv").write_text(judged, encoding="utf-8")
    return folder
