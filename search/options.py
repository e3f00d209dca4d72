"""Options that several commands share, and what they stand for."""

from pathlib import Path
from typing import Annotated

import typer

from .helplines import countries
from .ranking import DEFAULT_RANKER, RANKERS, SIGNALS, Weights, weights_of

IndexOption = Annotated[Path, typer.Option("--index", help="The folder that `advice index` published in.")]
JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]
SettingsOption = Annotated[
    Path | None, typer.Option("--settings", help="A TOML file with your site's name, look and limits.")
]
RankerOption = Annotated[
    str, typer.Option("--ranker", help=f"What ranks passages: {', '.join(RANKERS)}.", show_default=DEFAULT_RANKER)
]
LiteralOption = Annotated[bool, typer.Option("--literal", help="Search for the words as they are spelled.")]
WeightsOption = Annotated[
    list[str] | None,
    typer.Option("--weight", help="Another weight of a signal: freshness=0.1. May be given several times."),
]
CountryOption = Annotated[
    str, typer.Option("--country", help="Whose helplines to show in danger, such as US.", show_default="international")
]


def country_from(code: str) -> str:
    """A country's code by an option. Raises typer.BadParameter where there are no helplines for it."""
    if code and code.upper() not in countries():
        raise typer.BadParameter(f"{code} is none of: {', '.join(countries())}", param_hint="--country")
    return code.upper()


def weights_from(ranker: str, changed: list[str] | None) -> Weights:
    """The signals' weights by two options. Raises typer.BadParameter."""
    if ranker not in RANKERS:
        raise typer.BadParameter(f"{ranker} is none of: {', '.join(RANKERS)}", param_hint="--ranker")
    return weights_of(ranker, dict(map(_weight, changed or ())))


def _weight(text: str) -> tuple[str, float]:
    name, _, number = text.partition("=")
    try:
        weight = float(number)
    except ValueError:
        raise typer.BadParameter(f"{text} needs a signal and a number: freshness=0.1", param_hint="--weight") from None
    if name not in {signal.name for signal in SIGNALS} or not abs(weight) <= 10:
        names = ", ".join(signal.name for signal in SIGNALS)
        raise typer.BadParameter(f"{text}: the signals are {names}; weights go from -10 to 10", param_hint="--weight")
    return name, weight
