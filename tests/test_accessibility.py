"""No page has a flaw that axe-core can see, however it is looked at."""

import pytest
from axe import flaws
from browsing import LANGUAGES, PAGES, Visit
from playwright.sync_api import expect

LOOKS = {
    "a phone": (360, {"color_scheme": "light"}),
    "a phone in the dark": (360, {"color_scheme": "dark"}),
    "a desktop": (1280, {"color_scheme": "light"}),
    "a desktop in the dark": (1280, {"color_scheme": "dark"}),
    "a desktop with forced colours": (1280, {"color_scheme": "light", "forced_colors": "active"}),
}
OTHER_WORDS = {"a phone": LOOKS["a phone"]}  # the colours of a page are the same in every language


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_a_page_has_no_flaw_in_any_look(visit: Visit, name: str, language: str):
    found: dict[str, list[str]] = {}
    with visit(expected="404", locale=language) as page:
        page.goto(PAGES[name])
        expect(page.locator("html")).to_have_attribute("lang", language)
        for look, (width, media) in (LOOKS if language == LANGUAGES[0] else OTHER_WORDS).items():
            page.set_viewport_size({"width": width, "height": 850})
            page.emulate_media(**media)
            for flaw in flaws(page):
                found.setdefault(flaw, []).append(look)
    assert not found, "\n\n".join(f"{flaw}\non {', '.join(looks)}" for flaw, looks in found.items())


@pytest.mark.parametrize(
    ("rule", "harm"),
    [
        ("label", "document.querySelector('label').remove()"),
        ("color-contrast", "document.querySelector('h1').style.color = '#eee'"),
        ("heading-order", "document.querySelector('h2').outerHTML = '<h5>Topics</h5>'"),
        ("target-size", "document.querySelector('main').innerHTML += '<button>i</button>'.repeat(2)"),
    ],
)
def test_a_flaw_would_be_found(visit: Visit, rule: str, harm: str):
    with visit(bypass_csp=True) as page:  # or the policy would not let it be harmed by markup
        page.goto(PAGES["home"])
        page.evaluate(harm)
        assert {flaw.partition(":")[0] for flaw in flaws(page)} >= {rule}
