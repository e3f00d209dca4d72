"""The command line: `advice serve` and `search`, and beside them the commands of the indexer and of `eval_cli`.

This module and `evaluate` are the two places in this package that build an index; all else only reads one.
"""

import logging
import socket
from functools import wraps
from typing import Annotated, Any

import typer
import uvicorn
from rich.text import Text

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
    stop,
    survive_any_terminal,
)
from indexer.generations import GenerationError, current_name
from indexer.sources import SourceError, open_source

from .answer import CANDIDATES, answer
from .eval_cli import calibrate_command, evaluate_command, fit_command
from .live import LiveEngine
from .model import Hit, QuestionError, Results
from .options import CountryOption, IndexOption, JsonOption, RankerOption, WeightsOption, country_from, weights_from
from .present import results_json
from .query import LONGEST_QUESTION
from .ranking import DEFAULT_RANKER, SIGNALS, needs_vectors
from .safety_cli import remind_to_verify
from .safety_cli import safety as safety_command
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
app.command("eval", epilog=EXIT_CODES)(evaluate_command)
app.command("fit", epilog=EXIT_CODES)(fit_command)
app.command("calibrate", epilog=EXIT_CODES)(calibrate_command)
app.command("safety", epilog=EXIT_CODES)(safety_command)

# bytes: up to twelve for one character of a question in an address
LONGEST_REQUEST = 12 * LONGEST_QUESTION


@app.command(epilog=EXIT_CODES)
def serve(
    index: IndexOption = DEFAULT_INDEX,
    host: Annotated[str, typer.Option(help="The address to listen on; 0.0.0.0 for all.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="The port; 0 for any free one.")] = 8000,
    ranker: RankerOption = DEFAULT_RANKER,
    weight: WeightsOption = None,
    country: CountryOption = "",
) -> None:
    """Serve the search page and the JSON API. Builds the bundled articles' index first where none exists.

    Examples:
      advice serve

      advice serve --index /srv/advice --host 0.0.0.0 --port 80

    """
    weights, country = weights_from(ranker, weight), country_from(country)
    try:
        if not current_name(index):
            err.print(f"No index in {index} yet: building it from the bundled articles.")
            build_index(open_source(bundled("articles")), index, meaning=open_meaning())
        engine = LiveEngine(index)
    except (GenerationError, SourceError) as error:
        stop(error, CANNOT_WORK)
    listener = _listen(host, port)
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(message)s")
    shown = f"[{host}]" if ":" in host else host
    err.print(f"Serving on http://{shown}:{listener.getsockname()[1]} (stop with Ctrl-C)")
    config = uvicorn.Config(
        create_app(engine, weights, country),
        access_log=False,  # it would write every question; `guard` writes a log without
        log_level="warning",
        server_header=False,
        http="h11",
        h11_max_incomplete_event_size=LONGEST_REQUEST,
    )
    uvicorn.Server(config).run(sockets=[listener])


def _listen(host: str, port: int) -> socket.socket:
    """A listening socket, opened here so that a taken port is one clear line."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    listener = socket.socket(family, socket.SOCK_STREAM)
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
    literal: Annotated[bool, typer.Option("--literal", help="Search for the words as they are spelled.")] = False,
    country: CountryOption = "",
) -> None:
    """Answer a question in the terminal.

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
        results = answer(
            engine, question.encode("utf-8", "replace").decode(), k, literal, weights=weights, country=country
        )
    except GenerationError as error:
        stop(error, CANNOT_WORK)
    except QuestionError as error:
        stop(error, WRONG_USAGE)
    if as_json:
        print_json(results_json(results))
    else:
        _print_results(results, explain)
    raise typer.Exit(DONE if results.hits else SOME_FAILED)


def _print_results(results: Results, explain: bool) -> None:
    if results.query.corrected:
        err.print(f"Showing results for: {results.query.corrected} (for what you typed, add --literal)")
    if not results.hits:
        err.print("No article has these words. Try other or fewer words, or browse the topics: advice serve")
    for hit in results.hits:
        _print_hit(hit, explain)


def _print_hit(hit: Hit, explain: bool) -> None:
    passage = hit.passage
    out.print(Text(f"{hit.rank}. {passage.heading or passage.title}", style="bold"))
    out.print(Text(f"   {passage.title} · {passage.live or passage.url}#{passage.anchor}", style="dim"))
    body = Text.assemble(*((text, "bold yellow" if marked else "") for text, marked in hit.excerpt.pieces))
    for line in body.split("\n"):
        out.print(Text("   ").append_text(line))
    if explain:
        _print_signals(hit)
    out.print()


def _print_signals(hit: Hit) -> None:
    for signal in SIGNALS:
        out.print(f"   {hit.signals[signal.name]:10.5f}  {signal.name}: {signal.reason}")
    out.print(f"   {hit.score:10.5f}  score; matched: {', '.join(sorted(hit.matched))}")


def main() -> None:
    """The entry point of the `advice` script."""
    survive_any_terminal()
    app()
