"""Whether a question speaks of danger, which danger it is, and whose.

The rules are data (`data/safety/`, whose notation is told in `safety_notation`). They are applied to the question as it
is written and to its corrected spelling, never only to the corrected: a speller that does not know a word of danger may
turn it into another. Where the encoder runs, what was learned from examples adds what no rule has words for, and takes
away what a rule sees in a question that is nothing like danger.
"""

from functools import lru_cache

from indexer.bundled import bundled
from indexer.encoder import Encoder

from .model import Danger
from .query import concerns_of
from .safety_learned import Guess, Learned, Piece, bundled_numbers, features, pieces
from .safety_rules import Rule, RuleBook, load_rules

# Logarithms of odds, chosen on questions that nothing was learned from.
ENOUGH = 1.0  # to be told without any rule
WEAK_NEEDS, RULE_NEEDS = -0.5, -1.0  # for a rule's word to be taken
WEAK = frozenset({"bare", "named", "loose", "control"})  # rules that see no "I", or no more than a subject
LEARNED = "learned"  # the name of the rule where there was none


def recognise(question: str, corrected: str = "", encoder: Encoder | None = None) -> Danger | None:
    """The most urgent danger that a question speaks of, as written or as `corrected`; None for none. Without an
    encoder, and with one that nothing was learned for, rules decide alone."""
    rule = rule_book().fired(question, corrected)
    if not encoder or encoder.name != bundled_numbers().encoder:
        return Danger(rule.category, rule.voice, rule.path) if rule else None
    guess = guessed(corrected or question, encoder, bundled_numbers())
    if guess.log_odds <= _needed(rule):
        return None
    # in texts that neither was made for, a rule finds the right danger less often than what was learned
    label = f"{rule.category}/{rule.voice}" if rule and guess.log_odds <= 0 else guess.label
    category, _, voice = label.partition("/")
    return Danger(category, voice, rule.path if rule else f"{label}/{LEARNED}")


def _needed(rule: Rule | None) -> float:
    if rule is None:
        return ENOUGH
    return WEAK_NEEDS if rule.name in WEAK else RULE_NEEDS


def guessed(text: str, encoder: Encoder, numbers: Learned) -> Guess:
    """What was learned for an encoder says of a text, at its most dangerous place."""
    spans = concerns_of(text)

    def read(piece: Piece) -> Guess:
        parts = [(places, features(rule_book().sentences(part))) for part, places in piece.parts]
        return numbers.guess(piece.early, parts, len(spans))

    return max(map(read, pieces(text, spans, encoder)), key=lambda guess: guess.log_odds)


@lru_cache(maxsize=1)
def rule_book() -> RuleBook:
    """The rules that come with the project. Raises RulesError."""
    return load_rules(bundled("safety"))
