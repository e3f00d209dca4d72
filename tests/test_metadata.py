"""What a page says about itself, in the places where sites say it, best first."""

import json

import pytest

from indexer.json_ld import json_ld
from indexer.markup import Tree
from indexer.metadata import Metadata, read_metadata

ARTICLE = {"@type": "Article", "headline": "From JSON-LD", "author": {"@type": "Person", "name": "Ida"}}


def _ld(*values: object) -> str:
    return "".join(f'<script type="application/ld+json">{json.dumps(value)}</script>' for value in values)


def _metadata(html: str) -> Metadata:
    tree = Tree(html)
    return read_metadata(tree, json_ld(tree)[0])


@pytest.mark.parametrize(
    ("html", "title"),
    [
        (f'<title>T | Site</title><meta property="og:title" content="OG">{_ld(ARTICLE)}<h1>Visible</h1>', "Visible"),
        (f'<title>T | Site</title><meta property="og:title" content="OG">{_ld(ARTICLE)}<h1> </h1>', "OG"),
        (f"<title>T | Site</title>{_ld(ARTICLE)}", "From JSON-LD"),
        ("<title>Trust after a lie | Site</title>", "Trust after a lie"),
        ("<title>Site – Trust after a lie</title>", "Trust after a lie"),
        ("<title>Well-meant advice</title>", "Well-meant advice"),
        ("<title>Jealousy - when it comes at night - Site</title>", "Jealousy - when it comes at night"),
        ("<title>Jealousy | when it comes at night | Site</title>", "Jealousy | when it comes at night"),
        ("<title>Jealousy | when it comes - at night - Site</title>", "Jealousy | when it comes - at night"),
        ("<title>Good nights - Site</title><h1>Site</h1><h1>Good nights</h1>", "Good nights"),
        ("<h1>Two\n  <em>lines</em>&nbsp;</h1>", "Two lines"),
        ("<svg><title>Icon</title></svg><p>x</p>", ""),
    ],
)
def test_the_title_is_the_visible_one_without_the_site(html, title):
    assert _metadata(html).title == title


@pytest.mark.parametrize(
    ("html", "author"),
    [
        (_ld(ARTICLE) + '<meta name="author" content="Meta">', "Ida"),
        (_ld({"@type": "BlogPosting", "author": "Ida"}), "Ida"),
        (_ld({"@type": "Article", "author": [{"name": "Ida"}, {"name": "Ole"}]}), "Ida, Ole"),
        (_ld({"@graph": [{"@type": "Article", "author": {"@id": "#i"}}, {"@id": "#i", "name": "Ida"}]}), "Ida"),
        (_ld({"@type": "WebPage", "author": "Web"}, {"@type": "Article", "author": "Ida"}), "Ida"),
        (_ld({"@type": "Article", "author": "Zoe"}, {"@type": "Article", "author": "Amy"}), "Zoe"),
        ('<span itemprop="author">Ida</span><meta name="author" content="Meta">', "Ida"),
        ('<meta name="author" content="Meta"><p class="byline">By Ida</p>', "Meta"),
        ('<p class="byline">Written by Ida Brandt</p>', "Ida Brandt"),
        (_ld({"@type": "Article", "author": 7}), ""),
        ("<p>x</p>", ""),
    ],
)
def test_the_author_is_read_from_the_best_place(html, author):
    assert _metadata(html).author == author


@pytest.mark.parametrize(
    ("html", "published", "modified"),
    [
        (
            _ld({"@type": "Article", "datePublished": "2026-03-01T08:00:00+01:00", "dateModified": "2026-04-02"}),
            "2026-03-01",
            "2026-04-02",
        ),
        (
            '<meta property="article:published_time" content="2026-03-01T08:00:00Z">'
            '<meta property="article:modified_time" content="2026-04-02">',
            "2026-03-01",
            "2026-04-02",
        ),
        (
            '<time itemprop="datePublished" datetime="2026-03-01">1 March</time>'
            '<time class="updated" datetime="2026-04-02">2 April</time>',
            "2026-03-01",
            "2026-04-02",
        ),
        ('<time datetime="12:00">noon</time><time datetime="2026-03-01">1 March</time>', "2026-03-01", ""),
        (
            _ld(
                {"@type": "Article", "datePublished": "2026-03-01"},
                {"@type": "BlogPosting", "datePublished": "2019-01-01"},
            ),
            "2026-03-01",
            "",
        ),
        (_ld({"@type": "Article", "datePublished": "March 3, 2026"}), "2026-03-03", ""),
        ('<span class="published">12 March 2026</span>', "2026-03-12", ""),
        ('<span class="published">12 March 2026</span><time datetime="2026-03-12">', "2026-03-12", ""),
        ("<p>Written on 2026-03-01</p>", "", ""),
    ],
)
def test_dates_are_days_in_iso_8601_or_nothing(html, published, modified):
    found = _metadata(html)
    assert (found.published, found.modified) == (published, modified)


