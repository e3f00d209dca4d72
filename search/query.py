"""A question's words to a Query. The text is never parsed as query syntax: every question is a valid one.

Strategy: the index's own analysis gives the terms, so that they match; words that every question has are dropped;
misspelled ones are corrected, and the visitor is told. A word that any article has is never changed. In a short
question, quotes ask for words side by side and a leading minus shuts a word out; in a letter they are just punctuation.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from math import sqrt

from .engine import Engine
from .model import Query, QuestionError, Term
from .spelling import is_english
from .stopwords import QUESTION_WORDS

LONGEST_QUESTION = 20_000  # characters: forty times a long letter's paragraph
SHORT_QUESTION = 12  # words; up to here quotes and a minus have a meaning
MOST_CORRECTIONS = 10  # unknown words that are looked up; each costs a third of a millisecond
SHORTEST_JOINED = 5  # letters of a word that was split

_PHRASE = re.compile(r"[\"“„«]([^\"“”„«»]+)[\"”“»]")
_WORD = re.compile(r"(?<![\w'’])([^\W\d_]+)(?:['’][^\W\d_]+)?(?![\w'’])")
_EXCLUDED = re.compile(r"(?<!\S)-(\w[\w'’]*)")


def read_question(question: str, engine: Engine, literal: bool = False) -> Query:
    """What we make of a question; `literal` leaves the spelling alone.

    Raises QuestionError where it is empty, or longer than LONGEST_QUESTION characters.
    """
    if not question.strip():
        raise QuestionError("The question is empty; write what is on your mind.")
    if len(question) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(question):,} characters; please keep it under {LONGEST_QUESTION:,}."
        )
    query = _read(question, engine)
    corrected = "" if literal else _corrected(question, engine)
    better = _read(corrected, engine)
    if not any(map(engine.knows, better.terms)):
        return query
    return replace(better, question=question, corrected=corrected)


def unknown_words(query: Query, engine: Engine) -> tuple[str, ...]:
    """The words of the question, as it was searched, that no article has, each once."""
    text = query.corrected or query.question
    words = (text[term.start : term.end] for term in engine.analyse(text) if not engine.knows(term.text))
    return tuple(dict.fromkeys(words))


def _read(question: str, engine: Engine) -> Query:
    short = len(question.split()) <= SHORT_QUESTION
    excluded_words = _EXCLUDED.findall(question) if short else []
    phrases = _PHRASE.findall(question) if short else []
    excluded = frozenset(term.text for word in excluded_words for term in engine.analyse(word))
    analysed = engine.analyse(_EXCLUDED.sub(_blank, question) if short else question)
    terms = _weighted(question, analysed)
    return Query(
        question=question,
        terms=terms,
        pairs=frozenset(pair for pair in _neighbours(analysed) if terms.keys() & pair),
        phrases=tuple(found for phrase in phrases if (found := tuple(t.text for t in engine.analyse(phrase)))),
        excluded=excluded,
    )


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _weighted(question: str, analysed: tuple[Term, ...]) -> dict[str, float]:
    """Each term with the square root of how often it is said, without question words unless there is nothing else."""
    said = Counter(term.text for term in analysed)
    asking = Counter(term.text for term in analysed if question[term.start : term.end].lower() in QUESTION_WORDS)
    return {term: sqrt(count) for term, count in ((said - asking) or said).items()}


def _neighbours(analysed: tuple[Term, ...]) -> Iterator[tuple[str, str]]:
    return ((first.text, second.text) for first, second in pairwise(analysed) if first.text != second.text)


def _corrected(question: str, engine: Engine) -> str:
    """The question with its misspelled words replaced; "" where there are none."""
    words = list(_WORD.finditer(question))
    pieces, done, left = [], 0, MOST_CORRECTIONS
    for place, word in enumerate(words):
        if word.start() < done or not left or _is_known(word[0], engine) or _is_special(word[1], question):
            continue
        start, end, better = _joined(words[max(place - 1, 0) : place + 2], engine)
        if start < done or not better:
            left -= not is_english(word[1].lower())
            start, end, better = *word.span(1), engine.correct(word[1])
        if better:
            pieces += [question[done:start], _as_written(better, word[1])]
            done = end
    return "".join((*pieces, question[done:])) if pieces else ""


def _is_known(word: str, engine: Engine) -> bool:
    return all(engine.knows(term.text) for term in engine.analyse(word))


def _is_special(word: str, question: str) -> bool:
    """Whether a word has capitals inside, as abbreviations and brands have ("PTSD", "iPad")."""
    return word[1:] != word[1:].lower() and not question.isupper()


def _joined(words: list[re.Match[str]], engine: Engine) -> tuple[int, int, str]:
    """Start and end of the first two neighbours that are one English word of the articles, and the word; "" if none."""
    for first, second in pairwise(words):
        word = (first[1] + second[0]).lower()
        side_by_side = second.start() == first.end(1) + 1 and len(first[1]) > 1  # "a head" is not "ahead"
        if side_by_side and len(word) >= SHORTEST_JOINED and is_english(word) and _is_known(word, engine):
            return first.start(), second.end(), word
    return 0, 0, ""


def _as_written(better: str, word: str) -> str:
    if word.isupper():
        return better.upper()
    return better.capitalize() if word[0].isupper() else better
