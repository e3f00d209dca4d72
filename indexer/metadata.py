"""What a page says about itself: title, author, dates, canonical URL, language, topics; and its JSON-LD.

Strategy: each fact has a table of places where sites put it, best first, and the first that gives something wins.
The visible h1 is the title, because readers know the article by it; `<title>` carries the site's name too.
JSON-LD is read one block at a time, so that a broken block loses only itself.
"""

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from bs4.element import Tag

from .markup import Tree, attr, clean_text, text_in

Node = dict[str, Any]  # one object of JSON-LD
MAX_JSON_DEPTH = 100


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
        author=_first(_AUTHOR, facts),
        published=_first(_PUBLISHED, facts)[:10],
        modified=_first(_MODIFIED, facts)[:10],
        description=_first(_DESCRIPTION, facts),
        canonical=_first(_CANONICAL, facts),
        language=attr(next(iter(tree.by_name["html"]), Tag(name="html")), "lang"),
        topics=_topics(facts),
    )


def json_ld(tree: Tree) -> tuple[tuple[Node, ...], int]:
    """All objects in the page's JSON-LD blocks, however deep, and how many blocks were broken."""
    nodes: list[Node] = []
    broken = 0
    for script in tree.by_name["script"]:
        if "ld+json" in attr(script, "type").lower():
            try:
                nodes += _objects(json.loads(_bare(script.get_text()), strict=False))
            except (ValueError, RecursionError):
                broken += 1
    return tuple(nodes), broken


def types_of(node: Node) -> set[str]:
    """The schema.org types of a JSON-LD object, without namespace."""
    types = node.get("@type") or ()
    return {str(name).rpartition("/")[2] for name in ([types] if isinstance(types, str) else types)}


def _bare(text: str) -> str:
    """JSON without the HTML comment or CDATA marks that some sites put around it."""
    return re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[)|(?:-->|//\s*\]\]>)\s*$", "", text).strip().rstrip(";")


def _objects(value: Any) -> Iterator[Node]:
    stack = [(value, 0)]
    while stack:
        value, depth = stack.pop()
        if depth > MAX_JSON_DEPTH:
            raise ValueError("JSON-LD is nested too deep")
        if isinstance(value, dict):
            yield value
            stack += [(child, depth + 1) for child in reversed(value.values())]
        elif isinstance(value, list):
            stack += [(child, depth + 1) for child in reversed(value)]


def _first(places: Iterable[Place], facts: Facts) -> str:
    return next((text for place in places if (text := clean_text(place(facts)))), "")


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
        articles_first = sorted((types == {"WebPage"}, _name_of(value, facts)) for types, value in found if types)
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


def _from_class(*names: str) -> Place:
    def look(facts: Facts) -> str:
        for name in names:
            for tag in facts.tree.by_class.get(name, []):
                if text := attr(tag, "datetime") or text_in(tag):
                    return re.sub(r"^(?:written |reviewed )?by[: ]+", "", text, flags=re.IGNORECASE)
        return ""

    return look


def _time(facts: Facts) -> str:
    stamps = (attr(tag, "datetime") for tag in facts.tree.by_name["time"])
    return next((stamp for stamp in stamps if re.match(r"\d{4}-\d\d-\d\d", stamp)), "")


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
    head, _, site = re.sub(r"\s+[|–—·»-]\s+(?=[^|–—·»]*$)", "\0", _title_element(facts)).partition("\0")
    return head if len(head) >= len(site) else site


_TITLE = (_h1, _from_meta("og:title"), _from_json_ld("headline"), _title_without_site)
_AUTHOR = (
    _from_json_ld("author"),
    _from_itemprop("author"),
    _from_meta("author", "article:author"),
    _from_class("author-name", "byline-name", "entry-author-name", "author", "byline"),
)
_PUBLISHED = (
    _from_json_ld("datePublished"),
    _from_meta("article:published_time", "datepublished", "date", "dc.date"),
    _from_itemprop("datePublished"),
    _from_class("published", "entry-date"),
    _time,
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
            section = node.get("articleSection") or ()
            found += [section] if isinstance(section, str) else [s for s in section if isinstance(s, str)]
    for tag in facts.tree.by_name["a"]:
        relations = attr(tag, "rel").lower().split()
        if "category" in relations or "tag" in relations:
            found.append(text_in(tag))
    by_key: dict[str, str] = {}
    for topic in filter(None, map(clean_text, found)):
        by_key.setdefault(topic.casefold(), topic)
    return tuple(by_key.values())
