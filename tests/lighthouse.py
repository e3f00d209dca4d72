"""Lighthouse's scores for the pages of a real `advice serve`, as a command: `make lighthouse`.

Each score is the median of three runs, as a page's speed varies. Exits with 1 where one is lower than it should be, and
names what it was lowered by.
"""

import json
import os
import subprocess
import sys
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory
from typing import Any

from browsing import FLAGS, PAGES, find_chromium
from server import serving

from indexer.build import build_index
from indexer.cli import open_meaning
from indexer.sources import open_source

HERE = Path(__file__).parent
LIGHTHOUSE = HERE / "node_modules" / "lighthouse" / "cli" / "index.js"
RUNS = 3
TRIES = 3  # of a run
LEAST = {"accessibility": 100, "best-practices": 100, "performance": 95, "seo": 95}
AUDITED = {
    "article": LEAST,
    "home": LEAST,
    "results": {category: least for category, least in LEAST.items() if category != "seo"},  # for no search engine
}

Report = dict[str, Any]


def run_lighthouse(address: str) -> Report:
    """One run, as on a phone of the middle class with a slow line. A browser that could not be recorded is tried again,
    as Lighthouse itself advises. Raises subprocess.CalledProcessError."""
    command = ["node", LIGHTHOUSE, address, "--quiet", "--output=json", "--no-enable-error-reporting"]
    command += [f"--chrome-flags=--headless=new {FLAGS}", f"--only-categories={','.join(LEAST)}"]
    environment = {**os.environ, "CHROME_PATH": find_chromium()}
    for _ in range(TRIES):
        done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, check=False)
        if not done.returncode:
            break
    done.check_returncode()
    report: Report = json.loads(done.stdout)
    return report


def score(report: Report, category: str) -> int:
    """From 0 to 100; 0 where the page could not be judged."""
    return round(100 * (report["categories"][category]["score"] or 0))


def lowered_by(report: Report, category: str) -> list[str]:
    """The titles of the audits that cost a category points."""
    weights = {part["id"]: part["weight"] for part in report["categories"][category]["auditRefs"]}
    audits = [report["audits"][name] for name, weight in weights.items() if weight]
    return [audit["title"] for audit in audits if audit["score"] is not None and audit["score"] < 1]


def judge(name: str, reports: list[Report]) -> bool:
    """Prints a page's scores, and says whether they are high enough."""
    good = True
    for category, least in AUDITED[name].items():
        found = median(score(report, category) for report in reports)
        missed = f"  < {least}: {'; '.join(lowered_by(reports[0], category))}" if found < least else ""
        sys.stdout.write(f"{name:10}{category:16}{found:3}{missed}\n")
        good = good and not missed
    return good


def main() -> int:
    if not LIGHTHOUSE.exists():
        sys.exit("lighthouse: it is not installed; install it first: npm ci --prefix tests")
    with TemporaryDirectory() as folder:
        build_index(open_source(HERE.parent / "data" / "articles"), Path(folder, "index"), meaning=open_meaning())
        with serving(Path(folder, "index"), Path(folder, "log")) as server:
            good = [judge(name, [run_lighthouse(server.url + PAGES[name]) for _ in range(RUNS)]) for name in AUDITED]
    return 0 if all(good) else 1


if __name__ == "__main__":
    sys.exit(main())