@pytest.mark.parametrize(
    ("html", "field", "value"),
    [
        ('<meta name="description" content=" One  line. ">', "description", "One line."),
        ('<meta property="og:description" content="OG">', "description", "OG"),
        (_ld({"@type": "Article", "description": "LD"}), "description", "LD"),
        ('<link rel="canonical" href="https://example.org/a/">', "canonical", "https://example.org/a/"),
        ('<meta property="og:url" content="https://example.org/b/">', "canonical", "https://example.org/b/"),
        ('<link rel="stylesheet" href="/x.css">', "canonical", ""),
        ('<html lang="en-GB"><p>x</p></html>', "language", "en-GB"),
        ("<p>x</p>", "language", ""),
    ],
)
def test_other_facts_are_read_where_they_are_said(html, field, value):
    assert getattr(_metadata(html), field) == value


@pytest.mark.parametrize(
    ("html", "topics"),
    [
        (
            '<meta property="article:section" content="Trust"><a rel="tag">lies</a><a rel="tag">repair</a>',
            "Trust lies repair",
        ),
        ('<meta property="article:section" content="Trust"><a rel="tag">lies</a><a rel="tag">trust</a>', "Trust lies"),
        ('<a rel="category tag">Trust</a><a rel="tag">lies</a><a rel="tag">lies</a>', "Trust lies"),
        (_ld({"@type": "Article", "articleSection": ["Trust", "Dating", 5]}), "Trust Dating"),
        ('<a href="/x">lies</a><a rel="nofollow">x</a>', ""),
    ],
)
def test_topics_are_the_section_and_then_the_tags_each_once(html, topics):
    assert " ".join(_metadata(html).topics) == topics


@pytest.mark.parametrize(
    "block",
    [
        '{"a": "he said "no""}',
        '{"a": 1,}',
        "",
        "{" * 5,
        "[" * 100_000,
        '{"a":' * 200 + "1" + "}" * 200,
        '{"a": ' + "9" * 10_000 + "}",
    ],
    ids=["quotes", "comma", "empty", "cut", "deep and cut", "deep", "number"],
)
def test_a_broken_block_loses_only_itself(block):
    scripts = f'{_ld({"n": 1})}<script type="application/ld+json">{block}</script>{_ld({"n": 2})}'
    nodes, broken = json_ld(Tree(scripts))
    assert [node["n"] for node in nodes if "n" in node] == [1, 2]
    assert broken == 1


@pytest.mark.parametrize(
    "block",
    [
        '<!-- {"n": 1} -->',
        '//<![CDATA[\n{"n": 1}\n//]]>',
        '{"n": 1};',
        '[{"n": 1}]',
        '{"@graph": [{"n": 1}]}',
        '{"n": 1, "s": "a\nb"}',
    ],
)
def test_json_ld_is_read_out_of_what_sites_wrap_around_it(block):
    nodes, broken = json_ld(Tree(f'<script type="application/ld+json">{block}</script>'))
    assert [node["n"] for node in nodes if "n" in node] == [1]
    assert broken == 0


ODD = [
    None,
    5,
    True,
    1.5,
    "x",
    "",
    [],
    {},
    [5, None],
    [["x"]],
    {"@id": 3},
    {"name": 5},
    {"name": ["x"]},
    [{"@id": ["x"]}],
]


@pytest.mark.parametrize("odd", ODD, ids=str)
@pytest.mark.parametrize(
    "key", ["@type", "@id", "headline", "author", "datePublished", "description", "articleSection"]
)
def test_a_json_ld_value_of_any_type_is_survived(key, odd):
    found = _metadata(_ld({**ARTICLE, key: odd}, [odd]) + "<h1>Visible</h1>")
    assert found.title == "Visible"
    assert all(isinstance(topic, str) for topic in found.topics)
