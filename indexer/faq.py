"""Questions and answers, in the markups that FAQ plugins, page builders and authors make.

Strategy: one small reader a markup, and the table of them, READERS. A reader finds (question element, answer nodes,
the item that holds both); everything else is done once for all of them: texts, anchors, duplicates, and the mark that
is left in the tree where the FAQ stood, which tells whether it was inside the article and under which heading.
FAQs are read on the whole tree, before boilerplate goes: what removes boilerplate would also remove folded answers.
"""

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import partial
from typing import Any

from bs4.element import PageElement, Tag

from .mainpart import FAQ_MARK, is_boilerplate
from .markup import HEADINGS, Tree, attr, blocks_in, clean_text, says_only, soup, text_in
from .metadata import Node, types_of
from .model import Faq


@dataclass(frozen=True, slots=True)
class Found:
    """A FAQ as a reader found it. `item` is the one element that holds it, if there is one."""

    question: Tag
    answer: tuple[PageElement, ...]
    item: Tag | None = None


Reader = Callable[[Tree], Iterable[Found]]

_QUESTION_WORDS = re.compile(
    r"(?:how|why|what|when|where|who|which|whose|can|could|should|would|will|is|are|am|was|were|do|does|did|has|have"
    r"|may|wie|was|warum|wann|wer|wo|welche\w*|kann|soll\w*|ist|sind|darf|muss)\b",
    re.IGNORECASE,
)
_NUMBERING = re.compile(r"^\s*(?:(?:q|question|frage)\s*\d*\s*[:.)-]\s*|#?\d{1,3}\s*[:.)]\s+)", re.IGNORECASE)
_FAQ_HEADING = re.compile(
    r"\bfaqs?\b|(?:frequently|commonly|often) asked|(?:common|popular|reader|your) questions"
    r"|questions (?:people|readers|we)\b|questions (?:and|&) answers|q\s?(?:&|and)\s?a\b"
    r"|häufig\w* (?:gestellte )?fragen|oft gestellte fragen"
    r"|questions fréquentes|preguntas frecuentes|domande frequenti|perguntas frequentes|veelgestelde vragen",
    re.IGNORECASE,
)
_CONCLUSION = re.compile(
    r"(?:(?:in )?conclusion|final (?:thoughts?|words?)|last words?|to sum up|summing up|in short|(?:in )?summary"
    r"|wrapping up|wrap-?up|(?:key )?takeaways?|(?:the )?bottom line|fazit|schlusswort|conclusión|conclusie)\b",
    re.IGNORECASE,
)


def is_question(text: str) -> bool:
    """Whether words ask something: a question mark at the end, or a question word first and no end of sentence."""
    bare = _NUMBERING.sub("", text)
    return bare.endswith(("?", "？", "؟")) or bool(_QUESTION_WORDS.match(bare) and not bare.endswith((".", ":", "!")))


def _by_class(item: str, question: str, answer: str, only_questions: bool, tree: Tree) -> Iterator[Found]:
    """Markups that name their parts by class. General accordions hold other things too: `only_questions` of them."""
    for tag in tree.by_class.get(item, []):
        asked = tag.find(class_=question)
        answers = tuple(found for found in tag.find_all(class_=answer) if found.find_parent(class_=item) is tag)
        if isinstance(asked, Tag) and answers and (not only_questions or is_question(text_in(asked))):
            yield Found(asked, answers, tag)


def _details(tree: Tree) -> Iterator[Found]:
    """`<details>` whose summary is a question; tables of contents and menus fold in the same clothes."""
    for tag in tree.by_name["details"]:
        summary = tag.find("summary", recursive=False)
        if isinstance(summary, Tag) and is_question(text_in(summary)):
            yield Found(summary, tuple(summary.next_siblings), tag)


def _microdata(tree: Tree) -> Iterator[Found]:
    """schema.org/Question as microdata (https://schema.org/FAQPage); forum threads (QAPage) are no FAQ."""
    for tag in tree.soup.find_all(itemtype=re.compile(r"schema\.org/Question$", re.IGNORECASE)):
        page = tag.find_parent(itemtype=re.compile("schema.org/QAPage", re.IGNORECASE))
        name, answer = tag.find(itemprop="name"), tag.find(itemprop="text")
        if page is None and isinstance(name, Tag) and isinstance(answer, Tag):
            yield Found(name, (answer,), tag)


def _under_faq_heading(tree: Tree) -> Iterator[Found]:
    """A FAQ heading, then deeper headings, or headings of its level that ask, until one that does neither."""
    level = 0
    for tag in tree.headings:
        if level and (HEADINGS[tag.name] > level or (HEADINGS[tag.name] == level and is_question(text_in(tag)))):
            yield from _heading_and_answer(tag)
        else:
            level = HEADINGS[tag.name] if tag.name != "h1" and _FAQ_HEADING.search(text_in(tag)) else 0


