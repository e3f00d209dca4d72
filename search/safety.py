"""Whether a question speaks of danger, which danger it is, and whose.

The rules are data (`data/safety/`, whose notation is told in `safety_notation`). They are applied to the question as it
is written and to its corrected spelling, never only to the corrected: a speller that does not know a word of danger may
turn it into another. Where the encoder runs, what was learned from examples adds what no rule has words for, and takes
away what a rule sees in a question that is likelier harmless. It reads the question as it is written, too, and once
more with misspelled words and slang as they were meant: an encoder knows neither.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from operator import attrgetter
from statistics import fmean

from indexer.bundled import bundled
from indexer.encoder import Encoder

from .model import Danger
from .query import concerns_of
from .safety_learned import Guess, Learned, features, networks_for, pieces
from .safety_rules import RuleBook, load_rules

# Logarithms of odds, chosen on questions that nothing was learned from.
ENOUGH = 1.5  # to be told without any rule
RULE_NEEDS = 0.0  # for a rule's word to be taken: danger is likelier than not
WHOLE = 30  # words: what has fewer is read as a whole only; alone, its sentences lose what makes them harmless
LEARNED = "learned"  # the name of the rule where there was none

_log_odds = attrgetter("log_odds")


def recognise(question: str, corrected: str = "", encoder: Encoder | None = None) -> Danger | None:
    """The most urgent danger that a question speaks of, as written or as `corrected`; None for none. Without an
    encoder, and with one that nothing was learned for, rules decide alone."""
    rule = rule_book().fired(question, corrected)
    networks = networks_for(encoder.name) if encoder else ()
    if not encoder or not networks:
        return Danger(rule.category, rule.voice, rule.path) if rule else None
    guess = guessed(readings(question), encoder, networks)
    if guess.log_odds <= (RULE_NEEDS if rule else ENOUGH):
        return None
    # in texts that neither was made for, a rule finds the right danger less often than what was learned
    category, _, voice = guess.label.partition("/")
    return Danger(category, voice, rule.path if rule else f"{guess.label}/{LEARNED}")


def readings(question: str) -> tuple[str, ...]:
    """A question as it is written; and as it was meant, where that is not the same."""
    return tuple(dict.fromkeys((question, rule_book().vocabulary.mended(question))))


def guessed(texts: Iterable[str], encoder: Encoder, networks: Sequence[Learned]) -> Guess:
    """What some networks, learned for an encoder, say of a question with these readings, each at its most dangerous
    place: the label of the surest of them, and how sure they are on average."""
    read = [
        (piece.early, [(places, features(rule_book().sentences(part))) for part, places in parts], len(spans))
        for text in texts
        for spans in [concerns_of(text)]
        for piece in pieces(text, spans, encoder)
        for parts in [piece.parts if len(text.split()) >= WHOLE else piece.parts[:1]]
    ]
    guesses = [max((network.guess(*piece) for piece in read), key=_log_odds) for network in networks]
    return Guess(max(guesses, key=_log_odds).label, fmean(map(_log_odds, guesses)))


@lru_cache(maxsize=1)
def rule_book() -> RuleBook:
    """The rules that come with the project. Raises RulesError."""
    return load_rules(bundled("safety"))
