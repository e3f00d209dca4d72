"""Pages are light: what comes over the wire, counted by Chromium itself."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from browsing import PAGES, Visit
from playwright.sync_api import Browser, Page
from server import Server
from website import Answer, website

STATIC = Path(__file__).parent.parent / "search" / "static"
MOST = 50_000  # bytes: a page with its styles, scripts and headers
MOST_SCRIPT = 15_000  # bytes


@dataclass
class Loaded:
    """Something that a page loaded: its kind, as the DevTools protocol names it, and its bytes with headers."""

    url: str
    kind: str
    size: int = 0


@contextmanager
def weighing(page: Page) -> Iterator[dict[str, Loaded]]:
    """All that a page asks for while the block runs, with an empty cache."""
    wire: dict[str, Loaded] = {}

    def asked(told: dict) -> None:
        wire[told["requestId"]] = Loaded(told["request"]["url"], told["type"])

    def finished(told: dict) -> None:
        wire[told["requestId"]].size = round(told["encodedDataLength"])

    devtools = page.context.new_cdp_session(page)
    devtools.on("Network.requestWillBeSent", asked)
    devtools.on("Network.loadingFinished", finished)
    devtools.send("Network.enable")
    devtools.send("Network.setCacheDisabled", {"cacheDisabled": True})
    yield wire
    devtools.detach()


def weight(wire: dict[str, Loaded], kind: str = "") -> int:
    """The bytes of all that was loaded, or of one kind of it."""
    return sum(loaded.size for loaded in wire.values() if kind in ("", loaded.kind))


def origins(wire: dict[str, Loaded]) -> set[str]:
    return {"{0.scheme}://{0.netloc}".format(urlsplit(loaded.url)) for loaded in wire.values()}


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_light_and_asks_nobody_else(visit: Visit, site: Server, name: str):
    with visit(expected="404") as page, weighing(page) as wire:
        page.goto(PAGES[name], wait_until="networkidle")
    assert {"Document", "Stylesheet"} <= {loaded.kind for loaded in wire.values()}
    assert [loaded.url for loaded in wire.values() if not loaded.size] == []
    assert origins(wire) == {site.url}
    assert weight(wire) < MOST
    assert weight(wire, "Script") < MOST_SCRIPT


def test_all_scripts_together_are_light_also_those_that_come_later():
    assert sum(file.stat().st_size for file in STATIC.rglob("*.js")) < MOST_SCRIPT


def test_the_scales_count_every_kind_from_every_origin(browser: Browser):
    with website() as site, website() as other, closing(browser.new_page()) as page, weighing(page) as wire:
        site.put("/a.css", Answer(b" " * 1000, headers={"content-type": "text/css"}))
        other.put("/b.js", Answer(b" " * 2000, headers={"content-type": "text/javascript"}))
        parts = f'<link rel="stylesheet" href="/a.css"><script src="{other.url}/b.js"></script>'
        page.goto(site.put("/", parts + " " * 3000), wait_until="networkidle")
        assert origins(wire) == {site.url, other.url}
        assert 1000 < weight(wire, "Stylesheet") < 1500
        assert 2000 < weight(wire, "Script") < 2500
        assert 6000 < weight(wire) < 8000
