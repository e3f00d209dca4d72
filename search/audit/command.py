"""The command `advice privacy-audit`."""

import signal
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from http.client import HTTPException
from pathlib import Path
from subprocess import TimeoutExpired
from typing import NoReturn

import typer
from rich.text import Text

from indexer.cli import DEFAULT_INDEX
from indexer.console import CANNOT_WORK, DONE, EXIT_CODES, WRONG_USAGE, out, print_json, show, stop
from indexer.generations import GenerationError, open_current
from indexer.plain import plain

from ..options import IndexOption, JsonOption, SettingsOption
from ..settings import SettingsError
from .model import Check
from .process import ServerError

LEAK = 4
AUDIT_EXIT_CODES = f"{EXIT_CODES.rstrip('.')}; 4 the audit found a leak, or a check had nothing to look at."
INSTALL = "pip install 'advice-search[audit]'"


def privacy_audit_command(
    index: IndexOption = DEFAULT_INDEX, settings: SettingsOption = None, as_json: JsonOption = False
) -> None:
    """Prove that nothing keeps or tells what visitors ask.

    Serves your site for itself, asks it for words that nothing else holds (by search, letter, private search, API and
    command line, in a real browser), and looks for them in logs, files, headers, cookies, titles, the browser's storage
    and history, and in all that goes out. Nothing leaves this machine. Takes about a minute.

    Examples:
      advice privacy-audit

      advice privacy-audit --index /srv/advice --settings site.toml --json

    """
    finish(_audited(index, settings), as_json)


def finish(checks: Sequence[Check], as_json: bool) -> NoReturn:
    """Prints the checks, one a line or as one JSON object, and ends with the exit code that they come to."""
    ok = all(check.ok for check in checks)
    if as_json:
        print_json({"ok": ok, "checks": [check.as_json() for check in checks]})
    else:
        show(out, (Text(plain(check.line()).replace("\n", " ")) for check in checks))
    raise typer.Exit(DONE if ok else LEAK)


@contextmanager
def _ending_in_order() -> Iterator[None]:
    """Lets SIGTERM end the block as Ctrl-C does, so that the server, the browser and the folders of an audit go too."""

    def end(*_: object) -> None:
        sys.exit(128 + signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, end)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


def _audited(index: Path, settings: Path | None) -> Sequence[Check]:
    if not sys.platform.startswith("linux"):
        stop("privacy-audit watches the server by what Linux tells of it; run it on Linux", CANNOT_WORK)
    try:
        from playwright.sync_api import Error

        from .browser import NoBrowserError
        from .run import audit
    except ImportError:
        stop(f"privacy-audit needs Playwright, which is not installed: {INSTALL}", CANNOT_WORK)
    try:
        open_current(index)
        with _ending_in_order():
            return audit(index, settings)
    except SettingsError as error:
        stop(error, WRONG_USAGE)
    except (GenerationError, ServerError, NoBrowserError) as error:
        stop(error, CANNOT_WORK)
    except (OSError, HTTPException, TimeoutExpired) as error:
        said = str(error) or type(error).__name__
        stop(f"privacy-audit: the site was not served to the end ({said}); does it run with: advice serve", CANNOT_WORK)
    except Error as error:
        first = str(error).partition("\n")[0]
        stop(f"privacy-audit: the browser could not go on ({first}); do the site’s pages work in it?", CANNOT_WORK)
