"""Every word that the pages say themselves, in one catalogue a language: `en.ftl`, `de.ftl` (Project Fluent's syntax).

A page asks for a message by its name, with the values that stand in it; plurals and dates follow the language.
"""

from collections.abc import Sequence
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Any

from babel.core import negotiate_locale
from babel.dates import format_date
from fluent.runtime import FluentBundle, FluentResource

LANGUAGES = ("en", "de")
LONGEST_VALUE = 500  # characters in a message; fluent.runtime refuses 2,500, and a letter may have more
_HERE = Path(__file__).parent


class MissingMessageError(KeyError):
    """A message that the catalogue does not have, or that lacks a value: a mistake in a template."""


class Messages:
    """The catalogue of one language."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._bundle = FluentBundle([language], use_isolating=False)  # templates isolate what visitors wrote
        self._bundle.add_resource(FluentResource((_HERE / f"{language}.ftl").read_text(encoding="utf-8")))

    def __call__(self, name: str, **values: Any) -> str:
        """A message with its values, cut at LONGEST_VALUE. Raises MissingMessageError."""
        if not self._bundle.has_message(name) or not (pattern := self._bundle.get_message(name).value):
            raise MissingMessageError(f"{self.language}.ftl has no {name}")
        text, errors = self._bundle.format_pattern(pattern, {key: _cut(value) for key, value in values.items()})
        if errors:
            raise MissingMessageError(f"{self.language}.ftl: {name}: {errors[0]}")
        return str(text)

    def day(self, iso: str) -> str:
        """A date (ISO 8601) as people write it."""
        return format_date(date.fromisoformat(iso[:10]), "long", locale=self.language)


def _cut(value: Any) -> Any:
    return f"{value[:LONGEST_VALUE]}…" if isinstance(value, str) and len(value) > LONGEST_VALUE else value


@lru_cache(maxsize=len(LANGUAGES))
def messages(language: str) -> Messages:
    """The catalogue of a language, one of LANGUAGES."""
    return Messages(language)


def choose_language(accepted: str) -> str:
    """The best of LANGUAGES for an Accept-Language header; the first one where none fits."""
    return negotiate_locale(_preferred(accepted[:200]), LANGUAGES, sep="-") or LANGUAGES[0]


def _preferred(accepted: str) -> Sequence[str]:
    """The languages of the header, the preferred one first (RFC 9110, section 12.5.4)."""
    weighted = []
    for entry in accepted.split(","):
        language, _, quality = entry.strip().partition(";q=")
        try:
            weighted.append((-float(quality or 1), language.strip()))
        except ValueError:
            continue  # a header that is no list of languages names none
    return [language for weight, language in sorted(weighted, key=lambda one: one[0]) if weight < 0]
