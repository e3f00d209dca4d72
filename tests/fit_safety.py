"""Learns what speaks of danger without the words of a rule: `python tests/fit_safety.py QUERIES_FILE...`

Read are `tests/safety/prototypes.txt`, the open half of the judged suite, and files of questions (in BEIR layout) on
other subjects, which are taken for harmless where no rule sees danger in them: of pets, parenting, travel, computers.
Counsellors' letters are none of these: too many of them speak of danger. The closed half of the suite is not read.
Printed is a four-fold cross-validation over the examples: what is learned alone finds at several thresholds. Written
is `data/safety/learned.npz`. Needs scipy, which comes with ir-measures. Takes some minutes.
"""

import argparse
import json
import re
import sys
from collections import Counter
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np
from measure_safety import rows_of
from scipy.optimize import minimize
from scipy.sparse import csr_matrix, hstack

from indexer.encoder import Encoder
from indexer.prepare import open_encoder
from search.safety import recognise, rule_book
from search.safety_cli import meaning_of
from search.safety_learned import HARMLESS, Learned, features, parts

HERE = Path(__file__).parent
TARGET = HERE.parent / "data" / "safety" / "learned.npz"

MOST_FEATURES = 4_000
WORD, MEANING = 0.35, 3.0  # what a word feature and a vector's number are multiplied with, so that both count
PENALTY = 0.3  # of large weights
BACKGROUND = 0.3  # what a harmless question of a collection counts; an example counts 1
ITERATIONS = 60
FOLDS = 4


class Example(NamedTuple):
    """A text's label, and the features and vectors of the whole and of its sentences."""

    label: str
    found: list[set[str]]
    vectors: np.ndarray
    weight: float = 1.0


def example(label: str, text: str, encoder: Encoder, weight: float = 1.0) -> Example:
    """A text as the recogniser sees it."""
    meaning = meaning_of(text, encoder)
    found = [features(rule_book().sentences(part)) for part in parts(meaning)]
    whole = [set().union(*found)] if meaning.spans else []
    return Example(label, [*whole, *found], meaning.vectors, weight)


def prototypes(file: Path) -> list[tuple[str, str]]:
    """Labels and texts of a file with [category/voice] sections."""
    label, found = "", []
    for line in file.read_text(encoding="utf-8").splitlines():
        if section := re.fullmatch(r"\[([\w/-]+)\]", line):
            label = section[1]
        elif line and not line.startswith("#"):
            found.append((label, line))
    return found


def background(file: Path) -> list[str]:
    """The questions of a file in which no rule sees danger."""
    texts = [json.loads(line)["text"] for line in file.read_text(encoding="utf-8").splitlines()]
    return [text for text in texts if not recognise(text)]


def matrix(rows: list[tuple[set[str], np.ndarray]], known: dict[str, int]) -> csr_matrix:
    """Features and vectors as one sparse matrix, scaled."""
    places = [(row, known[one]) for row, (found, _) in enumerate(rows) for one in found if one in known]
    at = np.array(places, dtype=int).reshape(-1, 2).T
    words = csr_matrix((np.full(at.shape[1], WORD), (at[0], at[1])), shape=(len(rows), len(known)))
    return hstack([words, csr_matrix(np.array([vector for _, vector in rows]) * MEANING)]).tocsr()


def fitted(x: csr_matrix, y: np.ndarray, weights: np.ndarray, count: int) -> tuple[np.ndarray, np.ndarray]:
    """Weights (features, count) and biases of a softmax regression."""
    size, wide = x.shape
    wanted = np.eye(count)[y]

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        w, bias = flat[: wide * count].reshape(wide, count), flat[wide * count :]
        scores = x @ w + bias
        odds = np.exp(scores - scores.max(axis=1, keepdims=True))
        odds /= odds.sum(axis=1, keepdims=True)
        wrong = (odds - wanted) * weights[:, None]
        value = -(weights * np.log(odds[np.arange(size), y] + 1e-12)).sum() + PENALTY / 2 * (w * w).sum()
        return value, np.concatenate([(x.T @ wrong + PENALTY * w).ravel(), wrong.sum(axis=0)])

    start = np.zeros(wide * count + count)
    found = minimize(loss, start, jac=True, method="L-BFGS-B", options={"maxiter": ITERATIONS, "maxcor": 6}).x
    return found[: wide * count].reshape(wide, count), found[wide * count :]


