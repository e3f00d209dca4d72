"""Boilerplate out, article in.

Strategy: (1) what markup or vocabulary says is boilerplate goes, by the tables below, each row with its reason;
(2) the main part is the deepest element that still holds nearly all of what is left, so no table of content-class
names is needed; (3) inside it, blocks that are mostly links go. An element that holds a large part of the page's
text is never dropped for its class names: themes put words like "sidebar" on the outermost wrapper.
This file does not know about sections or FAQs; a FAQ that was read before stands in the tree as `FAQ_MARK`.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bs4.element import Tag

from .markup import HEADINGS, UNREAD, Tree, attr, is_text

FAQ_MARK = "advice-faq"  # the element that stands where a FAQ was taken out; its `n` is the FAQ's number

MOST = 0.9  # a child that holds this share of an element's text is where the main part goes on
TOO_MUCH = 0.4  # an element with this share of the page's text is not dropped for its class names
LINKS = 0.6  # a block with this share of its text in links, and three links or more, is navigation


@dataclass(frozen=True, slots=True)
class Rule:
    """One way to know boilerplate. `certain` rules hold however much text the element has."""

    reason: str
    matches: Callable[[Tag], bool]
    certain: bool = False


def _names(names: str) -> Callable[[Tag], bool]:
    wanted = frozenset(names.split())
    return lambda tag: tag.name in wanted


def _roles(roles: str) -> Callable[[Tag], bool]:
    wanted = frozenset(roles.split())
    return lambda tag: attr(tag, "role").lower() in wanted


def _called(names: str) -> Callable[[Tag], bool]:
    """Matches a class name, or a whole id, since an id may be a heading's words: "When_you_share_children".
    A name also matches as a part of a longer one between separators, which all count as "-", like a change of case:
    "share" matches "post-share" and "postShare". `*` stands for letters and "-"."""
    pattern = "|".join(names.replace("*", "[a-z-]+").split())
    in_class, whole_id = re.compile(rf"(?:^|[\s-])(?:{pattern})(?:$|[\s-])"), re.compile(pattern)

    def matches(tag: Tag) -> bool:
        classes, identifier = attr(tag, "class"), attr(tag, "id")
        found = (classes and in_class.search(_dashed(classes))) or (
            identifier and whole_id.fullmatch(_dashed(identifier))
        )
        return bool(found)

    return matches


def _dashed(names: str) -> str:
    return re.sub(r"_+|(?<=[a-z])(?=[A-Z])", "-", names).lower()


def _hidden(tag: Tag) -> bool:
    style = attr(tag, "style").replace(" ", "").lower()
    return "hidden" in tag.attrs or "display:none" in style or "visibility:hidden" in style


RULES: tuple[Rule, ...] = (
    Rule(
        "menus, sidebars, footers and dialogs have elements of their own",
        _names("nav aside footer dialog menu"),
        certain=True,
    ),
    Rule(
        "landmark roles say the same as those elements",
        _roles(
            "navigation complementary contentinfo search dialog alertdialog banner menu menubar toolbar",
        ),
        certain=True,
    ),
    Rule("what one fills in is not read", _names("form fieldset search")),
    Rule("what the page hides, nobody reads; folded answers were taken before", _hidden),
    Rule("labels for screen readers", _called("screen-reader-text sr-only visually-hidden skip-link skip-to-content")),
    Rule(
        "the ways between articles and through this one",
        _called(
            "nav navbar navigation menu breadcrumb breadcrumbs pagination pager prev-next toc on-this-page "
            "in-this-article table-of-contents *-table-of-contents"
        ),
    ),
    Rule(
        "other articles",
        _called(
            "related read-also also-read read-more more-posts recommended recommendations you-may-also-like "
            "popular-posts recent-posts keep-reading further-reading"
        ),
    ),
    Rule(
        "the asking for addresses, money and clicks",
        _called(
            "newsletter subscribe subscription signup sign-up optin opt-in mailing-list donate donation promo "
            "promotion advert advertisement ad ads sponsored cta call-to-action paywall popup modal lightbox"
        ),
    ),
    Rule("sharing and rating", _called("share sharing sharedaddy social rating ratings like-button reactions")),
    Rule(
        "who wrote it, when and under which topic is metadata",
        _called(
            "author author-* about-author byline bio meta post-info posted-on entry-footer post-tags tags tags-links "
            "tagcloud cat-links post-categories"
        ),
    ),
    Rule("what readers wrote", _called("comment comments comment-* comments-* respond disqus discussion")),
    Rule("consent and notices", _called("cookie cookies consent gdpr ccpa notice-bar announcement disclaimer")),
    Rule(
        "the frame around the page",
        _called("sidebar widget-area site-header site-footer masthead colophon footer topbar top-bar bottom-bar"),
    ),
)

_HEADINGS_OF_BOILERPLATE = (
    r"(?:related|similar|recent|popular|latest|more|recommended) (?:posts?|articles?|stories|reads?|reading|guides?)",
    r"you (?:may|might|could|will) also (?:like|enjoy)",
    r"read (?:next|also|more)|keep reading|further reading|more from\b.*",
    r"(?:leave|write|post|add) a (?:comment|reply)|join the (?:conversation|discussion)",
    r"(?:\d+ )?(?:comments|responses|thoughts on\b.*)",
    r"(?:about|meet|written by) the (?:authors?|editors?|writers?)|über (?:den autor|die autorin)|zur person",
    r"share (?:this|on)\b.*|subscribe\b.*|(?:join )?our newsletter|newsletter",
    r"in this (?:article|post|guide)|(?:table of )?contents|on this page|quick links|jump to|inhaltsverzeichnis",
    r"ähnliche (?:artikel|beiträge)|das könnte (?:dich|sie) auch interessieren|(?:schreibe einen )?kommentare?",
)  # a whole heading, of boilerplate that has no telling markup
_HEADING_RULE = re.compile("|".join(_HEADINGS_OF_BOILERPLATE), re.IGNORECASE)


def is_boilerplate_heading(text: str) -> bool:
    """Whether a heading's section is no part of the article: "Related posts", "Leave a comment"."""
    return _HEADING_RULE.fullmatch(text.strip(" :!?.…»")) is not None


