"""One audit from its start to its checks."""

import json
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from urllib.request import ProxyHandler, build_opener

from playwright.sync_api import Browser

from ..settings import Settings, load_settings
from . import bare, walks
from .browser import chromium
from .canary import Canary, new_words
from .checks import CHECKS, Evidence
from .model import Check, Seen
from .outside import Outside, outside
from .process import ADVICE, Printed, Server, ServerError, ran, serving
from .rooms import Rooms, Stamp, rooms, stamps
from .toml import as_toml
from .visitor import Visitor, visiting
from .walks import Walk
from .watch import Watch

ASKED = 3  # of the site's own titles; one alone may have no second page, or no other point of view
SECONDS = 30


@dataclass
class _Audit:
    """What is at hand while an audit runs, and what it gathers."""

    index: Path
    settings: Settings
    rooms: Rooms
    outside: Outside
    watch: Watch = field(default_factory=Watch)
    seen: Seen = field(default_factory=Seen)
    printed: list[Printed] = field(default_factory=list)

    @property
    def folders(self) -> tuple[Path, ...]:
        """Where a server may write: its own folders, the index, and the owner's templates."""
        theirs = self.settings.templates
        mine = (self.rooms.home, self.rooms.temporary, self.rooms.current, self.rooms.settings)
        return (*mine, self.index.resolve(), *([theirs.resolve()] if theirs else []))


def audit(index: Path, settings: Path | None = None, command: Sequence[str] = ADVICE) -> tuple[Check, ...]:
    """Audits the site of an index and a settings file, served by `COMMAND serve …`. Takes about half a minute.

    Raises ServerError where the server does not start, SettingsError, NoBrowserError, and
    playwright.sync_api.Error where a page does not do what it should.
    """
    with rooms() as folders, outside() as elsewhere, chromium(elsewhere.url) as browser:
        this = _Audit(index, load_settings(settings and settings.resolve()), folders, elsewhere)
        before = stamps(this.folders)
        with this.watch.watching(), _served(this, command) as server:
            elsewhere.site = server.url
            known = _titles(server.url)
            walk = Walk(known, Canary(new_words(), known[0]), elsewhere.url)
            with ThreadPoolExecutor(1) as beside:
                asked = beside.submit(_command, this, walk.canary)
                _visit(this, walk, browser, server.url)
                this.seen.exchanges += bare.sent(server.url, walk.canary)
                asked.result()
        this.watch.hear(folders.witness)
        evidence = _evidence(this, walk, server, before)
        return tuple(check(evidence) for check in CHECKS)


@contextmanager
def _served(this: _Audit, command: Sequence[str]) -> Iterator[Server]:
    """The site by the owner's settings, but that leaving and embedding go to the server outside, that one visitor may
    ask as often as an audit does, and that what is counted is not the owner's visitors."""
    settings = this.settings
    own = settings.model_dump(mode="json", exclude_unset=True, exclude_none=True, exclude={"base_url"})
    own |= {"exit_url": f"{this.outside.url}/", "embed_origins": [*settings.embed_origins, this.outside.url]}
    own["rate_limit"] = {"per_minute": 0}
    if settings.statistics:
        own["statistics"] = {"folder": str(this.rooms.home / "statistics")}
    written = this.rooms.settings / "site.toml"
    written.write_text(as_toml(own), encoding="utf-8")
    options = ["serve", "--index", str(this.index.resolve()), "--settings", str(written), "--port", "0"]
    with serving(command, options, this.rooms, this.watch) as server:
        yield server


def _titles(site: str) -> tuple[str, ...]:
    """Titles of articles, which as questions surely find something. Raises ServerError."""
    directly = build_opener(ProxyHandler({}))  # no proxy of the environment's
    with directly.open(f"{site}/api/v1/articles?limit={ASKED}", timeout=SECONDS) as answer:
        titles = tuple(card["title"] for card in json.load(answer)["articles"])
    if not titles:
        raise ServerError("the index has no articles that an audit could search; build one with: advice index SOURCE")
    return titles


def _visit(this: _Audit, walk: Walk, browser: Browser, site: str) -> None:
    """Sends one visitor after the other."""
    for name, walked, options in (
        ("open", _in_the_open, {}),
        ("keyboard", partial(walks.leave, by_keyboard=True), {}),
        ("without", walks.leave, {"scripts": False}),
        ("private", walks.private, {"private": True}),
    ):
        har = this.rooms.logs / f"{name}.har"
        with visiting(browser, site, walk.outside, this.seen, har, **options) as visitor:
            walked(visitor, walk)


def _in_the_open(visitor: Visitor, walk: Walk) -> None:
    walks.search(visitor, walk)
    walks.write(visitor, walk)
    walks.fail(visitor, walk)
    walks.embedded(visitor, walk)
    walks.leave(visitor, walk)


def _command(this: _Audit, canary: Canary) -> None:
    """Asks in the terminal: once, for a program, and in a conversation."""
    question, where = canary.question("command"), ("--index", str(this.index.resolve()))
    this.printed += [
        ran(["search", question, "--json", *where], this.rooms, this.watch),
        ran(["ask", *where], this.rooms, this.watch, typed=f"{question}\n1\n"),
    ]


def _evidence(this: _Audit, walk: Walk, server: Server, before: dict[Path, Stamp]) -> Evidence:
    return Evidence(
        site=server.url,
        outside=this.outside.url,
        canary=walk.canary,
        seen=this.seen,
        ways=frozenset(walk.ways),
        watch=this.watch,
        told=tuple(this.outside.told),
        log=tuple(server.log.read_text(encoding="utf-8", errors="replace").splitlines()),
        printed=tuple(this.printed),
        folders=this.folders,
        before=before,
        after=stamps(this.folders),
        own=frozenset(this.rooms.logs.iterdir()),
    )
