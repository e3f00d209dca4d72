"""Suggestions under the search box, in a real browser: by keyboard, mouse and touch, for screen readers, and without.

The keys are pressed in an input and in a textarea, which letters need; what both do alike is tested in an input. The
tests hold answers back, or fail them, but all answers are the server's own.
"""

import re
from collections.abc import Iterator
from functools import partial
from urllib.parse import parse_qs, urlsplit

import pytest
from browsing import PHONE, Visit, style, visiting
from playwright.sync_api import Browser, Locator, Page, Route, expect
from server import Server, an_article, publish, serving

from search.web.site import STATIC

WIDE = {"width": 1280, "height": 850}
SIZES = [pytest.param(PHONE, id="360"), pytest.param(WIDE, id="1280")]
KINDS = ["input", "textarea"]
BOX = re.compile(r'<(?:input|textarea) id="q"[^>]*>(?:.*?</textarea>)?', re.DOTALL)
ELEMENTS = {
    "input": '<input id="q" name="q" type="search" autocomplete="off">',
    "textarea": '<textarea id="q" name="q" rows="2"></textarea>',
}
TRUST = ["Rebuilding trust", "Can trust come back?", "Trust takes time"]  # as they are suggested
MARKUP = "<img src=x onerror=alert(1)> & others"
ADDRESS = "**/api/v1/suggest?*"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A small site."""
    trust = an_article(
        "trust",
        {"Trust takes time": "Months.", MARKUP: "Text.", "Words " * 30: "Many."},
        {"Can trust come back?": "It can."},
        title="Rebuilding trust",
    )
    folder = tmp_path_factory.mktemp("suggesting")
    index = publish(folder / "index", trust, an_article("jealousy", {"Jealousy hurts": "It does."}))
    with serving(index, folder / "log") as server:
        yield server


@pytest.fixture
def visit(browser: Browser, site: Server) -> Visit:
    return partial(visiting, browser, site.url)


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which element the search box is."""
    return str(request.param)


def open_home(page: Page, kind: str = "input") -> Locator:
    """Opens the page with a search box of a kind, and gives the box."""

    def rewrite(route: Route) -> None:
        answer = route.fetch()
        route.fulfill(response=answer, body=BOX.sub(ELEMENTS[kind], answer.text(), count=1))

    page.route(re.compile(r"/$"), rewrite)
    page.goto("/")
    assert page.locator("#q").evaluate("box => box.localName") == kind
    return page.locator("#q")


def shown(page: Page) -> Locator:
    return page.get_by_role("option")


def write(page: Page, box: Locator, text: str) -> None:
    """Types a text that has suggestions."""
    box.press_sequentially(text)
    expect(shown(page).first).to_be_visible()


def states(box: Locator) -> dict[str, str | None]:
    names = ("role", "aria-expanded", "aria-haspopup", "aria-autocomplete", "aria-controls", "aria-activedescendant")
    return {name: found for name in names if (found := box.get_attribute(name)) is not None}


def expect_active(page: Page, box: Locator, text: str | None) -> None:
    """Only this option is marked, the box says so, and still has the focus."""
    expect(page.locator("[role=option][aria-selected=true]")).to_have_text([text] if text else [])
    expect(box).to_be_focused()
    active = box.get_attribute("aria-activedescendant")
    assert (page.locator(f"[id='{active}']").inner_text() if active else None) == text


def expect_closed(page: Page, box: Locator) -> None:
    expect(page.locator("#q-suggestions")).to_be_hidden()
    assert states(box).get("aria-expanded") in ("false", None)
    assert "aria-activedescendant" not in states(box)
    expect(page.locator("[aria-live=polite]")).to_have_text("")


def question_in(page: Page) -> str:
    return parse_qs(urlsplit(page.url).query)["q"][0]


def expect_asked(page: Page, question: str) -> None:
    page.wait_for_url(re.compile(r"\?q="))
    assert question_in(page) == question
    expect(page.locator("#q")).to_have_value(question)


