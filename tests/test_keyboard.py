"""The whole way through the site is open to those who have only a keyboard, and they see where they are."""

import re

import pytest
from browsing import PAGES, QUESTION, Visit, complaints, search_box
from playwright.sync_api import Locator, Page, expect

MOST_STOPS = 300  # presses of the Tab key


def focused(page: Page, element: Locator) -> bool:
    return bool(element.evaluate("element => element === document.activeElement"))


def tab_to(page: Page, element: Locator) -> None:
    """Presses Tab until an element has the focus; every stop on the way must show."""
    for _ in range(MOST_STOPS):
        page.keyboard.press("Tab")
        assert complaints(page, "unfocused") == []
        if focused(page, element):
            return
    pytest.fail(f"the Tab key does not lead to {element}")


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_the_keyboard_alone_leads_through_search_hit_and_back(visit: Visit, scripts: bool):
    with visit(java_script_enabled=scripts) as page:
        page.goto("/")
        tab_to(page, search_box(page))
        page.keyboard.type(QUESTION)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile(r"\?q="))
        tab_to(page, page.get_by_role("navigation", name="Narrow down").get_by_role("link").first)
        page.keyboard.press("Enter")
        page.wait_for_url(re.compile("kind=faq"))
        results = page.url
        tab_to(page, page.locator(".results .hit").first.get_by_role("heading").get_by_role("link"))
        page.keyboard.press("Enter")
        page.wait_for_url("**/articles/**")
        expect(page.locator(".passage:is(:target, :has(:target))")).to_be_in_viewport()
        page.go_back()  # for Alt and the left arrow, which a browser without a window does not know
        expect(page).to_have_url(results)
        expect(search_box(page)).to_have_value(QUESTION)


@pytest.mark.parametrize("name", PAGES)
def test_every_stop_of_the_tab_key_shows(visit: Visit, name: str):
    with visit(expected="404") as page:
        page.goto(PAGES[name])
        tab_to(page, page.locator("a[href], button, input, select, textarea, summary").last)
