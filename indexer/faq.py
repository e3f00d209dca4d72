"""A page's questions and answers: found in any markup, each once, with the mark of where it stood.

Strategy: readers (`faq_readers.READERS`) find (question element, answer nodes, the item that holds both); everything
else is done here, once for all of them: texts, anchors, duplicates, JSON-LD, and the mark that is left in the tree,
which tells whether the FAQ was inside the article and under which heading. FAQs are read on the whole tree, before
boilerplate goes: what removes boilerplate would also remove folded answers.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bs4.element import PageElement, Tag

from .blocks import blocks_in
from .faq_readers import READERS
from .json_ld import Node, as_list, types_of
from .mainpart import FAQ_MARK, LINKS, MENU_LINKS
from .markup import Tree, attr, clean_text, soup, text_in
from .model import Block, Faq
from .questions import Found, Questions, bare_question, key_of

_ANSWER_MARK = re.compile(r"^(?:a|answer|antwort)\s*[:.)]\s*", re.IGNORECASE)


def take_faqs(tree: Tree, declared: Iterable[Faq] = ()) -> tuple[Faq, ...]:
    """Reads every FAQ and takes it out of the tree; `<advice-faq n=…>` stands in its place, numbered from 0.

    `declared` are the FAQs of the page's JSON-LD, whose questions are known to be some wherever they stand.
    """
    for foreign in tree.by_name[FAQ_MARK]:
        foreign.name = "div"  # no page may set marks of its own
    faqs: list[Faq] = []
    taken: set[int] = set()
    questions = Questions(tree, frozenset(key_of(faq.question) for faq in declared))
    for _, reader in READERS:
        accepted = []
        for found in list(reader(questions)):
            inside = [
                tag
                for node in (found.item or found.question, *found.answer)
                if isinstance(node, Tag)
                for tag in (node, *node.find_all(True))
            ]
            if not taken.isdisjoint(map(id, inside)) or _is_inside_taken(found.question, taken):
                continue
            if faq := _faq(found):
                taken.update(map(id, inside))
                _mark(tree, found, len(faqs), faq)
                faqs.append(faq)
                accepted.append(found.question)
        questions.close_zones(accepted)
    return tuple(faqs)


def _is_inside_taken(tag: Tag, taken: set[int]) -> bool:
    return any(id(parent) in taken for parent in tag.parents)


def _faq(found: Found) -> Faq | None:
    question, blocks = bare_question(text_in(found.question)), _without_mark(blocks_in(found.answer))
    anchor = next((identifier for place in _places(found) if (identifier := attr(place, "id"))), "")
    return Faq(question, anchor, blocks) if question and blocks and not _mostly_links(found.answer) else None


def _places(found: Found) -> Iterator[Tag]:
    """Where a FAQ may have its id, best first: its item, what is between that and the question, and in the question."""
    if found.item is not None:
        yield found.item
        inside = {id(tag) for tag in found.item.find_all(True)}
        yield from (parent for parent in found.question.parents if id(parent) in inside)
    yield from (found.question, *found.question.find_all(True))


def _mostly_links(nodes: Iterable[PageElement]) -> bool:
    """Whether an "answer" is a table of contents or a menu: three links or more, and little beside them."""
    tags = [node for node in nodes if isinstance(node, Tag)]
    links = [link for tag in tags for link in ([tag] if tag.name == "a" else tag.find_all("a"))]
    said = sum(len(tag.get_text(strip=True)) for tag in tags)
    return len(links) >= MENU_LINKS and sum(len(link.get_text(strip=True)) for link in links) > LINKS * said


def _without_mark(blocks: tuple[Block, ...]) -> tuple[Block, ...]:
    """An answer without the "A:" before it."""
    if not blocks:
        return ()
    first = replace(blocks[0], text=_ANSWER_MARK.sub("", blocks[0].text))
    return (*((first,) if first.text else ()), *blocks[1:])


def _mark(tree: Tree, found: Found, number: int, faq: Faq) -> None:
    mark = tree.soup.new_tag(FAQ_MARK, attrs={"n": str(number), "size": str(len(faq.question) + len(faq.answer))})
    (found.item or found.question).replace_with(mark)
    for node in found.answer if found.item is None else ():
        node.extract()


def faqs_from_json_ld(nodes: tuple[Node, ...]) -> tuple[Faq, ...]:
    """The entries of every FAQPage; Question objects may be inside it or referred to by `@id`."""
    by_id = {node["@id"]: node for node in nodes if isinstance(node.get("@id"), str) and "name" in node}
    entries = (entry for page in nodes if "FAQPage" in types_of(page) for entry in as_list(page.get("mainEntity")))
    resolved = (by_id.get(str(entry.get("@id", "")), entry) for entry in entries if isinstance(entry, dict))
    return tuple(faq for node in resolved if (faq := _faq_from_node(node)))


def _faq_from_node(node: Node) -> Faq | None:
    texts = [answer.get("text") for answer in as_list(node.get("acceptedAnswer")) if isinstance(answer, dict)]
    name, html = node.get("name"), next((text for text in texts if isinstance(text, str)), "")
    question = clean_text(soup(name).get_text()) if isinstance(name, str) else ""
    blocks = blocks_in([soup(f"<body>{html}</body>")]) if html else ()
    return Faq(question, "", blocks) if question and blocks else None


def merge(visible: Iterable[Faq], declared: Iterable[Faq]) -> tuple[Faq, ...]:
    """Each question once: as the page shows it, with its anchor, where it shows it; else as JSON-LD declares it."""
    merged: dict[str, Faq] = {}
    for faq in (*visible, *declared):
        key = key_of(faq.question)
        before = merged.setdefault(key, faq)
        if not before.anchor and faq.anchor:
            merged[key] = replace(before, anchor=faq.anchor)
    return tuple(merged.values())
