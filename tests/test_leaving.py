"""Leaving at once, and searching without a trace in the address: in a real browser."""

import re
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from itertools import count
from pathlib import Path
from threading import Event
from urllib.parse import quote

import pytest
from browsing import Visit, ask, follow, search_box
from playwright.sync_api import Browser, Error, Page, expect
from server import PATIENCE, UNLIMITED, Server, serving, until
from starlette.requests import Request
from website import HTML, Answer, Website, website

from search.audit.browser import FLAGS, find_chromium
from search.web.leaving import Left

QUESTION = "how do I get over my ex"
ARTICLE = "/articles/stay-or-leave"
PAGE = "<!doctype html><title>Weather</title><h1>{}</h1>"
# a page that is being left answers no questions, so it tells of itself
TELLING = """setInterval(() => {
  console.log(location.href, document.body?.checkVisibility() ? "visible" : "hidden");
}, 10);"""
FRESH = {"content-type": HTML, "cache-control": "no-store"}
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
TYPED = pytest.mark.parametrize("typed", ["/", f"/?q={quote(QUESTION)}"], ids=["home", "question"])
_numbers = count()


def by_browser(page: Page) -> None:
    page.go_back(wait_until="commit")


def by_script(page: Page) -> None:
    page.evaluate("history.back()")


BACK = pytest.mark.parametrize("back", [by_browser, by_script])


@pytest.fixture(scope="module")
def elsewhere() -> Iterator[Website]:
    """The site of a page that tells nobody anything."""
    with website() as site:
        yield site


@pytest.fixture
def weather(elsewhere: Website) -> str:
    """The address of that page, which shows another weather when it is opened again."""
    return elsewhere.put("/", *(Answer(PAGE.format(now).encode(), headers=FRESH) for now in ("Sunny", "Cloudy")))