def requests_of(page: Page) -> list[str]:
    """The texts that suggestions are asked for; the list goes on growing."""
    asked: list[str] = []
    page.on("request", lambda r: "/suggest?" in r.url and asked.append(parse_qs(urlsplit(r.url).query)["q"][0]))
    return asked


# --- the keyboard, and what screen readers are told at each step ---


@pytest.mark.parametrize("size", SIZES)
def test_a_run_by_keyboard(visit: Visit, kind: str, size: dict[str, int]):
    with visit(viewport=size) as page:
        box = open_home(page, kind)
        always = {"aria-autocomplete": "list", "aria-controls": "q-suggestions"}
        always |= {"role": "combobox"} if kind == "input" else {"aria-haspopup": "listbox"}
        closed = {"aria-expanded": "false"} if kind == "input" else {}
        opened = {"aria-expanded": "true"} if kind == "input" else {}
        assert states(box) == always | closed
        expect_closed(page, box)

        box.focus()
        write(page, box, "trust")
        expect(shown(page)).to_have_text(TRUST)
        assert states(box) == always | opened
        expect_active(page, box, None)

        for key, active in [
            ("ArrowDown", TRUST[0]),
            ("ArrowDown", TRUST[1]),
            ("ArrowUp", TRUST[0]),
            ("ArrowUp", None),
            ("ArrowUp", TRUST[2]),
            ("ArrowDown", None),
            ("ArrowDown", TRUST[0]),
        ]:
            box.press(key)
            expect_active(page, box, active)
            expect(box).to_have_value("trust")
        assert states(box) == always | opened | {"aria-activedescendant": "q-suggestions-0"}

        box.press("Enter")
        expect_asked(page, TRUST[0])


def test_the_tree_that_screen_readers_read(visit: Visit):
    with visit() as page:
        box = open_home(page)
        write(page, box, "trust")
        box.press("ArrowDown")
        expect(page.get_by_role("search")).to_match_aria_snapshot(
            """
            - search:
              - text: What is on your mind?
              - combobox "What is on your mind?" [expanded] [active]: trust
              - listbox "Suggestions":
                - option "Rebuilding trust" [selected]
                - option "Can trust come back?"
                - option "Trust takes time"
              - paragraph: "Suggestions: 3. Choose with the up and down arrow keys."
              - button "Search"
            """
        )


@pytest.mark.parametrize("key", ["Home", "End", "ArrowLeft", "ArrowRight", "s"])
def test_editing_leads_back_to_the_box(visit: Visit, key: str):
    with visit() as page:
        box = open_home(page)
        write(page, box, "trust")
        box.press("ArrowDown")
        expect_active(page, box, TRUST[0])
        box.press(key)
        expect_active(page, box, None)
        at = {"Home": 0, "End": 5, "ArrowLeft": 4, "ArrowRight": 5, "s": 6}[key]
        assert box.evaluate("box => box.selectionStart") == at


@pytest.mark.parametrize("opened", [True, False])
def test_enter_asks_for_what_was_typed(visit: Visit, kind: str, opened: bool):
    with visit() as page:
        box = open_home(page, kind)
        write(page, box, "trust")
        if not opened:
            box.press("Escape")
        box.press("Enter")
        expect_asked(page, "trust")


def test_enter_asks_at_once(visit: Visit, kind: str):
    with visit() as page:
        box = open_home(page, kind)
        box.fill("a long question that has no suggestions at all, because it is a question of its own")
        box.press("Enter")
        expect_asked(page, "a long question that has no suggestions at all, because it is a question of its own")


def test_shift_and_enter_begin_a_new_line_of_a_letter(visit: Visit):
    with visit() as page:
        box = open_home(page, "textarea")
        write(page, box, "trust")
        box.press("Shift+Enter")
        expect(box).to_have_value("trust\n")
        box.press_sequentially("and more")
        expect_closed(page, box)


