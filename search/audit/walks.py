"""What visitors do during an audit, in the open and in private search: every way through the site at least once.

Ways are found on the pages themselves, by where they stand, where they lead and what they change; so the owner's own
templates and settings are walked as well as ours. A way that a site does not have (a small one has no second page of
results) is not walked; `Walk.ways` tells which were.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from urllib.parse import quote

from playwright.sync_api import Page
from playwright.sync_api import TimeoutError as NoSuggestions

from ..query import LONGEST_QUESTION
from .canary import Canary
from .outside import EMBEDDING
from .visitor import Visitor

LEAVE = "a[href='/leave']"
SUGGESTED = 10_000  # ms to wait for suggestions, which a site may not have
PAUSE = 300  # ms between two words of somebody who types: longer than the page waits before it asks


@dataclass
class Walk:
    """Questions to ask, the words for them, and the ways that were gone."""

    known: tuple[str, ...]  # questions that find something on this site
    canary: Canary
    outside: str
    ways: set[str] = field(default_factory=set)

    def asked(self, known: str, way: str) -> str:
        """A question of the site's own with the word of a way."""
        return f"{known} {self.canary.words[way]}"


def search(visitor: Visitor, walk: Walk) -> None:
    """Types, takes suggestions, asks, and follows each kind of link on the results."""
    _type(visitor, walk)
    for known in walk.known:
        question = walk.asked(known, "search")
        visitor.open("/", "home")
        visitor.submit(question, "results")
        _follow_all(visitor, walk, "", partial(visitor.open, f"/?q={quote(question)}", "results, by their address"))


def _follow_all(visitor: Visitor, walk: Walk, mode: str, ask_again: Callable[[], None]) -> None:
    """Follows each kind of way on from results that nobody has gone yet. Narrowed results lead on to the next kind by
    themselves, so these come first; from all other pages the question is asked again."""
    narrowed = False
    while (kinds := [kind for kind in visitor.ways() if f"{mode}{kind}" not in walk.ways]) or narrowed:
        kind = min(kinds, key=lambda kind: not kind.startswith("nav"), default="")
        if kind:
            walk.ways.add(f"{mode}{kind}")
            visitor.follow(kind, f"results, {kind}")
        narrowed = kind.startswith("nav")
        if not narrowed:
            ask_again()


def _type(visitor: Visitor, walk: Walk) -> None:
    """Types a word that is never sent, then a question of the site's own, and takes what is suggested."""
    visitor.open("/", "home")
    for part in ("", *walk.known[0].split()[:2]):
        visitor.box().fill("")
        visitor.box().press_sequentially(f"{part} {walk.canary.words['typed']}".strip())
        visitor.page.wait_for_timeout(PAUSE)
    visitor.look("typing")
    visitor.box().fill("")
    visitor.box().press_sequentially(walk.known[0][:20])
    try:
        visitor.page.get_by_role("option").first.wait_for(timeout=SUGGESTED)
    except NoSuggestions:
        return
    visitor.box().press("ArrowDown")
    with visitor.page.expect_navigation():
        visitor.box().press("Enter")
    visitor.look("a suggestion")
    walk.ways.add("a suggestion")


def write(visitor: Visitor, walk: Walk) -> None:
    """Writes a letter, and follows what its results have more than those of a question."""
    word = walk.canary.words["letter"]
    concerns = ".\n\n".join(f"I do not know what to do any more. {known}" for known in walk.known)
    letter = f"{concerns}. I have thought about it for weeks, and {word} does not help. What would you do?"

    def ask() -> None:
        visitor.open("/letter", "a letter")
        visitor.submit(letter, "a letter's results")

    ask()
    _follow_all(visitor, walk, "", ask)


def fail(visitor: Visitor, walk: Walk) -> None:
    """Opens pages that are not there, and asks what is too long."""
    word = walk.canary.words["error"]
    visitor.open(f"/articles/{word}?q={word}", "an error")
    visitor.open(f"/?q={quote((word + ' ') * (LONGEST_QUESTION // len(word)))}", "an error")


def embedded(visitor: Visitor, walk: Walk) -> None:
    """Asks in the search box on the owner's other site: in the script's, and in the frame."""
    visitor.open(f"{walk.outside}{EMBEDDING}", "the search box elsewhere")
    question = walk.asked(walk.known[0], "embed")
    for frame in visitor.page.frames:
        box = frame.locator("input[type=search]:visible").first
        box.fill(question)
        box.press("Enter")
        frame.locator("ol a").first.wait_for()
    visitor.look("the search box elsewhere, results")
    walk.ways |= {"embed by script", "embed by frame"}
    visitor.page.locator("ol a").first.click()
    visitor.page.wait_for_url(f"{visitor.site}/**")
    visitor.look("the search box elsewhere, a result")


def leave(visitor: Visitor, walk: Walk, by_keyboard: bool = False) -> None:
    """Leaves at once from results: by the link, or by the keyboard where scripts run."""
    visitor.open(f"/?q={quote(walk.asked(walk.known[0], 'search'))}", "results")
    _leave(visitor.page, by_keyboard)
    visitor.page.wait_for_url(f"{walk.outside}/**")
    visitor.look("outside")
    walk.ways.add(f"leaving {'by the keyboard' if by_keyboard else 'by the link'}")


def _leave(page: Page, by_keyboard: bool) -> None:
    if by_keyboard:
        for _ in range(3):
            page.keyboard.press("Shift")
    else:
        page.locator(LEAVE).click()


def private(visitor: Visitor, walk: Walk) -> None:
    """Searches privately, and follows each kind of way on from there. Back would ask to send the form again, so the
    question is asked anew each time."""
    visitor.open("/", "home")
    with visitor.page.expect_navigation():
        visitor.page.locator("a[href='/private']").first.click()
    for known in walk.known:
        ask = partial(_ask_privately, visitor, walk.asked(known, "private"))
        ask()
        _follow_all(visitor, walk, "private: ", ask)
    _type_privately(visitor, walk)


def _ask_privately(visitor: Visitor, question: str) -> None:
    visitor.open("/private", "search")
    visitor.submit(question, "results")


def _type_privately(visitor: Visitor, walk: Walk) -> None:
    """Types without sending, and leaves with the question in the box."""
    visitor.open("/private", "search")
    visitor.box().press_sequentially(walk.asked("", "private"))
    visitor.page.wait_for_timeout(PAUSE)
    visitor.look("typing")
    _leave(visitor.page, by_keyboard=False)
    visitor.page.wait_for_url(f"{walk.outside}/**")
    visitor.look("leaving")
