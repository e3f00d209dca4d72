"""Leaving at once, and searching without a trace in the address: in a real browser."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from browsing import Visit, ask, follow, search_box
from playwright.sync_api import Browser, Page, expect
from server import UNLIMITED, Server, serving
from starlette.requests import Request
from website import website

from search.web.leaving import Left

QUESTION = "how do I get over my ex"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])


@pytest.fixture(scope="module")
def weather() -> Iterator[str]:
    """The address of a page that tells nobody anything."""
    with website() as site:
        yield site.put("/", "<!doctype html><title>Weather</title><h1>Sunny</h1>")


@pytest.fixture(scope="module")
def own_site(bundled_index: Path, weather: str, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    folder = tmp_path_factory.mktemp("leaving")
    (folder / "site.toml").write_text(f'{UNLIMITED}exit_url = "{weather}"\n', encoding="utf-8")
    with serving(bundled_index, folder / "log", "--settings", folder / "site.toml") as server:
        yield server


def request_of(name: str, address: str) -> Request:
    """What a browser of this name asks by Back, or by Reload."""
    headers = [(b"user-agent", name.encode()), (b"sec-fetch-mode", b"navigate")]
    return Request({"type": "http", "client": (address, 4711), "headers": headers})


@contextmanager
def reading(browser: Browser, site: Server, scripts: bool) -> Iterator[Page]:
    """A visitor who asked, and reads an article. Each has a name of its own, by which the server knows who left."""
    context = browser.new_context(
        base_url=site.url, java_script_enabled=scripts, user_agent=f"Reader {id(site)} {scripts}"
    )
    page = context.new_page()
    ask(page, QUESTION)
    page.locator(".results .hit h3 a").first.click()
    page.wait_for_url("**/articles/**")
    yield page
    context.close()


@SCRIPTS
def test_who_leaves_is_away_and_back_does_not_return(browser: Browser, own_site: Server, weather: str, scripts: bool):
    with reading(browser, own_site, scripts) as page:
        page.get_by_role("link", name="Leave this page").click()
        page.wait_for_url(f"{weather}#")
        page.go_back()
        expect(page.get_by_role("heading")).to_have_text("Sunny")
        assert page.url == f"{weather}#"  # without the fragment of the article


def test_shift_three_times_leaves(browser: Browser, own_site: Server, weather: str):
    with reading(browser, own_site, scripts=True) as page:
        page.keyboard.press("Shift")
        page.keyboard.press("a")
        page.keyboard.press("Shift")
        page.keyboard.press("Shift")
        page.wait_for_timeout(300)  # what must not happen has time to
        expect(page.locator("article.reading")).to_be_visible()
        page.keyboard.press("Shift")
        page.wait_for_url(f"{weather}#")


def test_who_comes_back_of_their_own_will_is_let_in(browser: Browser, own_site: Server, weather: str):
    with reading(browser, own_site, scripts=True) as page:
        page.get_by_role("link", name="Leave this page").click()
        page.wait_for_url(f"{weather}#")
        page.goto("/")
        expect(page.get_by_role("heading", level=1)).to_have_text("Ask in your own words")


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
