"""What the owner of a site decides: its name, look, wording and limits, in one TOML file.

Every field has a default, so that a site works without a file. A mistake is named with its place, never ignored.
"""

import re
import tomllib
import unicodedata
from datetime import date
from pathlib import Path
from typing import Annotated, Literal, Self
from urllib.parse import urlsplit

from pydantic import (
    BaseModel,
    ConfigDict,
    Field,
    IPvAnyNetwork,
    StringConstraints,
    ValidationError,
    field_validator,
    model_validator,
)

from .helplines import countries

Colour = Annotated[str, StringConstraints(pattern=r"^#[0-9a-fA-F]{6}$")]
Origin = Annotated[str, StringConstraints(pattern=r"^https?://[a-z0-9.-]+(:\d+)?$")]
HostName = Annotated[str, StringConstraints(pattern=r"^([a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])$")]
Contact = Annotated[str, StringConstraints(pattern=r"^(https://|mailto:|tel:)[!-~]+$")]
MIN_CONTRAST = 4.5  # of text, by WCAG 2.2, success criterion 1.4.3
LOGO_TYPES = {
    ".png": "image/png",
    ".svg": "image/svg+xml",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
    ".webp": "image/webp",
}


class SettingsError(Exception):
    """A settings file that cannot be used; the message names the file, the field and what it should be."""


class _Strict(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Colours(_Strict):
    """One scheme: what stands behind, what is written on it, and what can be clicked."""

    ground: Colour
    card: Colour
    ink: Colour
    accent: Colour

    @model_validator(mode="after")
    def _readable(self) -> Self:
        for above in (self.ink, self.accent):
            for under in (self.ground, self.card):
                if (found := contrast(above, under)) < MIN_CONTRAST:
                    raise ValueError(f"{above} on {under} has a contrast of {found:.1f}, it needs {MIN_CONTRAST}")
        return self


class Situation(_Strict):
    """A question that visitors can ask with one click."""

    name: Annotated[str, StringConstraints(min_length=1)]
    question: Annotated[str, StringConstraints(min_length=1)]


class StatisticsSettings(_Strict):
    """Where statistics are kept, and for how many days; see `statistics`."""

    folder: Path
    keep_days: Annotated[int, Field(ge=1, le=36_500)] = 400


class RateLimit(_Strict):
    """How often a client may ask: a bucket of `burst` requests, filled at `per_minute`; 0 a minute is no limit."""

    per_minute: Annotated[float, Field(ge=0)] = 300
    burst: Annotated[int, Field(ge=1)] = 60


class Security(_Strict):
    """Whom to tell of a weakness, and until when that holds (RFC 9116)."""

    contact: Contact
    expires: date


class Settings(_Strict):
    """All settings. Paths are relative to the file."""

    name: Annotated[str, StringConstraints(min_length=1)] = "Advice search"
    language: Literal["", "en", "de"] = ""  # of the pages' own words; "" follows each visitor's browser
    base_url: Annotated[str, StringConstraints(pattern=r"^(https?://[^\s/]+)?$")] = (
        ""  # where the public finds the site
    )
    logo: Path | None = None  # shown beside the name
    intro: str = ""  # for the home page: plain text, whose paragraphs have empty lines between them
    footer: str = ""  # for every page, in the same form
    light: Colours | None = None
    dark: Colours | None = None
    templates: Path | None = None  # a folder whose files replace those of search/templates
    old_after_years: Annotated[float, Field(ge=0)] = 0  # articles older than this say so; 0 for never
    disclaimers: dict[str, str] = {}  # by topic
    situations: tuple[Situation, ...] = ()
    country: str = ""  # whose helplines are shown in danger, where a visitor chose none: ISO 3166-1, such as "DE"
    exit_url: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")] = "https://www.wikipedia.org/"  # of leaving
    embed_origins: tuple[Origin, ...] = ()  # sites that may show the search box and its results
    statistics: StatisticsSettings | None = None  # nothing is counted without
    hosts: tuple[HostName, ...] = ()  # names that requests may be for
    trusted_proxies: tuple[IPvAnyNetwork, ...] = ()  # whose X-Forwarded-For and X-Forwarded-Proto are believed
    rate_limit: RateLimit = RateLimit()
    security: Security | None = None

    @field_validator("base_url")
    @classmethod
    def _as_browsers_send_it(cls, address: str) -> str:
        host = urlsplit(address).hostname or ""
        if not host.isascii():
            raise ValueError(f"browsers ask for {host} as {_in_ascii(host)}; write it like that")
        return address

    @field_validator("country")
    @classmethod
    def _helped(cls, code: str) -> str:
        if code and code not in countries():
            raise ValueError(f"there are no helplines for {code}; there are for: {', '.join(countries())}")
        return code

    @field_validator("logo")
    @classmethod
    def _picture(cls, path: Path | None) -> Path | None:
        if path and path.suffix.lower() not in LOGO_TYPES:
            raise ValueError(f"{path} must be one of: {', '.join(LOGO_TYPES)}")
        if path and not path.is_file():
            raise ValueError(f"there is no file {path}")
        return path

    @field_validator("templates")
    @classmethod
    def _folder(cls, path: Path | None) -> Path | None:
        if path and not path.is_dir():
            raise ValueError(f"there is no folder {path}")
        return path


def load_settings(path: Path | None) -> Settings:
    """Reads a settings file; without one, every setting is what it is by default. Raises SettingsError."""
    if not path:
        return Settings()
    try:
        given = tomllib.loads(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(f"{path}: cannot be read ({error.strerror})") from error
    except ValueError as error:  # not UTF-8, or not TOML
        raise SettingsError(f"{path}: is not TOML ({error})") from error
    for name in {"logo", "templates"} & given.keys():
        given[name] = path.parent / str(given[name])
    if isinstance(counting := given.get("statistics"), dict) and "folder" in counting:
        counting["folder"] = path.parent / str(counting["folder"])
    try:
        return Settings(**given)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"]))
        raise SettingsError(f"{path}: {place}: {first['msg']}") from error


def _in_ascii(host: str) -> str:
    """A host name as it is sent (RFC 5890, "A-label")."""
    labels = unicodedata.normalize("NFC", host).split(".")
    return ".".join(label if label.isascii() else f"xn--{label.encode('punycode').decode()}" for label in labels)


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1 to 21, as WCAG 2.2 defines it."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def _luminance(colour: str) -> float:
    parts = (int(part, 16) / 255 for part in re.findall("..", colour[1:]))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue
