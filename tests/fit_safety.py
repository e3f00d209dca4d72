"""Learns what speaks of danger without the words of a rule: `python tests/fit_safety.py COLLECTIONS NAME`

Read are `tests/safety/prototypes.txt`, and of the folder of judged collections the questions of pets, parenting, travel
and computers, which are taken for harmless where no rule sees danger in them, and those that people put to counsellors,
whose labels are in `tests/safety/*.tsv`; of these, every third is kept out.

Written is the network `data/safety/learned/NAME.npz`; the recogniser asks all that are there, and takes their mean:
networks with other seeds err on other questions. Printed is what the network sees, without any rule, in the open parts
of the judged suite and in the questions that were kept out: the thresholds of `search.safety` were chosen by such
figures. The closed half is never read. Needs torch. Takes more than an hour on two cores.
"""

import argparse
import sys
from collections import Counter
from pathlib import Path
from random import Random

import numpy as np
from finetune import Sample, arrays, train
from safety_examples import HERE, Example, calm, counselled, disturbed, judged, prototypes, texted, with_sentences

from indexer.encoder import Encoder
from indexer.prepare import open_encoder
from search.safety import guessed, readings, rule_book
from search.safety_learned import HARMLESS, Learned, features, pieces, read_network

TARGETS = HERE.parent.parent / "data" / "safety" / "learned"

RAREST = 10  # texts that have a word feature
REAL = 3.0  # what a real question that speaks of danger counts: there are few, and they are what is meant
KEPT_OUT = 3  # of so many real questions, one is not learned from
THRESHOLDS = (0.0, 0.5, 1.0, 1.5, 2.0)


def learn(examples: list[Example], encoder: Encoder, seed: int) -> dict[str, np.ndarray]:
    """The numbers that fit some examples, as `search.safety_learned.Learned` takes them."""
    found = [features(rule_book().sentences(one.text)) for one in examples]
    counts = Counter(feature for own in found for feature in own)
    known = {feature: place for place, feature in enumerate(sorted(f for f, n in counts.items() if n >= RAREST))}
    labels = sorted({one.label for one in examples})
    samples = [
        Sample(
            labels.index(one.label),
            next(pieces(one.text, (), encoder)).early,
            [known[feature] for feature in sorted(own & known.keys())],
            one.weight,
        )
        for one, own in zip(examples, found, strict=True)
    ]
    sys.stdout.write(f"{len(samples)} texts, {len(known)} words and neighbours\n")
    names = {"encoder": encoder.name, "labels": "\n".join(labels), "features": "\n".join(known)}
    fitted = arrays(train(samples, len(known), len(labels), seed))
    return fitted | {name: np.array(text) for name, text in names.items()}


def main() -> None:
    """Writes the numbers, and prints what they are worth."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collections", type=Path)
    parser.add_argument("name")
    parser.add_argument("--seed", type=int, default=0)
    options, encoder = parser.parse_args(), open_encoder()
    folder, target = options.collections, TARGETS / f"{options.name}.npz"
    asked = list(counselled(folder))
    kept_out = set(sorted({key for key, _ in asked})[::KEPT_OUT])
    written = list(prototypes(HERE / "prototypes.txt"))
    examples = [*written, *calm(folder)]
    examples += [sample for key, one in asked if key not in kept_out for sample in with_sentences(_counting(one))]
    copies = [*disturbed(examples, Random(0)), *texted(written, Random(0))]
    numbers = learn([*examples, *copies], encoder, options.seed)
    np.savez_compressed(target, **numbers)
    learned = read_network(target)
    for name in ("rules_half", "check", "newcomers", "held_out"):
        sys.stdout.write(held_out(learned, name, list(judged(HERE / f"{name}.jsonl")), encoder))
    sys.stdout.write(held_out(learned, "counselled", [one for key, one in asked if key in kept_out], encoder))


def _counting(real: Example) -> Example:
    return real if real.label == HARMLESS else real._replace(weight=REAL)


def held_out(network: Learned, name: str, examples: list[Example], encoder: Encoder) -> str:
    """Lines of what is seen without rules, at several thresholds, in texts that nothing was learned from."""
    seen = [(one.label, guessed(readings(one.text), encoder, [network])) for one in examples]
    dangers = [(label, guess) for label, guess in seen if label != HARMLESS]
    safe = [guess for label, guess in seen if label == HARMLESS]
    lines = [f"{name}: {len(dangers)} dangerous, {len(safe)} harmless"]
    for threshold in THRESHOLDS:
        found = [(label.split("/"), guess.label.split("/")) for label, guess in dangers if guess.log_odds > threshold]
        category, voice = (sum(label[part] == told[part] for label, told in found) / len(dangers) for part in (0, 1))
        alarms = sum(guess.log_odds > threshold for guess in safe) / len(safe)
        lines.append(
            f"  above {threshold}: recall {len(found) / len(dangers):.3f}, false alarms {alarms:.3f}, "
            f"right category {category:.3f}, right voice {voice:.3f}"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    main()
