"""The browser that an audit drives: a Chromium of the system, or the one that Playwright fetched for itself."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, BrowserType, sync_playwright

NAMES = ("chromium", "chromium-browser", "google-chrome")
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
FLAGS += " --disable-component-update --disable-sync --no-proxy-server"


class NoBrowserError(Exception):
    """There is no browser to drive; the message says how to get one."""


def find_chromium() -> str:
    """The path of the system's browser. Raises NoBrowserError."""
    if not (path := next(filter(None, map(shutil.which, NAMES)), None)):
        raise NoBrowserError(f"no browser found ({', '.join(NAMES)}); install one: apt-get install chromium")
    return path


@contextmanager
def chromium(outside: str) -> Iterator[Browser]:
    """A browser that runs while the block does, and takes every host but this machine for the server `outside`, so that
    nothing leaves the machine. Raises NoBrowserError where there is no browser."""
    everywhere = f"--host-resolver-rules=MAP * {outside.partition('//')[2]}, EXCLUDE 127.0.0.1, EXCLUDE localhost"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=_path(playwright.chromium), args=[*FLAGS.split(), everywhere]
        )
        try:
            yield browser
        finally:
            browser.close()


def _path(kind: BrowserType) -> str:
    own = kind.executable_path
    return own if Path(own).is_file() else find_chromium()
