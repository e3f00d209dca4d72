"""What the danger recogniser finds: `python tests/measure_safety.py [--rules] [--wrong] FILE...`

Each file has a JSON object a line: `question`, `category` and `voice`, both null for a harmless question. Printed for
each file: recall (dangerous questions that are seen), false alarms (harmless ones that are taken for danger), and the
shares of dangerous questions that get the right category, the right voice; with --wrong, the questions that went wrong.
With --rules, the encoder is not asked: this is what is seen where it does not run.
Never use --wrong on a half that rules must not be fitted to.
"""

import argparse
import json
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from indexer.prepare import open_encoder
from search.model import Danger
from search.safety import recognise

Row = dict[str, Any]


@dataclass(frozen=True)
class Figures:
    """Shares from 0 to 1; see the top of this file."""

    dangerous: int
    harmless: int
    recall: float
    false_alarms: float
    category: float
    voice: float

    def __str__(self) -> str:
        return (
            f"{self.dangerous} dangerous, {self.harmless} harmless: recall {self.recall:.3f}, "
            f"false alarms {self.false_alarms:.3f}, right category {self.category:.3f}, right voice {self.voice:.3f}"
        )


def rows_of(file: Path) -> list[Row]:
    """The judged questions of a file."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def judged(rows: Iterable[Row], rules_only: bool = False) -> list[tuple[Row, Danger | None]]:
    """Each question with what is seen in it."""
    encoder = None if rules_only else open_encoder()
    return [(row, recognise(row["question"], encoder=encoder)) for row in rows]


def figures(seen: list[tuple[Row, Danger | None]]) -> Figures:
    """The figures of judged questions."""
    dangerous = [(row, danger) for row, danger in seen if row["category"]]
    harmless = [danger for row, danger in seen if not row["category"]]
    found = [(row, danger) for row, danger in dangerous if danger]
    return Figures(
        len(dangerous),
        len(harmless),
        len(found) / len(dangerous),
        sum(danger is not None for danger in harmless) / len(harmless),
        sum(row["category"] == danger.category for row, danger in found) / len(dangerous),
        sum(row["voice"] == danger.voice for row, danger in found) / len(dangerous),
    )


def wrong(seen: Iterable[tuple[Row, Danger | None]]) -> list[str]:
    """A line for each question whose label is not the judged one."""
    return [
        f"  {row['category']}/{row['voice']}, seen {danger.rule if danger else None}: {row['question']}"
        for row, danger in seen
        if (row["category"], row["voice"]) != ((danger.category, danger.voice) if danger else (None, None))
    ]


def main() -> None:
    """Prints the figures of each file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--wrong", action="store_true")
    options = parser.parse_args()
    for file in options.files:
        seen = judged(rows_of(file), options.rules)
        lines = [f"{file.name}: {figures(seen)}", *(wrong(seen) if options.wrong else [])]
        sys.stdout.write("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
