"""What an audit gathers, and what it says. Knows nothing of browsers, processes or files."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field

MOST_SHOWN = 5  # leaks of one check, to people


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at. `examined` counts `what`, and `named` names it where it has names. A check that had
    nothing to look at proves nothing."""

    name: str
    examined: int
    what: str
    leaks: tuple[str, ...]
    named: tuple[str, ...] = ()

    @property
    def ok(self) -> bool:
        """Whether something was examined, and no leak found."""
        return bool(self.examined) and not self.leaks

    def line(self) -> str:
        """What it says to people."""
        rest = len(self.leaks) - MOST_SHOWN
        shown = [*self.leaks[:MOST_SHOWN], *([f"and {rest} more"] if rest > 0 else [])]
        found = "" if self.examined else ": there was nothing to look at"
        found = f": {'; '.join(shown)}" if shown else found
        return f"{'ok' if self.ok else 'LEAK':<4}  {self.name:<17}  {self.examined:>5} {self.what}{found}"

    def as_json(self) -> dict[str, object]:
        """What it says to programs."""
        return {**asdict(self), "ok": self.ok}


@dataclass(frozen=True, slots=True)
class Exchange:
    """A request and its answer, as they went over the wire; header names are in small letters."""

    method: str
    url: str
    status: int
    headers: tuple[tuple[str, str], ...]

    @property
    def where(self) -> str:
        """The request, without what it asked."""
        return f"{self.method} {self.url.partition('?')[0]}"


@dataclass(frozen=True, slots=True)
class Request:
    """A request that a page made, or a message that it sent over a WebSocket. `led` is true where it led the visitor to
    another page."""

    url: str
    page: str
    led: bool
    private: bool
    body: bytes = b""


@dataclass(frozen=True, slots=True)
class Look:
    """A page as it stood before the visitor. `entries` are the addresses and titles in the tab's history, `stored` what
    the browser keeps for it, by kind of storage."""

    step: str
    private: bool
    address: str
    title: str
    entries: tuple[str, ...]
    stored: Mapping[str, str]


@dataclass
class Seen:
    """All that visitors and bare requests have seen."""

    exchanges: list[Exchange] = field(default_factory=list)
    requests: list[Request] = field(default_factory=list)
    looks: list[Look] = field(default_factory=list)
    cookies: list[str] = field(default_factory=list)
    jars: int = 0  # the browser's cookies were looked at this often
