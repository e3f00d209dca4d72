"""A page's JSON-LD: all objects in it, however deep. A block is read at a time: a broken one loses only itself."""

import json
import re
from collections.abc import Iterator
from typing import Any

from .markup import Tree, attr

Node = dict[str, Any]  # one object of JSON-LD
MAX_DEPTH = 100


def json_ld(tree: Tree) -> tuple[tuple[Node, ...], int]:
    """All objects in the page's JSON-LD blocks, however deep, and how many blocks were broken."""
    nodes: list[Node] = []
    broken = 0
    for script in tree.by_name["script"]:
        if "ld+json" in attr(script, "type").lower():
            try:
                nodes += _objects(json.loads(_bare(script.get_text()), strict=False))
            except (ValueError, RecursionError):
                broken += 1
    return tuple(nodes), broken


def types_of(node: Node) -> set[str]:
    """The schema.org types of a JSON-LD object, without namespace."""
    return {name.rpartition("/")[2] for name in as_list(node.get("@type")) if isinstance(name, str)}


def as_list(value: Any) -> list[Any]:
    """A JSON-LD value as a list: properties may have one value or several."""
    return value if isinstance(value, list) else [value]


def _bare(text: str) -> str:
    """JSON without the HTML comment or CDATA marks that some sites put around it."""
    return re.sub(r"^\s*(?:<!--|//\s*<!\[CDATA\[)|(?:-->|//\s*\]\]>)\s*$", "", text).strip().rstrip(";")


def _objects(value: Any) -> Iterator[Node]:
    stack = [(value, 0)]
    while stack:
        value, depth = stack.pop()
        if depth > MAX_DEPTH:
            raise ValueError("JSON-LD is nested too deep")
        if isinstance(value, dict):
            yield value
            stack += [(child, depth + 1) for child in reversed(value.values())]
        elif isinstance(value, list):
            stack += [(child, depth + 1) for child in reversed(value)]
