"""What a terminal shows first where a question speaks of danger."""

from collections.abc import Iterator

from rich.text import Text

from .helping import helping
from .model import Danger, Helpline
from .terminal import ASIDE, HEADING, TITLE, Indented

BAR = "┃ "


def in_danger(danger: Danger | None, country: str) -> Iterator[Indented]:
    """The panel's lines, and a blank one; none where there is no danger."""
    if not danger:
        return
    found = helping(danger, country)
    said = found.said
    yield _line(said.title, TITLE)
    for text in (said.text, said.call, said.not_emergency):
        yield _line(text)
    yield _line(f"{said.numbers} (as of {found.as_of:%B %Y}; --country shows another country's):", HEADING)
    for helpline in found.helplines:
        yield _line(" · ".join(filter(None, (helpline.name, helpline.number, helpline.url))), HEADING)
        yield _line(_about(helpline), ASIDE)
    yield _line(said.private)
    yield Indented(Text())


def _line(text: str, style: str = "") -> Indented:
    return Indented(Text(text, style), BAR, BAR)


def _about(helpline: Helpline) -> str:
    hours = "at any hour" if helpline.hours == "24/7" else helpline.hours
    return f"{helpline.whom}; {hours}; in {', '.join(helpline.languages)}"