def test_enter_that_ends_a_composition_asks_nothing(visit: Visit):
    with visit() as page:
        box = open_home(page)
        write(page, box, "trust")
        box.press("ArrowDown")
        box.dispatch_event("keydown", {"key": "Enter", "isComposing": True})
        expect_active(page, box, TRUST[0])
        assert urlsplit(page.url).query == ""


def test_escape_closes_and_then_clears(visit: Visit, kind: str):
    with visit() as page:
        box = open_home(page, kind)
        write(page, box, "trust")
        box.press("ArrowDown")
        box.press("Escape")
        expect_closed(page, box)
        expect(box).to_have_value("trust")
        box.press("Escape")
        expect(box).to_have_value("")
        expect(box).to_be_focused()
        expect_closed(page, box)


def test_escape_keeps_a_letter(visit: Visit, kind: str):
    letter = "I do not know where to start, so I begin with last weekend, when he"
    with visit() as page:
        box = open_home(page, kind)
        box.fill(letter)
        box.press("Escape")
        box.press("Escape")
        expect(box).to_have_value(letter)


def test_arrows_open_a_closed_list_again(visit: Visit, kind: str):
    with visit() as page:
        box = open_home(page, kind)
        write(page, box, "trust")
        for key, active in [("ArrowDown", TRUST[0]), ("ArrowUp", TRUST[2]), ("Alt+ArrowDown", None)]:
            box.press("Escape")
            expect_closed(page, box)
            box.press(key)
            expect(shown(page)).to_have_count(3)
            expect_active(page, box, active)
        box.press("Alt+ArrowUp")
        expect_closed(page, box)


def test_an_arrow_asks_for_suggestions_to_what_is_there_already(visit: Visit):
    with visit() as page:
        page.goto("/?q=trust")
        box = page.locator("#q")
        box.focus()
        expect_closed(page, box)
        box.press("ArrowDown")
        expect(shown(page)).to_have_text(TRUST)
        expect_active(page, box, None)


def test_arrows_in_a_letter_move_the_cursor(visit: Visit):
    with visit() as page:
        box = open_home(page, "textarea")
        box.fill("one\ntwo")
        box.press("ArrowUp")
        box.press("Home")
        assert box.evaluate("box => box.selectionStart") == 0
        expect_closed(page, box)


def test_tab_leaves_the_box_with_what_was_typed(visit: Visit, kind: str):
    with visit() as page:
        box = open_home(page, kind)
        write(page, box, "trust")
        box.press("ArrowDown")
        box.press("Tab")
        expect(page.get_by_role("button", name="Search")).to_be_focused()
        expect(box).to_have_value("trust")
        expect_closed(page, box)


def test_the_number_is_told_once_for_each_answer(visit: Visit):
    with visit() as page:
        box = open_home(page)
        page.evaluate(
            """() => new MutationObserver(() => (window.told ??= []).push(document.querySelector(".aloud").textContent))
                 .observe(document.querySelector(".aloud"), { childList: true, subtree: true, characterData: true })"""
        )
        write(page, box, "trus")
        box.press("ArrowDown")
        with page.expect_response(ADDRESS):
            box.press("t")
        expect_active(page, box, None)
        with page.expect_response(ADDRESS):
            box.press_sequentially(" ti")
        expect(shown(page)).to_have_text([TRUST[2]])
        box.press("Escape")
        words = "Suggestions: {}. Choose with the up and down arrow keys."
        assert page.evaluate("told") == [words.format(3), words.format(1), ""]


def test_what_is_told_is_in_the_visitors_language(visit: Visit):
    with visit(locale="de") as page:
        page.goto("/")
        write(page, page.locator("#q"), "trust")
        expect(page.get_by_role("listbox", name="Vorschläge")).to_be_visible()
        expect(page.locator("[aria-live=polite]")).to_have_text(re.compile(r"^Vorschläge: 3\. "))


