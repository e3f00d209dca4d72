"""Writes settings as TOML, which the standard library only reads."""

import json
from collections.abc import Mapping


def as_toml(values: Mapping[str, object]) -> str:
    """A file with these values: texts, numbers, lists and mappings."""
    return "".join(f"{json.dumps(name, ensure_ascii=False)} = {_value(value)}\n" for name, value in values.items())


def _value(value: object) -> str:
    if isinstance(value, Mapping):
        return (
            "{"
            + ", ".join(f"{json.dumps(name, ensure_ascii=False)} = {_value(one)}" for name, one in value.items())
            + "}"
        )
    if isinstance(value, list | tuple):
        return "[" + ", ".join(map(_value, value)) + "]"
    return json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
