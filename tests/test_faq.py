"""Questions and answers. The markups themselves are in cases/faq-*; here is what holds for all of them."""

import json

import pytest

from indexer.article import read_article
from indexer.faq import faqs_from_json_ld, merge
from indexer.model import Article, Block, Faq
from indexer.questions import is_question

LEAD = "<h1>Two cups</h1><p>" + "Tea is a small ceremony that two people can hold every day. " * 4 + "</p>"


def _article(body: str, head: str = "") -> Article:
    return read_article(f"<html><head>{head}</head><body><main>{LEAD}{body}</main></body></html>", "/articles/cups")


def _details(question: str, answer: str = "<p>Because.</p>", attributes: str = "") -> str:
    return f"<details {attributes}><summary>{question}</summary>{answer}</details>"


def _page(*entries: object) -> tuple[dict[str, object], ...]:
    return ({"@type": "FAQPage", "mainEntity": list(entries)},)


def _entry(name: object = "Why?", text: object = "Because.") -> dict[str, object]:
    return {"@type": "Question", "name": name, "acceptedAnswer": {"@type": "Answer", "text": text}}


@pytest.mark.parametrize(
    "text",
    ["He left?", "How do I begin", "3. Why me", "Q: can it work", "Wie lange dauert das", "信じていい？", "Is it over"],
)
def test_a_question_is_known(text):
    assert is_question(text)


@pytest.mark.parametrize(
    "text", ["A first line", "Wherever you are", "What we did.", "How to begin:", "Isolation", "Can do!", ""]
)
def test_what_does_not_ask_is_no_question(text):
    assert not is_question(text)


@pytest.mark.parametrize("number", ["1. ", "2) ", "#3: ", "Q: ", "Question 4: ", "Frage 2 - "])
def test_a_question_loses_its_number(number):
    assert [faq.question for faq in _article(_details(f"{number}Why tea?")).faqs] == ["Why tea?"]


def test_a_question_that_begins_with_a_number_keeps_it():
    assert _article(_details("5 years together: what now?")).faqs[0].question == "5 years together: what now?"


@pytest.mark.parametrize("around", ["footer", "nav", "aside", "form", 'div hidden=""', 'div class="related"'])
def test_a_faq_outside_of_the_article_is_none(around):
    assert _article(f"<{around}>{_details('Why tea?')}</{around.split()[0]}>").faqs == ()


def test_a_faq_under_a_heading_of_boilerplate_is_none():
    assert _article(f"<h2>Related posts</h2><p>x</p>{_details('Why tea?')}").faqs == ()


def test_a_faq_is_no_text_of_its_section():
    article = _article(f"<h2>Cups</h2><p>Two.</p>{_details('Why tea?')}<p>Or three.</p>")
    assert [section.text for section in article.sections[1:]] == ["Two.\n\nOr three."]


@pytest.mark.parametrize(
    ("body", "section"),
    [
        (_details("Why?"), "top"),
        ("<h2>Cups</h2>" + _details("Why?"), "cups"),
        ("<h2>Cups</h2><p>x</p><h3 id='s'>Saucers</h3><p>x</p>" + _details("Why?"), "s"),
        ("<h2>Cups</h2><p>x</p>" + _details("Why?") + "<h2>Later</h2><p>x</p>", "cups"),
        ("<h2>Related posts</h2><p>x</p><h2>Cups</h2>" + _details("Why?"), "cups"),
    ],
)
def test_a_faq_knows_the_section_it_stands_in(body, section):
    assert [faq.section for faq in _article(body).faqs] == [section]


def test_a_faq_above_all_sections_stands_in_none():
    html = f"<h1>Two cups</h1>{_details('Why?')}<h2>Later</h2><p>{LEAD}</p>"
    assert [faq.section for faq in read_article(html, "u").faqs] in ([""], ["top"])


def test_answers_keep_their_lists():
    faq = _article(_details("How?", "<p>So:</p><ol><li>boil</li><li>pour</li></ol>")).faqs[0]
    assert faq.blocks == (Block("paragraph", "So:"), Block("item", "boil", "1."), Block("item", "pour", "2."))


def test_a_question_without_an_answer_is_no_faq_and_stays_text():
    article = _article(_details("Why tea?", "<p> </p>"))
    assert article.faqs == ()
    assert "Why tea?" in article.sections[0].text


def test_one_entry_in_two_markups_is_one_faq():
    entry = (
        '<div class="schema-faq-section" itemscope itemtype="https://schema.org/Question">'
        '<strong itemprop="name" class="schema-faq-question">Why tea?</strong>'
        '<p itemprop="text" class="schema-faq-answer">It is warm.</p></div>'
    )
    assert [(faq.question, faq.answer) for faq in _article(entry).faqs] == [("Why tea?", "It is warm.")]