# --- mouse and touch ---


@pytest.mark.parametrize("size", SIZES)
def test_a_click_chooses(visit: Visit, kind: str, size: dict[str, int]):
    with visit(viewport=size) as page:
        box = open_home(page, kind)
        write(page, box, "trust")
        shown(page).nth(1).hover()
        expect_active(page, box, None)
        page.mouse.down()
        expect(box).to_be_focused()
        page.mouse.up()
        expect_asked(page, TRUST[1])


def test_a_tap_chooses(visit: Visit, kind: str):
    with visit(viewport=PHONE, has_touch=True, is_mobile=True) as page:
        box = open_home(page, kind)
        box.tap()
        write(page, box, "trust")
        assert all(option.bounding_box()["height"] >= 44 for option in shown(page).all())
        shown(page).nth(2).tap()
        expect_asked(page, TRUST[2])


def test_a_click_beside_the_options_chooses_none(visit: Visit):
    with visit() as page:
        box = open_home(page)
        write(page, box, "trust")
        page.get_by_role("listbox").click(position={"x": 2, "y": 2})
        expect(shown(page)).to_have_count(3)
        expect(box).to_be_focused()
        page.locator("h1").click()
        expect_closed(page, box)
        assert urlsplit(page.url).query == ""


# --- what is asked of the server ---


def test_the_server_is_asked_at_a_pause(visit: Visit):
    with visit() as page:
        page.clock.install()
        box = open_home(page)
        page.clock.pause_at(page.evaluate("Date.now()") + 1000)
        asked = requests_of(page)
        box.press_sequentially("trust")
        page.clock.run_for(119)
        assert asked == []
        page.clock.run_for(1)
        expect(shown(page)).to_have_text(TRUST)
        assert asked == ["trust"]


@pytest.mark.parametrize("text", ["t", " t  ", "trust " + "x" * 60, "trust\nand more"])
def test_nothing_is_asked_for_a_letter_of_the_alphabet_or_of_the_visitor(visit: Visit, text: str):
    with visit() as page:
        box = open_home(page, "textarea")
        page.clock.install()
        asked = requests_of(page)
        box.fill(text)
        page.clock.run_for(1000)
        expect_closed(page, box)
        box.press("ArrowDown")
        page.clock.run_for(1000)
        assert asked == []


def test_the_list_closes_when_the_text_becomes_too_short_or_has_no_suggestions(visit: Visit):
    with visit() as page:
        box = open_home(page)
        for text in ("t", "zeppelin"):
            box.fill("trust")
            expect(shown(page)).to_have_count(3)
            box.fill(text)
            expect_closed(page, box)


def test_a_late_answer_to_an_earlier_text_is_dropped(visit: Visit):
    held: list[Route] = []
    with visit() as page:
        page.route("**/suggest?q=trust", lambda route: held.append(route))
        box = open_home(page)
        with page.expect_request("**/suggest?q=trust"):
            box.fill("trust")
        write(page, box.fill("") or box, "jealousy")
        expect(shown(page)).to_have_text(["Jealousy", "Jealousy hurts"])
        late = page.request.get(held[0].request.url)
        assert [one["text"] for one in late.json()["suggestions"]] == TRUST
        held[0].fulfill(response=late)
        page.evaluate("new Promise(done => setTimeout(done, 50))")
        expect(shown(page)).to_have_text(["Jealousy", "Jealousy hurts"])


def test_an_answer_that_comes_when_the_visitor_is_elsewhere_opens_nothing(visit: Visit):
    held: list[Route] = []
    with visit() as page:
        page.route(ADDRESS, lambda route: held.append(route))
        box = open_home(page)
        with page.expect_request(ADDRESS):
            box.fill("trust")
        box.blur()
        held[0].fulfill(response=page.request.get(held[0].request.url))
        page.evaluate("new Promise(done => setTimeout(done, 50))")
        expect_closed(page, box)


