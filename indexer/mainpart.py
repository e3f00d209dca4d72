"""Boilerplate out, article in.

Strategy: (1) what markup or vocabulary says is boilerplate goes, by the tables in `boilerplate`;
(2) the main part is the deepest element that still holds nearly all of what is left, so no table of content-class
names is needed; (3) inside it, blocks that are mostly links go. An element that holds a large part of the page's
text is never dropped for its class names: themes put words like "sidebar" on the outermost wrapper.
This file does not know about sections or FAQs; a FAQ that was read before stands in the tree as `FAQ_MARK`.
"""

from bs4.element import Tag

from .boilerplate import RULES
from .markup import HEADINGS, UNREAD, Tree, attr, is_text

FAQ_MARK = "advice-faq"  # the element that stands where a FAQ was taken out; its `n` is the FAQ's number

MOST = 0.9  # a child that holds this share of an element's text is where the main part goes on
STANDFIRST_WORDS = 12  # a paragraph between title and main part that has fewer is a label or a byline
TOO_MUCH = 0.4  # an element with this share of the page's text is not dropped for its class names
PROMOTION_SIZE = 600  # characters in a box that may be an advertisement
LINKS = 0.6  # a block with this share of its text in links, and MENU_LINKS links or more, is navigation
MENU_LINKS = 3


def main_part(tree: Tree) -> tuple[Tag, ...]:
    """Takes boilerplate out of the tree, and returns the elements that hold the article, in reading order.

    The last is the main part; before it come paragraphs that stand between the title and it, such as a standfirst.
    """
    _drop_by_rules(tree)
    sizes = _Sizes(tree.body)
    root = _descend(tree.body, sizes)
    _drop_link_blocks(root, sizes)
    return (*_standfirst(tree, root), root)


def _standfirst(tree: Tree, root: Tag) -> list[Tag]:
    place = tree.order.get(id(root), 0)
    start = max((at for tag in tree.by_name["h1"] if (at := tree.order[id(tag)]) < place), default=place)
    between = (tag for tag in tree.by_name["p"] if start < tree.order[id(tag)] < place and tree.body in tag.parents)
    return [tag for tag in between if len(tag.get_text().split()) >= STANDFIRST_WORDS]


class _Sizes:
    """Characters of text in each element, and of them in links; and how many links. One pass, children first."""

    def __init__(self, root: Tag) -> None:
        self.text: dict[int, int] = {}
        self.linked: dict[int, int] = {}
        self.links: dict[int, int] = {}
        for tag in reversed([root, *root.find_all(True)]):
            self._add(tag)

    def _add(self, tag: Tag) -> None:
        text = linked = links = 0
        for child in tag.children:
            if isinstance(child, Tag):
                if child.name not in UNREAD:
                    key = id(child)
                    text, linked, links = text + self.text[key], linked + self.linked[key], links + self.links[key]
            elif is_text(child):
                text += len(str(child).strip())
        if tag.name == FAQ_MARK:
            text += int(attr(tag, "size"))
        is_link = tag.name == "a"
        self.text[id(tag)], self.linked[id(tag)] = text, text if is_link else linked
        self.links[id(tag)] = links + is_link

    def of(self, tag: Tag) -> int:
        """Characters outside of links: what an article is made of."""
        return self.text[id(tag)] - self.linked[id(tag)]


def _drop_by_rules(tree: Tree) -> None:
    body, sizes = tree.body, _Sizes(tree.body)
    limit = TOO_MUCH * sizes.text[id(body)]
    gone: set[int] = set()
    for tag in body.find_all(True):
        if id(tag.parent) in gone:
            gone.add(id(tag))
        elif tag.name not in HEADINGS and _is_to_drop(tag, sizes.text[id(tag)], limit):
            gone.add(id(tag))
            tag.extract()


def _is_to_drop(tag: Tag, size: int, limit: float) -> bool:
    """Whether a rule says so. What has no text stays: it does no harm, and may be the anchor of a heading."""
    return size > 0 and any((rule.certain or size <= limit) and rule.matches(tag) for rule in RULES)


_BLOCKS = {"p", "ul", "ol", "dl", "table", "blockquote", "pre", "details", FAQ_MARK, *HEADINGS}  # never a whole article


def _descend(body: Tag, sizes: _Sizes) -> Tag:
    place = body
    while True:
        children = [child for child in place.children if isinstance(child, Tag) and child.name not in UNREAD]
        largest = max(children, key=sizes.of, default=None)
        if largest is None or largest.name in _BLOCKS or sizes.of(largest) < MOST * sizes.of(place):
            return place
        place = largest


def _drop_link_blocks(root: Tag, sizes: _Sizes) -> None:
    for tag in root.find_all(["ul", "ol", "div", "section", "details", "p", "table"]):
        text, links = sizes.text.get(id(tag), 0), sizes.links.get(id(tag), 0)
        if (links >= MENU_LINKS and sizes.linked[id(tag)] > LINKS * text) or (links and _is_promotion(tag, text)):
            tag.extract()


def _is_promotion(tag: Tag, size: int) -> bool:
    """A small box with a heading and a link that is tracked: it sells something; a reading link is not counted."""
    if size > PROMOTION_SIZE or tag.name not in ("div", "section"):
        return False
    return any("utm_" in attr(link, "href") for link in tag.find_all("a")) and tag.find(list(HEADINGS)) is not None
