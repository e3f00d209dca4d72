"""What is proved, one function a claim: each looks at one kind of thing, and counts it.

Names of storage, headers and steps are told, and which word was found; never a whole address or value.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

from .canary import WAYS, Canary
from .model import Check, Request, Seen
from .outside import Told
from .process import Printed
from .rooms import Stamp
from .watch import Watch

ERRORS = (400, 404, 405, 413)
BROKEN = (429, *range(500, 600))  # after one of these no claim can be made: the visitor was not served


@dataclass(frozen=True)
class Evidence:
    """All that was gathered. `site` and `outside` are addresses, `before` and `after` the stamps of all that is in the
    folders, `printed` what commands said, `log` the server's lines."""

    site: str
    outside: str
    canary: Canary
    seen: Seen
    ways: frozenset[str]
    watch: Watch
    told: tuple[Told, ...]
    log: tuple[str, ...]
    printed: tuple[Printed, ...]
    folders: tuple[Path, ...]
    before: dict[Path, Stamp]
    after: dict[Path, Stamp]
    own: frozenset[Path]  # files that the audit writes itself

    def found(self, place: str, data: bytes | str, ways: Iterable[str] = WAYS) -> Iterator[str]:
        """A line for each word that is in some data, which was found at a place."""
        return (f"{place}: {sighting}" for sighting in self.canary.sightings(data, ways))


def _log(e: Evidence) -> Check:
    lines = [(f"line {number}", line) for number, line in enumerate(e.log, 1)]
    lines += [(f"a line of {one.command}", line) for one in e.printed for line in one.said.splitlines()]
    leaks = [leak for where, line in lines for leak in e.found(where, line)]
    return Check("server log", len(e.log), "lines that the server printed", _once(leaks))


def _tracebacks(e: Evidence) -> Check:
    printed = [("the server", "\n".join(e.log)), *((one.command, one.said) for one in e.printed)]
    leaks = [f"{who} printed a traceback" for who, said in printed if "Traceback (most recent call last)" in said]
    lines = sum(said.count("\n") + 1 for _, said in printed)
    return Check("tracebacks", lines, f"lines that the server and {len(e.printed)} commands printed", _once(leaks))


def _files(e: Evidence) -> Check:
    elsewhere = e.watch.written - e.after.keys() - e.own
    written = ({path for path, stamp in e.after.items() if e.before.get(path) != stamp} | elsewhere) - e.own
    leaks = [leak for path in sorted(written) for leak in _kept(e, path)]
    what = f"files and folders in {len(e.folders)} places, of which {len(written)} were written meanwhile"
    return Check("files", len(e.after) + len(elsewhere), what, _once(leaks))


def _kept(e: Evidence, path: Path) -> Iterator[str]:
    """What the name of a file, folder or link says, and what is in it."""
    yield from e.found(f"the name {path}", str(path))
    with suppress(OSError):  # it is gone again
        if path.is_symlink():
            yield from e.found(f"the link {path}", str(path.readlink()))
        if path.is_file():  # who reads a pipe waits for ever
            yield from e.found(str(path), path.read_bytes())


def _headers(e: Evidence) -> Check:
    answers = [answer for answer in e.seen.exchanges if answer.url.startswith(e.site)]
    first: dict[tuple[str, str], str] = {}  # where each header was first seen; most answers have the same ones
    for answer in answers:
        for header in answer.headers:
            first.setdefault(header, _place(e, answer.where))
    leaks = [
        leak
        for (name, value), where in first.items()
        if name != "set-cookie"
        for leak in e.found(f"{name} of {where}", f"{name}: {value}")
    ]
    count = sum(len(answer.headers) for answer in answers)
    return Check("response headers", count, f"headers of {len(answers)} answers", _once(leaks))


def _cookies(e: Evidence) -> Check:
    answers = [answer for answer in e.seen.exchanges if answer.url.startswith(e.site)]
    leaks = [
        f"{_place(e, answer.where)} sets {_named(e, value)}"
        for answer in answers
        for name, value in answer.headers
        if name == "set-cookie"
    ]
    leaks += [f"the browser has {_named(e, cookie)}" for cookie in e.seen.cookies]
    what = f"times that the browser’s cookies were looked at, or an answer’s ({len(answers)})"
    return Check("cookies", e.seen.jars + len(answers), what, _once(leaks))


def _titles(e: Evidence) -> Check:
    leaks = [
        leak for look in e.seen.looks for leak in e.found(f"the title of {_mode(look.private)}{look.step}", look.title)
    ]
    private = sum(look.private for look in e.seen.looks)
    return Check("page titles", len(e.seen.looks), f"titles, {private} of them in private search", _once(leaks))


