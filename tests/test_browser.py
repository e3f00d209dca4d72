"""A visitor's way through the site, in a real browser."""

import os
import re
import struct
import zlib
from collections.abc import Callable
from pathlib import Path

import pytest
from browsing import PAGES, PHONE, QUESTION, SIZE, Visit, ask, search_box, style
from playwright.sync_api import Page, expect

ARRIVED = ".passage:is(:target, :has(:target))"


def lightness(colour: str) -> float:
    """How light a colour is, from 0 to 1, by its relative luminance without gamma."""
    red, green, blue = (int(part) / 255 for part in re.findall(r"\d+", colour)[:3])
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def rows_in(picture: bytes) -> set[bytes]:
    """The different rows of pixels in a PNG file, as the format filters them; a blank picture has two or three."""
    width, _, _, kind = struct.unpack(">IIBB", picture[16:26])
    data, place = b"", 8
    while place < len(picture):
        (length,) = struct.unpack(">I", picture[place : place + 4])
        if picture[place + 4 : place + 8] == b"IDAT":
            data += picture[place + 8 : place + 8 + length]
        place += length + 12
    pixels, step = zlib.decompress(data), 1 + width * {2: 3, 6: 4}[kind]
    return {pixels[at : at + step] for at in range(0, len(pixels), step)}


def open_home(page: Page) -> None:
    page.goto("/")


def open_results(page: Page) -> None:
    ask(page, QUESTION)


def open_first_hit(page: Page) -> None:
    open_results(page)
    page.locator(".results .hit h3 a").first.click()
    page.wait_for_url(re.compile("/articles/.*#"))


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_a_question_leads_to_the_passage_that_answers_it(visit: Visit, scripts: bool):
    with visit(java_script_enabled=scripts) as page:
        ask(page, QUESTION)
        first = page.locator(".results .hit h3 a").first
        heading, place = first.inner_text(), first.get_attribute("href")
        first.click()
        page.wait_for_url(f"**{place}")
        passage = page.locator(ARRIVED)
        assert passage.get_attribute("id") == place.partition("#")[2].partition(":~:text=")[0]
        assert heading in passage.inner_text()
        assert page.evaluate("scrollY") > SIZE["height"]
        assert 0 <= passage.bounding_box()["y"] < SIZE["height"] / 2
        expect(passage).to_be_in_viewport()
        others = page.locator(f".passage:not({ARRIVED})")
        assert style(passage, "backgroundColor") != style(others.first, "backgroundColor")
        assert style(passage, "boxShadow") != style(others.first, "boxShadow")


@pytest.mark.parametrize("scripts", [True, False], ids=["with JavaScript", "without JavaScript"])
def test_back_returns_to_the_results_with_the_question_in_the_box(visit: Visit, scripts: bool):
    with visit(java_script_enabled=scripts) as page:
        ask(page, QUESTION)
        shown = page.locator(".results .hit h3 a").all_inner_texts()
        page.locator(".results .hit h3 a").first.click()
        page.wait_for_url("**/articles/**")
        page.go_back()
        expect(search_box(page)).to_have_value(QUESTION)
        assert page.locator(".results .hit h3 a").all_inner_texts() == shown


def test_the_words_of_the_question_are_marked(visit: Visit):
    with visit() as page:
        ask(page, "jealous of his ex")
        marks = page.locator(".excerpt mark")
        assert {text.lower()[:2] for text in marks.all_inner_texts()} <= {"je", "ex"}
        assert style(marks.first, "backgroundColor") != style(page.locator(".group").first, "backgroundColor")


def test_a_misspelled_question_offers_the_words_as_they_were_written(visit: Visit):
    with visit() as page:
        ask(page, "jelous of his ex")
        expect(page.locator(".note strong")).to_have_text("jealous of his ex")
        expect(search_box(page)).to_have_value("jelous of his ex")
        page.get_by_role("link", name="Search instead for “jelous of his ex”").click()
        expect(page.locator(".note")).to_have_count(0)
        expect(search_box(page)).to_have_value("jelous of his ex")
        expect(page.get_by_text("No article has: jelous")).to_be_visible()


def test_an_empty_question_is_met_with_a_hint(visit: Visit):
    with visit() as page:
        ask(page, "  ")
        expect(page.get_by_role("status")).to_contain_text("Nothing was asked yet")
        expect(search_box(page)).to_be_visible()


