"""Boilerplate out, article in."""

import pytest

from indexer.boilerplate import RULES, is_boilerplate_heading
from indexer.mainpart import main_part
from indexer.markup import Tree, clean_text

TEXT = "<p>" + "A plain sentence about two people who share a kitchen. " * 8 + "</p>"

BOILERPLATE = {
    "menus, sidebars, footers and dialogs have elements of their own": [
        "<nav>x</nav>",
        "<aside>x</aside>",
        "<footer>x</footer>",
        "<dialog open>x</dialog>",
        "<menu><li>x</li></menu>",
    ],
    "landmark roles say the same as those elements": [
        '<div role="navigation">x</div>',
        '<div role="Complementary">x</div>',
        '<div role="contentinfo">x</div>',
    ],
    "what one fills in is not read": ["<form><p>x</p></form>", "<fieldset><p>x</p></fieldset>"],
    "what the page hides, nobody reads; folded answers were taken before": [
        "<p hidden>x</p>",
        '<p style="color: red; display: none">x</p>',
        '<p style="visibility:hidden">x</p>',
    ],
    "labels for screen readers": ['<span class="sr-only">x</span>', '<a class="skip-link" href="#main">x</a>'],
    "the ways between articles and through this one": [
        '<p class="breadcrumbs">x</p>',
        '<p class="crumbs">x</p>',
        '<div class="wp-block-yoast-seo-table-of-contents">x</div>',
        '<div id="toc">x</div>',
        '<div class="site_navigation">x</div>',
    ],
    "other articles": ['<p class="read-also">x</p>', '<div class="relatedPosts related">x</div>'],
    "the asking for addresses, money and clicks": [
        '<div class="newsletter-box">x</div>',
        '<div class="box newsletter">x</div>',
        '<div class="wp-block-cta">x</div>',
    ],
    "sharing and rating": ['<div class="post-share">x</div>', '<div class="postShare">x</div>'],
    "who wrote it, when and under which topic is metadata": [
        '<p class="byline">x</p>',
        '<div class="author-box">x</div>',
        '<p class="post-tags">x</p>',
    ],
    "what readers wrote": ['<div id="comments">x</div>', '<ol class="comment-list"><li>x</li></ol>'],
    "consent and notices": ['<div class="cookie-bar">x</div>', '<div class="gdpr">x</div>'],
    "the frame around the page": ['<div id="sidebar">x</div>', '<div class="site-footer">x</div>'],
}
READ = [
    '<div class="shared-life">x</div>',
    '<div class="navy">x</div>',
    '<section id="Comments_that_hurt"><h2>Comments that hurt</h2>x</section>',
    '<section id="consent"><h2>Consent</h2>x</section>',
    '<div id="when-you-share-children">x</div>',
    '<p class="breadmaking">x</p>',
    '<p style="display: block">x</p>',
    '<div role="main">x</div>',
]


def _left(html: str) -> str:
    """The text of a page's main part, where `html` stands beside enough text."""
    return clean_text(main_part(Tree(f"<body>{TEXT}{html}{TEXT}</body>"))[-1].get_text(" "))


@pytest.mark.parametrize("html", [html for examples in BOILERPLATE.values() for html in examples])
def test_boilerplate_goes(html):
    assert "x" not in _left(html).split()


def test_every_rule_has_an_example_here():
    assert [rule.reason for rule in RULES] == list(BOILERPLATE)


@pytest.mark.parametrize("html", READ)
def test_what_only_looks_like_boilerplate_stays(html):
    assert "x" in _left(html).split()


def test_a_heading_is_never_dropped_for_its_class():
    assert "x" in _left('<h2 class="share">x</h2>').split()


def test_an_element_with_a_large_part_of_the_text_is_not_dropped_for_its_class():
    assert clean_text(main_part(Tree(f'<div class="sidebar comments">{TEXT}</div><p>y</p>'))[-1].text).startswith(
        "A plain"
    )


@pytest.mark.parametrize("wrapper", ["nav", "footer", "aside"])
def test_an_element_that_says_that_it_is_a_frame_is_dropped_however_large(wrapper):
    page = f"<body><p>Short.</p><{wrapper}>{TEXT}</{wrapper}></body>"
    assert clean_text(main_part(Tree(page))[-1].text) == "Short."


def test_the_main_part_is_found_in_any_depth_of_wrappers():
    page = f"<body><header><b>Site</b></header><div><div><div class='zz'>{TEXT}{TEXT}</div></div></div></body>"
    assert main_part(Tree(page))[-1]["class"] == ["zz"]


@pytest.mark.parametrize("tag", ["blockquote", "pre", "dl", "ul", "table", "p", "h2"])
def test_one_large_block_of_text_is_not_taken_for_the_whole_article(tag):
    text = TEXT.removeprefix("<p>").removesuffix("</p>") * 3
    page = f"<main><h2>A letter</h2><p>It came on Monday.</p><{tag}>{text}</{tag}></main>"
    assert "It came on Monday." in main_part(Tree(page))[-1].text


def test_a_block_of_links_goes():
    links = "".join(f'<li><a href="/{n}">Another article number {n}</a></li>' for n in range(3))
    assert "Another" not in _left(f"<ul>{links}</ul>")


@pytest.mark.parametrize(
    "html",
    [
        '<p>Another <a href="/a">one</a>, <a href="/b">two</a> or the third of our <a href="/c">long</a> guides.</p>',
        '<p><a href="/a">Another article</a></p>',
        '<ul><li><a href="/a">Another article</a></li><li><a href="/b">The last one</a></li></ul>',
    ],
)
def test_a_sentence_with_links_and_a_link_or_two_alone_stay(html):
    assert "Another" in _left(html)


@pytest.mark.parametrize(
    "heading",
    [
        "Related posts",
        "Related articles:",
        "You may also like…",
        "Read next",
        "Further reading",
        "More from Steady Ground",
        "Leave a reply",
        "12 Comments",
        "3 thoughts on “Waiting”",
        "About the author",
        "Share this article",
        "Table of contents",
        "On this page",
        "Inhaltsverzeichnis",
        "Ähnliche Beiträge",
    ],
)
def test_a_section_of_boilerplate_is_known_by_its_heading(heading):
    assert is_boilerplate_heading(heading)
    assert is_boilerplate_heading(heading.upper())


@pytest.mark.parametrize(
    "heading",
    [
        "Related feelings",
        "Comments that hurt",
        "Sharing a flat",
        "About the author of your pain",
        "Read the room",
        "Contents of the first letter",
        "",
    ],
)
def test_a_heading_of_the_article_is_not_boilerplate(heading):
    assert not is_boilerplate_heading(heading)
