"""What a page says about itself: title, author, dates, canonical URL, language, topics.

Strategy: each fact has a table of places where sites put it, best first, and the first that gives something wins.
The visible h1 is the title, because readers know the article by it; `<title>` carries the site's name too.
"""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any

from bs4.element import Tag

from .dates import iso_day
from .json_ld import Node, as_list, types_of
from .markup import Tree, attr, clean_text, text_in


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the page says of itself; "" or () where it says nothing. Dates are ISO 8601 days."""

    title: str
    author: str
    published: str
    modified: str
    description: str
    canonical: str
    language: str
    topics: tuple[str, ...]


@dataclass(frozen=True)
class Facts:
    """The page, looked up for metadata: the tree, its meta elements by name, and its JSON-LD nodes."""

    tree: Tree
    meta: dict[str, str]
    nodes: tuple[Node, ...]


Place = Callable[[Facts], str]


def read_metadata(tree: Tree, nodes: tuple[Node, ...]) -> Metadata:
    """Reads every fact from the tables below. `nodes` is what `json_ld` gave."""
    facts = Facts(tree, _meta(tree), nodes)
    return Metadata(
        title=_first(_TITLE, facts),
        author=_author(facts),
        published=_first_day(_PUBLISHED, facts),
        modified=_first_day(_MODIFIED, facts),
        description=_first(_DESCRIPTION, facts),
        canonical=_first(_CANONICAL, facts),
        language=attr(next(iter(tree.by_name["html"]), Tag(name="html")), "lang"),
        topics=_topics(facts),
    )


def _first(places: Iterable[Place], facts: Facts) -> str:
    return next((text for place in places if (text := clean_text(place(facts)))), "")


def _author(facts: Facts) -> str:
    """The first name of a person or a team; where there is only a login ("jane.doe"), that."""
    names = [name for place in _AUTHOR if (name := clean_text(place(facts)))]
    return next((name for name in names if not _LOGIN.fullmatch(name)), next(iter(names), ""))


def _first_day(places: Iterable[Place], facts: Facts) -> str:
    return next((day for place in places if (day := iso_day(place(facts)))), "")


def _meta(tree: Tree) -> dict[str, str]:
    found: dict[str, str] = {}
    for tag in tree.by_name["meta"]:
        name = (attr(tag, "property") or attr(tag, "name") or attr(tag, "itemprop")).lower()
        found.setdefault(name, attr(tag, "content"))
    return found


def _from_meta(*names: str) -> Place:
    return lambda facts: next((facts.meta[name] for name in names if facts.meta.get(name)), "")


_ARTICLES = {"Article", "BlogPosting", "NewsArticle", "MedicalWebPage", "WebPage", "TechArticle", "Report"}


def _from_json_ld(key: str) -> Place:
    def look(facts: Facts) -> str:
        found = ((_ARTICLES & types_of(node), node.get(key)) for node in facts.nodes)
        named = ((types == {"WebPage"}, _name_of(value, facts)) for types, value in found if types)
        articles_first = sorted(named, key=lambda pair: pair[0])
        return next((text for _, text in articles_first if text), "")

    return look


def _name_of(value: Any, facts: Facts) -> str:
    """The text of a JSON-LD value: itself, its name, or the name of the object that it refers to."""
    if isinstance(value, list):
        return ", ".join(filter(None, (_name_of(item, facts) for item in value)))
    if not isinstance(value, dict):
        return value if isinstance(value, str) else ""
    if "name" not in value and "@id" in value:
        value = next((node for node in facts.nodes if node.get("@id") == value["@id"] and "name" in node), {})
    name = value.get("name", "")
    return name if isinstance(name, str) else ""


def _from_itemprop(name: str) -> Place:
    def look(facts: Facts) -> str:
        tags = (tag for names in ("time", "span", "a", "p", "div") for tag in facts.tree.by_name[names])
        found = next((tag for tag in tags if attr(tag, "itemprop") == name), None)
        return "" if found is None else attr(found, "datetime") or attr(found, "content") or text_in(found)

    return look


_LOGIN = re.compile(r"[a-z0-9._@-]+|https?://.*|admin(?:istrator)?", re.ASCII)
LONGEST_DATE = 40  # characters; what is longer is a box with a date in it
MOST_TRIED = 20  # elements whose class names promise a date or an author
_DATE_CLASS = re.compile(r"(?:^|[-_])(?:date|dateline|published|posted|pubdate|publish)(?:$|[-_])", re.IGNORECASE)
_UPDATE_CLASS = re.compile(r"updat|modif|relativ|event", re.IGNORECASE)
_AUTHOR_CLASS = re.compile(r"(?:^|[-_])(?:author|byline|writer)(?:$|[-_])", re.IGNORECASE)
_BY = re.compile(r"^(?:(?:written |posted |reviewed )?by|von|par|por|di|door)[: ]+", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_][\w.’'-]*(?: [\w.’'&-]+){1,4}")  # two to five words, no sentence


def _from_class(*names: str) -> Place:
    def look(facts: Facts) -> str:
        for name in names:
            for tag in facts.tree.by_class.get(name, []):
                if text := attr(tag, "datetime") or text_in(tag):
                    return _BY.sub("", text)
        return ""

    return look


def _times(facts: Facts) -> str:
    """The dates of all `<time>` elements, the first of which is an article's own."""
    return " ".join(f"{attr(tag, 'datetime')} {text_in(tag)}" for tag in facts.tree.by_name["time"][:MOST_TRIED])


