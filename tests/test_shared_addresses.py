"""A page of results is its address: who opens it again, elsewhere or at the same time sees the same."""

from concurrent.futures import ThreadPoolExecutor

import httpx
import pytest
from browsing import LETTER, PAGES, QUESTION, Visit, ask, search_box
from playwright.sync_api import Page
from server import PATIENCE, Server

QUESTIONS = {"results": QUESTION, "corrected": "jelous", "letter": LETTER, "nothing": "zeppelin"}
ADDRESSES = {  # a line for each more state that an address can hold: a facet, an order, a page number
    **{name: PAGES[name] for name in QUESTIONS},
    "literal": "/?q=jelous&literal=1",
    "phrase": "/?q=%22feel+guilty%22+-work",
}
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])


def shown(page: Page) -> tuple[str, str]:
    """The question in the box, and all the text of the results."""
    assert page.locator(".hit").count()
    return search_box(page).input_value(), page.get_by_role("main").inner_text()


@SCRIPTS
@pytest.mark.parametrize("name", QUESTIONS)
def test_the_address_that_a_question_leads_to_can_be_shared(visit: Visit, name: str, scripts: bool):
    with visit(java_script_enabled=scripts) as mine, visit(java_script_enabled=scripts) as yours:
        ask(mine, QUESTIONS[name])
        yours.goto(mine.url)
        assert shown(yours) == shown(mine)
        assert " ".join(shown(mine)[0].split()) == " ".join(QUESTIONS[name].split())


@SCRIPTS
@pytest.mark.parametrize("name", ADDRESSES)
def test_results_survive_reload_back_and_a_new_tab(visit: Visit, name: str, scripts: bool):
    with visit(java_script_enabled=scripts) as page:
        page.goto(ADDRESSES[name])
        before = shown(page)
        page.reload()
        assert shown(page) == before
        page.locator(".hit").first.get_by_role("heading").get_by_role("link").click()
        page.wait_for_url("**/articles/**")
        page.go_back()
        assert shown(page) == before
        tab = page.context.new_page()
        tab.goto(page.url)
        assert shown(tab) == before


def test_nothing_about_a_visitor_is_kept_in_the_browser(visit: Visit):
    with visit(expected="404") as page:
        for address in (*PAGES.values(), *ADDRESSES.values()):
            page.goto(address)
        assert page.context.storage_state() == {"cookies": [], "origins": []}
        assert page.evaluate("sessionStorage.length") == 0


def test_clients_that_ask_at_the_same_time_see_what_one_alone_sees(site: Server):
    with httpx.Client(base_url=site.url, timeout=PATIENCE) as client, ThreadPoolExecutor(len(ADDRESSES)) as clients:

        def answered(address: str) -> str:
            return client.get(address).raise_for_status().text

        alone = {address: answered(address) for address in ADDRESSES.values()}
        assert len(set(alone.values())) == len(ADDRESSES)
        asked = [*ADDRESSES.values(), *reversed(ADDRESSES.values())] * 5
        assert [alone[address] for address in asked] == list(clients.map(answered, asked))
