"""A question with its misspelled words replaced. This file knows how a question is written, and no dictionary."""

import re
from bisect import bisect_right
from collections.abc import Iterator
from itertools import pairwise

from .concepts import bundled_concepts
from .engine import Engine
from .model import Term
from .spelling import is_english

MOST_CORRECTIONS = 10  # unknown words that are looked up; each costs a third of a millisecond
SHORTEST_JOINED = 5  # letters of a word that was split

_WORD = re.compile(r"(?<![\w'’])([^\W\d_]+)(?:['’][^\W\d_]+)?(?![\w'’])")


def corrected(question: str, engine: Engine) -> str:
    """The question with its misspelled words replaced; "" where there are none."""
    unknown = [term.start for term in engine.analyse(question) if not _is_known(term, engine)]
    if not unknown:
        return ""
    words = list(_WORD.finditer(question))
    pieces, done, left = [], 0, MOST_CORRECTIONS
    for place in _with_any(words, unknown):
        word = words[place]
        if word.start() < done or not left or _is_special(word[1], question):
            continue
        start, end, better = _joined(words[max(place - 1, 0) : place + 2], engine)
        if start < done or not better:
            left -= not is_english(word[1].lower())
            start, end, better = *word.span(1), engine.correct(word[1])
        if better:
            pieces += [question[done:start], _as_written(better, word[1])]
            done = end
    return "".join((*pieces, question[done:])) if pieces else ""


def _is_known(term: Term, engine: Engine) -> bool:
    """Whether the index has a term, or it stands for others that it may have: "lgbt" is no misspelling."""
    return engine.knows(term.text) or bundled_concepts(engine.analyse).has(term.text)


def _with_any(words: list[re.Match[str]], places: list[int]) -> Iterator[int]:
    """The numbers of those words in which any of some places is; all are in order, and so are the numbers."""
    starts, last = [word.start() for word in words], -1
    for place in places:
        number = bisect_right(starts, place) - 1
        if number > last and place < words[number].end():
            yield number
            last = number


def _is_special(word: str, question: str) -> bool:
    """Whether a word has capitals inside, as abbreviations and brands have ("PTSD", "iPad")."""
    return word[1:] != word[1:].lower() and not question.isupper()


def _joined(words: list[re.Match[str]], engine: Engine) -> tuple[int, int, str]:
    """Start and end of the first two neighbours that are one English word of the articles, and the word; "" if none."""
    for first, second in pairwise(words):
        word = (first[1] + second[0]).lower()
        side_by_side = second.start() == first.end(1) + 1 and len(first[1]) > 1  # "a head" is not "ahead"
        if side_by_side and len(word) >= SHORTEST_JOINED and is_english(word) and _has(word, engine):
            return first.start(), second.end(), word
    return 0, 0, ""


def _has(word: str, engine: Engine) -> bool:
    return all(_is_known(term, engine) for term in engine.analyse(word))


def _as_written(better: str, word: str) -> str:
    if word.isupper():
        return better.upper()
    return better.capitalize() if word[0].isupper() else better
