"""The API's vocabulary: every answer as a TypedDict, from which its documented schema is made.

Standard JSON only. Offsets count Unicode code points, as Python does and the W3C's selectors do; dates are ISO 8601.
An address that begins with a slash is one of this server.
"""

from typing import Annotated, Literal

from pydantic import Field
from typing_extensions import TypedDict  # pydantic reads that of `typing` from Python 3.12 on

from indexer.model import PassageKind

from .model import CATEGORIES, VOICES


class TextQuoteSelector(TypedDict):
    """Text, and what stands around it, so that it is found again (W3C Web Annotation Data Model, section 4.2.4)."""

    type: Literal["TextQuoteSelector"]
    exact: Annotated[str, Field(description="The text itself, verbatim.")]
    prefix: Annotated[str, Field(description="Up to 32 characters before it.")]
    suffix: Annotated[str, Field(description="Up to 32 characters after it.")]


class Quote(TypedDict):
    """A sentence of a passage's `text`, verbatim."""

    start: Annotated[int, Field(description="Where it starts in the text, in Unicode code points.")]
    end: Annotated[int, Field(description="Where it ends: the offset after its last character.")]
    selector: TextQuoteSelector


class Copy(TypedDict):
    """Another place that says nearly the same."""

    title: str
    url: str
    anchor: str


class Hit(TypedDict):
    """A passage that was found."""

    rank: Annotated[int, Field(description="From 1, counted from the best hit of all.")]
    score: Annotated[float, Field(description="The sum of its signals.")]
    kind: Annotated[PassageKind, Field(description="A section, or a question with its answer.")]
    title: Annotated[str, Field(description="The article's title.")]
    url: Annotated[str, Field(description="Where visitors read the article.")]
    anchor: Annotated[str, Field(description="The passage's place in it, the fragment of its address.")]
    heading_path: Annotated[list[str], Field(description="From the outermost heading to its own, or the question.")]
    text: Annotated[str, Field(description="The whole passage as plain text.")]
    excerpt: Annotated[str, Field(description="The best of it as safe HTML: only `mark` elements around found words.")]
    quotes: Annotated[list[Quote], Field(description="Each sentence of the excerpt, and its place in `text`.")]
    signals: Annotated[dict[str, float], Field(description="Each signal's share of the score.")]
    copies: Annotated[list[Copy], Field(description="Places that say nearly the same and have no rank of their own.")]


class Helpline(TypedDict):
    """A service that helps; its numbers and hours are as of the day on which somebody verified them."""

    country: Annotated[str, Field(description="ISO 3166-1; ZZ for every country.")]
    name: str
    number: Annotated[str | None, Field(description="To call, where there is one.")]
    url: str
    hours: str
    whom: Annotated[str, Field(description="Whom it is for.")]
    languages: Annotated[list[str], Field(description="ISO 639-1.")]
    verified_on: Annotated[str, Field(description="ISO 8601.")]


class Safety(TypedDict):
    """The danger that a question speaks of, what to say about it before anything else, and who helps."""

    category: Annotated[str, Field(description="The most urgent one.", json_schema_extra={"enum": list(CATEGORIES)})]
    voice: Annotated[
        str,
        Field(
            json_schema_extra={"enum": list(VOICES)},
            description="Whose it is: `me`, in danger from myself; `other`, somebody else's; `bereaved`, I lost "
            "somebody to it; `hurt`, somebody hurts me; `hurting`, I hurt somebody.",
        ),
    ]
    rule: Annotated[str, Field(description="What recognised it.")]
    title: str
    text: str
    notices: Annotated[list[str], Field(description="That this is no emergency service; whom to call at once.")]
    helplines: Annotated[list[Helpline], Field(description="Those of the country that was asked for, and of all.")]


class Results(TypedDict):
    """The passages that answer a question, best first, and what whoever asked should know about them."""

    question: Annotated[str, Field(description="As it was asked.")]
    corrected: Annotated[str | None, Field(description="The question that was searched for, if its spelling changed.")]
    ignored: Annotated[list[str], Field(description="Its words that no article has.")]
    confidence: Annotated[
        float | None,
        Field(description="How likely the hits answer it, 0 to 1; null where only words are compared.", ge=0, le=1),
    ]
    hits: Annotated[list[Hit], Field(description="Fewer than `k` where there are no more.")]
    took_ms: Annotated[float, Field(description="Milliseconds to find and rank them.")]


