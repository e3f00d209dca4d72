"""CPU time of parsing a page, beside that of building its tree alone: `python tests/benchmark_parsing.py FOLDER`.

Both are measured in turns on the same pages, so that what else the machine does falls on both; the medians of RUNS
runs are printed, and the median of their ratios.
"""

import sys
import time
from collections.abc import Callable
from pathlib import Path
from statistics import median

sys.path.insert(0, str(Path(__file__).parent.parent))

from indexer.article import read_article
from indexer.decode import decode
from indexer.markup import soup

RUNS = 15


def cpu_ms(work: Callable[[str], object], pages: list[str]) -> float:
    """Milliseconds of CPU time a page."""
    started = time.process_time()
    for page in pages:
        work(page)
    return (time.process_time() - started) / len(pages) * 1000


def main(folder: Path) -> None:
    """Prints the figures for the pages of a folder."""
    pages = [decode(path.read_bytes()) for path in sorted(folder.glob("*.html"))]
    runs = [(cpu_ms(soup, pages), cpu_ms(lambda page: read_article(page, "/articles/x"), pages)) for _ in range(RUNS)]
    tree, article, ratio = (median(values) for values in zip(*((t, a, a / t) for t, a in runs), strict=True))
    sys.stdout.write(f"{len(pages)} pages: tree {tree:.1f} ms, article {article:.1f} ms, ratio {ratio:.2f}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
