"""What the tests in a real browser share: Debian's Chromium, the addresses that all pages' rules hold for, a letter."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path
from urllib.parse import quote

from playwright.sync_api import Browser, Locator, Page, sync_playwright

from search.audit.browser import FLAGS, find_chromium

SIZE = {"width": 1100, "height": 850}
PHONE = {"width": 360, "height": 850}
LANGUAGES = ("en", "de")
QUESTION = "is it abuse if he has never hit me"  # answered by a FAQ at the end of its article
LETTER = """I do not know where to start, so I will begin with last weekend. We have been together for four years,
and for the first two it was easy. We laughed a lot. Then he changed jobs, and since that time he hardly talks to me
in the evenings. When I ask what is wrong, he says that everything is fine, takes his phone and goes to the other
room. On Saturday I wanted to speak about our holiday, and he went quiet in the middle of my sentence and did not
say a word until Sunday night. I lay awake and went through everything that I might have done.

The other thing is that I have become somebody I do not like. I look at when he was last online. If he needs two
hours to answer a message, I am sure that he has met another woman, although he has never given me a reason to think
so. A friend of his from university writes to him now and then, and my stomach turns over each time her name lights
up. I asked him three times this month whether he still loves me. He says yes, I am calm for a day, and then it
starts again.

My mother says that I should be glad to have him, and that I have always been too sensitive. My sister says that I
should leave. I find it hard to say no to either of them, so I nod, and afterwards I am angry with myself. At work I
have taken over two shifts for colleagues because I could not bear that they might be disappointed in me.

What I would like to know is this. How do I talk to him about his silence without starting a fight? How do I stop
asking him for proof all the time? And how does one know whether it is time to go, or whether this is only a bad
year? I am thirty-four, I want children, and I am afraid of waiting for something that will never come back."""
PAGES = {  # a name for each, and its address
    "home": "/",
    "empty": "/?q=",
    "results": f"/?q={quote(QUESTION)}",
    "corrected": "/?q=jelous",
    "nothing": "/?q=zeppelin",
    "long word": f"/?q={'zeppelin' * 40}",
    "letter": f"/?q={quote(LETTER)}",
    "card": "/?q=how+long+does+it+take+to+get+over+someone",
    "filtered": "/?q=how+do+I+get+over+my+ex&kind=faq&sort=date",
    "second page": "/?q=how+do+I+get+over+my+ex&page=2",
    "write a letter": "/letter",
    "more": "/more/articles/stay-or-leave?anchor=top",
    "article": "/articles/when-control-feels-like-love",
    "topic": "/topics/trust",
    "missing": "/articles/nothing",
}

_LOOKING = Path(__file__).with_name("looking.js").read_text(encoding="utf-8")

Visit = Callable[..., AbstractContextManager[Page]]


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser that runs while the block does."""
    path = find_chromium()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=FLAGS.split())
        yield browser
        browser.close()


@contextmanager
def visiting(browser: Browser, url: str, expected: str = "", **options: object) -> Iterator[Page]:
    """A page, as a new visitor opens it, which must not ask anything of another site, nor complain in its console
    otherwise than `expected`. `options` are Playwright's, for a browser context."""
    context = browser.new_context(base_url=url, **{"viewport": SIZE, **options})
    asked, said = [], []
    context.on("request", lambda request: asked.append(request.url))
    context.on("console", lambda message: said.append(message.text))
    context.on("weberror", lambda error: said.append(str(error.error)))
    try:
        yield context.new_page()
    finally:
        context.close()
    assert [address for address in asked if not address.startswith(f"{url}/")] == []
    assert [text for text in said if not (expected and expected in text)] == []


def style(locator: Locator, name: str) -> str:
    """A computed style; this also works where the page's own scripts are switched off."""
    return str(locator.evaluate("(element, name) => getComputedStyle(element)[name]", name))


def complaints(page: Page, check: str) -> list[str]:
    """What a check in `looking.js` has to say against the page as it is shown now."""
    found: list[str] = page.evaluate(f"() => {{ {_LOOKING}; return {check}(); }}")
    return found


def search_box(page: Page) -> Locator:
    """Where a visitor writes the question."""
    return page.get_by_label(re.compile("What is on your mind|Your question|Was beschäftigt Sie|Ihre Frage"))


def ask(page: Page, question: str) -> None:
    """Asks from the home page, as visitors do."""
    page.goto("/")
    search_box(page).fill(question)
    search_box(page).press("Enter")
    page.wait_for_url(re.compile(r"\?q="))


def follow(way: Locator) -> None:
    """Clicks what leads to another page, and waits until that page is there whole: from then on its hits can be
    counted. Without that, a count may be of the page that is being left."""
    with way.page.expect_event("load"):
        way.click()
