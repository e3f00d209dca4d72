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

from indexer.stance import Stance, lead, stances

from .concepts import bundled_concepts
from .correction import corrected
from .engine import Engine
from .model import Concept, LongQuestionError, Query, QuestionError, Span, Term
from .sentences import sentences
from .stopwords import QUESTION_WORDS

LONGEST_QUESTION = 20_000  # characters: forty times a long letter's paragraph
SHORT_QUESTION = 12  # words; up to here quotes and a minus have a meaning
SHORT_CHARACTERS = 300  # that twelve words may have; what has more only looks short
CLEAR_QUESTION = 40  # words; up to here it is clear of whom a question speaks
MOST_CONCERNS = 40  # sentences of a letter that are compared on their own; the encoder reads about thirty

_PHRASE = re.compile(r"[\"“„«]([^\"“”„«»]+)[\"”“»]")
_EXCLUDED = re.compile(r"(?<!\S)-(\w[\w'’]*)")


def read_question(question: str, engine: Engine, literal: bool = False) -> Query:
    """What we make of a question; `literal` leaves the spelling alone.

    Raises QuestionError where it is empty, LongQuestionError where it has more than LONGEST_QUESTION characters.
    """
    if not question.strip():
        raise QuestionError("The question is empty; write what is on your mind.")
    if len(question) > LONGEST_QUESTION:
        raise LongQuestionError(
            f"The question has {len(question):,} characters; please keep it under {LONGEST_QUESTION:,}."
        )
    better = "" if literal else corrected(question, engine)
    query = _read(better or question, engine)
    if better and not any(map(engine.knows, query.terms)):
        query, better = _read(question, engine), ""
    query = replace(query, question=question, corrected=better)
    return _with_stance(replace(query, concerns=concerns_of(query.searched)), engine)


def unknown_words(query: Query, engine: Engine) -> tuple[str, ...]:
    """The words of the question, as it was searched, that no article has, each once."""
    text = query.searched
    meant = {term for concept in query.concepts if _is_known(concept, engine) for term in concept.asked}
    terms = (term for term in engine.analyse(text) if not engine.knows(term.text) and term.text not in meant)
    words = (text[term.start : term.end] for term in terms)
    return tuple(dict.fromkeys(words))


def _is_known(concept: Concept, engine: Engine) -> bool:
    return any(all(map(engine.knows, other)) for other in concept.others)


def _read(question: str, engine: Engine) -> Query:
    short = len(question) <= SHORT_CHARACTERS and len(question.split()) <= SHORT_QUESTION
    excluded_words = _EXCLUDED.findall(question) if short else []
    phrases = _PHRASE.findall(question) if short else []
    excluded = frozenset(term.text for word in excluded_words for term in engine.analyse(word))
    analysed = engine.analyse(_EXCLUDED.sub(_blank, question) if short else question)
    terms = _weighted(question, analysed)
    return Query(
        question=question,
        terms=terms,
        concepts=tuple(c for c in bundled_concepts(engine.analyse).of(analysed) if terms.keys() & set(c.asked)),
        pairs=tuple(dict.fromkeys(pair for pair in _neighbours(analysed) if pair[0] in terms or pair[1] in terms)),
        phrases=tuple(found for phrase in phrases if (found := tuple(t.text for t in engine.analyse(phrase)))),
        excluded=excluded,
    )


def concerns_of(text: str) -> tuple[Span, ...]:
    """The sentences of a text that has several."""
    spans = sentences(text)[:MOST_CONCERNS]
    return spans if len(spans) > 1 else ()


def _with_stance(query: Query, engine: Engine) -> Query:
    """The query with whom it is about, if it is short: a letter is about several people."""
    text = query.searched
    if len(text.split()) > CLEAR_QUESTION:
        return query
    found: dict[str, set[Stance]] = {}
    for term, stance in stances(text, ((term.text, term.start) for term in engine.analyse(text))):
        found.setdefault(term, set()).add(stance)
    return replace(query, lead=lead(text), stances={term: frozenset(own) for term, own in found.items()})


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _weighted(question: str, analysed: tuple[Term, ...]) -> dict[str, float]:
    """Each term with the square root of how often it is said, without question words unless there is nothing else."""
    said = Counter(term.text for term in analysed)
    asking = Counter(term.text for term in analysed if question[term.start : term.end].lower() in QUESTION_WORDS)
    return {term: sqrt(count) for term, count in ((said - asking) or said).items()}


def _neighbours(analysed: tuple[Term, ...]) -> Iterator[tuple[str, str]]:
    return ((first.text, second.text) for first, second in pairwise(analysed) if first.text != second.text)