def test_when_nothing_fits_it_is_said_and_there_are_ways_on(visit: Visit):
    with visit() as page:
        ask(page, "zeppelin")
        expect(page.get_by_text("We have no advice on this yet")).to_be_visible()
        expect(page.locator(".hit").first).to_be_visible()
        expect(page.get_by_role("heading", name="What you can try")).to_be_visible()
        page.locator(".browse .topics a").first.click()
        expect(page).to_have_url(re.compile("/topics/"))


def test_a_missing_page_leads_back(visit: Visit):
    with visit(expected="404") as page:
        answered = page.goto("/articles/nothing")
        assert answered.status == 404
        expect(search_box(page)).to_be_visible()
        page.get_by_role("link", name="Home", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Ask in your own words")


def test_topics_lead_to_their_articles(visit: Visit):
    with visit() as page:
        page.goto("/")
        page.get_by_role("link", name="Trust", exact=True).click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Trust")
        page.get_by_role("link", name="How to Rebuild Trust After a Lie").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("How to Rebuild Trust After a Lie")


def test_the_keyboard_reaches_the_content_first(visit: Visit):
    with visit() as page:
        page.goto(PAGES["results"])
        page.keyboard.press("Tab")
        focused = page.locator(":focus")
        expect(focused).to_have_text("Skip to content")
        assert focused.bounding_box()["x"] >= 0
        page.keyboard.press("Enter")
        expect(page).to_have_url(re.compile("#main$"))


def test_every_page_has_one_main_heading_a_labelled_box_a_language_and_a_title(visit: Visit):
    with visit(expected="404") as page:
        for address in PAGES.values():
            page.goto(address)
            expect(page.locator("h1")).to_have_count(1)
            expect(search_box(page)).to_have_count(1)
            expect(page.locator("html")).to_have_attribute("lang", "en")
            expect(page).to_have_title(re.compile(r"\S"))


def test_no_page_scrolls_sideways_on_a_phone_nor_with_large_letters(visit: Visit):
    widths = {}
    with visit(expected="404", viewport=PHONE) as page:
        for name, address in PAGES.items():
            page.goto(address)
            for size in ("100%", "200%"):
                page.locator("html").evaluate("(html, size) => html.style.fontSize = size", size)
                widths[name, size] = page.evaluate("document.documentElement.scrollWidth")
    assert widths == dict.fromkeys(widths, PHONE["width"])


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("opening", [open_home, open_results, open_first_hit])
def test_colours_follow_the_visitors_scheme(visit: Visit, opening: Callable[[Page], None], scheme: str):
    with visit(color_scheme=scheme) as page:
        opening(page)
        grounds = [page.locator("body"), page.locator(ARRIVED)]
        shades = [lightness(style(ground, "backgroundColor")) for ground in grounds if ground.count()]
        ink = lightness(style(page.locator("h1"), "color"))
        assert max(shades) < 0.25 < 0.75 < ink if scheme == "dark" else min(shades) > 0.75 > 0.25 > ink


PICTURES = {  # a name for each: the page's address, how large, and in which colours
    "home": (PAGES["home"], SIZE, "light"),
    "results": ("/?q=why+does+he+go+quiet+when+I+ask", SIZE, "light"),
    "help": (PAGES["results"], SIZE, "light"),
    "card": (PAGES["card"], SIZE, "light"),
    "letter": (PAGES["letter"], SIZE, "light"),
    "nothing": (PAGES["nothing"], SIZE, "light"),
    "article": (PAGES["article"], SIZE, "light"),
    "dark": (PAGES["card"], SIZE, "dark"),
    "phone": (PAGES["card"], PHONE, "light"),
}


@pytest.mark.parametrize("name", PICTURES)
def test_pages_can_be_looked_at(visit: Visit, name: str, tmp_path: Path):
    """`make screenshots` keeps the pictures, for the README."""
    address, size, scheme = PICTURES[name]
    folder = Path(os.environ.get("ADVICE_SCREENSHOTS", tmp_path))
    with visit(viewport=size, color_scheme=scheme) as page:
        page.goto(address)
        picture = page.screenshot(path=folder / f"{name}.png")
    assert struct.unpack(">II", picture[16:24]) == (size["width"], size["height"])
    assert len(rows_in(picture)) > 100
