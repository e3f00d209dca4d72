"""One page to one Article: pure, the same every time, and never anything worse than NoArticle."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from indexer.article import NoArticle, read_article
from indexer.markup import HEADINGS
from indexer.model import Article

LEAD = "<p>" + "Two people can share a silence as well as a meal. " * 4 + "</p>"
PAGES = sorted(
    path.read_text(encoding="utf-8") for path in (Path(__file__).parents[1] / "data/articles").glob("*.html")
)
MUTATIONS = 150


def _article(body: str, head: str = "") -> Article:
    return read_article(f"<html><head>{head}</head><body>{body}</body></html>", "/articles/silence")


def _headings(article: Article) -> list[tuple[int, str, tuple[str, ...]]]:
    return [(section.level, section.heading, section.path) for section in article.sections]


def test_a_section_has_the_path_of_headings_that_leads_to_it():
    article = _article(f"<h1>T</h1>{LEAD}<h2>A</h2><h4>B</h4><h3>C</h3><h2>D</h2><h3>E</h3>")
    assert _headings(article) == [
        (1, "", ()),
        (2, "A", ("A",)),
        (4, "B", ("A", "B")),
        (3, "C", ("A", "C")),
        (2, "D", ("D",)),
        (3, "E", ("D", "E")),
    ]


def test_what_is_under_a_heading_of_boilerplate_goes_with_its_subheadings():
    article = _article(f"{LEAD}<h2>Related posts</h2><p>x</p><h3>One</h3><p>x</p><h2>Next</h2><h3>Two</h3><p>y</p>")
    assert [section.heading for section in article.sections] == ["", "Next", "Two"]


@pytest.mark.parametrize("heading", ["<h2></h2>", "<h2> &nbsp; </h2>", '<h2><img src="x"></h2>', "<h2>the  TITLE</h2>"])
def test_an_empty_heading_or_the_title_again_opens_no_section(heading):
    article = _article(f"<h1>The title</h1>{LEAD}{heading}<p>More.</p>")
    assert [section.heading for section in article.sections] == [""]
    assert article.sections[0].text.endswith("More.")


@pytest.mark.parametrize(
    ("heading", "anchor"),
    [
        ('<h2 id="own">A b</h2>', "own"),
        ('<h2><span id="own"></span>A b</h2>', "own"),
        ('<h2><a name="own"></a>A b</h2>', "own"),
        ("<h2>A <em>b</em></h2>", "a-b"),
        ("<h2>!</h2>", "section"),
        ("<h2>Top</h2>", "top-2"),
        ('<h2 id="top">A b</h2>', "top-2"),
    ],
)
def test_a_heading_has_the_anchor_of_the_page_or_one_made_from_its_words(heading, anchor):
    assert _article(f"{LEAD}{heading}<p>x</p>").sections[1].anchor == anchor


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page[page.index("<title>") :][7:27])
def test_anchors_are_unique_in_an_article(page):
    article = read_article(page, "u")
    anchors = [part.anchor for part in (*article.sections, *article.faqs)]
    assert len(set(anchors)) == len(anchors)
    assert all(anchors)


def test_the_same_page_gives_the_same_article():
    pages = PAGES[::4]
    assert [read_article(page, "u") for page in pages] == [read_article(page, "u") for page in pages]


def test_the_title_is_the_first_heading_or_the_url_where_the_page_has_none():
    assert _article(f"{LEAD}<h2>A</h2><p>x</p>").title == "A"
    assert _article(LEAD).title == "/articles/silence"


@pytest.mark.parametrize(
    ("html", "reason"),
    [
        ("", "no text"),
        ("<html></html>", "no text"),
        ("<!-- only this -->", "no text"),
        ('<div id="root"></div><script>render("<p>x</p>")</script>', "loaded by a script"),
        ("<nav>Home</nav><footer><p>Name</p></footer>", "no text"),
        ("<h1>A title and nothing else</h1>", "no text"),
        ("<h1>404</h1><p>There is nothing here.</p>", "not found"),
        ("<title>Page not found</title><p>Try the search.</p>", "not found"),
        ("<h1>Seite nicht gefunden</h1><p>Schade.</p>", "not found"),
    ],
)
def test_a_page_without_an_article_is_refused_with_the_reason(html, reason):
    with pytest.raises(NoArticle, match=reason):
        read_article(html, "u")


def test_an_article_about_not_being_found_is_an_article():
    assert _article(f"<h1>When your old friend is not found</h1>{LEAD}").title == "When your old friend is not found"


def test_a_page_of_faqs_alone_is_an_article():
    article = _article("<h1>Questions</h1><details><summary>Why?</summary><p>Because.</p></details>")
    assert [faq.question for faq in article.faqs] == ["Why?"]


@pytest.mark.parametrize(
    ("page", "warning"),
    [
        (LEAD, "no title"),
        (f"<h1>T</h1>{LEAD}", "no headings"),
        (f'<h1>T</h1>{LEAD}<script type="application/ld+json">{{</script>', "1 JSON-LD block"),
    ],
)
def test_what_is_odd_about_a_page_is_said(page, warning):
    assert any(warning in said for said in _article(page).warnings)


@pytest.mark.parametrize("depth", [100, 5_000])
@pytest.mark.parametrize("tag", ["div", "blockquote", "ul><li", "b", "table><tr><td", "section"])
def test_deep_nesting_loses_no_text(depth, tag):
    article = _article(f"<h1>T</h1>{LEAD}" + f"<{tag}>" * depth + "<p>At the bottom.</p>")
    assert "At the bottom." in article.sections[0].text


@pytest.mark.parametrize(
    "body",
    [
        "'<div>' * 10_000 + 'Why?'",
        "'<div>Why?' * 10_000",
        "'<h2>Tips</h2>' * 30_000",
        "'<b>Why?</b><p>x</p>' * 5_000",
    ],
)
def test_a_page_that_repeats_itself_is_read_in_the_end(python, body):
    """In a process of its own: where the work grows with the square of the page, it would not come back."""
    program = f"from indexer.article import read_article; print(read_article({LEAD!r} + {body}, 'u').url)"
    assert python("-c", program, timeout=40).stdout == "u\n"


@pytest.mark.parametrize(
    "body",
    [
        '<advice-faq n="7" size="3"></advice-faq>',
        '<advice-faq n="x" size="y">z</advice-faq>',
        "<advice-faq></advice-faq><details><summary>Why?</summary><p>Because.</p></details>",
        "<details><summary>Why?</summary><details><summary>How?</summary><p>So.</p></details></details>",
        '<div class="schema-faq-section">' * 50 + '<b class="schema-faq-question">Why?</b>',
        "<summary>Why?</summary><dd>x<td>y</td></li>",
        "<h2><h3><h4>a</h2></h3>b<h2>",
        "<h2>" + "a" * 100_000 + "</h2>",
        "<p>" + "&amp" * 10_000,
        "<p id='&#0;&#xD83D;&#x110000;'>&#0;&#xD83D;&#x110000;</p>",
        "<frameset><frame></frameset><plaintext><p>x",
        '<html lang="a"><html lang="b"><body class="c"><body class="d">',
        "<![CDATA[ x ]]><?php echo 1 ?><!x><% y %>",
        "<svg><title>x</title><foreignObject><h2>y</h2></foreignObject></svg>",
        "<p class>a<p class=''>b<p id>c<meta><meta content><a rel><time datetime><link><script type>",
    ],
    ids=range(15),
)
def test_a_hostile_page_is_still_an_article(body):
    assert "Two people can share" in _article(f"<h1>T</h1>{LEAD}{body}").sections[0].text


def _mutated(page: str, dice: random.Random) -> str:
    start = dice.randrange(len(page))
    end = min(len(page), start + dice.choice([1, 20, 400, 8_000]))
    tags = dice.sample([*HEADINGS, "p", "div", "li", "ul", "td", "details", "script", "a", "body", "form"], 2)
    return dice.choice(
        [
            page[:start],
            page[start:],
            page[:start] + page[end:],
            page[:end] + page[start:],
            page[:start] + page[start:end] * 5 + page[end:],
            page.replace(f"<{tags[0]}", f"<{tags[1]}"),
            page.replace(f"</{tags[0]}>", ""),
            "".join(character for character in page if dice.random() > 0.002),
            page.replace(dice.choice("<>\"'/=& "), dice.choice("<>\"'/=& "), dice.randrange(1, 40)),
            page[:start] + "".join(map(chr, (dice.randrange(0x20, 0x2FFF) for _ in range(50)))) + page[start:],
        ]
    )


def _mutations() -> Iterator[str]:
    dice = random.Random(7)
    for _ in range(MUTATIONS):
        page = dice.choice(PAGES)
        for _ in range(dice.randrange(1, 4)):
            page = _mutated(page, dice)
        yield page


def test_a_damaged_page_is_an_article_or_says_that_it_is_none():
    read = 0
    for page in _mutations():
        try:
            article = read_article(page, "u")
        except NoArticle:
            continue
        read += 1
        anchors = [part.anchor for part in (*article.sections, *article.faqs)]
        assert len(set(anchors)) == len(anchors)
        assert all(block.text for part in (*article.sections, *article.faqs) for block in part.blocks)
        assert all(faq.question for faq in article.faqs)
    assert read > MUTATIONS / 2
