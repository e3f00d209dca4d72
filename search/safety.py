"""Whether a question speaks of danger, which danger it is, and whose.

The rules are data (`data/safety/`, whose notation is told in `safety_rules`). They are applied to the question as it is
written and to its corrected spelling, never only to the corrected: a speller that does not know a word of danger turns
it into another.
"""

from functools import lru_cache

from indexer.bundled import bundled

from .helplines import helplines
from .model import Danger, Help
from .safety_rules import RuleBook, load_rules


def help_for(question: str, corrected: str = "", country: str = "") -> Help | None:
    """What to show for a question: the danger it speaks of, and who helps in a country; None where there is none."""
    danger = recognise(question, corrected)
    return Help(danger, helplines(country, danger.category)) if danger else None


def recognise(question: str, corrected: str = "") -> Danger | None:
    """The most urgent danger that a question speaks of, as written or as `corrected`; None for none."""
    rule = rule_book().fired(question, corrected)
    return Danger(rule.category, rule.voice, rule.path) if rule else None


@lru_cache(maxsize=1)
def rule_book() -> RuleBook:
    """The rules that come with the project. Raises RulesError."""
    return load_rules(bundled("safety"))
