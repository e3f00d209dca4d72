"""The command line: `advice serve` and `search`, and beside them the commands of the indexer and of `eval_cli`.

This module and `evaluate` are the two places in this package that build an index; all else only reads one.
"""

import logging
import socket
import sys
from dataclasses import replace
from functools import wraps
from typing import Annotated, Any

import typer
import uvicorn

from indexer.build import build_index
from indexer.bundled import bundled
from indexer.cli import DEFAULT_INDEX, open_meaning
from indexer.cli import index as index_command
from indexer.cli import parse as parse_command
from indexer.console import (
    CANNOT_WORK,
    DONE,
    EXIT_CODES,
    SOME_FAILED,
    WRONG_USAGE,
    err,
    out,
    print_json,
    show,
    stop,
    survive_any_terminal,
)
from indexer.generations import GenerationError, current_name
from indexer.sources import SourceError, open_source

from .answer import CANDIDATES, grouped
from .api_json import reply_json
from .ask_cli import ask_command
from .audit.command import AUDIT_EXIT_CODES, privacy_audit_command
from .connections import config_of, raise_file_limit
from .eval_cli import calibrate_command, evaluate_command, fit_command
from .live import LiveEngine
from .model import DataError, QuestionError
from .options import (
    CountryOption,
    IndexOption,
    JsonOption,
    LiteralOption,
    RankerOption,
    SettingsOption,
    WeightsOption,
    country_from,
    weights_from,
)
from .ranking import DEFAULT_RANKER, needs_vectors
from .reply import reply
from .safety_cli import check_help, remind_to_verify
from .safety_cli import safety as safety_command
from .settings import SettingsError, load_settings
from .statistics import StatisticsError, WrongPlace, check_place
from .stats_cli import stats_command
from .terminal import composed, listing, told
from .terminal_help import in_danger
from .web import create_app
from .whoosh_engine import WhooshEngine

app = typer.Typer(
    name="advice",
    help="Advice search: questions in people's own words, answered by passages of your articles.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
)


@app.command("index", epilog=EXIT_CODES)
@wraps(index_command)
def index(**options: Any) -> None:
    """`advice index`, with a word at the end about helplines that wait to be verified."""
    try:
        index_command(**options)
    except typer.Exit as done:
        if done.exit_code in (DONE, SOME_FAILED) and current_name(options["target"]):
            remind_to_verify()
        raise


app.command("parse", epilog=EXIT_CODES)(parse_command)
app.command("ask", epilog=EXIT_CODES)(ask_command)
app.command("stats", epilog=EXIT_CODES)(stats_command)
app.command("eval", epilog=EXIT_CODES)(evaluate_command)
app.command("fit", epilog=EXIT_CODES)(fit_command)
app.command("calibrate", epilog=EXIT_CODES)(calibrate_command)
app.command("safety", epilog=EXIT_CODES)(safety_command)
app.command("privacy-audit", epilog=AUDIT_EXIT_CODES)(privacy_audit_command)


@app.command(epilog=EXIT_CODES)
def serve(
    index: IndexOption = DEFAULT_INDEX,
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 for any free one.")] = 8000,
    settings: SettingsOption = None,
    ranker: RankerOption = DEFAULT_RANKER,
    weight: WeightsOption = None,
) -> None:
    """Serve the search page and the JSON API. Builds the bundled articles' index first where none exists.

    Examples:
      advice serve

      advice serve --index /srv/advice --settings site.toml --host 0.0.0.0 --port 80

    """
    weights, shown = weights_from(ranker, weight), f"[{host}]" if ":" in host else host
    try:
        decided = load_settings(settings)
        check_place(decided.statistics, index)
        if not current_name(index):
            err.print(f"No index in {index} yet: building it from the bundled articles.")
            build_index(open_source(bundled("articles")), index, meaning=open_meaning())
        check_help()
        application = create_app(LiveEngine(index), weights, decided, shown)
    except (SettingsError, WrongPlace) as error:
        stop(error, WRONG_USAGE)
    except (GenerationError, SourceError, StatisticsError) as error:
        stop(error, CANNOT_WORK)
    listener = _listen(host, port)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    err.print(f"Serving on http://{shown}:{listener.getsockname()[1]} (stop with Ctrl-C)")
    raise_file_limit()
    uvicorn.Server(config_of(application)).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, opened here so that a taken port is one clear line."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)  # asyncio looks for it to send at once
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((host, port))
        listener.listen(2048)
    except OSError as error:
        stop(
            f"{host}:{port}: cannot listen there ({error.strerror or error}); choose another --host or --port",
            CANNOT_WORK,
        )
    return listener


@app.command(epilog=EXIT_CODES)
def search(
    question: Annotated[str, typer.Argument(help="The question, in any words, in quotation marks.")],
    index: IndexOption = DEFAULT_INDEX,
    k: Annotated[int, typer.Option("-k", min=1, max=CANDIDATES, help="How many passages.")] = 10,
    as_json: JsonOption = False,
    explain: Annotated[bool, typer.Option("--explain", help="Show what each signal gave to a hit's score.")] = False,
    ranker: RankerOption = DEFAULT_RANKER,
    weight: WeightsOption = None,
    literal: LiteralOption = False,
    country: CountryOption = "",
) -> None:
    """Answer a question in the terminal. Addresses that begin with a slash are pages of `advice serve`.

    Examples:
      advice search "why am I always scared he'll leave me"

      advice search "he doesn't text back" -k 3 --explain

      advice search "how to say no" --json | jq '.hits[0].text'

    """
    weights, country = weights_from(ranker, weight), country_from(country)
    try:
        engine = WhooshEngine(index)
        if engine.notice and needs_vectors(weights):
            err.print(f"advice: {engine.notice}")
        found = reply(engine, question.encode("utf-8", "replace").decode(), literal, weights)
    except GenerationError as error:
        stop(error, CANNOT_WORK)
    except QuestionError as error:
        stop(error, WRONG_USAGE)
    if as_json:
        print_json(reply_json(found, k, country=country))
    else:
        hits = found.results.hits[:k]
        show(out, in_danger(found.danger, country))
        show(err, told(found.results, "To search for what you typed, add --literal."))
        show(out, composed(found))
        show(out, listing(replace(found.results, hits=hits, groups=grouped(hits)), explain=explain))
    raise typer.Exit(DONE if found.results.hits else SOME_FAILED)


def main() -> None:
    """The entry point of the `advice` script."""
    survive_any_terminal()
    try:
        app()
    except DataError as error:
        err.print(f"advice: {error}")
        sys.exit(CANNOT_WORK)
