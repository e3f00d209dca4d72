"""What suggestions cost on a large site: `python tests/benchmark_suggest.py [NAMES]`.

The names are made of English words, drawn as often as people say them, so that the common ones have long postings. As
many of them as QUESTIONS are then typed letter by letter, right, with a typing error, and with a word that no name has.
Prints seconds and megabytes to make a suggester, and milliseconds for each stroke of a key, all CPU time.
"""

import random
import sys
import time
import tracemalloc
from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

sys.path.insert(0, str(Path(__file__).parent.parent))

from search.engine import Card
from search.spelling import english
from search.suggest import BY_DEFAULT, Suggester

QUESTIONS = 200
STARTS = ("How do I", "Why does", "What is", "When should I", "", "", "", "")


def headings(count: int, chance: random.Random) -> list[str]:
    """Names of two to nine words."""
    said = english().counts
    words = chance.choices(list(said), weights=list(said.values()), k=9 * count)
    lengths = chance.choices(range(2, 10), k=count)
    return [" ".join([chance.choice(STARTS), *words[9 * n : 9 * n + lengths[n]]]).strip() for n in range(count)]


def suggester_of(names: list[str]) -> Suggester:
    """A suggester for articles of ten passages each, of which three are FAQ entries."""
    titles = (" ".join(name.split()[:4]) for name in names[::10])
    return Suggester(names, [Card(f"/{n}", title, "", (), "", "", "", 10, 3) for n, title in enumerate(titles)])


def mistyped(text: str, chance: random.Random) -> str:
    """A text with two letters swapped."""
    at = chance.randrange(max(len(text) - 1, 1))
    return text[:at] + text[at : at + 2][::-1] + text[at + 2 :]


def strokes(texts: Iterable[str]) -> Iterator[str]:
    """What is in the box after each key."""
    return (text[:end] for text in texts for end in range(1, len(text) + 1))


def tell(what: str, suggester: Suggester, texts: Iterable[str]) -> None:
    """Prints the time that each stroke takes."""
    times = []
    for text in strokes(texts):
        started = time.process_time()
        suggester.find(text, BY_DEFAULT)
        times.append((time.process_time() - started) * 1000)
    p50, p95, worst = np.percentile(times, [50, 95, 100])
    sys.stdout.write(f"{what}: {len(times)} strokes, median {p50:.2f} ms, p95 {p95:.2f} ms, worst {worst:.2f} ms\n")


def main(count: int) -> None:
    """Prints the figures for a site of this many headings and questions, and a tenth as many titles."""
    chance = random.Random(1)
    names = headings(count, chance)
    started = time.process_time()
    suggester_of(names)
    seconds = time.process_time() - started
    tracemalloc.start()
    suggester = suggester_of(names)
    kept, most = (size / 1e6 for size in tracemalloc.get_traced_memory())
    tracemalloc.stop()
    sys.stdout.write(f"{count} names: made in {seconds:.2f} s; {kept:.0f} MB kept, {most:.0f} MB while it is made\n")
    typed = chance.sample(names, QUESTIONS)
    tell("right", suggester, typed)
    tell("mistyped", suggester, [mistyped(text, chance) for text in typed])
    tell("unknown", suggester, [f"how do I {chance.choice(text.split())}qx zq {text}" for text in typed])


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