def _dated(facts: Facts) -> str:
    """The texts of elements that call themselves dates, such as `<span class="dateline">`, but not of updates."""
    said = []
    for name in facts.tree.by_class:
        if _DATE_CLASS.search(name) and not _UPDATE_CLASS.search(name):
            said += [tag for tag in facts.tree.by_class[name] if not _UPDATE_CLASS.search(attr(tag, "class"))]
    return " | ".join(text for tag in said[:MOST_TRIED] if len(text := text_in(tag)) <= LONGEST_DATE)


def _visible_author(facts: Facts) -> str:
    """The first element that calls itself an author's name, and has one: a few words, no sentence."""
    tags = (tag for name in facts.tree.by_class if _AUTHOR_CLASS.search(name) for tag in facts.tree.by_class[name])
    for tag in list(tags)[:MOST_TRIED]:
        name = _BY.sub("", text_in(tag))
        if _NAME.fullmatch(name) and sum(word[0].isupper() for word in name.split()) > 1:
            return name
    return ""


def _from_link(relation: str) -> Place:
    def look(facts: Facts) -> str:
        links = (tag for tag in facts.tree.by_name["link"] if relation in attr(tag, "rel").lower().split())
        return next((attr(tag, "href") for tag in links), "")

    return look


def _h1(facts: Facts) -> str:
    """The first visible h1, or the one that shares most words with `<title>`, where a page has several."""
    said = set(_title_element(facts).lower().split())
    texts = [text for tag in facts.tree.by_name["h1"] if (text := text_in(tag))]
    return max(texts, key=lambda text: len(said & set(text.lower().split())), default="")


def _title_element(facts: Facts) -> str:
    titles = (tag for tag in facts.tree.by_name["title"] if tag.find_parent("svg") is None)
    return next((clean_text(tag.get_text()) for tag in titles), "")


def _title_without_site(facts: Facts) -> str:
    parts = re.fullmatch(r"(.*)\s+[|–—·»-]\s+(.*)", _title_element(facts))
    return max(parts.groups(), key=len) if parts else _title_element(facts)


_TITLE = (_h1, _from_meta("og:title"), _from_json_ld("headline"), _title_without_site)
_AUTHOR = (
    _from_json_ld("author"),
    _from_itemprop("author"),
    _visible_author,
    _from_meta("author", "article:author"),
    _from_class("author-name", "byline-name", "entry-author-name", "author", "byline"),
)
_PUBLISHED = (
    _from_json_ld("datePublished"),
    _from_meta("article:published_time", "datepublished", "date", "dc.date", "dc.date.issued", "pubdate"),
    _from_itemprop("datePublished"),
    _from_class("published", "entry-date"),
    _dated,
    _times,
)
_MODIFIED = (
    _from_json_ld("dateModified"),
    _from_meta("article:modified_time", "og:updated_time", "datemodified"),
    _from_itemprop("dateModified"),
    _from_class("updated", "modified"),
)
_DESCRIPTION = (_from_meta("description", "og:description", "twitter:description"), _from_json_ld("description"))
_CANONICAL = (_from_link("canonical"), _from_meta("og:url"))


def _topics(facts: Facts) -> tuple[str, ...]:
    """The article's section and tags, in the page's order, each once: the section first."""
    found = [facts.meta.get("article:section", "")]
    for node in facts.nodes:
        if _ARTICLES & types_of(node):
            found += [section for section in as_list(node.get("articleSection")) if isinstance(section, str)]
    for tag in facts.tree.by_name["a"]:
        relations = attr(tag, "rel").lower().split()
        if "category" in relations or "tag" in relations:
            found.append(text_in(tag))
    by_key: dict[str, str] = {}
    for topic in filter(None, map(clean_text, found)):
        by_key.setdefault(topic.casefold(), topic)
    return tuple(by_key.values())
