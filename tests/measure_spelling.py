"""What misspelled questions still find: `python tests/measure_spelling.py COLLECTION_DIR... [--every N]`.

Each question of a collection in BEIR layout is misspelled by each rule of `misspellings`, and asked three times:
correctly, misspelled and searched literally, misspelled and corrected. A line a rule:

    first    share of the questions whose first article stays that of the correct question, searched literally
    nDCG@10  by the collection's own judgements, of the correct questions and of the misspelled ones
    exact    share of the misspelled questions that become, word for word, what the correct one does
    read ms  median and 95th percentile of the CPU time that it takes to make a query of a question

The last line names the words of correct questions that were changed; to tell false alarms from real misspellings, they
have to be read. With `--every N`, every Nth question is asked.
"""

import argparse
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from pathlib import Path
from statistics import mean, quantiles

import ir_measures

sys.path.insert(0, str(Path(__file__).parent.parent))

from misspellings import RULES, Misspelled, misspell, misspell_twice

from indexer.cli import open_meaning
from search.answer import answer
from search.engine import Engine
from search.evaluate import Collection, indexed, read_collection
from search.query import read_question

NDCG = ir_measures.nDCG @ 10
HEADER = f"{'':22}      n    first: as is  corrected    nDCG: correct  as is  corrected    exact   read ms"


@dataclass(frozen=True)
class Asked:
    """A misspelled question: whether its first article stays without and with correction, and what it is worth."""

    rule: str
    first: tuple[bool, bool]
    ndcg: tuple[float, float, float]  # correct, as it is misspelled, corrected
    exact: bool
    read_ms: float


class Judge:
    """Asks questions of one collection, and tells what the answers are worth."""

    def __init__(self, collection: Collection, engine: Engine) -> None:
        self._judgements, self.engine = collection.judgements, engine
        self._correct: dict[str, tuple[str, float]] = {}

    def ask(self, name: str, question: str, literal: bool) -> tuple[str, float]:
        """The first article and nDCG@10."""
        groups = answer(self.engine, question, 10, literal, excerpts=0).groups
        run = {name: {group.url: 1 / place for place, group in enumerate(groups, 1)}}
        worth = ir_measures.calc_aggregate([NDCG], {name: self._judgements[name]}, run)[NDCG]
        return (groups[0].url if groups else ""), worth

    def misspelled(self, name: str, question: str, rule: str, wrong: Misspelled) -> Asked:
        """What becomes of a question that is misspelled by a rule."""
        if name not in self._correct:
            self._correct[name] = self.ask(name, question, literal=True)
        first, worth = self._correct[name]
        (plain, plain_worth), (better, better_worth) = (self.ask(name, wrong.question, way) for way in (True, False))
        started = time.thread_time()
        corrected = read_question(wrong.question, self.engine).corrected
        took_ms = (time.thread_time() - started) * 1000
        exact = corrected.lower() == (read_question(question, self.engine).corrected or question).lower()
        return Asked(rule, (plain == first, better == first), (worth, plain_worth, better_worth), exact, took_ms)


def ways_to_misspell(question: str) -> Iterator[tuple[str, Misspelled]]:
    """A question misspelled by each rule that applies to it, and by two at once."""
    for name, wrong in (*((rule.name, misspell(question, rule)) for rule in RULES), ("two", misspell_twice(question))):
        if wrong:
            yield name, wrong


def line(name: str, asked: list[Asked]) -> str:
    """The figures of a rule."""
    first = [mean(one.first[way] for one in asked) for way in (0, 1)]
    worth = [mean(one.ndcg[way] for one in asked) for way in (0, 1, 2)]
    took = [one.read_ms for one in asked]
    cuts = quantiles(took, n=20) if len(took) > 1 else took * 19
    return (
        f"{name:22} {len(asked):6} {first[0]:14.3f} {first[1]:10.3f} {worth[0]:16.3f} {worth[1]:6.3f} {worth[2]:10.3f}"
        f" {mean(one.exact for one in asked):8.3f} {cuts[9]:6.2f} {cuts[18]:.2f}"
    )


def changes(question: str, engine: Engine) -> str:
    """The words of a correct question that were changed, "" if none was."""
    before, after = question.split(), (read_question(question, engine).corrected or question).split()
    parts = SequenceMatcher(None, before, after).get_opcodes()
    return ", ".join(" ".join((*before[a:b], "→", *after[c:d])) for kind, a, b, c, d in parts if kind != "equal")


def report(collection: Collection, engine: Engine, every: int) -> list[str]:
    """The lines of a collection."""
    judge, questions = Judge(collection, engine), dict(list(collection.queries.items())[::every])
    asked = [
        judge.misspelled(name, question, rule, wrong)
        for name, question in questions.items()
        for rule, wrong in ways_to_misspell(question)
    ]
    rules = dict.fromkeys(one.rule for one in asked)
    changed = [words for question in collection.queries.values() if (words := changes(question, engine))]
    return [
        f"{collection.name}: {len(questions)} questions",
        HEADER,
        *(line(rule, [one for one in asked if one.rule == rule]) for rule in rules),
        line("all", asked),
        f"{len(changed)} of {len(collection.queries)} correct questions changed: {'; '.join(changed)}",
    ]


def main() -> None:
    """Prints the figures of each collection."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("collections", nargs="+", type=Path)
    parser.add_argument("--every", type=int, default=1)
    options = parser.parse_args()
    for folder in options.collections:
        collection = read_collection(folder)
        with indexed(collection, open_meaning()) as (engine, _):
            lines = report(collection, engine, options.every)
        sys.stdout.write("\n".join(lines) + "\n\n")


if __name__ == "__main__":
    main()
