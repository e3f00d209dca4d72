"""Values as the API's answers. `advice search --json` prints the same results."""

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from http import HTTPStatus

from indexer.model import Passage, Section, text_of

from . import api_model as api
from .api_help import safety_json
from .engine import Card, Reading
from .helping import helping
from .letters import Concern
from .model import Hit, Results, Span, topic_slug
from .panel import DEFAULT_LANGUAGE
from .present import excerpt_html
from .quotes import Quote
from .reply import Reply
from .suggest import Suggestion

API = "/api/v1"
CONTEXT = 32  # characters before and after a quote


def results_json(results: Results) -> api.Results:
    """Results, without what is composed of them."""
    return {
        "question": results.query.question,
        "corrected": results.query.corrected or None,
        "ignored": list(results.ignored),
        "confidence": None if results.confidence is None else round(results.confidence, 3),
        "hits": [_hit(hit) for hit in results.hits],
        "took_ms": round(results.took_ms, 3),
    }


def reply_json(
    reply: Reply, k: int, skipped: int = 0, country: str = "", language: str = DEFAULT_LANGUAGE
) -> api.Reply:
    """A reply as `advice search --json` and `/api/v1/search` give it, with k hits after those that are skipped, and in
    danger with who helps in a country, in a language."""
    hits = reply.results.hits[skipped : skipped + k]
    return {
        **results_json(replace(reply.results, hits=hits)),
        "fits": reply.fits,
        "answer": _hit(reply.card) if reply.card else None,
        "composed": [_quoted(quote) for quote in reply.quotes],
        "concerns": [_concern(concern) for concern in reply.concerns],
        "related": [_hit(hit) for hit in reply.related],
        "safety": safety_json(helping(reply.danger, country, language)) if reply.danger else None,
    }


def _quoted(quote: Quote) -> api.QuotedPassage:
    passage = quote.passage
    quotes = [quote_json(passage.text, span) for span in quote.spans]
    return {**_copy(passage), "heading_path": list(passage.heading_path), "quotes": quotes}


def _concern(concern: Concern) -> api.Concern:
    start, end = concern.span
    return {"text": concern.text, "start": start, "end": end, "hits": [_hit(hit) for hit in concern.hits]}


def suggestions_json(found: Iterable[Suggestion]) -> api.Suggestions:
    """Suggestions, in their order."""
    return {"suggestions": [{"text": one.text, "kind": one.kind, "url": one.url} for one in found]}


def _hit(hit: Hit) -> api.Hit:
    passage = hit.passage
    return {
        "rank": hit.rank,
        "score": hit.score,
        "kind": passage.kind,
        "title": passage.title,
        "url": passage.live or passage.url,
        "anchor": passage.anchor,
        "heading_path": list(passage.heading_path),
        "text": passage.text,
        "excerpt": str(excerpt_html(hit.excerpt)),
        "quotes": [quote_json(passage.text, span) for span in hit.excerpt.sentences],
        "signals": dict(hit.signals),
        "copies": [_copy(copy) for copy in hit.copies],
    }


def quote_json(text: str, span: Span) -> api.Quote:
    """A part of a passage's text, so that others can cite it."""
    start, end = span
    before, after = text[max(start - CONTEXT, 0) : start], text[end : end + CONTEXT]
    return {
        "start": start,
        "end": end,
        "selector": {"type": "TextQuoteSelector", "exact": text[start:end], "prefix": before, "suffix": after},
    }


def _copy(passage: Passage) -> api.Copy:
    return {"title": passage.title, "url": passage.live or passage.url, "anchor": passage.anchor}


def topics_json(names: Iterable[str], cards: Sequence[Card]) -> api.Topics:
    """Topics, each with the number of articles that have it, first or not: those that a search is limited to by it."""
    counts = Counter(slug for card in cards for slug in set(map(topic_slug, card.topics)))
    by_slug = {topic_slug(name): name for name in names}
    slugs = sorted(by_slug, key=counts.__getitem__, reverse=True)
    return {"topics": [{"slug": slug, "name": by_slug[slug], "articles": counts[slug]} for slug in slugs]}


def cards_json(cards: Sequence[Card], offset: int, limit: int) -> api.Cards:
    """A page of the list of articles."""
    return {"total": len(cards), "articles": [_card(card) for card in cards[offset : offset + limit]]}


def _card(card: Card) -> api.Card:
    return {
        "url": card.live or card.url,
        "self": f"{API}{card.url}",
        "title": card.title,
        "description": card.description or None,
        "topics": list(map(topic_slug, card.topics)),
        "published": card.published or None,
        "modified": card.modified or None,
        "words": card.words,
        "lix": card.lix,
    }


def article_json(card: Card, reading: Reading) -> api.Article:
    """An article, the text of its passages back under its headings and questions."""
    article = reading.article
    return {
        **_card(card),
        "author": article.author or None,
        "canonical": article.canonical or None,
        "language": article.language or None,
        "sections": [_section(section, _text_at(reading, section.anchor)) for section in article.sections],
        "faqs": [
            {
                "question": faq.question,
                "anchor": faq.anchor,
                "section": faq.section or None,
                "answer": _text_at(reading, faq.anchor),
            }
            for faq in article.faqs
        ],
    }


def _section(section: Section, text: str) -> api.Section:
    return {
        "level": section.level,
        "heading": section.heading,
        "anchor": section.anchor,
        "path": list(section.path),
        "text": text,
    }


def _text_at(reading: Reading, anchor: str) -> str:
    return text_of(tuple(block for passage in reading.passages.get(anchor, ()) for block in passage.blocks))


PROBLEMS = {
    400: ("wrong-parameter", "A parameter is missing or wrong", ""),
    404: ("nothing-here", "There is nothing here", f"{API}/openapi.json lists what there is."),
    405: ("wrong-method", "This address cannot do that", "It only answers to GET and HEAD requests."),
    413: ("long-question", "The question is too long", ""),
    421: ("wrong-host", "This server does not answer to this name", "Its owner lists its names in the settings."),
    429: ("too-often", "Too many requests came from this address", "Please wait as long as Retry-After says."),
    500: ("broken", "Something broke on our side", "The question was not stored. Please try again in a moment."),
}
"""By status: the kind of problem as its type names it, its title, and what is said where nothing better is known."""


def problem_json(status: int, detail: str, instance: str) -> api.Problem:
    """What went wrong, one of PROBLEMS. `detail` may be just the name of the status; `instance` is a path."""
    kind, title, usual = PROBLEMS[status]
    return {
        "type": f"{API}/openapi.json#/components/responses/{kind}",
        "title": title,
        "status": status,
        "detail": detail if detail and detail != HTTPStatus(status).phrase else usual,
        "instance": instance,
    }
