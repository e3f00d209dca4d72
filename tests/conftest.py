"""What several test modules use: the `advice` command, an index of the bundled articles, and a browser."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

from indexer.build import build_index
from indexer.cli import open_meaning
from indexer.sources import open_source

ROOT = Path(__file__).parent.parent
ARTICLES = ROOT / "data" / "articles"
BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking"
FLAGS += " --disable-component-update --disable-sync"

Advice = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="session")
def articles() -> Path:
    """The folder of the bundled articles."""
    return ARTICLES


@pytest.fixture(scope="session")
def environment() -> dict[str, str]:
    """For subprocesses: the project importable from any folder, and no wish for colours from outside."""
    kept = {name: value for name, value in os.environ.items() if "COLOR" not in name and name != "TTY_COMPATIBLE"}
    return {**kept, "PYTHONPATH": str(ROOT), "PYTHONUTF8": "1"}


@pytest.fixture(scope="session")
def python(tmp_path_factory: pytest.TempPathFactory, environment: dict[str, str]) -> Advice:
    """Runs Python with arguments, away from the checkout, and returns what it printed; `timeout` is in seconds."""
    elsewhere = tmp_path_factory.mktemp("elsewhere")

    def run(*args: object, cwd: Path = elsewhere, timeout: float = 120) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, *map(str, args)],
            cwd=cwd,
            env=environment,
            timeout=timeout,
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            check=False,
        )

    return run


@pytest.fixture(scope="session")
def advice(python: Advice) -> Advice:
    """Runs the `advice` command with arguments, as its script does."""
    return lambda *args, **options: python("-c", "from search.cli import main; main()", *args, **options)


@pytest.fixture(scope="session")
def bundled_index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An index folder in which the bundled articles are published as `advice index` does. Read it only."""
    out = tmp_path_factory.mktemp("bundled") / "index"
    build_index(open_source(ARTICLES), out, meaning=open_meaning())
    return out


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A real browser."""
    path = next(filter(None, map(shutil.which, BROWSERS)), None)
    if not path:
        pytest.fail(f"no browser found ({', '.join(BROWSERS)}); install one: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
        yield browser
        browser.close()
