"""Question after question, each with its results: what `advice ask` does with what somebody types.

Strategy: what is typed is a question, unless it is a number or one of a few short commands. Only the last question and
its results are kept, in memory. Before each question, a newly published generation takes over.
"""

from collections.abc import Callable
from dataclasses import replace

from rich.text import Text

from indexer.console import out, show

from .answer import grouped
from .live import LiveEngine
from .marks import Marker
from .model import Hit, Query, QuestionError, Results
from .ranking import Weights
from .reply import answered
from .terminal import ASIDE, Indented, in_full, in_order, listing, told
from .terminal_help import in_danger

LONGEST_NUMBER = 3  # digits of a hit's number: "2020" is a question
AS_TYPED = "To search for what you typed, enter l."
NOTHING_TO_SHOW = "There is nothing to show. Ask a question in your own words; ? helps."
NO_RESULTS = Results(Query(""), (), (), (), 0.0)


class Conversation:
    """Answers each question with its `k` best passages, and then shows what else somebody wants to see of them;
    where a question speaks of danger, first who helps in a country."""

    def __init__(self, live: LiveEngine, weights: Weights, k: int, literal: bool = False, country: str = "") -> None:
        self._live, self._weights, self._k, self._literal = live, weights, k, literal
        self._country = country
        self._engine = live.engine
        self._results = NO_RESULTS
        self._listed: list[Hit] = []  # in the order of their numbers
        self._page: list[Indented] = []

    def ask(self, question: str, as_typed: str, literal: bool = False) -> bool:
        """Prints the results of a question, and whether there are any; `as_typed` says how to get those of the words as
        they were typed. Raises QuestionError."""
        self._live.look()
        self._engine = self._live.engine
        literal = literal or self._literal
        self._results = answered(self._engine, question, literal, self._weights)
        self._listed = []
        show(out, in_danger(self._results.query.danger, self._country))
        show(out, told(self._results, as_typed))
        self._turn_page()
        return bool(self._results.hits)

    def hear(self, line: str) -> None:
        """Does what somebody typed, and says what can be typed next."""
        said = line.strip()
        try:
            if said.isdecimal() and len(said) <= LONGEST_NUMBER:
                self._open(int(said))
            elif said in COMMANDS:
                COMMANDS[said](self)
            else:
                self.ask(said, AS_TYPED)
                self._say_how_to_go_on()
        except QuestionError as error:
            _say(str(error))

    def more(self) -> None:
        """Prints the next passages."""
        if self._left:
            self._turn_page()
            self._say_how_to_go_on()
        else:
            _say(NOTHING_TO_SHOW)

    def again(self) -> None:
        """Prints the last passages again, for who has opened one of them."""
        if self._page:
            show(out, self._page)
            self._say_how_to_go_on()
        else:
            _say(NOTHING_TO_SHOW)

    def as_typed(self) -> None:
        """Prints the results of the last question without its corrections."""
        self.ask(self._results.query.question, AS_TYPED, literal=True)
        self._say_how_to_go_on()

    def help(self) -> None:
        """Prints what can be typed."""
        show(out, [Indented(Text(does), f"  {typed}  ", " " * 5) for typed, does in HELP])

    def _open(self, number: int) -> None:
        if not 1 <= number <= len(self._listed):
            _say(f"There is no passage {number} in the list.")
            return
        show(out, in_full(self._listed[number - 1], Marker(self._results.query, self._engine).places))

    @property
    def _left(self) -> bool:
        return len(self._listed) < len(self._results.hits)

    def _turn_page(self) -> None:
        start = len(self._listed)
        hits = self._results.hits[start : start + self._k]
        page = replace(self._results, hits=hits, groups=grouped(hits))
        self._page = list(listing(page, start + 1))
        self._listed += in_order(page)
        show(out, self._page)

    def _say_how_to_go_on(self) -> None:
        if self._listed:
            more = " Enter shows more," if self._left else ""
            _say(f"A number opens a passage,{more} ? helps.", ASIDE)


def _say(text: str, style: str = "") -> None:
    show(out, [Indented(Text(text, style))])


COMMANDS: dict[str, Callable[[Conversation], None]] = {
    "": Conversation.more,
    "n": Conversation.more,
    "r": Conversation.again,
    "l": Conversation.as_typed,
    "?": Conversation.help,
}
HELP = (
    ("3", "opens passage 3"),
    ("n", "shows the next passages, and so does Enter alone"),
    ("r", "shows the last passages again"),
    ("l", "searches for the words of your question as you typed them"),
    ("?", "shows this help"),
    ("q", "leaves, and so does Ctrl-D"),
    ("…", "anything else is a question; it is kept until you leave, and written down nowhere"),
)
