"""What embedding costs: `python tests/benchmark_encoder.py COLLECTION_DIR`, a collection in BEIR layout.

Prints the passages that two threads embed in a second, and the milliseconds of one thread for a question of ten words
and for the collection's own queries, by the encoder as it was shipped and as it is written anew. All
are measured in turns, so that what else the machine does falls on all; medians of RUNS runs.
"""

import sys
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from statistics import median, quantiles

sys.path.insert(0, str(Path(__file__).parent.parent))

from indexer.encoder import Encoder
from indexer.prepare import _bundled, open_encoder
from indexer.prepare import shipped as shipped_model
from indexer.vectors import text_to_embed
from search.evaluate import read_collection
from search.query import concerns_of

RUNS, PASSAGES, QUESTIONS = 5, 200, 100
TEN_WORDS = "why am I always scared that he will leave me"


def passages_a_second(encoder: Encoder, texts: list[str]) -> float:
    """With two threads."""
    started = time.perf_counter()
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(encoder.passage, texts))
    return len(texts) / (time.perf_counter() - started)


def milliseconds(encoder: Encoder, questions: list[str]) -> list[float]:
    """Of one thread, for each question."""
    took = []
    for question, concerns in [(question, concerns_of(question)) for question in questions]:
        encoder.question.cache_clear()
        encoder._tokens.cache_clear()
        started = time.perf_counter()
        encoder.question(question, concerns)
        took.append((time.perf_counter() - started) * 1000)
    return took


def main(folder: Path) -> None:
    """Prints the figures."""
    collection = read_collection(folder)
    texts = [text_to_embed(passage) for _, passages in collection.contents for passage in passages][:PASSAGES]
    questions = list(collection.queries.values())[:QUESTIONS]
    encoders = {"shipped": Encoder(replace(_bundled(), model=shipped_model())), "anew": open_encoder()}
    figures: dict[str, Callable[[Encoder], float]] = {
        "passages a second, two threads": lambda encoder: passages_a_second(encoder, texts),
        "ten words, ms": lambda encoder: median(milliseconds(encoder, [TEN_WORDS] * 20)),
        "queries, ms at the median": lambda encoder: median(milliseconds(encoder, questions)),
        "queries, ms at the 95th percentile": lambda encoder: quantiles(milliseconds(encoder, questions), n=20)[18],
    }
    for name, measure in figures.items():
        runs = [[measure(encoder) for encoder in encoders.values()] for _ in range(RUNS)]
        shipped, ready = (median(values) for values in zip(*runs, strict=True))
        ratio = median(values[1] / values[0] for values in runs)
        sys.stdout.write(f"{name:36} shipped {shipped:8.2f}   anew {ready:8.2f}   ratio {ratio:.2f}\n")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
