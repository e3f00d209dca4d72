"""Services that help in danger, by country: `data/helplines.toml`, read and checked once. No service is looked up by
where a visitor seems to be: the owner's setting or the visitor's choice says which country."""

import re
import tomllib
from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.core import Locale

from indexer.bundled import bundled

from .model import CATEGORIES, DataError, Helpline

ANY_COUNTRY = "ZZ"
FRESH_DAYS = 90  # after which a build reminds the owner to verify

_TEXTS = ("country", "name", "url", "hours", "for", "source")
_LISTS = ("categories", "languages")
_OPTIONAL = ("number",)


class HelplinesError(DataError):
    """A file of helplines that cannot be used; the message names the file, the entry and what is wrong."""


def helplines(country: str, category: str) -> tuple[Helpline, ...]:
    """The services of a country ("" for none) for a danger: those for it, the emergency number, those of every country.

    Raises HelplinesError where the bundled file is damaged.
    """
    own = [one for one in bundled_helplines() if one.country == country.upper()]
    fitting = [one for one in own if category in one.categories]
    emergency = [one for one in own if "emergency" in one.categories and one not in fitting]
    everywhere = [one for one in bundled_helplines() if one.country == ANY_COUNTRY and category in one.categories]
    return (*fitting, *emergency, *everywhere)


def countries() -> tuple[str, ...]:
    """The countries that have helplines, by code."""
    return tuple(sorted({one.country for one in bundled_helplines()} - {ANY_COUNTRY}))


def unverified(today: date, days: int) -> tuple[Helpline, ...]:
    """The helplines that nobody has verified for so many days, or that wait for the owner to do it at all."""
    return tuple(one for one in bundled_helplines() if one.to_verify or (today - one.verified_on).days > days)


@lru_cache(maxsize=1)
def bundled_helplines() -> tuple[Helpline, ...]:
    """The helplines that come with the project. Raises HelplinesError."""
    return read_helplines(bundled("helplines.toml"))


def read_helplines(file: Path) -> tuple[Helpline, ...]:
    """The helplines of a file. Raises HelplinesError, also where a danger has none for who has chosen no country."""
    try:
        entries = tomllib.loads(file.read_text(encoding="utf-8")).get("helpline", [])
    except (OSError, ValueError) as error:
        raise HelplinesError(f"{file}: cannot be read ({error})") from error
    if not isinstance(entries, list) or not entries:
        raise HelplinesError(f"{file}: has no entry; each begins with [[helpline]]")
    found = tuple(_helpline(entry, f"{file}: entry {number}") for number, entry in enumerate(entries, 1))
    everywhere = {category for one in found if one.country == ANY_COUNTRY for category in one.categories}
    for category in CATEGORIES:
        if category not in everywhere:
            raise HelplinesError(f"{file}: nobody helps with “{category}” in every country; give an entry of ZZ for it")
    return found


def _helpline(entry: dict[str, Any], place: str) -> Helpline:
    place = f"{place} ({entry.get('name', 'without a name')})"
    for problem in _problems(entry):
        raise HelplinesError(f"{place}: {problem}")
    return Helpline(
        **{name: entry[name] for name in ("country", "name", "url", "hours", "source", "verified_on", "to_verify")},
        number=entry.get("number", ""),
        whom=entry["for"],
        categories=tuple(entry["categories"]),
        languages=tuple(entry["languages"]),
    )


def _problems(entry: dict[str, Any]) -> Iterator[str]:
    known = {*_TEXTS, *_LISTS, *_OPTIONAL, "verified_on", "to_verify"}
    yield from (f"“{name}” is no field; the fields are {', '.join(sorted(known))}" for name in entry.keys() - known)
    yield from (f"“{name}” is missing, or no text" for name in _TEXTS if not _is_text(entry.get(name)))
    yield from (f"“{name}” is missing, or no list of texts" for name in _LISTS if not _is_list(entry.get(name)))
    if "number" in entry and not _is_text(entry["number"]):
        yield "“number” is no text: leave it out where there is none to call"
    if not re.fullmatch("[A-Z]{2}", entry["country"]) or entry["country"] not in Locale("en").territories:
        yield f"country “{entry['country']}” is no code of ISO 3166-1, such as US or GB, or ZZ for every country"
    yield from (f"“{name}” does not begin with https://" for name in ("url", "source") if entry[name][:8] != "https://")
    strange = [category for category in entry["categories"] if category not in CATEGORIES]
    yield from (f"category “{category}” is none of {', '.join(CATEGORIES)}" for category in strange)
    if type(entry.get("verified_on")) is not date:
        yield "“verified_on” is missing, or no date: verified_on = 2025-01-31"
    if not isinstance(entry.get("to_verify"), bool):
        yield "“to_verify” is missing, or neither true nor false"


def _is_text(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_list(value: object) -> bool:
    return isinstance(value, list) and bool(value) and all(map(_is_text, value))
