"""`advice safety`, which shows the danger that questions speak of, and the reminder to verify helplines."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated

import typer

from indexer.console import CANNOT_WORK, err, stop
from indexer.encoder import Encoder, EncoderError
from indexer.prepare import open_encoder

from .helplines import FRESH_DAYS, HelplinesError, bundled_helplines, unverified
from .safety import recognise
from .safety_rules import RulesError

STANDARD_INPUT = "-"


def safety(
    questions: Annotated[list[str], typer.Argument(help="Questions in quotation marks, or - for standard input.")],
) -> None:
    """Show which danger a question speaks of: one JSON line each, with category null where it speaks of none.

    With -, questions are read from standard input, one a line. Nothing is stored.

    Examples:
      advice safety "I don't want to be here any more" "he killed it on stage"

      advice safety - < questions.txt | jq -c 'select(.category)'

    """
    try:
        encoder = _encoder()
        for question in _asked(questions):
            typer.echo(json.dumps(_seen(question, encoder)))
    except RulesError as error:
        stop(error, CANNOT_WORK)


def _encoder() -> Encoder | None:
    """The bundled encoder; None where it cannot be run here, which is told."""
    try:
        return open_encoder()
    except EncoderError as error:
        err.print(f"advice: {error}; until then only the rules are looked at")
        return None


def remind_to_verify() -> None:
    """Says on stderr how many helplines nobody has verified lately."""
    try:
        stale, every = unverified(date.today(), FRESH_DAYS), bundled_helplines()
    except HelplinesError as error:
        stop(error, CANNOT_WORK)
    if stale:
        err.print(
            f"advice: {len(stale)} of {len(every)} helplines were not verified in the last {FRESH_DAYS} days: call or "
            "visit each that you show, and write the day into helplines.toml"
        )


def _asked(questions: Iterable[str]) -> Iterator[str]:
    for question in questions:
        if question == STANDARD_INPUT:
            yield from (line.rstrip("\r\n") for line in sys.stdin)
        else:
            yield question.encode("utf-8", "replace").decode()


def _seen(question: str, encoder: Encoder | None) -> dict[str, str | None]:
    danger = recognise(question, encoder=encoder)
    if danger is None:
        return {"question": question, "category": None, "voice": None, "rule": None}
    return {"question": question, "category": danger.category, "voice": danger.voice, "rule": danger.rule}