@pytest.fixture(scope="module")
def own_site(bundled_index: Path, elsewhere: Website, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("leaving")
    (folder / "site.toml").write_text(f'{UNLIMITED}exit_url = "{elsewhere.url}/"\n', encoding="utf-8")
    with serving(bundled_index, folder / "log", "--settings", folder / "site.toml") as server:
        yield server


def request_of(name: str, address: str) -> Request:
    """What a browser of this name asks by Back."""
    headers = [(b"user-agent", name.encode()), (b"sec-fetch-mode", b"navigate")]
    return Request({"type": "http", "client": (address, 4711), "headers": headers})


@contextmanager
def visitor(browser: Browser, site: Server, scripts: bool = True) -> Iterator[Page]:
    """A page of somebody new: each has a name of its own, by which the server knows who left."""
    name = f"Reader {next(_numbers)}"
    context = browser.new_context(base_url=site.url, java_script_enabled=scripts, user_agent=name)
    yield context.new_page()
    context.close()


@contextmanager
def reading(browser: Browser, site: Server, scripts: bool = True) -> Iterator[Page]:
    """A visitor who asked, and reads an article."""
    with visitor(browser, site, scripts) as page:
        ask(page, QUESTION)
        read_on(page)
        yield page


def read_on(page: Page) -> None:
    """Opens the first article that a page leads to."""
    page.locator("main h3 a").first.click()
    page.wait_for_url("**/articles/**")


def leave(page: Page, weather: str) -> None:
    page.get_by_role("link", name="Leave this page").click()
    page.wait_for_url(f"{weather}#")  # without the fragment of the article


@contextmanager
def slow(elsewhere: Website) -> Iterator[Callable[[], None]]:
    """Where visitors leave to does not answer yet; what is given waits until it is asked."""
    asked, answer = Event(), Event()

    def body() -> Iterator[bytes]:
        asked.set()
        answer.wait(PATIENCE)
        return iter([PAGE.format("Foggy").encode()])

    elsewhere.put("/", Answer(body, headers=FRESH))
    try:
        yield lambda: until(asked.is_set)
    finally:
        answer.set()


@SCRIPTS
def test_who_leaves_is_away_and_back_does_not_return(browser: Browser, own_site: Server, weather: str, scripts: bool):
    with reading(browser, own_site, scripts) as page:
        leave(page, weather)
        page.go_back()
        expect(page.get_by_role("heading")).to_have_text("Cloudy")
        assert page.url == f"{weather}#"


@TYPED
@BACK
def test_back_does_not_return_to_an_address_that_was_typed(
    browser: Browser, own_site: Server, weather: str, typed: str, back: Callable[[Page], None]
):
    with visitor(browser, own_site) as page:
        page.goto(typed)
        read_on(page)
        leave(page, weather)
        back(page)
        expect(page.get_by_role("heading")).to_have_text("Cloudy")
        assert page.url == f"{weather}#"


def test_back_does_not_return_to_what_the_browser_kept_in_memory(browser: Browser, own_site: Server, weather: str):
    as_visitors_have_it = browser.browser_type.launch(
        executable_path=find_chromium(), args=FLAGS.split(), ignore_default_args=["--disable-back-forward-cache"]
    )
    with closing(as_visitors_have_it) as keeping, reading(keeping, own_site) as page:
        leave(page, weather)
        by_script(page)
        expect(page.get_by_role("heading")).to_have_text("Cloudy")


def test_without_javascript_back_shows_nothing_of_an_address_that_was_typed(
    browser: Browser, own_site: Server, weather: str
):
    with visitor(browser, own_site, scripts=False) as page:
        page.goto("/")
        read_on(page)
        page.goto(f"/?q={quote(QUESTION)}")
        leave(page, weather)
        page.go_back()
        expect(page.get_by_role("heading")).to_have_text("You left this page")
        assert QUESTION not in page.content()
        expect(page.locator(".results")).to_have_count(0)
        page.reload()
        expect(page.get_by_role("heading")).to_have_text("You left this page")
        page.go_back()
        expect(page.get_by_role("heading")).to_have_text("Cloudy")


@SCRIPTS
def test_who_asks_by_an_address_after_leaving_is_answered_or_shown_the_way(
    browser: Browser, own_site: Server, weather: str, scripts: bool
):
    with visitor(browser, own_site, scripts) as page:
        page.goto(f"/?q={quote(QUESTION)}")
        leave(page, weather)
        page.goto("/?q=is+jealousy+normal")
        expect(page.locator(".results .hit").first).to_be_visible()
        page.goto(f"/?q={quote(QUESTION)}")
        page.get_by_role("link", name="Go on to the start page").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ask in your own words")
        page.goto(f"/?q={quote(QUESTION)}")
        expect(page.locator(".results .hit").first).to_be_visible()


def test_a_private_question_that_the_browser_sends_again_is_not_answered(
    browser: Browser, own_site: Server, weather: str
):
    with visitor(browser, own_site) as page:
        page.goto("/private")
        search_box(page).fill(QUESTION)
        search_box(page).press("Enter")
        read_on(page)
        leave(page, weather)
        with pytest.raises(Error, match="ERR_CACHE_MISS"):  # the browser asks first
            page.go_back()
        page.wait_for_url("chrome-error://**")
        page.reload(wait_until="commit")
        expect(page.get_by_role("heading")).to_have_text("Cloudy")
        assert page.url == f"{weather}#"


def test_leaving_takes_the_place_of_the_page_in_the_history(browser: Browser, own_site: Server, weather: str):
    with visitor(browser, own_site) as page:
        page.goto(ARTICLE)
        before = page.evaluate("history.length")
        leave(page, weather)
        assert page.evaluate("history.length") == before
        page.go_back()
        assert page.url == "about:blank"


def test_nothing_is_visible_while_visitors_wait_to_be_away(
    browser: Browser, own_site: Server, elsewhere: Website, weather: str
):
    with visitor(browser, own_site) as page, slow(elsewhere) as wait:
        page.add_init_script(TELLING)
        page.goto(ARTICLE)
        for _ in range(3):
            page.keyboard.press("Shift")
        wait()
        is_hidden(page, f"{own_site.url}{ARTICLE}")


def test_nothing_is_visible_of_a_page_that_back_returns_to(
    browser: Browser, own_site: Server, elsewhere: Website, weather: str
):
    with visitor(browser, own_site) as page:
        page.goto("/")
        read_on(page)
        leave(page, weather)
        page.add_init_script(TELLING)
        told: list[str] = []
        page.on("console", lambda message: told.append(message.text))
        with slow(elsewhere) as wait:
            by_script(page)
            wait()
            is_hidden(page, f"{own_site.url}/")
        assert f"{own_site.url}/ visible" not in told


def is_hidden(page: Page, address: str) -> None:
    """Holds where the page at this address shows nothing, and is there still."""
    with page.expect_console_message(lambda message: message.text == f"{address} hidden"):
        pass


def test_shift_three_times_leaves(browser: Browser, own_site: Server, weather: str):
    with reading(browser, own_site) as page:
        page.keyboard.press("Shift")
        page.keyboard.press("a")
        page.keyboard.press("Shift")
        page.keyboard.press("Shift")
        stays(page)
        page.keyboard.press("Shift")
        page.wait_for_url(f"{weather}#")


def test_shift_three_times_within_more_than_five_seconds_does_not_leave(
    browser: Browser, own_site: Server, weather: str
):
    with visitor(browser, own_site) as page:
        page.clock.install()
        page.goto(ARTICLE)
        page.keyboard.press("Shift")
        page.keyboard.press("Shift")
        page.clock.fast_forward(5001)
        page.keyboard.press("Shift")
        stays(page)
        page.keyboard.press("Shift")
        page.keyboard.press("Shift")
        page.wait_for_url(f"{weather}#")


def test_shift_that_is_held_does_not_leave(browser: Browser, own_site: Server, weather: str):
    with visitor(browser, own_site) as page:
        page.goto(ARTICLE)
        for _ in range(3):
            page.keyboard.down("Shift")
        page.keyboard.up("Shift")
        stays(page)


def stays(page: Page) -> None:
    """Holds where nothing made the visitor leave."""
    page.wait_for_timeout(300)  # what must not happen has time to
    expect(page.locator("article.reading")).to_be_visible()


@SCRIPTS
def test_who_comes_back_of_their_own_will_is_let_in(browser: Browser, own_site: Server, weather: str, scripts: bool):
    with reading(browser, own_site, scripts) as page:
        leave(page, weather)
        page.goto("/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Ask in your own words")
        ask(page, QUESTION)
        read_on(page)
        page.go_back()
        page.wait_for_url(re.compile(r"\?q="))
        expect(page.locator(".results .hit").first).to_be_visible()


def test_nobody_can_make_the_server_forget_who_else_left():
    left, visitor = Left("https://weather.example"), request_of("Phone", "192.0.2.7")
    left.leave(visitor)
    for number in range(20_000):
        other = request_of(str(number), "192.0.2.8")
        assert left.leave(other).status_code == 303
    assert left.turned_away(visitor)
    assert left.turned_away(other)


def test_who_left_lately_is_remembered_where_many_leave():
    left = Left("https://weather.example")
    many = [request_of("Phone", f"2001:db8:{number:x}::1") for number in range(20_000)]
    for visitor in many:
        left.leave(visitor)
    assert [bool(left.turned_away(visitor)) for visitor in (many[0], many[-100], many[-1])] == [False, True, True]


def test_leaving_is_the_second_stop_of_the_tab_key_and_stays_in_view(visit: Visit):
    with visit() as page:
        page.goto("/articles/stay-or-leave")
        page.keyboard.press("Tab")
        page.keyboard.press("Tab")
        link = page.get_by_role("link", name="Leave this page")
        expect(link).to_be_focused()
        page.evaluate("scrollTo(0, 3000)")
        expect(link).to_be_in_viewport()


@SCRIPTS
def test_a_private_question_stands_in_no_address_title_or_request(visit: Visit, scripts: bool):
    with visit(java_script_enabled=scripts) as page:
        asked: list[str] = []
        page.on("request", lambda request: asked.append(request.url))
        page.goto("/")
        follow(page.get_by_role("link", name="Search privately"))
        search_box(page).press_sequentially(QUESTION)
        search_box(page).press("Enter")
        expect(page.locator(".results .hit").first).to_be_visible()
        follow(page.get_by_role("button", name="Questions and answers"))
        expect(page.locator(".results .hit.section")).to_have_count(0)
        expect(search_box(page)).to_have_value(QUESTION)
        assert page.url.endswith("/private")
        assert "ex" not in page.title()
        assert not [url for url in asked if "get" in url or "q=" in url]
        hidden = page.locator("a[href*='q=']")
        expect(hidden).to_have_count(0)