def test_a_question_asked_twice_is_one_faq():
    assert len(_article(_details("Why tea?") + _details("WHY TEA ?", "<p>Again.</p>")).faqs) == 1


def test_forum_threads_are_no_faq():
    thread = (
        '<div itemscope itemtype="https://schema.org/QAPage"><div itemscope itemtype="https://schema.org/Question">'
        '<h2 itemprop="name">Why tea?</h2><div itemprop="text"><p>Says somebody.</p></div></div></div>'
    )
    assert _article(thread).faqs == ()
    assert faqs_from_json_ld(({"@type": "QAPage", "mainEntity": _entry()},)) == ()


def test_a_menu_in_the_clothes_of_a_faq_is_none():
    links = "".join(f'<li><a href="#{n}">Part number {n}</a></li>' for n in range(4))
    assert _article(_details("What is in this article?", f"<ul>{links}</ul>")).faqs == ()


def test_an_answer_with_a_link_is_an_answer():
    assert _article(_details("Where?", '<p><a href="/kettles/">In the guide to kettles.</a></p>')).faqs != ()


def test_a_faq_ends_with_its_container():
    body = "<section><h2>FAQ</h2><h3>Why tea?</h3><p>It is warm.</p></section><p>Not an answer.</p>"
    article = _article(body)
    assert [faq.answer for faq in article.faqs] == ["It is warm."]
    assert "Not an answer." in article.sections[-1].text


def test_one_question_after_the_conclusion_is_a_section():
    article = _article("<h2>Conclusion</h2><p>Drink.</p><h2>What about coffee?</h2><p>Later.</p>")
    assert [section.heading for section in article.sections] == ["", "Conclusion", "What about coffee?"]


@pytest.mark.parametrize(
    ("nodes", "found"),
    [
        (_page(_entry()), [("Why?", "Because.")]),
        (({"@type": ["WebPage", "https://schema.org/FAQPage"], "mainEntity": _entry()},), [("Why?", "Because.")]),
        (
            _page(_entry("<b>Why</b>&nbsp;tea?", "<p>It is warm.</p><p>And wet.</p>")),
            [("Why tea?", "It is warm.\n\nAnd wet.")],
        ),
        (_page(_entry("Fish &amp; chips?", "1 &lt; 2")), [("Fish & chips?", "1 < 2")]),
        (_page({"name": "Why?", "acceptedAnswer": [{"text": "A."}, {"text": "B."}]}), [("Why?", "A.")]),
        ((*_page({"@id": "#a"}), {"@id": "#a", **_entry()}), [("Why?", "Because.")]),
        (_page(_entry("Why \ud83d?", "Half \ude00 a pair.")), [("Why ?", "Half a pair.")]),
        (_page(_entry("&nbsp;")), []),
        (_page(_entry("<img src=x>")), []),
        (_page(_entry(text="<script>x()</script>")), []),
        (_page({"@id": "#nobody"}), []),
        (_page(), []),
    ],
)
def test_declared_faqs_are_read_as_text(nodes, found):
    assert [(faq.question, faq.answer) for faq in faqs_from_json_ld(nodes)] == found


@pytest.mark.parametrize("odd", [None, 5, True, "x", [], {}, [5], [["x"]], {"@id": 3}, {"name": []}], ids=str)
def test_a_declared_faq_of_any_shape_is_survived(odd):
    entries = ({**_entry(), key: odd} for key in ("@type", "@id", "name", "acceptedAnswer"))
    pages = [_page(*entries, odd, _entry("Good?")), ({"@type": "FAQPage", "mainEntity": odd},), _page(_entry(text=odd))]
    head = "".join(f'<script type="application/ld+json">{json.dumps(page)}</script>' for page in pages)
    assert "Good?" in [faq.question for faq in _article("", head).faqs]


def _faq(question: str, anchor: str = "", text: str = "Because.") -> Faq:
    return Faq(question, anchor, (Block("paragraph", text),))


def test_the_visible_faq_wins_and_the_declared_ones_follow():
    visible, declared = [_faq("2. Why tea?", "a", "As shown.")], [_faq("Why tea ?", "", "As declared."), _faq("When?")]
    assert merge(visible, declared) == (visible[0], declared[1])


def test_an_anchor_is_taken_from_whichever_has_one():
    assert merge([_faq("Why?")], [_faq("Why?", "later")]) == (_faq("Why?", "later"),)
