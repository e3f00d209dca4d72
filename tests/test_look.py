"""The owner's look: settings that reach the pages, colours that stay readable, a logo that runs nothing."""

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup
from hypothesis import assume, given
from hypothesis import strategies as st
from playwright.sync_api import Browser, expect
from server import UNLIMITED, Server, serving

from search.look import logo_file, theme_file
from search.settings import LOGO_TYPES, MIN_CONTRAST, Colours, Settings, contrast

LOGO = '<svg xmlns="http://www.w3.org/2000/svg" width="40" height="20"><script>document.title = "ran"</script></svg>'
CLIENT = httpx.Client(timeout=30)
SITE = """
name = "Heart & <Soul>"
logo = "logo.svg"
intro = "First <b>words</b>.\\n\\nSecond words."
footer = "Written by a \\"small\\" charity.\\n\\nAsk us."
templates = "mine"
[light]
ground = "#fdf6e3"
card = "#fffdf5"
ink = "#073642"
accent = "#7a3b00"
[dark]
ground = "#002b36"
card = "#073642"
ink = "#fdf6e3"
accent = "#ffb454"
"""


@pytest.fixture(scope="module", autouse=True)
def _connected() -> Iterator[None]:
    with CLIENT:
        yield


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the owner keeps the settings, with a logo and a template of their own."""
    folder = tmp_path_factory.mktemp("owner")
    (folder / "site.toml").write_text(UNLIMITED + SITE, encoding="utf-8")
    (folder / "logo.svg").write_text(LOGO, encoding="utf-8")
    (folder / "mine").mkdir()
    own = '{% extends "base.html" %}{% block main %}<h1>{{ name }}, our way</h1>{% endblock %}'
    (folder / "mine" / "topic.html").write_text(own, encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def owned(bundled_index: Path, folder: Path) -> Iterator[Server]:
    with serving(bundled_index, folder / "log", "--settings", folder / "site.toml") as server:
        yield server


def page(server: Server, path: str) -> BeautifulSoup:
    return BeautifulSoup(CLIENT.get(server.url + path).text, "lxml")


def test_the_name_and_the_logo_stand_on_every_page(owned: Server):
    for path in ("/", "/?q=love", "/articles/stay-or-leave", "/topics/trust", "/nothing"):
        brand = page(owned, path).select_one(".brand")
        assert brand.get_text().strip() == "Heart & <Soul>"
        assert brand.img["alt"] == ""
        assert CLIENT.get(owned.url + brand.img["src"]).text == LOGO


def test_intro_and_footer_are_paragraphs_of_text(owned: Server):
    home, article = page(owned, "/"), page(owned, "/articles/stay-or-leave")
    texts = [p.get_text() for p in home.select("main p")]
    assert texts[:2] == ["First <b>words</b>.", "Second words."]
    assert [p.get_text() for p in article.select("footer p")][:2] == ['Written by a "small" charity.', "Ask us."]
    assert not home.find("b")
    assert "Second words" not in article.find("main").get_text()


def test_the_owners_templates_come_first_and_the_rest_is_ours(owned: Server):
    assert page(owned, "/topics/trust").h1.get_text() == "Trust, our way"
    assert page(owned, "/articles/stay-or-leave").h1.get_text().startswith("Should I Stay")


@pytest.mark.parametrize(
    ("scheme", "ground", "ink", "accent", "on_accent"),
    [
        ("light", "rgb(253, 246, 227)", "rgb(7, 54, 66)", "rgb(122, 59, 0)", "rgb(255, 255, 255)"),
        ("dark", "rgb(0, 43, 54)", "rgb(253, 246, 227)", "rgb(255, 180, 84)", "rgb(0, 0, 0)"),
    ],
)
def test_a_browser_shows_the_owners_colours(
    browser: Browser, owned: Server, scheme: str, ground: str, ink: str, accent: str, on_accent: str
):
    context = browser.new_context(color_scheme=scheme)
    tab = context.new_page()
    tab.goto(owned.url)
    expect(tab.locator("body")).to_have_css("background-color", ground)
    expect(tab.locator("h1")).to_have_css("color", ink)
    button = tab.get_by_role("button", name="Search")
    expect(button).to_have_css("background-color", accent)
    expect(button).to_have_css("color", on_accent)
    assert tab.locator(".brand img").evaluate("image => image.naturalWidth") == 40
    context.close()


def test_one_scheme_leaves_the_other_as_it_was(browser: Browser, bundled_index: Path, folder: Path, tmp_path: Path):
    settings = tmp_path / "site.toml"
    settings.write_text(SITE[SITE.index("[light]") : SITE.index("[dark]")], encoding="utf-8")
    with serving(bundled_index, tmp_path / "log", "--settings", settings) as server:
        context = browser.new_context(color_scheme="dark")
        tab = context.new_page()
        tab.goto(server.url)
        expect(tab.locator("body")).to_have_css("background-color", "rgb(20, 25, 24)")
        context.close()


def test_without_settings_there_is_no_theme_and_no_logo(site: Server):
    assert [CLIENT.get(site.url + path).status_code for path in ("/theme.css", "/logo")] == [404, 404]
    home = page(site, "/")
    assert [link["href"].partition("?")[0] for link in home.select("link[rel=stylesheet]")] == ["/static/style.css"]
    assert not home.select(".brand img")


def test_the_theme_comes_after_the_style_sheet_and_may_be_kept(owned: Server):
    links = [link["href"] for link in page(owned, "/").select("link[rel=stylesheet]")]
    assert [link.partition("?")[0] for link in links] == ["/static/style.css", "/theme.css"]
    answered = CLIENT.get(owned.url + links[1])
    assert answered.headers["content-type"] == "text/css; charset=utf-8"
    assert "max-age" in answered.headers["cache-control"]


def test_a_logo_runs_nothing_even_by_itself(browser: Browser, owned: Server):
    answered = CLIENT.get(f"{owned.url}/logo")
    assert answered.headers["content-type"] == "image/svg+xml"
    policy = answered.headers["content-security-policy"]
    assert "script" not in policy
    assert policy.startswith("default-src 'none'")
    tab = browser.new_page()
    tab.goto(f"{owned.url}/logo")
    assert tab.title() != "ran"
    tab.close()


@pytest.mark.parametrize("suffix", [*LOGO_TYPES, ".PNG"])
def test_a_logo_is_served_as_what_it_is(tmp_path: Path, suffix: str):
    path = tmp_path / f"logo{suffix}"
    path.write_bytes(b"picture")
    file = logo_file(Settings(logo=path))
    assert (file.content, file.media_type) == (b"picture", LOGO_TYPES[suffix.lower()])
    assert file.address.startswith("/logo?v=")


def test_an_address_changes_with_its_content(folder: Path):
    colours = Colours(ground="#ffffff", card="#fafafa", ink="#111111", accent="#1b5e59")
    files = [theme_file(Settings()), theme_file(Settings(light=colours)), theme_file(Settings(dark=colours))]
    assert len({file.address for file in files}) == 3
    assert files[0].address == ""


def shades(darkest: int, lightest: int) -> st.SearchStrategy[str]:
    return st.tuples(*[st.integers(darkest, lightest)] * 3).map(lambda parts: "#" + bytes(parts).hex())


DARK, LIGHT = st.tuples(*[shades(0, 0x60)] * 2), st.tuples(*[shades(0xC0, 0xFF)] * 2)


@given(st.tuples(DARK, LIGHT) | st.tuples(LIGHT, DARK))
def test_what_follows_from_the_owners_colours_is_readable(chosen: tuple[tuple[str, str], tuple[str, str]]):
    (ground, card), (ink, accent) = chosen
    pairs = [(above, under) for above in (ink, accent) for under in (ground, card)]
    assume(min(contrast(*pair) for pair in pairs) >= MIN_CONTRAST)
    colours = Colours(ground=ground, card=card, ink=ink, accent=accent)
    rules = theme_file(Settings(dark=colours)).content.decode().partition(":root {")[2].partition("}")[0]
    found = dict(rule.strip().removeprefix("--").split(": ") for rule in rules.strip().rstrip(";").split(";"))
    assert (found["ground"], found["ink"]) == (ground, ink)
    readable = [
        ("quiet", "ground"),
        ("quiet", "card"),
        ("ink", "arrive"),
        ("accent", "arrive"),
        ("quiet", "arrive"),
        ("on-accent", "accent"),
    ]
    assert [pair for pair in readable if contrast(found[pair[0]], found[pair[1]]) < MIN_CONTRAST] == []


@pytest.mark.parametrize(
    ("text", "reason"),
    [("nmae = 1", "nmae"), ('logo = "site.toml"', "must be one of: .png"), ('templates = "site.toml"', "no folder")],
)
def test_a_mistake_in_the_settings_is_wrong_usage_and_one_line(advice, bundled_index, tmp_path, text: str, reason: str):
    settings = tmp_path / "site.toml"
    settings.write_text(text, encoding="utf-8")
    done = advice("serve", "--index", bundled_index, "--settings", settings)
    assert done.returncode == 2
    assert done.stderr.startswith(f"advice: {settings}: ")
    assert reason in done.stderr
    assert done.stderr.count("\n") == 1
