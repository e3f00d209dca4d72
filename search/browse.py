"""What visitors can open without typing: situations, and the questions that articles answer."""

from datetime import date
from itertools import accumulate
from urllib.parse import urlencode

from indexer.model import Passage

from .engine import Card, Engine
from .present import deep_link
from .settings import Settings

SITUATIONS = 8
WORDS_A_MINUTE = 230  # of silent reading (Brysbaert, "How many words do we read per minute?", 2019: 238 in English)
_LEVELS = ((30, "level-very-easy"), (40, "level-easy"), (50, "level-medium"), (60, "level-hard"))  # Björnsson's bounds


def faqs_of(engine: Engine, cards: tuple[Card, ...], most: int = 0) -> tuple[Passage, ...]:
    """The questions that articles answer, with their answers; the first `most` of each article, 0 for all."""
    ends = dict(zip((card.url for card in engine.cards), accumulate(c.passages for c in engine.cards), strict=True))
    spans = ((ends[card.url] - card.faqs, min(most or card.faqs, card.faqs)) for card in cards)
    return engine.fetch(row for start, count in spans for row in range(start, start + count))


def situations(engine: Engine, settings: Settings) -> list[tuple[str, str]]:
    """Names and addresses of what brings people here: those of the owner, or one question of each newest article."""
    if settings.situations:
        return [(one.name, f"/?{urlencode({'q': one.question})}") for one in settings.situations]
    newest = sorted((c for c in engine.cards if c.faqs), key=lambda card: card.date, reverse=True)[:SITUATIONS]
    return [(passage.heading, deep_link(passage)) for passage in faqs_of(engine, tuple(newest), most=1)]


def minutes(card: Card) -> int:
    """How long an article takes to read; at least one minute."""
    return max(round(card.words / WORDS_A_MINUTE), 1)


def reading_level(card: Card) -> str:
    """The message that says how hard an article is to read."""
    return next((name for bound, name in _LEVELS if card.lix < bound), "level-very-hard")


def years_old(card: Card) -> float:
    """The years since an article was last changed; 0 where that is not known."""
    return (date.today() - date.fromisoformat(card.date[:10])).days / 365.25 if card.date else 0.0


def disclaimers(card: Card, settings: Settings) -> list[str]:
    """What the owner wants said beside an article of its topics."""
    return [settings.disclaimers[topic] for topic in card.topics if topic in settings.disclaimers]
