"""The owner's look, as files to serve: a style sheet of their colours, and their logo.

What they did not choose follows from what they did, and stays readable.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass

from .settings import LOGO_TYPES, MIN_CONTRAST, Colours, Settings, contrast

QUIET, TINT, LINE = 0.35, 0.15, 0.15  # how far, at the most, lesser text and grounds are from the colour they begin at
STEPS = 20  # of one colour towards another


@dataclass(frozen=True, slots=True)
class LookFile:
    """A file of the look; empty where the owner left it to us."""

    path: str
    content: bytes
    media_type: str

    @property
    def address(self) -> str:
        """Where it is, which changes with its content; "" where it is empty."""
        return f"{self.path}?v={hashlib.sha256(self.content).hexdigest()[:10]}" if self.content else ""


def theme_file(settings: Settings) -> LookFile:
    """The owner's colours as the custom properties of `static/style.css`, for the schemes that they set."""
    schemes = {
        "not all and (prefers-color-scheme: dark)": settings.light,
        "(prefers-color-scheme: dark)": settings.dark,
    }
    rules = (f"@media {query} {{\n  :root {{ {_rules(c)} }}\n}}\n" for query, c in schemes.items() if c)
    return LookFile("/theme.css", "".join(rules).encode(), "text/css")


def logo_file(settings: Settings) -> LookFile:
    """The owner's logo."""
    path = settings.logo
    return LookFile("/logo", path.read_bytes(), LOGO_TYPES[path.suffix.lower()]) if path else LookFile("/logo", b"", "")


def _rules(colours: Colours) -> str:
    return " ".join(f"--{name}: {colour};" for name, colour in {**colours.model_dump(), **_derived(colours)}.items())


def _derived(colours: Colours) -> dict[str, str]:
    """What follows: text on the accent, lesser text, lines, and the ground of the passage that a link led to."""
    ground, card, ink, accent = colours.ground, colours.card, colours.ink, colours.accent
    quiet = _towards(ink, ground, QUIET, (ground, card))
    return {
        "on-accent": max("#ffffff", "#000000", key=lambda colour: contrast(colour, accent)),
        "quiet": quiet,
        "line": _mixed(ground, ink, LINE),
        "arrive": _towards(ground, accent, TINT, (ink, accent, quiet)),
    }


def _towards(start: str, end: str, most: float, against: Iterable[str]) -> str:
    """The colour nearest to `end` that is readable with all the others, as `start` is."""
    mixed = (_mixed(start, end, most * step / STEPS) for step in range(STEPS, -1, -1))
    return next(colour for colour in mixed if min(contrast(colour, other) for other in against) >= MIN_CONTRAST)


def _mixed(start: str, end: str, share: float) -> str:
    """The colour that has this share of `end`."""
    pairs = zip(bytes.fromhex(start[1:]), bytes.fromhex(end[1:]), strict=True)
    return "#" + bytes(round(one + (other - one) * share) for one, other in pairs).hex()
