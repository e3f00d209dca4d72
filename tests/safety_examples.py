"""The labelled texts that the danger recogniser learns from, and is judged by."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from random import Random
from typing import NamedTuple

from measure_safety import rows_of

from search.query import concerns_of
from search.safety import recognise
from search.safety_learned import HARMLESS

HERE = Path(__file__).parent / "safety"
CALM = ("se_lifestyle/queries.jsonl", "se_lifestyle/queries_title_and_body.jsonl", "stackfaq/queries.jsonl")
COUNSELLED = {"counselchat/queries.jsonl": "titles.tsv", "counselchat_faq/queries.jsonl": "letters.tsv"}
BACKGROUND = 0.3  # what a harmless question of a collection counts; an example counts 1
DISTURBED, LESS = 0.3, 0.5  # how many are taught with a disturbance too, and what such a copy counts of the example
UNSURE = "unsure"  # the label of what careful people would disagree on


class Example(NamedTuple):
    """A labelled text, and what it counts."""

    label: str
    text: str
    weight: float = 1.0


def prototypes(file: Path) -> Iterator[Example]:
    """Labels and texts of a file with [category/voice] sections."""
    label = ""
    for line in file.read_text(encoding="utf-8").splitlines():
        if section := re.fullmatch(r"\[([\w/-]+)\]", line):
            label = section[1]
        elif line and not line.startswith("#"):
            yield Example(label, line)


def calm(collections: Path) -> Iterator[Example]:
    """Questions in which no rule sees danger, and each of their sentences."""
    for name in CALM:
        for row in rows_of(collections / name):
            if not recognise(row["text"]):
                yield from with_sentences(Example(HARMLESS, row["text"], BACKGROUND))


def counselled(collections: Path) -> Iterator[tuple[str, Example]]:
    """What people asked counsellors, without what is unsure, by ids; a title has that of its letter."""
    for name, labels in COUNSELLED.items():
        known = labels_of(HERE / labels)
        texts = {row["_id"]: row["text"] for row in rows_of(collections / name)}
        yield from ((key, Example(label, texts[key])) for key, label in known.items() if label != UNSURE)


def labels_of(file: Path) -> dict[str, str]:
    """The labels of a judged collection's questions, by their ids."""
    return dict(line.split("\t") for line in file.read_text(encoding="utf-8").splitlines())


def with_sentences(example: Example) -> Iterator[Example]:
    """An example; and if it is harmless, each of its sentences, if it has several, which are harmless then."""
    yield example
    for start, end in concerns_of(example.text) if example.label == HARMLESS else ():
        yield Example(HARMLESS, example.text[start:end], BACKGROUND)


def disturbed(examples: Iterable[Example], chance: Random) -> Iterator[Example]:
    """Copies of some examples, with a slip of the finger or with a word that is none: neither tells anything."""
    for one in examples:
        if chance.random() < DISTURBED:
            words = one.text.split()
            place = chance.randrange(len(words))
            if chance.random() < 0.5:
                words[place] = mistyped(words[place], chance)
            else:
                words.insert(place + chance.randrange(2), _no_word(chance))
            yield Example(one.label, " ".join(words), one.weight * LESS)


def mistyped(word: str, chance: Random) -> str:
    """A word with a letter too many or too few, or with two in the wrong order."""
    place = chance.randrange(len(word))
    start, end = word[:place], word[place:]
    return start + chance.choice((end[:1] + end, end[1:], end[1:2] + end[:1] + end[2:]))


def _no_word(chance: Random) -> str:
    return "".join(chance.choice(letters) for letters in ("bdfgklmnprstvz", "aeiou") * chance.randint(2, 7))


def judged(file: Path) -> Iterator[Example]:
    """The questions of a half of the judged suite."""
    for row in rows_of(file):
        yield Example(f"{row['category']}/{row['voice']}" if row["category"] else HARMLESS, row["question"])
