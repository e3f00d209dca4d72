"""Pages that nobody would write: whatever the parser gets, it gives an article or says that there is none."""

import json

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from indexer.article import NoArticle, read_article
from indexer.decode import NotHtml, decode
from indexer.passages import passages_of

NAMES = """
p div span h1 h2 h3 h6 ul ol li dl dt dd table tr td details summary button a br nav blockquote pre form section
""".split()
CLASSES = """
faq schema-faq-section schema-faq-question schema-faq-answer et_pb_toggle et_pb_toggle_title accordion-item share
""".split()
WORDS = st.sampled_from(
    ["Why?", "How do I stop?", "Q: Who?", "A: You.", "FAQ", "Conclusion", "Frequently asked questions"]
)
TEXTS = st.one_of(WORDS, st.text(max_size=30))
NODES = st.sampled_from(
    ["FAQPage", "Article", "Question", "BreadcrumbList", {"@type": "FAQPage"}, ["Question"], None, 5, "#id", [], {}]
)
JSON_LD = st.dictionaries(
    st.sampled_from(
        ["@type", "@id", "@graph", "mainEntity", "name", "author", "datePublished", "acceptedAnswer", "text"]
    ),
    st.recursive(
        NODES, lambda child: st.lists(child, max_size=3) | st.fixed_dictionaries({"@type": child, "name": child})
    ),
)


def _element(children: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    attribute = st.sampled_from(["class", "id", "aria-controls", "itemtype", "itemprop", "style", "role", "href"])
    value = st.sampled_from([*CLASSES, "faq1", "http://schema.org/Question", "display:none", "#faq1", ""]) | st.text(
        max_size=5
    )
    return st.builds(
        lambda name, key, said, inside, end: (
            f'<{name} {key}="{said}">{"".join(inside)}' + (f"</{name}>" if end else "")
        ),
        st.sampled_from(NAMES),
        attribute,
        value,
        st.lists(children, max_size=5),
        st.booleans(),
    )


PAGES = st.builds(
    lambda node, body: f'<script type="application/ld+json">{json.dumps(node)}</script>{body}',
    JSON_LD,
    st.recursive(TEXTS, _element, max_leaves=40),
)


@settings(max_examples=300, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(PAGES)
def test_any_markup_is_an_article_or_none(page: str):
    try:
        article = read_article(page, "/articles/x")
    except NoArticle:
        return
    ids = [passage.id for passage in passages_of(article)]
    assert len(ids) == len(set(ids))
    assert all(passage.text.strip() for passage in passages_of(article))


@settings(max_examples=300, deadline=None, derandomize=True)
@given(st.binary(max_size=300) | PAGES.map(lambda page: page.encode("utf-16", "replace")))
def test_any_bytes_are_text_or_no_html(data: bytes):
    try:
        text = decode(data)
    except NotHtml:
        return
    assert "\x00" not in text
