"""All of a published generation that two builds of the same articles must have in common."""

import json
from contextlib import closing
from pathlib import Path
from typing import Any

from indexer.generations import open_current
from indexer.store import open_reader

COPIED = (
    "offsets.npy",
    "passages.npy",
    "values.npy",
    "starts.npy",
    "sequence.npy",
    "terms.txt",
    "headings.npz",
    "twins.npy",
    "inputs.json",
)


def published(out: Path) -> dict[str, Any]:
    """Files byte for byte; of Whoosh's own, whose names differ, every stored entry and every posting."""
    generation = open_current(out)
    with closing(open_reader(generation.folder)) as reader:
        return {
            **{name: (generation.folder / name).read_bytes() for name in COPIED},
            "contents": json.dumps(generation.contents),
            "stored": [reader.stored_fields(number) for number in range(reader.doc_count_all())],
            "postings": [(field, term, _postings(reader, field, term)) for field, term in reader.all_terms()],
        }


def _postings(reader: Any, field: str, term: bytes) -> list[tuple[int, float, bytes]]:
    matcher, found = reader.postings(field, term), []
    while matcher.is_active():
        found.append((matcher.id(), matcher.weight(), matcher.value()))
        matcher.next()
    return found