class QuotedPassage(TypedDict):
    """Sentences of one passage, verbatim."""

    title: str
    url: str
    anchor: str
    heading_path: list[str]
    quotes: list[Quote]


class Concern(TypedDict):
    """A part of a letter, and the passages for it."""

    text: Annotated[str, Field(description="In the letter's own words.")]
    start: Annotated[int, Field(description="Where it begins in the text that was searched.")]
    end: int
    hits: list[Hit]


class Reply(Results):
    """The passages that answer a question, and what is composed of them."""

    fits: Annotated[bool, Field(description="False where nothing answers it: the hits are only the nearest.")]
    answer: Annotated[Hit | None, Field(description="The FAQ entry that answers it.")]
    composed: Annotated[list[QuotedPassage], Field(description="An answer of sentences from up to three articles.")]
    concerns: Annotated[list[Concern], Field(description="What a letter asks, part by part; else empty.")]
    related: Annotated[list[Hit], Field(description="Other questions with their answers.")]
    safety: Annotated[Safety | None, Field(description="What to show first where a question speaks of danger.")]


class SuggestedName(TypedDict):
    """One name of the site: a question, an article's title or a heading, and where it leads."""

    text: str
    kind: Literal["faq", "article", "section"]
    url: str


class Suggestions(TypedDict):
    """Names of the site, the best first."""

    suggestions: list[SuggestedName]


class Topic(TypedDict):
    """What articles are about."""

    slug: Annotated[str, Field(description="Its name in addresses.")]
    name: str
    articles: Annotated[int, Field(description="How many articles have it.")]


class Topics(TypedDict):
    """The topics to browse by, that of the most articles first."""

    topics: list[Topic]


class Card(TypedDict):
    """What a list of articles shows of one."""

    url: Annotated[str, Field(description="Where visitors read it.")]
    self: Annotated[str, Field(description="Where this API has the whole of it.")]
    title: str
    description: Annotated[str | None, Field(description="Its own summary.")]
    topics: Annotated[list[str], Field(description="The slugs of its topics, its section of the site first.")]
    published: Annotated[str | None, Field(description="When it was published.")]
    modified: Annotated[str | None, Field(description="When it was last changed.")]
    words: Annotated[int, Field(description="How long it is.")]
    lix: Annotated[int, Field(description="How hard it is to read: under 30 very easy, over 60 very hard.")]


class Cards(TypedDict):
    """A page of the list of all articles, in the order of their source."""

    total: Annotated[int, Field(description="How many articles there are in all.")]
    articles: list[Card]


class Section(TypedDict):
    """A heading, and what stands directly under it."""

    level: Annotated[int, Field(description="Of the heading, 1 to 6.", ge=1, le=6)]
    heading: Annotated[str, Field(description='"" for the text above the first heading.')]
    anchor: str
    path: Annotated[list[str], Field(description="From the outermost heading to its own.")]
    text: str


class Faq(TypedDict):
    """A question and its answer."""

    question: str
    anchor: str
    section: Annotated[str | None, Field(description="The anchor of the section under which it stands.")]
    answer: str


class Article(Card):
    """An article with all of its text."""

    author: str | None
    canonical: Annotated[str | None, Field(description="The address that the article itself names as its own.")]
    language: Annotated[str | None, Field(description="As it names it (BCP 47).")]
    sections: list[Section]
    faqs: list[Faq]


class Problem(TypedDict):
    """What went wrong (RFC 9457). It never repeats the question."""

    type: Annotated[str, Field(description="What kind of problem: an address in this document.")]
    title: Annotated[str, Field(description="The same for every problem of the kind.")]
    status: Annotated[int, Field(description="The HTTP status.", ge=400, le=599)]
    detail: Annotated[str, Field(description="What is wrong here, and what to do.")]
    instance: Annotated[str, Field(description="The path that was asked for, without its parameters.")]