def _after_conclusion(tree: Tree) -> Iterator[Found]:
    """Question headings directly after the article's conclusion, under no heading of their own, two or more."""
    after = False
    run: list[Tag] = []
    for tag in tree.headings:
        if after and is_question(text_in(tag)) and (not run or run[0].name == tag.name):
            run.append(tag)
        elif after and run:
            break
        else:
            after = bool(_CONCLUSION.match(text_in(tag))) and tag.name != "h1"
    if len(run) > 1:
        for tag in run:
            yield from _heading_and_answer(tag)


def _heading_and_answer(heading: Tag) -> Iterator[Found]:
    """The nodes after a heading, or after the widest wrapper that holds nothing else, up to the next heading."""
    wrapper, text = heading, text_in(heading)
    while wrapper.parent is not None and wrapper.parent.name != "body" and says_only(wrapper.parent, text):
        wrapper = wrapper.parent
    answer = []
    for node in wrapper.next_siblings:
        if isinstance(node, Tag) and (node.name in HEADINGS or is_boilerplate(node) or node.find(list(HEADINGS))):
            break
        answer.append(node)
    if any(clean_text(node.get_text()) for node in answer):
        yield Found(heading, tuple(answer))


_ELEMENTOR_TAB = ("elementor-tab-title", "elementor-tab-content")
READERS: tuple[tuple[str, Reader], ...] = (
    ("Yoast FAQ block", partial(_by_class, "schema-faq-section", "schema-faq-question", "schema-faq-answer", False)),
    ("Rank Math", partial(_by_class, "rank-math-list-item", "rank-math-question", "rank-math-answer", False)),
    ("Elementor accordion", partial(_by_class, "elementor-accordion-item", *_ELEMENTOR_TAB, True)),
    ("Elementor toggle", partial(_by_class, "elementor-toggle-item", *_ELEMENTOR_TAB, True)),
    ("microdata", _microdata),
    ("details", _details),
    ("headings under a FAQ heading", _under_faq_heading),
    ("question headings after the conclusion", _after_conclusion),
)


def take_faqs(tree: Tree) -> tuple[Faq, ...]:
    """Reads every FAQ and takes it out of the tree; `<advice-faq n=…>` stands in its place, numbered from 0."""
    faqs: list[Faq] = []
    taken: set[int] = set()
    for _, reader in READERS:
        for found in list(reader(tree)):
            if id(found.question) not in taken and (faq := _faq(found)):
                inside = found.item or found.question
                taken.update(id(tag) for tag in (inside, *inside.find_all(True)))
                _mark(tree, found, len(faqs), faq)
                faqs.append(faq)
    return tuple(faqs)


def _faq(found: Found) -> Faq | None:
    question, blocks = _NUMBERING.sub("", text_in(found.question)).strip(" +−–▾▸›"), blocks_in(found.answer)
    item_id = attr(found.item, "id") if found.item else ""
    inner = (attr(tag, "id") for tag in (found.question, *found.question.find_all(True)))
    anchor = item_id or next(filter(None, inner), "")
    return Faq(question, anchor, blocks) if question and blocks else None


def _mark(tree: Tree, found: Found, number: int, faq: Faq) -> None:
    mark = tree.soup.new_tag(FAQ_MARK, attrs={"n": str(number), "size": str(len(faq.question) + len(faq.answer))})
    (found.item or found.question).replace_with(mark)
    for node in found.answer if found.item is None else ():
        node.extract()


def faqs_from_json_ld(nodes: tuple[Node, ...]) -> tuple[Faq, ...]:
    """The entries of every FAQPage; Question objects may be inside it or referred to by `@id`."""
    by_id = {str(node["@id"]): node for node in nodes if "@id" in node and "name" in node}
    entries = (entry for page in nodes if "FAQPage" in types_of(page) for entry in _as_list(page.get("mainEntity")))
    resolved = (by_id.get(str(entry.get("@id")), entry) for entry in entries if isinstance(entry, dict))
    return tuple(faq for node in resolved if (faq := _faq_from_node(node)))


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _faq_from_node(node: Node) -> Faq | None:
    texts = [answer.get("text") for answer in _as_list(node.get("acceptedAnswer")) if isinstance(answer, dict)]
    name, html = node.get("name"), next((text for text in texts if isinstance(text, str)), "")
    blocks = blocks_in([soup(f"<body>{html}</body>")]) if html else ()
    return Faq(clean_text(soup(name).get_text()), "", blocks) if isinstance(name, str) and name and blocks else None


def merge(visible: Iterable[Faq], declared: Iterable[Faq]) -> tuple[Faq, ...]:
    """Each question once: as the page shows it, with its anchor, where it shows it; else as JSON-LD declares it."""
    merged: dict[str, Faq] = {}
    for faq in (*visible, *declared):
        key = re.sub(r"\W+", "", _NUMBERING.sub("", faq.question).casefold())
        before = merged.setdefault(key, faq)
        if not before.anchor and faq.anchor:
            merged[key] = replace(before, anchor=faq.anchor)
    return tuple(merged.values())
