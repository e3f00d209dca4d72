"""“Helpful” and “not helpful” under each passage, in a real browser: with and without JavaScript, for everybody."""

import re
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from urllib.parse import parse_qs

import pytest
from axe import flaws
from browsing import LANGUAGES, LETTER, ask, complaints, search_box, visiting
from playwright.sync_api import Browser, expect
from server import Server, serving, until

from search.tallies import contents

CARD = "how long does it take to get over someone"
HELPFUL = {"en": "Helpful", "de": "Hilfreich"}
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("helpful")


@pytest.fixture(scope="module")
def counted(bundled_index: Path, folder: Path) -> Iterator[Server]:
    """The bundled articles, by a server that counts."""
    (folder / "site.toml").write_text('[statistics]\nfolder = "counts"\n', encoding="utf-8")
    with serving(bundled_index, folder / "log", "--settings", folder / "site.toml") as server:
        yield server


def said(answer: str, heading: str) -> re.Pattern[str]:
    """The whole name of a button."""
    return re.compile(f"^{answer} ?: {re.escape(heading)}$")


@SCRIPTS
@pytest.mark.parametrize("answer", ["Helpful", "Not helpful"])
def test_a_click_is_counted_for_its_passage_and_carries_nothing_else(
    browser: Browser, counted: Server, folder: Path, scripts: bool, answer: str
):
    name = f"Reader {scripts} {answer}"
    with visiting(browser, counted.url, java_script_enabled=scripts, user_agent=name) as page:
        ask(page, CARD)
        results, heading = page.url, page.locator(".answer h2").inner_text()
        sent = []
        page.on("request", lambda request: sent.append(request))
        page.locator(".answer").get_by_role("button", name=said(answer, heading)).press("Enter")
        expect(page.get_by_text("Thank you").first).to_be_visible()
        if scripts:
            assert page.url == results
            expect(page.locator(".answer").get_by_role("status")).to_be_focused()
        else:
            assert page.url == f"{counted.url}/helpful"
            page.go_back()
            expect(search_box(page)).to_have_value(CARD)
        body = parse_qs(next(request for request in sent if request.method == "POST").post_data)
        assert not page.context.cookies()
    kind = {"Helpful": "helpful", "Not helpful": "not_helpful"}[answer]
    [passage] = body["passage"]
    assert body == {"passage": [passage], "helpful": ["yes" if answer == "Helpful" else "no"]}
    until(lambda: [day for day in contents(folder / "counts", date.min, date.max).days.values()
                   if passage in dict(day)[kind]])  # fmt: skip


def test_a_click_that_cannot_be_counted_says_so(browser: Browser, counted: Server):
    with visiting(browser, counted.url, expected="Failed to load resource") as page:
        ask(page, CARD)
        page.route("**/helpful", lambda route: route.abort())
        page.locator(".answer").get_by_role("button", name="Not helpful").click()
        expect(page.locator(".answer").get_by_role("status")).to_have_text("This could not be counted.")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_passage_asks_by_its_name_once_the_owner_counts(browser: Browser, counted: Server, language: str):
    with visiting(browser, counted.url, locale=language) as page:
        ask(page, CARD)
        hits = page.locator(".hit, .answer")
        assert hits.count() > 2
        for hit in hits.all():
            heading = hit.locator("h2, h3").inner_text()
            expect(hit.get_by_role("button", name=said(HELPFUL[language], heading))).to_have_count(1)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("address", [f"/?q={CARD}", f"/?q={LETTER}", "/helpful"])
def test_pages_that_ask_have_no_flaw_and_fit_any_screen(browser: Browser, counted: Server, address: str, language: str):
    with visiting(browser, counted.url, locale=language, viewport={"width": 360, "height": 850}) as page:
        page.goto(address)
        for scheme, forced in (("light", "none"), ("dark", "none"), ("light", "active")):
            page.emulate_media(color_scheme=scheme, forced_colors=forced)
            assert flaws(page) == []
        assert complaints(page, "outside") == []
        page.set_viewport_size({"width": 1280, "height": 850})
        assert flaws(page) == []
        page.emulate_media(media="print")
        assert complaints(page, "usable") == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_visitors_are_told_that_there_is_counting(browser: Browser, counted: Server, language: str):
    with visiting(browser, counted.url, locale=language) as page:
        page.goto("/")
        expect(page.get_by_role("contentinfo")).to_contain_text({"en": "five visits", "de": "fünf Besuchen"}[language])


def test_a_private_search_asks_nothing(browser: Browser, counted: Server):
    with visiting(browser, counted.url) as page:
        page.goto("/private")
        search_box(page).fill(CARD)
        search_box(page).press("Enter")
        expect(page.locator(".answer")).to_be_visible()
        expect(page.get_by_role("button", name="Helpful")).to_have_count(0)
