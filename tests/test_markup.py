"""Clean text, anchors made from words, and the blocks of readable text."""

import pytest

from indexer.blocks import blocks_in
from indexer.markup import Tree, clean_text, slug, soup, text_in
from indexer.model import Block


@pytest.mark.parametrize(
    ("text", "clean"),
    [
        ("  two\n\twords ", "two words"),
        ("non\u00a0breaking\u2003space", "non breaking space"),
        ("soft\u00adhyphen, zero\u200bwidth, mark\ufeff", "softhyphen, zerowidth, mark"),
        ("cafe\u0301", "café"),
        ("\u202eright to left\u202c", "right to left"),
        ("half a pair \ud83d", "half a pair"),
        ("", ""),
    ],
)
def test_text_is_as_a_reader_sees_it(text, clean):
    assert clean_text(text).encode() == clean.encode()


@pytest.mark.parametrize(
    ("words", "anchor"),
    [
        ("Don’t ask twice!", "dont-ask-twice"),
        ("  Money, home & papers ", "money-home-papers"),
        ("Über Größe", "uber-große"),
        ("Ça va ?", "ca-va"),
        ("信頼 2", "信頼-2"),
        ("under_score", "under-score"),
        ("?!", ""),
    ],
)
def test_an_anchor_is_made_from_words(words, anchor):
    assert slug(words) == anchor


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("<h2>One<br>two</h2>", "One two"),
        ("<h2>One<span>two</span></h2>", "Onetwo"),
        ("<h2><div>One</div><div>two</div></h2>", "One two"),
        ("<h2><button>Why<b>?</b></button></h2>", "Why?"),
        ("<h2>Words<svg><title>link</title></svg><script>x()</script><!-- no --></h2>", "Words"),
    ],
)
def test_a_heading_reads_as_a_browser_shows_it(html, text):
    assert text_in(soup(html).h2) == text


@pytest.mark.parametrize(
    ("html", "blocks"),
    [
        ("<p>a <b>b</b><i>c</i></p>d", [("paragraph", "a bc"), ("paragraph", "d")]),
        ("<div>a<div>b</div>c</div>", [("paragraph", "a"), ("paragraph", "b"), ("paragraph", "c")]),
        ("a<br>b<br><br>c", [("paragraph", "a b"), ("paragraph", "c")]),
        ("a<br>\n <br/>c", [("paragraph", "a"), ("paragraph", "c")]),
        ("<blockquote><p>a</p><p>b</p></blockquote>", [("quote", "a"), ("quote", "b")]),
        ("<table><tr><th>a</th><td>b</td></tr></table>", [("row", "a | b")]),
        ("<table><tr><td></td><td>b</td></tr></table>", [("row", "b")]),
        ("<table><tr><td><p>a</p><p>b</p></td></tr></table>", [("row", "a b")]),
        ("<table><tr><td><ul><li>a</li><li>b</li></ul></td></tr></table>", [("row", "a b")]),
        ("<dl><dt>a</dt><dd>b</dd></dl>", [("term", "a"), ("definition", "b")]),
        ("<pre>a\n  b</pre>", [("code", "a b")]),
        ("<p> </p><p>&nbsp;</p>", []),
        ("<button>a</button><select><option>b</option></select><style>c</style>", []),
        ("<!-- a --><p>b</p><![CDATA[c]]>", [("paragraph", "b")]),
    ],
)
def test_text_comes_in_the_blocks_that_a_reader_sees(html, blocks):
    assert [(block.kind, block.text) for block in blocks_in(soup(f"<body>{html}</body>").body.children)] == blocks


def test_list_items_have_their_bullet_or_number_once():
    html = "<ol><li>a<ul><li>b</li></ul></li><li><p>c</p><p>d</p></li></ol><ul><li>e</li></ul>"
    items = [(b.marker, b.text) for b in blocks_in([soup(f"<body>{html}</body>").body])]
    assert items == [("1.", "a"), ("-", "b"), ("2.", "c"), ("", "d"), ("-", "e")]


def test_a_block_knows_its_words():
    assert Block("item", "three short words", "-").words == 3


def test_a_tree_is_looked_up_by_name_and_class_in_reading_order():
    tree = Tree('<h2 class="a b">1</h2><p class="a">2</p><h1>3</h1>')
    assert [tag.text for tag in tree.by_class["a"]] == ["1", "2"]
    assert [tag.text for tag in tree.headings] == ["1", "3"]
    assert [tag.text for tag in tree.by_name["p"]] == ["2"]
