"""What several test modules use: the `advice` command, an index of the bundled articles, their site, a browser."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from browsing import Visit, chromium, visiting
from playwright.sync_api import Browser
from server import Server, serving

from indexer.build import build_index
from indexer.cli import open_meaning
from indexer.sources import open_source

ROOT = Path(__file__).parent.parent
ARTICLES = ROOT / "data" / "articles"

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


@pytest.fixture(scope="session")
def site(bundled_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """The bundled articles, served by `advice serve`."""
    with serving(bundled_index, tmp_path_factory.mktemp("site") / "log") as server:
        yield server


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """Chromium, fresh for each module."""
    with chromium() as browser:
        yield browser


@pytest.fixture
def visit(browser: Browser, site: Server) -> Visit:
    """Opens pages of the site, each as a new visitor: `browsing.visiting`."""
    return partial(visiting, browser, site.url)