def is_boilerplate(tag: Tag) -> bool:
    """Whether some rule says that an element is boilerplate, whatever its size."""
    return any(rule.matches(tag) for rule in RULES)


def main_part(tree: Tree) -> Tag:
    """Takes boilerplate out of the tree, and returns the element that holds the article."""
    _drop_by_rules(tree)
    sizes = _Sizes(tree.body)
    root = _descend(tree.body, sizes)
    _drop_link_blocks(root, sizes)
    return root


class _Sizes:
    """Characters of text in each element, and of them in links; and how many links. One pass, children first."""

    def __init__(self, root: Tag) -> None:
        self.text: dict[int, int] = {}
        self.linked: dict[int, int] = {}
        self.links: dict[int, int] = {}
        for tag in reversed([root, *root.find_all(True)]):
            self._add(tag)

    def _add(self, tag: Tag) -> None:
        key, children = (
            id(tag),
            [child for child in tag.children if isinstance(child, Tag) and child.name not in UNREAD],
        )
        own = sum(len(str(child).strip()) for child in tag.children if is_text(child))
        own += int(attr(tag, "size") or 0) if tag.name == FAQ_MARK else 0
        self.text[key] = own + sum(self.text[id(child)] for child in children)
        is_link = int(tag.name == "a")
        self.linked[key] = self.text[key] if is_link else sum(self.linked[id(child)] for child in children)
        self.links[key] = is_link + sum(self.links[id(child)] for child in children)

    def of(self, tag: Tag) -> int:
        """Characters outside of links: what an article is made of."""
        return self.text[id(tag)] - self.linked[id(tag)]


def _drop_by_rules(tree: Tree) -> None:
    body, sizes = tree.body, _Sizes(tree.body)
    limit = TOO_MUCH * sizes.text[id(body)]
    gone: set[int] = set()
    for tag in body.find_all(True):
        if id(tag.parent) in gone:
            gone.add(id(tag))
        elif tag.name not in HEADINGS and _is_to_drop(tag, sizes.text[id(tag)], limit):
            gone.add(id(tag))
            tag.extract()


def _is_to_drop(tag: Tag, size: int, limit: float) -> bool:
    """Whether a rule says so. What has no text stays: it does no harm, and may be the anchor of a heading."""
    return size > 0 and any((rule.certain or size <= limit) and rule.matches(tag) for rule in RULES)


def _descend(body: Tag, sizes: _Sizes) -> Tag:
    place = body
    while True:
        children = [child for child in place.children if isinstance(child, Tag) and child.name not in UNREAD]
        largest = max(children, key=sizes.of, default=None)
        if largest is None or largest.name in {"p", "ul", "ol", "table"} or sizes.of(largest) < MOST * sizes.of(place):
            return place
        place = largest


def _drop_link_blocks(root: Tag, sizes: _Sizes) -> None:
    for tag in root.find_all(["ul", "ol", "div", "section", "details", "p", "table"]):
        text, links = sizes.text.get(id(tag), 0), sizes.links.get(id(tag), 0)
        if links >= 3 and sizes.linked[id(tag)] > LINKS * text:
            tag.extract()
