"""Results as a person reads them in a terminal: `Results` to rich renderables.

Strategy: every text is wrapped here, under its indentation, so that it can stay whole where nothing is wrapped, as in a
pipe. What people wrote goes through `plain`, and is never read as markup. This file knows no engine and prints nothing.
"""

import re
import string
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import count
from urllib.parse import quote

from rich.console import Console, ConsoleOptions, RenderResult
from rich.style import Style
from rich.text import Text

from indexer.model import Block, Passage
from indexer.plain import TAB, plain, plain_line

from .confidence import UNSURE
from .model import Group, Hit, Place, Query, Results
from .ranking import SIGNALS
from .reply import Reply

MOST_COLUMNS = 100  # longer lines are hard to read
MOST_NAMED = 10  # unknown words; a letter in another language has hundreds
TITLE, HEADING, MARK, ASIDE = "bold magenta", "bold", "bold underline", "dim"  # magenta shows on black and on white

_KINDS = {"section": "Section", "faq": "Question and answer"}
_BEGINNING = "The beginning of the article"
_LOOKS = {"quote": ("│ ", "│ "), "code": (TAB, TAB), "definition": (TAB, TAB)}
_TO_TRY = (
    "Say it more simply, or with other words: “shuts me out” instead of “stonewalling”.",
    "Leave out names and places; keep what happened and how you feel.",
    "Leave out quotation marks and minus signs, if you used any.",
    "Browse the topics: advice serve",
)

Lines = Iterator["Indented"]


@dataclass(frozen=True, slots=True)
class Indented:
    """A text, and what its first line and its further ones begin with. It is wrapped to the console's width, unless it
    or the console is not to be wrapped; print it uncropped."""

    text: Text
    first: str = ""
    rest: str = ""

    def __rich_console__(self, console: Console, options: ConsoleOptions) -> RenderResult:
        """The lines, without spaces at their ends."""
        width = max(min(options.max_width, MOST_COLUMNS) - len(self.first), 1)
        is_whole = options.no_wrap or self.text.no_wrap
        lines = self.text.split(allow_blank=True) if is_whole else self.text.wrap(console, width)
        for number, line in enumerate(lines):
            begun = Text(self.rest if number else self.first, no_wrap=True, overflow="ignore").append_text(line)
            begun.rstrip()
            yield begun


_BLANK = Indented(Text())


def told(results: Results, literal: str) -> Lines:
    """What people should know about results; `literal` says how to search for what was typed."""
    for note in filter(None, (_corrected(results.query, literal), _ignored(results.ignored), _uncertain(results))):
        yield _item("", note)
    if not results.hits:
        yield from (_item("  - ", advice) for advice in _TO_TRY)


def _corrected(query: Query, literal: str) -> str:
    """Only the words that were replaced: a letter is too long to be shown again."""
    if not query.corrected:
        return ""
    typed, meant = (re.findall(r"[\w'’]+", text) for text in (query.question, query.corrected))
    changes = SequenceMatcher(None, typed, meant).get_opcodes()
    pairs = ((typed[a:b], meant[c:d]) for change, a, b, c, d in changes if change != "equal")
    replaced = ", ".join(f"“{' '.join(after)}” instead of “{' '.join(before)}”" for before, after in pairs)
    return f"Showing results for {replaced}. {literal}"


def _ignored(words: tuple[str, ...]) -> str:
    named = ", ".join(map(plain_line, words[:MOST_NAMED]))
    more = f" and {len(words) - MOST_NAMED} other words" if len(words) > MOST_NAMED else ""
    return f"No article has: {named}{more}." if words else ""


def _uncertain(results: Results) -> str:
    if not results.hits:
        return "We found no passage with these words. What you can try:"
    if results.confidence is not None and results.confidence < UNSURE:
        return "We have no advice on this yet. These passages are the nearest that we have."
    return ""


def in_order(results: Results) -> tuple[Hit, ...]:
    """The hits as people see and number them: those of an article together."""
    return tuple(hit for group in results.groups for hit in (*group.hits, *_further(results, group)))


def _further(results: Results, group: Group) -> tuple[Hit, ...]:
    """The hits of an article for which its group has no room."""
    return tuple(hit for hit in results.hits if hit.passage.url == group.url)[len(group.hits) :]


