"""How pages write questions and answers: one small reader a markup, and the table of them, READERS.

Strategy: what names its parts (plugins and page builders by class, schema.org by microdata or RDFa) is read by those
names. All else is read by its shape: an element whose whole text is a question, widened to the largest wrapper that
says nothing more; what follows it, up to the next question or heading, is the answer. A shape alone is no proof, so
it needs a context: a FAQ heading above, "faq" in a name around it, a folding control, JSON-LD that declares it, or
three of its kind that are neither headings nor bold words. This file does not know what becomes of what it finds.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import partial

from bs4.element import PageElement, Tag

from .boilerplate import is_boilerplate
from .markup import HEADINGS, attr, clean_text, text_in
from .questions import FAQ_HEADING, LONGEST_QUESTION, Q_MARK, Found, Questions, Standing, asks, is_question, widened

Reader = Callable[[Questions], Iterable[Found]]

_CONCLUSION = re.compile(
    r"(?:(?:in )?conclusion|final (?:thoughts?|words?)|last words?|to sum up|summing up|in short|(?:in )?summary"
    r"|wrapping up|wrap-?up|(?:key )?takeaways?|(?:the )?bottom line|fazit|schlusswort|conclusión|conclusie)\b",
    re.IGNORECASE,
)
_ENOUGH = 3  # questions of one shape that need no other context


def _by_class(
    item: str, question: str, answer: str, questions: Questions, *, only_faqs: bool = False
) -> Iterator[Found]:
    """Markups that name their parts by class. General accordions hold other things too: of them, what asks."""
    for tag in questions.tree.by_class.get(item, []):
        asked = tag.find(class_=question)
        if not isinstance(asked, Tag):
            continue
        answers = tuple(found for found in tag.find_all(class_=answer) if found.find_parent(class_=item) is tag)
        if answers and (only_faqs or is_question(text_in(asked)) or questions.in_faq(tag)):
            yield Found(asked, answers, tag)


def _details(questions: Questions) -> Iterator[Found]:
    """`<details>` whose summary asks; tables of contents and menus fold in the same clothes."""
    for tag in questions.tree.by_name["details"]:
        summary = tag.find("summary", recursive=False)
        if isinstance(summary, Tag) and is_question(text_in(summary)):
            yield Found(summary, tuple(summary.next_siblings), tag)


def _by_schema(kind: str, prop: str, questions: Questions) -> Iterator[Found]:
    """schema.org/Question as microdata or RDFa (https://schema.org/FAQPage); forum threads (QAPage) are no FAQ."""
    for tag in questions.tree.by_attribute[kind]:
        if not re.search(r"(?:^|[/: ])Question$", attr(tag, kind).strip(), re.IGNORECASE):
            continue
        forum = any("qapage" in attr(parent, kind).lower() for parent in tag.parents)
        parts = {attr(part, prop): part for part in reversed(tag.find_all(True)) if prop in part.attrs}
        name, answer = parts.get("name"), parts.get("text") or parts.get("acceptedAnswer")
        if not forum and name is not None and answer is not None:
            yield Found(name, (answer,), tag)


def _definitions(questions: Questions) -> Iterator[Found]:
    """`<dt>` that asks, and its `<dd>`, in a list where most do or where a FAQ is around it."""
    for listed in questions.tree.by_name["dl"]:
        terms = [term for term in listed.find_all("dt") if term.find_parent("dl") is listed]
        asking = [term for term in terms if asks(text_in(term))]
        if (len(asking) >= _ENOUGH and 2 * len(asking) > len(terms)) or any(map(questions.in_faq, asking)):
            for term in asking:
                yield from _with_definitions(term)


def _with_definitions(term: Tag) -> Iterator[Found]:
    answers = []
    for node in term.find_next_siblings():
        if node.name == "dt":
            break
        answers.append(node)
    if answers:
        yield Found(term, tuple(answers))


def _controls(questions: Questions) -> Iterator[Found]:
    """A control that folds what it names by id (aria-controls, a Bootstrap target); its text asks, or a FAQ is here."""
    for tag in (
        tag for name in ("aria-controls", "data-target", "data-bs-target") for tag in questions.tree.by_attribute[name]
    ):
        target = attr(tag, "aria-controls") or attr(tag, "data-target") or attr(tag, "data-bs-target")
        panel = questions.tree.by_id.get(target.removeprefix("#"))
        text = text_in(tag)
        if panel is None or tag in panel.parents or panel in tag.parents or len(text) > LONGEST_QUESTION:
            continue
        if asks(text) or (is_question(text) and questions.in_faq(tag)) or questions.is_declared(text):
            yield Found(tag, (panel,))


def _standing_in_context(questions: Questions) -> Iterator[Found]:
    """Questions that stand alone and are followed by their answer, where a context says that they are a FAQ."""
    shapes = Counter(_shape(question) for question in questions.standing)
    for question in questions.standing:
        link = question.inner if question.inner.name == "a" else question.inner.find_parent("a")
        is_link = link is not None and not attr(link, "href").startswith("#") and attr(link, "href") != ""
        if not is_link and not questions.is_done(question.wrapper) and _has_context(question, questions, shapes):
            yield from _with_answer(question, questions)


def _shape(question: Standing) -> tuple[str, str, str, str]:
    wrapper, inner = question.wrapper, question.inner
    return wrapper.name, attr(wrapper, "class"), inner.name, attr(inner, "class")


def _has_context(question: Standing, questions: Questions, shapes: Counter[tuple[str, str, str, str]]) -> bool:
    inside = {question.inner.name, question.wrapper.name, *(tag.name for tag in question.wrapper.find_all(True))}
    if Q_MARK.match(question.text) or questions.is_declared(question.text) or questions.in_faq(question.wrapper):
        return True
    if _folds(question.wrapper):
        return True
    plain = inside & (HEADINGS.keys() | {"p", "strong", "b", "em", "i", "li", "a", "blockquote", "td"})
    return not plain and shapes[_shape(question)] >= _ENOUGH


def _folds(wrapper: Tag) -> bool:
    """Whether an element is, or holds, a control that folds something."""
    tags = (wrapper, *wrapper.find_all(True))
    return any("aria-expanded" in tag.attrs or attr(tag, "data-toggle") == "collapse" for tag in tags)


def _with_answer(question: Standing, questions: Questions) -> Iterator[Found]:
    answer = _following(question.wrapper, questions)
    parent = question.wrapper.parent
    if parent is not None and (parent.name == "p" or not _says(answer)) and _is_first(question.wrapper):
        answer += _following(parent, questions)
    if _says(answer):
        yield Found(question.inner, tuple(answer))


def _following(tag: Tag, questions: Questions) -> list[PageElement]:
    nodes: list[PageElement] = []
    for node in tag.next_siblings:
        if questions.begins_another(node):
            break
        nodes.append(node)
    return nodes


def _says(nodes: Iterable[PageElement]) -> bool:
    return any(clean_text(node.get_text()) for node in nodes)


def _is_first(tag: Tag) -> bool:
    """Whether nothing is said before an element in its parent, but for a number or a sign."""
    return len("".join(clean_text(node.get_text()) for node in tag.previous_siblings)) <= 3


def _under_faq_heading(questions: Questions) -> Iterator[Found]:
    """A FAQ heading, then deeper headings, or headings of its level that ask, until one that does neither."""
    level = 0
    for tag in questions.tree.headings:
        text = text_in(tag)
        if level and questions.is_done(tag):
            level = 0
        elif level and text and (HEADINGS[tag.name] > level or (HEADINGS[tag.name] == level and is_question(text))):
            yield from _heading_and_answer(tag, questions)
        elif text:
            level = HEADINGS[tag.name] if tag.name != "h1" and FAQ_HEADING.search(text) else 0


def _after_conclusion(questions: Questions) -> Iterator[Found]:
    """Question headings directly after the article's conclusion, under no heading of their own, two or more."""
    after = False
    run: list[Tag] = []
    for tag in questions.tree.headings:
        if after and is_question(text_in(tag)) and (not run or run[0].name == tag.name):
            run.append(tag)
        elif after and run:
            break
        else:
            after = bool(_CONCLUSION.match(text_in(tag))) and tag.name != "h1"
    if len(run) > 1:
        for tag in run:
            yield from _heading_and_answer(tag, questions)


def _heading_and_answer(heading: Tag, questions: Questions) -> Iterator[Found]:
    wrapper = widened(heading, text_in(heading))
    answer = []
    for node in wrapper.next_siblings:
        if isinstance(node, Tag) and (node.name in HEADINGS or is_boilerplate(node) or node.find(list(HEADINGS))):
            break
        answer.append(node)
    if _says(answer):
        yield Found(heading, tuple(answer))


def _classes(names: str, *, only_faqs: bool = False) -> Reader:
    """A row for a markup by its class names: those of the item, of its question and of its answer."""
    item, question, answer = names.split()
    return partial(_by_class, item, question, answer, only_faqs=only_faqs)


_DOTDASH = "mntl-sc-block-questionandanswer"
_GUTENBERG = "wp-block-accordion"
_ULTIMATE = "wp-block-ub-content-toggle-accordion"

READERS: tuple[tuple[str, Reader], ...] = (
    ("Yoast", _classes("schema-faq-section schema-faq-question schema-faq-answer", only_faqs=True)),
    ("Rank Math", _classes("rank-math-list-item rank-math-question rank-math-answer", only_faqs=True)),
    ("AIOSEO", _classes("wp-block-aioseo-faq aioseo-faq-block-question aioseo-faq-block-answer", only_faqs=True)),
    ("SEOPress", _classes("wpseopress-faq wpseopress-faq-question wpseopress-faq-answer", only_faqs=True)),
    ("Spectra", _classes("uagb-faq-item uagb-question uagb-faq-content", only_faqs=True)),
    ("Dotdash", _classes(f"{_DOTDASH} {_DOTDASH}__question {_DOTDASH}__answer", only_faqs=True)),
    ("microdata", partial(_by_schema, "itemtype", "itemprop")),
    ("RDFa", partial(_by_schema, "typeof", "property")),
    ("Elementor accordion", _classes("elementor-accordion-item elementor-tab-title elementor-tab-content")),
    ("Elementor toggle", _classes("elementor-toggle-item elementor-tab-title elementor-tab-content")),
    ("WordPress accordion", _classes(f"{_GUTENBERG}-item {_GUTENBERG}-heading__toggle-title {_GUTENBERG}-panel")),
    ("Kadence", _classes("kt-accordion-pane kt-blocks-accordion-title kt-accordion-panel-inner")),
    ("Ultimate Blocks", _classes(f"{_ULTIMATE} {_ULTIMATE}-title {_ULTIMATE}-content-wrap")),
    ("Divi", _classes("et_pb_toggle et_pb_toggle_title et_pb_toggle_content")),
    ("Essential Addons", _classes("eael-accordion-list eael-accordion-tab-title eael-accordion-content")),
    ("WPBakery toggle", _classes("vc_toggle vc_toggle_title vc_toggle_content")),
    ("WPBakery panel", _classes("vc_tta-panel vc_tta-title-text vc_tta-panel-body")),
    ("Avada", _classes("fusion-panel fusion-toggle-heading panel-body")),
    ("Beaver Builder", _classes("fl-accordion-item fl-accordion-button-label fl-accordion-content")),
    ("Ghost", _classes("kg-toggle-card kg-toggle-heading-text kg-toggle-content")),
    ("Easy Accordion", _classes("sp-ea-single ea-header ea-body")),
    ("Shortcodes Ultimate", _classes("su-spoiler su-spoiler-title su-spoiler-content")),
    ("Bricks", _classes("accordion-item accordion-title-wrapper accordion-content-wrapper")),
    ("Squarespace", _classes("accordion-item accordion-item__title accordion-item__description")),
    ("Bootstrap 5", _classes("accordion-item accordion-button accordion-body")),
    ("MUI", _classes("MuiAccordion-root MuiAccordionSummary-content MuiAccordionDetails-root")),
    ("Chakra", _classes("chakra-accordion__item chakra-accordion__button chakra-accordion__panel")),
    ("Lightweight Accordion", _classes("lightweight-accordion lightweight-accordion-title lightweight-accordion-body")),
    ("details", _details),
    ("definition list", _definitions),
    ("controls", _controls),
    ("headings under a FAQ heading", _under_faq_heading),
    ("question headings after the conclusion", _after_conclusion),
    ("questions that stand alone", _standing_in_context),
)
