"""What somebody is given whose question speaks of danger: the words of the panel, and who helps in a country."""

from dataclasses import dataclass
from datetime import date

from babel.core import Locale

from .helplines import countries, helplines
from .model import Danger, Helpline
from .panel import DEFAULT_LANGUAGE, Panel, panel


@dataclass(frozen=True, slots=True)
class Helping:
    """A panel's contents. `country` is that of the helplines, "" for none; `as_of` the day on which the one was
    verified that was not for the longest time."""

    danger: Danger
    said: Panel
    helplines: tuple[Helpline, ...]
    country: str
    as_of: date


def helping(danger: Danger, country: str = "", language: str = DEFAULT_LANGUAGE) -> Helping:
    """Help in a danger, in a language (ISO 639-1), for a country (ISO 3166-1). Raises PanelError, HelplinesError."""
    found = helplines(country, danger.category)
    said = panel(danger.category, danger.voice, language)
    as_of = min((helpline.verified_on for helpline in found), default=date.min)  # its words come even so
    return Helping(danger, said, found, country, as_of)


def country_names(language: str) -> list[tuple[str, str]]:
    """The countries that have helplines, by their codes, with their names in a language, in the order of these."""
    names = Locale.parse(language).territories
    return sorted(((code, str(names.get(code, code))) for code in countries()), key=lambda country: country[1])
