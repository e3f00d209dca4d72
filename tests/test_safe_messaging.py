"""The project's own texts keep to what safe-messaging guidance asks for: no blame, no method, no success in dying.

Read are the articles, the panel, the templates, the helplines and the README. What visitors write is not: the rules
that recognise it (`data/safety/*.txt`), the examples and the judged questions have to spell it out.
"""

import re
from html import unescape
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
TEXTS = sorted(
    [
        *(ROOT / "data" / "articles").glob("*.html"),
        *(ROOT / "search" / "templates").glob("*.html"),
        *(ROOT / "data").glob("*.toml"),
        *(ROOT / "data" / "safety").glob("*.toml"),
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
    ]
)
_METHOD = (
    r"overdos\w*|pills|hang(?:ed|ing) (?:him|her|my|your|them)\w*|noose|jump(?:ed|ing)? off|slit\w* \w+ wrists?|gas"
)
REJECTED = {
    "“died by suicide” instead": r"commit\w* suicide|suicide victim|selbstmord\w*|freitod",
    "no death is a success": r"(?:un)?success(?:ful)?(?:ly)? (?:suicide|attempt)|suicide attempt (?:failed|succeeded)|"
    r"failed (?:suicide|attempt)|complete[ds]? suicide|erfolgreich\w* suizid\w*",
    "nobody does it for attention": r"cry for help|attention[- ]seek\w*|just for attention|hilfeschrei",
    "no method": rf"(?:suicide|kill\w* (?:your|my|him|her|them)\w*)[^.]{{0,60}}\b(?:{_METHOD})\b|"
    r"lethal dose|how to die",
    "no epidemic": r"suicide (?:epidemic|hotspot|wave)",
    "nobody is the illness": r"\b(?:an anorexic|a bulimic|a cutter|self[- ]harmer|a schizophrenic)\b",
    "no blame for violence": r"why (?:did|do) (?:you|she|he|they) (?:not )?(?:just )?(?:stay|leave)\b[^?]{0,20}abus|"
    r"provoke[ds]? (?:him|her|them) (?:to|into) (?:hit|violence)|crime of passion",
    "no weights to compare": r"\b\d{2,3} ?(?:kg|kilos|pounds|lbs|calories a day)\b",
}


def words_of(text: str) -> str:
    """A text without markup, on one line."""
    return " ".join(unescape(re.sub(r"<(script|style)\b.*?</\1>|<[^>]+>", " ", text, flags=re.DOTALL)).split())


def found(text: str) -> list[tuple[str, str]]:
    return [
        (why, match[0]) for why, rule in REJECTED.items() for match in re.finditer(rule, words_of(text), re.IGNORECASE)
    ]


@pytest.mark.parametrize("file", TEXTS, ids=lambda file: str(file.relative_to(ROOT)))
def test_our_own_words_do_no_harm(file: Path):
    assert found(file.read_text(encoding="utf-8")) == []


@pytest.mark.parametrize(
    "wrong",
    [
        "He <b>committed</b> suicide.",
        "after a failed attempt",
        "It was a successful suicide.",
        "Suicide is often a cry for help.",
        "People who die by suicide mostly use pills",
        "ihr Selbstmord",
        "she is an anorexic",
        "she weighed 38 kg",
        "he was provoked; she provoked him into violence",
    ],
)
def test_the_lint_finds_what_it_is_for(wrong: str):
    assert found(wrong)


def test_the_texts_are_all_there():
    assert len(TEXTS) > 20
    assert {"panel.toml", "helplines.toml", "README.md", "results.html"} <= {file.name for file in TEXTS}
