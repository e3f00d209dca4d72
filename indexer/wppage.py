"""A WordPress post to the HTML page that WordPress would make of it, without a theme. Pure: values in, text out.

Strategy: classic posts are stored without paragraph tags, and WordPress makes paragraphs of blank lines when it shows
them; so do we. Shortcodes are a plug-in's affair: their marks go, and what stands between them stays. The comments of
the block editor do no harm.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from html import escape, unescape


@dataclass(frozen=True, slots=True)
class Item:
    """One item of an export. Title, content and excerpt are HTML; dates are ISO 8601; "" where nothing is said."""

    title: str
    content: str
    link: str
    slug: str
    kind: str
    status: str
    password: str
    author: str
    published: str
    modified: str
    excerpt: str
    categories: tuple[str, ...]
    tags: tuple[str, ...]

    @property
    def is_published(self) -> bool:
        """Whether any visitor of the site can read it as a page."""
        return self.kind in {"post", "page"} and self.status == "publish" and not self.password


def page_of(item: Item) -> str:
    """The item as a complete HTML page."""
    canonical = f'<link rel="canonical" href="{escape(item.link)}">' if item.link else ""
    return (
        f'<!doctype html><html><head><meta charset="utf-8"><title>{escape(_plain(item.title))}</title>{canonical}'
        f"{''.join(_metas(item))}</head>\n<body><article><h1>{item.title}</h1>\n{content_html(item.content)}\n"
        f"</article><nav>{''.join(_topic_links(item))}</nav></body></html>\n"
    )


def _metas(item: Item) -> Iterator[str]:
    facts = {
        'name="author"': item.author,
        'name="description"': _plain(item.excerpt),
        'property="article:published_time"': item.published,
        'property="article:modified_time"': item.modified,
        'property="article:section"': _plain(next(iter(item.categories), "")),
    }
    for name, value in facts.items():
        if value:
            yield f'<meta {name} content="{escape(value)}">'


def _topic_links(item: Item) -> Iterable[str]:
    names = (("category", item.categories), ("tag", item.tags))
    return (f'<a rel="{relation}">{escape(_plain(name))}</a>' for relation, topics in names for name in topics)


def _plain(html: str) -> str:
    return " ".join(unescape(re.sub(r"<[^<>]*>", " ", html)).split())


_BLOCK_EDITOR = "<!-- wp:"
_BLOCKS = (
    "table thead tfoot caption col colgroup tbody tr td th div dl dd dt ul ol li pre form map area blockquote address "
    "style p h1 h2 h3 h4 h5 h6 hr fieldset legend section article aside header footer nav figure figcaption details "
    "summary menu main script"
).replace(" ", "|")
_BLOCK_START = re.compile(rf"</?(?:{_BLOCKS})\b|<!--", re.IGNORECASE)
_OPENING = re.compile(rf"(<(?:{_BLOCKS})\b[^<>]*>)", re.IGNORECASE)
_CLOSING = re.compile(rf"(</(?:{_BLOCKS})>)", re.IGNORECASE)
_AS_IT_STANDS = re.compile(r"(<(pre|script|style|textarea)\b.*?</\2>)", re.IGNORECASE | re.DOTALL)
_CAPTION = re.compile(r"\[caption\b[^\]]*\].*?\[/caption\]", re.DOTALL)
_MEDIA = re.compile(r"\[(?:gallery|audio|video|playlist|embed)\b[^\]]*\](?:[^\[\]]*\[/embed\])?")
_SHORTCODE_END = re.compile(r"\[/([a-zA-Z][\w-]*)\]")


def content_html(content: str) -> str:
    """A post's stored content as HTML with paragraphs."""
    content = _without_shortcodes(content.replace("\r\n", "\n").replace("\r", "\n"))
    if _BLOCK_EDITOR in content:
        return content
    pieces = _AS_IT_STANDS.split(content)
    return "\n".join(
        piece if number % 3 == 1 else _paragraphs(piece) for number, piece in enumerate(pieces) if number % 3 < 2
    )


def _without_shortcodes(content: str) -> str:
    """The content without pictures' captions, without players, and without the marks of what plug-ins would wrap."""
    content = _MEDIA.sub("", _CAPTION.sub("", content))
    names = "|".join(sorted({re.escape(name) for name in _SHORTCODE_END.findall(content)}))
    return re.sub(rf"\[/?(?:{names})(?:\s[^\]]*)?\]", "\n\n", content) if names else content


def _paragraphs(text: str) -> str:
    """Paragraphs where blank lines are, and line breaks where lines end, as WordPress's wpautop makes them."""
    spaced = _CLOSING.sub(r"\n\n\1\n\n", _OPENING.sub(r"\n\n\1", text))
    pieces = (piece.strip() for piece in re.split(r"\n\s*\n", spaced))
    return "\n".join(piece if _BLOCK_START.match(piece) else _paragraph(piece) for piece in pieces if piece)


def _paragraph(text: str) -> str:
    return "<p>" + text.replace("\n", "<br>\n") + "</p>"