def _addresses(e: Evidence) -> Check:
    looks = [look for look in e.seen.looks if look.private]
    leaks = [leak for look in looks for leak in e.found(f"the address of {look.step}", look.address)]
    leaks += [
        leak for look in looks for entry in look.entries for leak in e.found(f"the history after {look.step}", entry)
    ]
    requests = [request for request in e.seen.requests if request.private]
    leaks += [leak for request in requests for leak in e.found("the address of a request", request.url)]
    entries = sum(len(look.entries) for look in looks)
    what = f"addresses of pages, history entries ({entries}) and requests ({len(requests)}) in private search"
    return Check("private addresses", len(looks) and len(looks) + entries + len(requests), what, _once(leaks))


def _storage(e: Evidence) -> Check:
    leaks = [
        f"{kind} after {_mode(look.private)}{look.step}: {_named(e, kept)}"
        for look in e.seen.looks
        for kind, kept in look.stored.items()
    ]
    what = "times that all storage of the browser was looked at"
    return Check("browser storage", len(e.seen.looks), what, _once(leaks))


def _requests(e: Evidence) -> Check:
    leaks = [leak for request in e.seen.requests for leak in _going_out(e, request)]
    return Check("outgoing requests", len(e.seen.requests), "requests of the browser", _once(leaks))


def _going_out(e: Evidence, request: Request) -> Iterator[str]:
    """Pages of the site may ask nothing of others, nor may its script on the owner's other site; where they lead a
    visitor to, no word may follow."""
    if request.url.startswith((f"{e.site}/", "data:", "blob:", "about:")):
        return
    host = "/".join(request.url.split("/")[:3])
    yield from e.found(f"the address of a request to {host}", request.url)
    yield from e.found(f"what was sent to {host}", request.body)
    if not request.led and (host != e.outside or request.page.startswith(f"{e.site}/")):
        yield f"a page asks something of {host}"


def _referers(e: Evidence) -> Check:
    leaks = [
        f"{told.path.partition('?')[0]} was told “{e.site}/…”" for told in e.told if told.referer.startswith(e.site)
    ]
    for told in e.told:
        leaks += e.found("a request outside", f"{told.path} {told.headers}")
        leaks += e.found("a request outside", told.body)
    return Check("referers", len(e.told), "requests that came to a server outside", _once(leaks))


def _connections(e: Evidence) -> Check:
    what = (
        f"looks at the sockets ({len(e.watch.sockets)}) of the server and the commands; they told {e.watch.told} things"
    )
    examined = e.watch.looks if e.watch.sockets and e.watch.told else 0
    return Check("connections", examined, what, _once(f"to {where}" for where in sorted(e.watch.outgoing)))


def _arguments(e: Evidence) -> Check:
    ways = [way for way in WAYS if way != "command"]  # who asks on the command line types the question there
    leaks = [leak for text in sorted(e.watch.arguments) for leak in e.found("a process", text, ways)]
    return Check("process names", len(e.watch.arguments), "arguments and names of processes and threads", _once(leaks))


def _walk(e: Evidence) -> Check:
    statuses = {answer.status for answer in e.seen.exchanges}
    leaks = [f"no answer with status {status}, which was to be raised" for status in ERRORS if status not in statuses]
    leaks += [
        f"{_place(e, answer.where)} was answered {answer.status}"
        for answer in e.seen.exchanges
        if answer.status in BROKEN
    ]
    leaks += [f"{one.command} ended with {one.code}" for one in e.printed if one.code not in (0, 1)]
    what = f"kinds of links, forms and keys, on {len(e.seen.looks)} pages"
    return Check("the walk itself", len(e.ways), what, _once(leaks), tuple(sorted(e.ways)))


def _once(leaks: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(leaks))


def _mode(private: bool) -> str:
    return "(private) " if private else ""


def _place(e: Evidence, where: str) -> str:
    return where.replace(e.site, "")


def _named(e: Evidence, kept: str) -> str:
    """The name of something kept, and what it holds of the words."""
    held = ", ".join(e.canary.sightings(kept))
    return f"“{kept.partition('=')[0]}”{f' with {held}' if held else ''}"


CHECKS: tuple[Callable[[Evidence], Check], ...] = (
    _walk,
    _log,
    _tracebacks,
    _files,
    _headers,
    _cookies,
    _titles,
    _addresses,
    _storage,
    _requests,
    _referers,
    _connections,
    _arguments,
)