def learn(examples: list[Example], harmless: list[Example], encoder: str) -> Learned:
    """The numbers that fit examples and background; of the word features, those that weigh most are kept."""
    labels = sorted({one.label for one in examples})
    counts = Counter(feature for one in examples for feature in one.found[0])
    known = {feature: row for row, feature in enumerate(sorted(f for f, n in counts.items() if n > 1))}
    rows = [(one.found[0], one.vectors[0], one) for one in examples]
    rows += [(found, vector, one) for one in harmless for found, vector in zip(one.found, one.vectors, strict=True)]
    y = np.array([labels.index(one.label) for *_, one in rows])
    weights = np.array([one.weight for *_, one in rows])
    for _ in range(2):  # once with all features, once with those that are kept
        w, bias = fitted(matrix([row[:2] for row in rows], known), y, weights, len(labels))
        heavy = np.argsort(-np.linalg.norm(w[: len(known)], axis=1), kind="stable")[:MOST_FEATURES]
        last, known = known, {feature: i for i, feature in enumerate(sorted(np.array(list(known))[heavy].tolist()))}
        if len(last) == len(known):
            break
    words, meaning = w[: len(last)] * WORD, w[len(last) :] * MEANING
    return Learned(encoder, tuple(labels), last, *(part.astype(np.float32) for part in (words, meaning, bias)))


def cross_validated(examples: list[Example], harmless: list[Example], encoder: str) -> list[str]:
    """Lines of figures: recall, false alarms and right categories at some thresholds, on examples not learned from."""
    seen: list[tuple[str, Any]] = []
    for fold in range(FOLDS):
        others = [one for i, one in enumerate(examples) if i % FOLDS != fold]
        numbers = learn(others, harmless, encoder)
        seen += [(one.label, numbers.guess(one.found, one.vectors)) for one in examples[fold::FOLDS]]
    dangers = [(label, guess) for label, guess in seen if label != HARMLESS]
    safe = [guess for label, guess in seen if label == HARMLESS]
    lines = []
    for threshold in (0.0, 1.0, 2.0, 3.0):
        found = [(label, guess) for label, guess in dangers if guess.log_odds > threshold]
        right = sum(label.split("/")[0] == guess.label.split("/")[0] for label, guess in found)
        alarms = sum(guess.log_odds > threshold for guess in safe)
        lines.append(
            f"above {threshold}: recall {len(found) / len(dangers):.3f}, false alarms {alarms / len(safe):.3f}, "
            f"right category {right / len(dangers):.3f}"
        )
    return lines


def main() -> None:
    """Prints the figures, and writes the numbers."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("files", nargs="+", type=Path)
    options = parser.parse_args()
    encoder = open_encoder()
    texts = prototypes(HERE / "safety" / "prototypes.txt")
    for row in rows_of(HERE / "safety" / "rules_half.jsonl"):
        texts.append((f"{row['category']}/{row['voice']}" if row["category"] else HARMLESS, row["question"]))
    order = np.random.default_rng(0).permutation(len(texts))
    examples = [example(*texts[place], encoder) for place in order]
    calm = [text for file in options.files for text in background(file)]
    harmless = [example(HARMLESS, text, encoder, BACKGROUND) for text in calm]
    sys.stdout.write(f"{len(examples)} examples, {len(harmless)} harmless questions of files\n")
    sys.stdout.write("\n".join(cross_validated(examples, harmless, encoder.name)) + "\n")
    numbers = learn(examples, harmless, encoder.name)
    np.savez_compressed(
        TARGET,
        encoder=np.array(numbers.encoder),
        labels=np.array("\n".join(numbers.labels)),
        features=np.array("\n".join(numbers.rows)),
        words=numbers.words.astype(np.float16),
        meaning=numbers.meaning.astype(np.float16),
        bias=numbers.bias.astype(np.float16),
    )


if __name__ == "__main__":
    main()
