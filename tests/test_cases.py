"""One folder a page shape: cases/NAME/source.html and what is to be read from it, expected.json.

A parser bug becomes a folder here, and never a new test function.
"""

import json
from pathlib import Path
from typing import Any

import pytest

from indexer.article import read_article
from indexer.decode import decode
from indexer.faq_readers import READERS, Reader
from indexer.markup import Tree
from indexer.questions import Questions

CASES = sorted(path.parent for path in Path(__file__).parent.glob("cases/*/source.html"))


def _read(case: Path) -> dict[str, Any]:
    article = read_article(decode((case / "source.html").read_bytes()), case.name)
    return {
        "title": article.title,
        "sections": [
            {"level": s.level, "heading": s.heading, "anchor": s.anchor, "text": s.text} for s in article.sections
        ],
        "faqs": [{"question": f.question, "answer": f.answer, "anchor": f.anchor} for f in article.faqs],
        "warnings": list(article.warnings),
    }


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_a_page_is_read_as_its_case_expects(case):
    assert _read(case) == json.loads((case / "expected.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize("reader", [pytest.param(reader, id=name) for name, reader in READERS])
def test_every_faq_markup_has_a_case(reader: Reader):
    trees = (Tree((case / "source.html").read_text(encoding="utf-8")) for case in CASES)
    assert any(found for tree in trees for found in reader(Questions(tree)))
