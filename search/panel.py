"""The words of the help panel, by language, category and voice: `data/safety/panel.toml`. This file knows no rules and
no helplines."""

import tomllib
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

from indexer.bundled import bundled

from .model import DataError

DEFAULT_LANGUAGE = "en"


class PanelError(DataError):
    """Words of the panel that are missing or cannot be read; the message names the file and the entry."""


@dataclass(frozen=True, slots=True)
class Panel:
    """What the panel says. `not_emergency`, `call`, `numbers` and `private` are the same for every danger: that this is
    no emergency service, whom to call at once, the title over the helplines, and a word about the visitor's device."""

    title: str
    text: str
    not_emergency: str
    call: str
    numbers: str
    private: str


def panel(category: str, voice: str, language: str = DEFAULT_LANGUAGE) -> Panel:
    """The words for a danger in a language (ISO 639-1); in English where there are none in that. Raises PanelError."""
    file = bundled("safety") / "panel.toml"
    words = _catalogue(file)
    spoken = language if language in words else DEFAULT_LANGUAGE
    try:
        return Panel(**words[spoken][category][voice], **words[spoken]["general"])
    except (KeyError, TypeError) as error:
        raise PanelError(f"{file}: [{spoken}.{category}.{voice}] or [{spoken}.general] is incomplete") from error


@lru_cache(maxsize=1)
def _catalogue(file: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(file.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise PanelError(f"{file}: cannot be read ({error})") from error
