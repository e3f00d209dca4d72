"""Help comes first where a question speaks of danger: on the page, in private, in a frame, by script, by the API."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from browsing import PHONE, SIZE, Visit, follow, search_box
from playwright.sync_api import Browser, Page, expect
from server import Server, get, serving
from website import Website, website

HURT = "my husband hits me"
TITLE = "What is happening to you is not your fault"
HARMLESS = "how do I get over my ex"
SCRIPTS = pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
SIZES = pytest.mark.parametrize("size", [PHONE, SIZE], ids=["phone", "desktop"])


def panel(page: Page):
    return page.get_by_role("region", name=TITLE)


def spoken(page: Page) -> list[str]:
    """What a screen reader says of the main part, in its order: Chromium's own accessibility tree."""
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    by_id = {node["nodeId"]: node for node in nodes}

    def said(node: dict) -> Iterator[str]:
        children = [by_id[child] for child in node.get("childIds", ()) if child in by_id]
        if node.get("role", {}).get("value") in ("StaticText", "heading"):
            yield node["name"]["value"]
        for child in children:
            yield from said(child)

    return list(said(next(node for node in nodes if node.get("role", {}).get("value") == "main")))


@SCRIPTS
@SIZES
def test_the_panel_is_read_before_any_result(visit: Visit, scripts: bool, size: dict[str, int]):
    with visit(java_script_enabled=scripts, viewport=size) as page:
        page.goto(f"/?q={HURT}")
        expect(page.get_by_role("heading", level=1)).to_have_text(TITLE)
        order = spoken(page)
        assert order[0] == TITLE
        assert order.index("Answers") > order.index("People who can help")
        assert page.locator(".results .hit").count() > 0
        box = panel(page).bounding_box()
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= size["width"]
        expect(panel(page)).to_contain_text("This site is not an emergency service")


def test_it_composes_nothing_and_keeps_the_results(visit: Visit):
    with visit() as page:
        page.goto(f"/?q={HURT}")
        assert page.locator(".composed").count() == 0
        expect(page.get_by_role("heading", name="Passages", exact=True)).to_be_visible()
        page.goto(f"/?q={HURT}&page=2")
        expect(panel(page)).to_be_visible()


def test_a_harmless_question_has_no_panel(visit: Visit):
    with visit() as page:
        page.goto(f"/?q={HARMLESS}")
        expect(page.get_by_role("heading", level=1)).to_have_text("Answers")
        assert page.locator(".helping").count() == 0


@SCRIPTS
def test_the_visitor_chooses_the_country(visit: Visit, scripts: bool):
    with visit(java_script_enabled=scripts) as page:
        page.goto(f"/?q={HURT}")
        assert page.locator("a[href^='tel:']").count() == 0
        page.get_by_label("Helplines of").select_option("United Kingdom")
        follow(panel(page).get_by_role("button", name="Show"))
        expect(page.get_by_role("link", name="0808 2000 247")).to_have_attribute("href", "tel:08082000247")
        expect(page.get_by_role("link", name="999", exact=True)).to_be_visible()
        expect(search_box(page)).to_have_value(HURT)
        follow(page.get_by_role("link", name="newest first"))
        expect(page.get_by_role("link", name="999", exact=True)).to_be_visible()


def test_the_owner_says_whose_helplines_come_first(browser: Browser, bundled_index: Path, tmp_path: Path):
    (tmp_path / "site.toml").write_text('country = "GB"\n', encoding="utf-8")
    with serving(bundled_index, tmp_path / "log", "--settings", tmp_path / "site.toml") as own:
        page = browser.new_page(base_url=own.url)
        page.goto(f"/?q={HURT}")
        expect(page.get_by_role("link", name="999", exact=True)).to_be_visible()
        page.get_by_label("Helplines of").select_option("another country")
        follow(panel(page).get_by_role("button", name="Show"))
        expect(page.get_by_label("Helplines of")).to_have_value("-")
        assert page.locator("a[href^='tel:']").count() == 0
        page.close()


@SCRIPTS
def test_private_search_is_offered_and_shows_the_panel_too(visit: Visit, scripts: bool):
    with visit(java_script_enabled=scripts) as page:
        page.goto(f"/?q={HURT}")
        follow(panel(page).get_by_role("link", name="Search privately"))
        search_box(page).fill(HURT)
        search_box(page).press("Enter")
        expect(panel(page)).to_be_visible()
        expect(panel(page).get_by_role("link", name="Search privately")).to_have_count(0)
        page.get_by_label("Helplines of").select_option("Germany")
        follow(panel(page).get_by_role("button", name="Show"))
        expect(page.get_by_role("link", name="116 016")).to_be_visible()
        assert page.url.endswith("/private")


def test_in_german_the_panel_is_german(visit: Visit):
    with visit(locale="de") as page:
        page.goto(f"/?q={HURT}")
        expect(page.locator(".helping")).to_have_attribute("aria-labelledby", "helping")
        assert page.get_by_role("heading", level=1).inner_text() != TITLE
        expect(page.get_by_role("combobox", name="Hilfe in")).to_be_visible()
        expect(page.locator(".lines li").first).to_have_attribute("lang", "en")  # the helplines' own words


def test_the_api_says_it_before_all_else_in_the_visitors_language(site: Server):
    address = f"{site.url}/api/v1/search"
    safety = get(address, params={"q": HURT, "country": "DE"}).json()["safety"]
    assert (safety["category"], safety["voice"], safety["title"]) == ("partner-violence", "hurt", TITLE)
    assert safety["helplines"][0]["country"] == "DE"
    assert any("not an emergency service" in notice for notice in safety["notices"])
    german = get(address, params={"q": HURT}, headers={"accept-language": "de"}).json()["safety"]
    assert german["title"] != TITLE
    assert {line["country"] for line in german["helplines"]} == {"ZZ"}
    assert get(address, params={"q": HARMLESS}).json()["safety"] is None
    assert get(address, params={"q": HURT, "country": "XX"}).status_code == 400


# --- on other pages of the owner's ---


@pytest.fixture
def sites(bundled_index: Path, tmp_path: Path) -> Iterator[tuple[Server, Website]]:
    with ExitStack() as stack:
        owner = stack.enter_context(website())
        settings = tmp_path / "site.toml"
        settings.write_text(f'embed_origins = ["{owner.url}"]\ncountry = "US"\n', encoding="utf-8")
        yield stack.enter_context(serving(bundled_index, tmp_path / "log", "--settings", settings)), owner


def test_the_script_shows_help_before_the_results(browser: Browser, sites: tuple[Server, Website]):
    advice, owner = sites
    script = f'<div data-advice-search></div><script src="{advice.url}/embed.js" defer></script>'
    page = browser.new_page()
    page.goto(owner.put("/", f"<!doctype html><title>Own</title>{script}"))
    page.get_by_role("searchbox").fill(HURT)
    page.get_by_role("searchbox").press("Enter")
    expect(panel(page)).to_be_visible()
    expect(page.get_by_role("link", name="911")).to_have_attribute("href", "tel:911")
    assert page.locator(".advice-helping ~ ol > li").count() > 0
    page.close()


def test_the_frame_shows_help_before_the_results(browser: Browser, sites: tuple[Server, Website]):
    advice, _ = sites
    page = browser.new_page(java_script_enabled=False)
    page.goto(f"{advice.url}/embed?q={HURT}")
    assert spoken(page)[0] == TITLE
    assert page.locator(".helping a:not([target='_top'], [href^='tel:'])").count() == 0
    assert page.locator(".results .hit").count() > 0
    page.close()
