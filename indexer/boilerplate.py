"""What is no part of an article, as data: rules with a reason each, and headings. The one place to add to.

This file knows how to recognise boilerplate; `mainpart` decides what becomes of it.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass
from functools import lru_cache

from bs4.element import Tag

from .markup import HEADINGS, attr, slug


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

    @lru_cache(maxsize=10_000)  # the pages of one site use the same names again and again
    def is_called(classes: str, identifier: str) -> bool:
        found = in_class.search(_dashed(classes)) or whole_id.fullmatch(_dashed(identifier))
        return found is not None

    def matches(tag: Tag) -> bool:
        attributes = tag.attrs
        if "class" not in attributes and "id" not in attributes:
            return False
        classes, identifier = attr(tag, "class"), attr(tag, "id")
        return is_called(classes, "") or (is_called("", identifier) and not _is_own_heading(tag, identifier))

    return matches


def _is_own_heading(tag: Tag, identifier: str) -> bool:
    """Whether an id is made from the words of the element's heading: `<section id="consent"><h2>Consent</h2>`."""
    heading = tag.find(list(HEADINGS))
    return heading is not None and slug(heading.get_text()) == slug(identifier)


@lru_cache(maxsize=10_000)
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
            "nav navbar navigation menu breadcrumb breadcrumbs crumbs pagination pager prev-next toc on-this-page "
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