@pytest.mark.parametrize("failure", ["broken", "error", "not JSON"])
def test_an_error_is_silent_and_the_form_goes_on(visit: Visit, failure: str):
    failures = {
        "broken": lambda route: route.abort(),
        "error": lambda route: route.fulfill(status=500, body="{}"),
        "not JSON": lambda route: route.fulfill(body="<!doctype html>"),
    }
    with visit(expected="Failed to load resource") as page:
        box = open_home(page)
        write(page, box, "trust")
        page.route(ADDRESS, failures[failure])
        box.press("s")
        expect_closed(page, box)
        box.press("Enter")
        expect_asked(page, "trusts")


def test_nothing_is_stored_in_the_browser(visit: Visit):
    with visit() as page:
        box = open_home(page)
        write(page, box, "trust")
        box.press("ArrowDown")
        box.press("Enter")
        expect_asked(page, TRUST[0])
        kept = page.evaluate(
            "async () => [...Object.keys(localStorage), ...Object.keys(sessionStorage), "
            "document.cookie, ...await caches.keys(), ...await indexedDB.databases()]"
        )
        assert (kept, page.context.cookies()) == ([""], [])


def test_the_script_is_small():
    assert len((STATIC / "search.js").read_bytes()) < 6_000


# --- how it looks ---


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("direction", ["ltr", "rtl"])
def test_the_list_is_under_the_box_and_inside_the_page(visit: Visit, size: dict[str, int], direction: str):
    with visit(viewport=size) as page:
        box = open_home(page)
        page.evaluate("direction => { document.dir = direction; }", direction)
        write(page, box, "jea")
        field, listed = box.locator("..").bounding_box(), page.get_by_role("listbox").bounding_box()
        assert listed["y"] >= box.bounding_box()["y"] + box.bounding_box()["height"]
        assert (listed["x"], listed["width"]) == (field["x"], field["width"])
        assert page.evaluate("document.documentElement.scrollWidth") == size["width"]


def test_a_name_is_only_text(visit: Visit):
    with visit() as page:
        box = open_home(page)
        write(page, box, "oth")
        expect(shown(page)).to_have_text([MARKUP])
        expect(shown(page).locator("*")).to_have_count(0)


@pytest.mark.parametrize("colours", ["active", "none"])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_the_active_option_can_be_told_from_the_others(visit: Visit, colours: str, scheme: str):
    with visit(forced_colors=colours, color_scheme=scheme) as page:
        box = open_home(page)
        write(page, box, "trust")
        before, looks = style(shown(page).first, "backgroundColor"), set()
        box.press("ArrowDown")
        active, other = shown(page).first, shown(page).last
        for pointing in (page.locator("h1"), active):
            pointing.hover()
            assert style(active, "backgroundColor") != before
            assert style(active, "color") != style(other, "color")
            looks.add(style(active, "backgroundColor"))
        assert len(looks) == 1
        if colours == "active":  # or a plate in the colour of the page would hide its text
            assert style(active, "forcedColorAdjust") == "none"
        assert style(page.get_by_role("listbox"), "borderStyle") == "solid"


def test_nothing_moves(visit: Visit):
    with visit() as page:
        write(page, open_home(page), "trust")
        for part in (page.get_by_role("listbox"), shown(page).first):
            assert (style(part, "animationName"), style(part, "transitionDuration")) == ("none", "0s")


# --- without JavaScript ---


@pytest.mark.parametrize("size", SIZES)
def test_without_javascript_the_form_is_a_form(visit: Visit, size: dict[str, int]):
    with visit(java_script_enabled=False, viewport=size) as page:
        asked = requests_of(page)
        box = open_home(page)
        assert states(box) == {}
        expect(page.get_by_role("searchbox")).to_have_count(1)
        box.press_sequentially("trust")
        box.press("Enter")
        expect_asked(page, "trust")
        assert asked == []
        expect(page.get_by_role("listbox")).to_have_count(0)
