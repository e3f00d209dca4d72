"""Whether a question speaks of danger, which danger it is, and whose.

The rules are data (`data/safety/`, whose notation is told in `safety_notation`). They are applied to the question as it
is written and to its corrected spelling, never only to the corrected: a speller that does not know a word of danger may
turn it into another. Where the encoder runs, what was learned from examples adds what no rule has words for, and takes
away what a rule sees in a question that is nothing like danger.
"""

from functools import lru_cache

from indexer.bundled import bundled

from .model import Danger
from .safety_learned import Guess, Meaning, bundled_numbers, features, parts
from .safety_rules import Rule, RuleBook, load_rules

# Logarithms of odds, chosen by cross-validation over the examples so that they add more danger than false alarms.
ENOUGH = 1.5  # to be told without any rule
WEAK_NEEDS, RULE_NEEDS = 0.0, -1.0  # for a rule's word to be taken
WEAK = frozenset({"bare", "named", "loose", "control"})  # rules that see no "I", or no more than a subject
LEARNED = "learned"  # the name of the rule where there was none


def recognise(question: str, corrected: str = "", meaning: Meaning | None = None) -> Danger | None:
    """The most urgent danger that a question speaks of, as written or as `corrected`; None for none. `meaning` is that
    of either; without it, and with one of an encoder that nothing was learned for, rules decide alone."""
    rule = rule_book().fired(question, corrected)
    guess = _guess(meaning) if meaning and meaning.encoder == bundled_numbers().encoder else None
    if rule:
        return Danger(rule.category, rule.voice, rule.path) if not guess or _is_taken(rule, guess) else None
    if guess and guess.log_odds > ENOUGH:
        category, _, voice = guess.label.partition("/")
        return Danger(category, voice, f"{guess.label}/{LEARNED}")
    return None


def _is_taken(rule: Rule, guess: Guess) -> bool:
    return guess.log_odds > (WEAK_NEEDS if rule.name in WEAK else RULE_NEEDS)


def _guess(meaning: Meaning) -> Guess:
    found = [features(rule_book().sentences(part)) for part in parts(meaning)]
    whole = [set[str]().union(*found)] if meaning.spans else []
    return bundled_numbers().guess([*whole, *found], meaning.vectors)


@lru_cache(maxsize=1)
def rule_book() -> RuleBook:
    """The rules that come with the project. Raises RulesError."""
    return load_rules(bundled("safety"))
