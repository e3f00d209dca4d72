"""`advice safety`, which shows the danger that questions speak of, and the reminder to verify helplines."""

import json
import sys
from collections.abc import Iterable, Iterator
from datetime import date
from typing import Annotated

import typer

from indexer.console import err
from indexer.encoder import Encoder, EncoderError
from indexer.prepare import open_encoder

from .helplines import FRESH_DAYS, bundled_helplines, unverified
from .panel import panel
from .safety import recognise, rule_book

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
    encoder = _encoder()
    for question in _asked(questions):
        typer.echo(json.dumps(_seen(question, encoder)))


def _encoder() -> Encoder | None:
    """The bundled encoder; None where it cannot be run here, which is told."""
    try:
        return open_encoder()
    except EncoderError as error:
        err.print(f"advice: {error}; until then only the rules are looked at")
        return None


def check_help() -> None:
    """Reads all that the recogniser and the panel need, so that a mistake in it is told before anybody asks. Raises
    DataError."""
    for category, voice in {(rule.category, rule.voice) for rule in rule_book().rules}:
        panel(category, voice)
    bundled_helplines()


def remind_to_verify() -> None:
    """Says on stderr how many helplines nobody has verified lately. Raises HelplinesError."""
    stale, every = unverified(date.today(), FRESH_DAYS), bundled_helplines()
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