def composed(reply: Reply) -> Lines:
    """Sentences that were quoted from several articles, and a letter's concerns, each with where it leads."""
    for found in reply.quotes:
        for text in found.texts:
            yield _item("│ ", plain_line(text))
        yield _item("  – ", plain_line(found.passage.title), ASIDE)
        yield _address(found.passage)
        yield _BLANK
    for concern in reply.concerns:
        yield _item("", f"“{plain_line(concern.text)}”", HEADING)
        for hit in concern.hits:
            yield _item(TAB, _heading(hit.passage))
            yield _address(hit.passage)
        yield _BLANK


def listing(results: Results, first: int = 1, explain: bool = False) -> Lines:
    """The hits under their articles' titles, numbered from `first`; `explain` adds what each signal gave. Those for
    which a group has no room are named only."""
    numbers = count(first)
    for group in results.groups:
        yield _title(group.title)
        for place, hit in enumerate((*group.hits, *_further(results, group))):
            yield from _hit(next(numbers), hit, quoted=place < len(group.hits))
            yield from _signals(hit) if explain else ()
            yield _BLANK


def _title(title: str) -> Indented:
    return _item("", plain_line(title), TITLE)


def _item(first: str, text: str | Text, style: str = "") -> Indented:
    """A text whose further lines begin where the text of its first line does."""
    return Indented(Text(text, style) if isinstance(text, str) else text, first, " " * len(first))


def _hit(number: int, hit: Hit, quoted: bool) -> Lines:
    passage = hit.passage
    yield _item(f"{number:>2}. ", _heading(passage), HEADING)
    if quoted:
        yield _item(TAB, _kind(passage), ASIDE)
        yield _item(TAB, _marked(hit.excerpt.pieces))
    yield _address(passage)
    yield from _copies(hit)


def _heading(passage: Passage) -> str:
    return plain_line(passage.heading) or _BEGINNING


def _kind(passage: Passage) -> str:
    part = f"part {passage.part}" if passage.part > 1 else ""
    above = " › ".join(map(plain_line, passage.heading_path[:-1]))
    return " · ".join(filter(None, (_KINDS[passage.kind], part, above)))


def _marked(pieces: Iterable[tuple[str, bool]]) -> Text:
    return Text.assemble(*((plain(text), MARK if marked else "") for text, marked in pieces))


def _address(passage: Passage, before: str = TAB) -> Indented:
    """Where the passage is: to be read and copied everywhere, so it is not cut into lines, and to be followed where the
    terminal can."""
    address = plain_line(passage.address)
    is_web = address.startswith(("https://", "http://"))
    style = Style(link=quote(address, safe=string.punctuation)) if is_web else ""
    return _item(before, Text(address, style, no_wrap=True))


def _copies(hit: Hit) -> Lines:
    if hit.copies:
        yield _item(TAB, "Said in the same words in:", ASIDE)
    for copy in hit.copies:
        yield _item(TAB, f"  {plain_line(copy.title)}")
        yield _address(copy, f"{TAB}  ")


def _signals(hit: Hit) -> Lines:
    for signal in SIGNALS:
        yield _item(f"{TAB}{hit.signals[signal.name]:10.5f}  ", f"{signal.name}: {signal.reason}")
    matched = plain_line(", ".join(sorted(hit.matched)))
    yield _item(f"{TAB}{hit.score:10.5f}  ", f"score, at rank {hit.rank}; matched: {matched}")


def in_full(hit: Hit, places: Callable[[str], list[Place]]) -> Lines:
    """A hit's whole passage, with its place in the article and its source; `places` finds the words to mark."""
    passage = hit.passage
    yield _title(passage.title)
    yield _item("", _heading(passage), HEADING)
    yield _item("", _kind(passage), ASIDE)
    before = ""
    for block in passage.blocks:
        if not before == block.kind in ("item", "row"):
            yield _BLANK
        yield _block(block, places)
        before = block.kind
    yield _BLANK
    yield _address(passage, "")
    yield from _copies(hit)


def _block(block: Block, places: Callable[[str], list[Place]]) -> Indented:
    first = f"{plain_line(block.marker)} " if block.marker else "  " if block.kind == "item" else ""
    first, rest = _LOOKS.get(block.kind, (first, " " * len(first)))
    text = _marked(_pieces(block.text, places(block.text)))
    if block.kind == "term":
        text.stylize(HEADING)
    return Indented(text, first, rest)


def _pieces(text: str, places: list[Place]) -> Iterator[tuple[str, bool]]:
    done = 0
    for _, start, end in places:
        yield text[done:start], False
        yield text[start:end], True
        done = end
    yield text[done:], False
