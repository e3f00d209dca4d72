"""Words of this domain that stand for one another: who asks of "ghosting" also finds "stopped replying".

Strategy: the rules are data, `data/words.txt`, in the manner of search engines' synonym files. They widen the question
and not the index, so that a new rule needs no new build. The longest words of the question are looked up first. Rules
do not chain: what a word stands for is written in its own lines.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator
from functools import lru_cache

from indexer.bundled import bundled

from .model import Concept, Term

Analyse = Callable[[str], tuple[Term, ...]]
Words = tuple[str, ...]


class Concepts:
    """The rules of a text, as an index's analysis sees their words. Raises ValueError, naming the line."""

    def __init__(self, rules: str, analyse: Analyse) -> None:
        self._analyse = analyse
        found: dict[Words, dict[Words, None]] = defaultdict(dict)  # a dict without values keeps the order
        for number, line in enumerate(rules.splitlines(), 1):
            for asked, others in self._pairs(line.partition("#")[0].strip(), number):
                found[asked] |= dict.fromkeys(other for other in others if other != asked)
        self._others = {asked: tuple(others) for asked, others in found.items()}
        self._terms = frozenset(term for asked in self._others for term in asked)
        self._longest: dict[str, int] = {}  # of those that begin with a term
        for first, *more in self._others:
            self._longest[first] = max(self._longest.get(first, 0), 1 + len(more))

    def of(self, terms: tuple[Term, ...]) -> tuple[Concept, ...]:
        """The concepts that a question's terms, in order, speak of."""
        words = tuple(term.text for term in terms)
        return tuple(dict.fromkeys(self._found(words)))

    def has(self, term: str) -> bool:
        """Whether a term stands for others, alone or beside another."""
        return term in self._terms

    def _found(self, words: Words) -> Iterator[Concept]:
        place = 0
        while place < len(words):
            lengths = range(min(self._longest.get(words[place], 0), len(words) - place), 0, -1)
            length = next((n for n in lengths if words[place : place + n] in self._others), 0)
            if length:
                asked = words[place : place + length]
                yield Concept(asked, self._others[asked])
            place += length or 1

    def _pairs(self, line: str, number: int) -> Iterator[tuple[Words, list[Words]]]:
        """What each side of a rule may be asked by, and finds."""
        left, arrow, right = line.partition("=>")
        asked = self._entries(left, number)
        others = self._entries(right, number) if arrow else asked
        if line and ("=>" in right or not asked or not set(others) - set(asked[:1])):
            raise ValueError(f"words.txt:{number}: a rule needs two entries that differ: “a, b” or “a => b”")
        return ((one, others) for one in asked)

    def _entries(self, side: str, number: int) -> list[Words]:
        entries = [tuple(term.text for term in self._analyse(entry)) for entry in side.split(",") if side.strip()]
        if not all(entries):
            raise ValueError(f"words.txt:{number}: an entry has no word that the index keeps")
        return entries


@lru_cache(maxsize=2)
def bundled_concepts(analyse: Analyse) -> Concepts:
    """The rules that come with the project."""
    return Concepts(bundled("words.txt").read_text(encoding="utf-8"), analyse)
