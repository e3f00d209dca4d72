"""Files parsed a second by one process and by two: `python tests/benchmark_jobs.py FOLDER`.

What is measured is the reading phase of a first build: the folder's files, repeated under other URLs until there are
FILES, from their bytes to what is kept of them, the start of the workers included. One and two take turns, so that what
else the machine does falls on both; the medians of RUNS runs are printed, and the median of their ratios.
"""

import sys
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from statistics import median
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).parent.parent))

from indexer.cache import Cache
from indexer.reading import read_all
from indexer.sources import SourceFile
from indexer.workers import Workers

FILES = 400
RUNS = 3


def files_of(folder: Path) -> Iterator[SourceFile]:
    """FILES files: those of the folder again and again, each under a URL of its own, so that none is known."""
    paths = islice(cycle(sorted(folder.glob("*.html"))), FILES)
    return (SourceFile(str(path), f"/articles/{number}", path.read_bytes) for number, path in enumerate(paths))


def files_a_second(folder: Path, jobs: int) -> float:
    """How many are read and parsed in a second of wall time, with nothing kept from before."""
    with TemporaryDirectory(prefix="advice-jobs-") as place:
        started = time.perf_counter()
        with Workers(jobs) as workers:
            count = sum(1 for _ in read_all(files_of(folder), Cache(Path(place)), workers))
        return count / (time.perf_counter() - started)


def main(folder: Path) -> None:
    """Prints the figures for the pages of a folder."""
    runs = [(files_a_second(folder, 1), files_a_second(folder, 2)) for _ in range(RUNS)]
    one, two, ratio = (median(values) for values in zip(*((a, b, b / a) for a, b in runs), strict=True))
    sys.stdout.write(f"{FILES} files: 1 job {one:.0f} files/s, 2 jobs {two:.0f} files/s, ratio {ratio:.2f}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
