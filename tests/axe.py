"""axe-core in a page: the accessibility flaws that a program can see."""

from pathlib import Path

import pytest
from playwright.sync_api import Page

AXE = Path(__file__).parent / "node_modules" / "axe-core" / "axe.min.js"
TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
OPTIONS = {
    "runOnly": {"type": "tag", "values": TAGS},
    "rules": {"target-size": {"enabled": True}},  # of WCAG 2.2; axe leaves it out unless it is asked for by name
    "resultTypes": ["violations"],
}


def flaws(page: Page) -> list[str]:
    """What axe-core finds wrong with a page as it is shown now: the rule and the element of each flaw."""
    if not AXE.exists():
        pytest.fail("axe-core is not there; install it first: npm ci --prefix tests --omit=dev")
    if not page.evaluate("'axe' in window"):
        page.evaluate(AXE.read_text(encoding="utf-8"))  # as a debugger would; the page's policy forbids script elements
    found = page.evaluate("options => axe.run(options)", OPTIONS)["violations"]
    return [f"{rule['id']}: {node['html']} ({node['failureSummary']})" for rule in found for node in rule["nodes"]]
