"""A date as people and machines write it on a page, to an ISO 8601 day. Knows month names, and no calendar but ours."""

import re
from datetime import date

_MONTHS = (
    "january jan januar jänner janvier enero gennaio janeiro januari",
    "february feb februar février fevrier febrero febbraio fevereiro februari",
    "march mar märz maerz mrz mars marzo março maart",
    "april apr avril abril aprile",
    "may mai mayo maggio maio mei",
    "june jun juni juin junio giugno junho",
    "july jul juli juillet julio luglio julho",
    "august aug août aout agosto augustus",
    "september sep sept septembre septiembre settembre setembro",
    "october oct oktober okt octobre octubre ottobre outubro",
    "november nov novembre noviembre novembro",
    "december dec dezember dez décembre decembre diciembre dicembre dezembro",
)
_NUMBERS = {name: number for number, names in enumerate(_MONTHS, 1) for name in names.split()}
_NAME = "|".join(sorted(_NUMBERS, key=len, reverse=True))
_FORMS = (
    re.compile(r"(?<!\d)(?P<year>\d{4})[-/.](?P<month>\d{1,2})[-/.](?P<day>\d{1,2})(?!\d)"),
    re.compile(rf"\b(?P<name>{_NAME})\b\.?\s+(?P<day>\d{{1,2}})(?:st|nd|rd|th)?,?\s+(?P<year>\d{{4}})", re.IGNORECASE),
    re.compile(
        rf"(?<!\d)(?P<day>\d{{1,2}})(?:st|nd|rd|th|er|º)?\.?\s+(?:de\s+|of\s+)?(?P<name>{_NAME})\b\.?,?"
        rf"(?:\s+de)?\s+(?P<year>\d{{4}})",
        re.IGNORECASE,
    ),
    re.compile(r"(?<!\d)(?P<day>\d{1,2})\.(?P<month>\d{1,2})\.(?P<year>\d{4})(?!\d)"),  # with dots, the day is first
)


def iso_day(text: str) -> str:
    """The first date in a text as `2026-03-09`, "" where there is none. "3/9/2026" is nobody's for certain."""
    found = (match for form in _FORMS for match in form.finditer(text))
    return next((day for match in found if (day := _day(match.groupdict()))), "")


def _day(parts: dict[str, str]) -> str:
    month = _NUMBERS[parts["name"].lower()] if "name" in parts else int(parts["month"])
    try:
        return date(int(parts["year"]), month, int(parts["day"])).isoformat()
    except ValueError:
        return ""
