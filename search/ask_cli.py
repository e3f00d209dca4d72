"""The command `advice ask`: questions from the keyboard, with editing and a history in memory, or from a pipe."""

import sys
from contextlib import suppress
from typing import Annotated

import typer
from rich.text import Text

from indexer.cli import DEFAULT_INDEX
from indexer.console import CANNOT_WORK, DONE, INTERRUPTED, SOME_FAILED, err, out, show, stop
from indexer.generations import GenerationError
from indexer.plain import plain_line

from .answer import CANDIDATES
from .conversation import Conversation
from .live import LiveEngine
from .model import QuestionError
from .options import (
    CountryOption,
    IndexOption,
    LiteralOption,
    RankerOption,
    WeightsOption,
    country_from,
    weights_from,
)
from .ranking import DEFAULT_RANKER
from .terminal import HEADING, Indented

PROMPT = "> "
LEAVING = ("q", "quit", "exit")
FEW = 3  # passages, so that the best one is still on the screen when the next question is asked


def ask_command(
    index: IndexOption = DEFAULT_INDEX,
    k: Annotated[int, typer.Option("-k", min=1, max=CANDIDATES, help="How many passages at a time.")] = FEW,
    ranker: RankerOption = DEFAULT_RANKER,
    weight: WeightsOption = None,
    literal: LiteralOption = False,
    country: CountryOption = "",
) -> None:
    """Ask one question after the other in the terminal.

    A number opens a passage, Enter shows the next ones, ? helps, q leaves. From a pipe, each line is a question.

    What you ask is written down nowhere, not even in your shell's history.

    Examples:
      advice ask

      advice ask --index /srv/advice -k 5

      advice ask < questions.txt > answers.txt

    """
    weights, country = weights_from(ranker, weight), country_from(country)
    try:
        conversation = Conversation(LiveEngine(index), weights, k, literal, country)
        by_hand = sys.stdin is not None and sys.stdin.isatty()
        all_answered = (_by_hand if by_hand else _from_pipe)(conversation)
    except GenerationError as error:
        stop(error, CANNOT_WORK)
    except KeyboardInterrupt:
        out.print()
        raise typer.Exit(INTERRUPTED) from None
    raise typer.Exit(DONE if all_answered else SOME_FAILED)


def _by_hand(conversation: Conversation) -> bool:
    """Does what somebody types, until they leave; true, because they have seen what was found."""
    _edit_lines()
    show(out, [Indented(Text("What is on your mind? Ask in your own words; ? helps, q leaves."))])
    try:
        while (line := input(PROMPT)).strip() not in LEAVING:
            conversation.hear(line)
    except EOFError:
        out.print()
    return True


def _edit_lines() -> None:
    """Arrow keys, a history until the end of the process, and letters that are pasted as one question."""
    with suppress(ImportError):  # as on Windows, whose console edits lines itself
        import readline

        readline.parse_and_bind("set enable-bracketed-paste on")


def _from_pipe(conversation: Conversation) -> bool:
    """Answers every line; whether something was found for each."""
    all_answered = True
    for line in sys.stdin or ():
        if question := line.strip():
            show(out, [Indented(Text(PROMPT + plain_line(question), HEADING))])
            all_answered &= _answered(conversation, question)
    return all_answered


def _answered(conversation: Conversation, question: str) -> bool:
    try:
        return conversation.ask(question, "To search for what was typed, add --literal.")
    except QuestionError as error:
        err.print(f"advice: {error}")
        return False
