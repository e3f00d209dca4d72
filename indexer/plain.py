"""Text that a terminal only shows: what it would obey instead is taken away.

Strategy: whole escape sequences go first, so that nothing of them is left over; then every control character, whatever
stood around it. Marks of direction go too, because one of them can turn round the rest of the screen's line; letters of
scripts that are written from right to left stay as they are, and so do the joiners that some scripts need.
"""

import re

TAB = " " * 4

# ECMA-48, section 5: control sequences such as colours, and control strings such as a window's title or a hyperlink
_SEQUENCES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]|(?:\x1b[]PX^_]|[\x90\x98\x9d-\x9f])[^\x07\x1b\x9c]*(?:\x07|\x1b\\|\x9c)"
)
_CONTROLS = (*range(0x20), *range(0x7F, 0xA0))
_INVISIBLE = (0xAD, 0x61C, 0x200B, 0x200E, 0x200F, *range(0x202A, 0x202F), *range(0x2060, 0x2070), 0xFEFF)
_BREAKS = dict.fromkeys(map(ord, "\n\x85\u2028\u2029"), "\n")
_SPACES = dict.fromkeys(map(ord, "\r\v\f"), " ") | {ord("\t"): TAB}
_HARMLESS = dict.fromkeys((*_CONTROLS, *_INVISIBLE), "") | _BREAKS | _SPACES


def plain(text: str) -> str:
    """A text without escape sequences, control characters and marks of direction; its lines stay."""
    return _SEQUENCES.sub("", text).translate(_HARMLESS)


def plain_line(text: str) -> str:
    """The same on one line."""
    return " ".join(plain(text).split())
