"""The command `advice stats`: what the statistics say, as tables or as one JSON object."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import timedelta
from typing import Annotated, Any

import typer
from rich import box
from rich.table import Table

from indexer.console import CANNOT_WORK, DONE, SOME_FAILED, WRONG_USAGE, err, out, print_json, stop
from indexer.plain import plain_line

from .options import JsonOption, SettingsOption
from .settings import SettingsError, load_settings
from .statistics import today
from .tallies import Contents, Crowd, Texts, contents

NOTHING = "nothing was counted yet"
OFF = "statistics are off; [statistics] in the settings gives them a folder, and --settings FILE names the settings"
MOST_SHOWN = 20  # names in a table; --json has all
WIDEST = 1_000  # columns where there is no terminal, so that no line is broken
_BY_DAY = {
    "topics": "answered",
    "unanswered": "no good answer",
    "helpful": "helpful",
    "not_helpful": "not helpful",
    "categories": "danger",
}
_BY_NAME = {
    "topics": "Topics of the best answers",
    "categories": "Questions that speak of danger",
    "helpful": "Helpful passages",
    "not_helpful": "Passages that were not helpful",
}
_TEXTS = {
    "questions": "Questions",
    "unanswered_questions": "Questions without a good answer",
    "words": "Words in questions",
}


def stats_command(
    settings: SettingsOption = None,
    days: Annotated[int, typer.Option(min=1, max=36_500, help="How many days, until today.")] = 30,
    as_json: JsonOption = False,
) -> None:
    """Show what was asked and what helped, by day; never who asked.

    Questions and words are shown once five different visits have brought them, and counted in whole fives.

    Examples:
      advice stats --settings site.toml

      advice stats --settings site.toml --days 365 --json

    """
    try:
        kept = load_settings(settings).statistics
        folder = kept.folder if kept else None
        last = today()
        first = last - timedelta(days=days - 1)
        found = contents(folder, first, last) if folder else Contents({}, Texts())
    except SettingsError as error:
        stop(error, WRONG_USAGE)
    except OSError as error:
        stop(f"{error.filename}: cannot be read ({error.strerror or error})", CANNOT_WORK)
    for text in (*found.damaged, *(() if found else (NOTHING if folder else OFF,))):
        err.print(f"advice: {text}")
    if as_json:
        print_json({"from": first.isoformat(), "to": last.isoformat(), **_json(found)})
    elif found:
        _print(_tables(found))
    raise typer.Exit(DONE if found and not found.damaged else SOME_FAILED)


def _json(found: Contents) -> dict[str, Any]:
    sums = _sums(found)
    unanswered = sums.pop("unanswered").total()
    by_day = {day.isoformat(): counted.model_dump() for day, counted in found.days.items()}
    return {**sums, "unanswered": unanswered, **found.texts.model_dump(), "days": by_day}


def _sums(found: Contents) -> dict[str, Counter[str]]:
    """The counts of all days together, the largest first."""
    sums = {kind: Counter[str]() for kind in _BY_DAY}
    for day in found.days.values():
        for kind, counts in dict(day).items():
            sums[kind].update(counts)
    return {kind: Counter(dict(counts.most_common())) for kind, counts in sums.items()}


def _tables(found: Contents) -> Iterator[Table]:
    if found.days:
        yield _table(("day", *_BY_DAY.values()), _rows_by_day(found))
    for kind, counts in _sums(found).items():
        if counts and kind in _BY_NAME:
            rows = ((name, str(count)) for name, count in counts.most_common(MOST_SHOWN))
            yield _table((_BY_NAME[kind], "times"), rows)
    for kind, texts in dict(found.texts).items():
        if texts:
            yield _table((_TEXTS[kind], "visits", "last in"), _rows_of(texts))


def _rows_by_day(found: Contents) -> Iterator[tuple[str, ...]]:
    for day, counted in found.days.items():
        yield day.isoformat(), *(str(sum(dict(counted)[kind].values()) or "") for kind in _BY_DAY)


def _rows_of(texts: dict[str, Crowd]) -> Iterator[tuple[str, ...]]:
    most = sorted(texts.items(), key=lambda one: one[1].visits, reverse=True)[:MOST_SHOWN]
    return ((text, f"{crowd.visits} or more", crowd.month) for text, crowd in most)


def _table(columns: Iterable[str], rows: Iterable[tuple[str, ...]]) -> Table:
    first, *others = columns
    table = Table(box=box.SIMPLE)
    table.add_column(first, overflow="fold")
    for name in others:
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(*map(plain_line, row))
    return table


def _print(tables: Iterable[Table]) -> None:
    for table in tables:
        out.print(table, width=None if out.is_terminal else WIDEST, soft_wrap=False, crop=False)
