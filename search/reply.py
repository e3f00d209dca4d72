"""From a question to a reply: the results, and what is composed of them for whoever asked.

The page, the API and the terminal render a reply; the ranking inside it is that of `answer`, which `advice eval`
measures.
"""

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from indexer.model import Passage
from indexer.prepare import open_encoder

from .answer import BY_DEFAULT, CANDIDATES, answer, grouped
from .confidence import SURE, UNSURE
from .engine import Card, Engine
from .letters import Concern, concerns
from .model import ANYTHING, Danger, Filter, Group, Hit, Query, Results
from .panel import panel
from .quotes import Quote, compose
from .ranking import Weights
from .safety import recognise
from .safety_learned import networks_for

CLOSE = 0.85  # of the best score: a FAQ entry that near to it may answer
STILL_FITS = 0.35  # of the best score; what has less is left out of the list
RELATED = 5


@dataclass(frozen=True, slots=True)
class Reply:
    """What is told about a question.

    `results` are the hits, limited as was asked, and `groups` those of them that still fit, by article, in the order
    that was asked for. `fits` is False where nothing does, and the hits are only the nearest. `card` is the FAQ entry
    that answers; `quotes` are sentences of up to three articles; `concerns` those of a letter. `another` is the best
    hit of an article that neither is from. `related` are hits of other FAQ entries. `kinds` and `topics` count the hits
    that fit, before they were limited. `danger` is what the question speaks of: passages that help rank up, and no
    quotes are composed, because sentences out of their context can hurt.
    """

    results: Results
    groups: tuple[Group, ...]
    fits: bool
    card: Hit | None
    quotes: tuple[Quote, ...]
    concerns: tuple[Concern, ...]
    another: Hit | None
    related: tuple[Hit, ...]
    kinds: Mapping[str, int]
    topics: Mapping[str, int]
    danger: Danger | None


def reply(
    engine: Engine,
    question: str,
    literal: bool = False,
    weights: Weights = BY_DEFAULT,
    only: Filter = ANYTHING,
    by_date: bool = False,
) -> Reply:
    """The reply to a question, the best articles first or the newest. Raises QuestionError where it is too long."""
    whole = answered(engine, question, literal, weights)
    danger, results = whole.query.danger, whole
    if only != ANYTHING:
        results = answer(engine, question, CANDIDATES, literal, weights=weights, only=only, reading=_watched)
    hits = _fitting(whole.hits)
    sure = whole.confidence is not None and whole.confidence >= SURE
    card = _card(hits) if sure else None
    others = [hit for hit in hits if hit is not card]
    parts = concerns(engine, whole.query, weights)
    close = [hit for hit in others if hit.score >= CLOSE * hits[0].score] if sure and not parts and not danger else []
    quotes = compose(engine, whole.query, close)
    told = {quote.passage.url for quote in quotes} | ({card.passage.url} if card else set())
    return Reply(
        results,
        _groups(engine, results, by_date),
        whole.confidence is None or whole.confidence >= UNSURE,
        card,
        quotes,
        parts,
        next((hit for hit in hits if hit.passage.url not in told), None) if told else None,
        tuple(hit for hit in others if hit.passage.kind == "faq")[:RELATED],
        Counter(hit.passage.kind for hit in hits),
        _topics(hits, engine.cards),
        danger,
    )


def answered(engine: Engine, question: str, literal: bool, weights: Weights) -> Results:
    """The results of a question; where it speaks of danger, what helps in it ranks up."""
    return answer(engine, question, CANDIDATES, literal, weights=weights, reading=_watched)


def _watched(query: Query, engine: Engine) -> Query:
    """The query with the danger that it speaks of, and with what the panel says of it, as the encoder reads it."""
    taught = query.vectors is not None and networks_for(engine.encoder)
    encoder = open_encoder() if taught else None  # the engine's own, which has just read the question
    if not (danger := recognise(query.question, query.corrected, encoder)):
        return query
    support = engine.encode(panel(danger.category, danger.voice).text, ())
    return replace(query, danger=danger, support=None if support is None or query.vectors is None else support[0])


def _fitting(hits: tuple[Hit, ...]) -> tuple[Hit, ...]:
    """The hits whose scores are near enough to the best one."""
    return tuple(hit for hit in hits if hit.score >= STILL_FITS * hits[0].score)


def _groups(engine: Engine, results: Results, by_date: bool) -> tuple[Group, ...]:
    """The hits that still fit, by article: the best first, or the newest; one without a date is the oldest."""
    groups = grouped(_fitting(results.hits))
    dates = {card.url: card.date for card in engine.cards}
    return tuple(sorted(groups, key=lambda group: dates[group.url], reverse=True)) if by_date else groups


def more_like(
    engine: Engine, url: str, anchor: str, weights: Weights = BY_DEFAULT
) -> tuple[Passage, tuple[Hit, ...]] | None:
    """The passage at a place, and the hits of other articles that are near to it; None if there is none."""
    reading = engine.read(url)
    passages = reading.passages.get(anchor, ()) if reading else ()
    if not passages:
        return None
    first = passages[0]
    asked = f"{first.heading or first.title}\n{first.text}"
    results = answer(engine, asked, CANDIDATES, literal=True, weights=weights)
    return first, tuple(hit for hit in _fitting(results.hits) if hit.passage.url != url)


def _card(hits: tuple[Hit, ...]) -> Hit | None:
    return next((hit for hit in hits if hit.passage.kind == "faq" and hit.score >= CLOSE * hits[0].score), None)


def _topics(hits: Iterable[Hit], cards: tuple[Card, ...]) -> Counter[str]:
    """How many hits each topic has, by the first topic of their articles."""
    first = {card.url: card.topics[:1] for card in cards}
    return Counter(topic for hit in hits for topic in first[hit.passage.url])
