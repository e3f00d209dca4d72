"""The command `advice privacy-audit`."""

import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

import typer
from rich.text import Text

from indexer.cli import DEFAULT_INDEX
from indexer.console import CANNOT_WORK, DONE, EXIT_CODES, WRONG_USAGE, out, print_json, show, stop
from indexer.generations import GenerationError, open_current

from ..options import IndexOption, JsonOption, SettingsOption
from ..plain import plain_line
from ..settings import SettingsError
from .model import Check
from .process import ServerError

LEAK = 4
AUDIT_EXIT_CODES = f"{EXIT_CODES.rstrip('.')}; 4 the audit found a leak, or a check had nothing to look at."
INSTALL = "pip install 'advice-search[audit]', and a browser: apt-get install chromium"


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
    checks = _audited(index, settings)
    tell(checks, as_json)
    raise typer.Exit(DONE if all(check.ok for check in checks) else LEAK)


def tell(checks: Sequence[Check], as_json: bool) -> None:
    """Prints the checks, one a line, or as one JSON object."""
    if as_json:
        print_json({"ok": all(check.ok for check in checks), "checks": [check.as_json() for check in checks]})
    else:
        show(out, (Text(plain_line(check.line())) for check in checks))


def _audited(index: Path, settings: Path | None) -> Sequence[Check]:
    if not sys.platform.startswith("linux"):
        stop("privacy-audit watches the server by what Linux tells of it; run it on Linux", CANNOT_WORK)
    try:
        from playwright.sync_api import Error

        from .run import audit
    except ImportError:
        _without_browser("Playwright is not installed")
    try:
        open_current(index)
        return audit(index, settings)
    except SettingsError as error:
        stop(error, WRONG_USAGE)
    except (GenerationError, ServerError) as error:
        stop(error, CANNOT_WORK)
    except FileNotFoundError as error:
        _without_browser(str(error))
    except Error as error:
        stop(f"privacy-audit: the browser could not go on ({_first_line(error)})", CANNOT_WORK)


def _without_browser(reason: str) -> NoReturn:
    stop(f"privacy-audit needs Playwright and a browser ({reason}): {INSTALL}", CANNOT_WORK)


def _first_line(error: Exception) -> str:
    return str(error).partition("\n")[0]
