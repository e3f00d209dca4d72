"""A visitor in a real browser, who notes all that the browser sends, is answered, shows and keeps."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, CDPSession, Error, Frame, Locator, Page, Request, WebSocket

from . import model
from .model import Exchange, Look, Seen

PATIENCE = 60_000  # ms: the most that a page may take, on the busiest machine
BOX = "input[name=q]:visible, textarea[name=q]:visible"
_STORED = Path(__file__).with_name("stored.js").read_text(encoding="utf-8")
_LEAD = """([link, outside]) => {
  if (link.href && link.origin !== location.origin) link.href = outside + link.pathname + link.search;
}"""  # to the server outside by its own address: it speaks no TLS
_WAYS = Path(__file__).with_name("ways.js").read_text(encoding="utf-8")


class Visitor:
    """One visitor with a browser profile of their own. What they do goes into `seen`."""

    def __init__(self, context: BrowserContext, site: str, outside: str, seen: Seen, private: bool) -> None:
        context.set_default_timeout(PATIENCE)
        context.on("request", self._note)
        context.on("page", lambda page: page.on("websocket", partial(self._note_socket, page)))
        self._context, self._seen, self._private = context, seen, private
        self.site, self._outside = site, outside
        self.page: Page = context.new_page()
        self._tools: CDPSession = context.new_cdp_session(self.page)

    def open(self, path: str, step: str) -> None:
        """Opens an address of the site, or a whole one, and looks at it."""
        self.page.goto(f"{self.site}{path}" if path.startswith("/") else path)
        self.look(step)

    def box(self) -> Locator:
        """Where a visitor writes the question."""
        return self.page.locator(BOX).first

    def submit(self, text: str, step: str) -> None:
        """Asks by the first box of the page, as its form does."""
        self.box().fill(text)
        with self.page.expect_navigation():
            self.box().evaluate("box => box.form.requestSubmit()")
        self.look(step)

    def ways(self) -> list[str]:
        """The kind of each link and form that leads on from this page, in their order: where it stands, where it
        leads, and what it changes."""
        found: list[str] = self.page.evaluate(f"({_WAYS})().map(([kind]) => kind)")
        return found

    def follow(self, kind: str, step: str) -> None:
        """Clicks the first link or button of a kind; a link to another site leads to the server outside."""
        element = self.page.evaluate_handle(f"kind => ({_WAYS})().find(([one]) => one === kind)[1]", kind).as_element()
        if element is None:
            raise Error(f"{kind} is no longer there")
        self.page.evaluate(_LEAD, [element, self._outside])
        with self.page.expect_navigation():
            element.click()
        self.look(step)

    def look(self, step: str) -> None:
        """Notes what stands before the visitor, and what the browser keeps."""
        self.page.wait_for_load_state()
        entries = self._tools.send("Page.getNavigationHistory")["entries"]
        written = [f"{entry['url']} {entry['userTypedURL']} {entry['title']}" for entry in entries]
        stored: dict[str, str] = {}
        for frame in self.page.frames:
            stored |= _stored(frame)
        self._seen.looks.append(Look(step, self._private, self.page.url, self.page.title(), tuple(written), stored))
        self._seen.jars += 1
        self._seen.cookies += [f"{cookie['name']}={cookie['value']}" for cookie in self._context.cookies()]

    def _note(self, request: Request) -> None:
        page = "" if request.service_worker else request.frame.page.url
        led = request.is_navigation_request() and request.frame.parent_frame is None
        sent = request.post_data_buffer or b""
        self._seen.requests.append(model.Request(request.url, page, led, self._private, sent))

    def _note_socket(self, page: Page, socket: WebSocket) -> None:
        def note(message: str | bytes = b"") -> None:
            sent = message.encode() if isinstance(message, str) else message
            self._seen.requests.append(model.Request(socket.url, page.url, False, self._private, sent))

        note()
        socket.on("framesent", note)


@contextmanager
def visiting(
    browser: Browser, site: str, outside: str, seen: Seen, har: Path, *, private: bool = False, scripts: bool = True
) -> Iterator[Visitor]:
    """A new visitor, whose requests and answers are in `seen` when the block ends. Each has a browser of another name,
    by which a server knows who left."""
    context = browser.new_context(
        user_agent=f"Mozilla/5.0 ({har.stem})",
        record_har_path=har,
        record_har_content="omit",
        java_script_enabled=scripts,
        locale="en",
    )
    try:
        yield Visitor(context, site, outside, seen, private)
    finally:
        context.close()
    seen.exchanges += exchanges(har)


def exchanges(har: Path) -> list[Exchange]:
    """What an HTTP archive (HAR 1.2) holds."""
    entries = json.loads(har.read_text(encoding="utf-8"))["log"]["entries"]
    return [
        Exchange(
            entry["request"]["method"],
            entry["request"]["url"],
            entry["response"]["status"],
            tuple((header["name"].lower(), header["value"]) for header in entry["response"]["headers"]),
        )
        for entry in entries
    ]


def _stored(frame: Frame) -> dict[str, str]:
    if not urlsplit(frame.url).scheme.startswith("http"):
        return {}
    found: dict[str, str] = frame.evaluate(_STORED)
    return found
