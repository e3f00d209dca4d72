"""A question's words to a Query. The text is never parsed as query syntax: every question is a valid one.

Strategy: the index's own analysis gives the terms, so that they match; words that every question has are dropped;
words that no article has are corrected against the index's vocabulary, and the visitor is told. In a short question,
quotes ask for words side by side and a leading minus shuts a word out; in a letter they are just punctuation.
"""

import re
from collections import Counter
from collections.abc import Iterator
from dataclasses import replace
from functools import lru_cache
from itertools import pairwise
from math import sqrt

from spellchecker import SpellChecker

from .engine import Engine
from .model import Query, QuestionError, Term
from .stopwords import QUESTION_WORDS

LONGEST_QUESTION = 20_000  # characters: forty times a long letter's paragraph
SHORT_QUESTION = 12  # words; up to here quotes and a minus have a meaning
MOST_CORRECTIONS = 6  # misspelled words that are looked up; each costs some milliseconds
SHORTEST_CORRECTED = 4  # letters

_PHRASE = re.compile(r"[\"“„«]([^\"“”„«»]+)[\"”“»]")
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
    return replace(_read(corrected, engine), question=question, corrected=corrected) if corrected else query


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
    """The question with the words corrected that the index does not have; "" where nothing changes."""
    pieces, place, left = [], 0, MOST_CORRECTIONS
    for term in engine.analyse(question):
        word = question[term.start : term.end]
        if not left or engine.knows(term.text) or not _may_be_misspelled(word):
            continue
        left -= 1
        if better := engine.correct(word):
            pieces += [question[place : term.start], better.capitalize() if word[0].isupper() else better]
            place = term.end
    return "".join((*pieces, question[place:])) if pieces else ""


def _may_be_misspelled(word: str) -> bool:
    """Whether a word that no article has is none that visitors mean: "hell" must not become "help"."""
    is_plain = word.isalpha() and len(word) >= SHORTEST_CORRECTED
    return is_plain and word.lower() not in QUESTION_WORDS and word.lower() not in _english_words()


@lru_cache(maxsize=1)
def _english_words() -> frozenset[str]:
    return frozenset(SpellChecker(language="en").word_frequency.words())
