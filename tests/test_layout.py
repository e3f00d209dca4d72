"""How pages are laid out: enlarged, from right to left, at rest, on paper, and by their headings and landmarks."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from browsing import LANGUAGES, PAGES, Visit, complaints, visiting
from playwright.sync_api import Browser, Page, expect
from server import Server, an_article, publish, serving

from indexer.model import Block

ENLARGED = {"viewport": {"width": 320, "height": 256}, "device_scale_factor": 4}  # a screen of 1280 by 1024, at 400 %
ANSWERED = ("results", "corrected", "letter")
LEFTWARD = {  # title, heading, text, question and answer, and words that find them
    "ar": ("حدود بلا ذنب", "لماذا نقول نعم", "الحدود تحمي العلاقة.", "هل أنا أناني؟", "لا، الحدود ليست أنانية."),
    "he": ("גבולות בלי אשמה", "למה אומרים כן", "גבולות שומרים על הקשר.", "האם זה אנוכי?", "לא, גבולות אינם אנוכיות."),
}


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", PAGES)
def test_at_four_hundred_per_cent_nothing_scrolls_sideways_or_is_cut(visit: Visit, name: str, language: str):
    with visit(expected="404", locale=language, **ENLARGED) as page:
        page.goto(PAGES[name])
        assert complaints(page, "outside") == []


@pytest.mark.parametrize("name", PAGES)
def test_nothing_moves_for_those_who_ask_for_rest(visit: Visit, name: str):
    with visit(expected="404", reduced_motion="reduce") as page:
        page.goto(PAGES[name])
        assert complaints(page, "moving") == []


@pytest.mark.parametrize("name", [*ANSWERED, "article"])
def test_on_paper_there_is_nothing_to_click(visit: Visit, name: str):
    with visit() as page:
        page.goto(PAGES[name])
        page.emulate_media(media="print")
        assert complaints(page, "usable") == []
        expect(page.get_by_role("heading", level=1)).to_be_visible()


@pytest.mark.parametrize("name", ANSWERED)
def test_on_paper_each_passage_names_its_source(visit: Visit, name: str):
    with visit() as page:
        page.goto(PAGES[name])
        page.emulate_media(media="print")
        assert complaints(page, "unsourced") == []


@pytest.mark.parametrize("name", PAGES)
def test_headings_and_landmarks_tell_a_pages_parts(visit: Visit, name: str):
    with visit(expected="404") as page:
        page.goto(PAGES[name])
        assert complaints(page, "skipping") == []
        for landmark in ("banner", "main", "contentinfo", "search"):
            expect(page.get_by_role(landmark)).to_have_count(1)
        expect(page.get_by_role("heading", level=1)).to_have_count(1)
        expect(page.get_by_role("main").get_by_role("heading", level=1)).to_have_count(1)


@pytest.mark.parametrize("name", [*ANSWERED, "nothing"])
def test_a_hit_is_a_heading_and_results_are_counted_once(visit: Visit, name: str):
    with visit() as page:
        page.goto(PAGES[name])
        hits = page.locator(".hit").all()
        assert hits
        for hit in hits:
            expect(hit.get_by_role("heading")).to_have_count(1)
            expect(hit.get_by_role("heading").get_by_role("link")).to_have_count(1)
        expect(page.get_by_role("status")).to_have_count(1)


@pytest.fixture(scope="module")
def leftward(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A site whose articles are written from right to left."""
    folder = tmp_path_factory.mktemp("leftward")
    articles = []
    for language, (title, heading, text, question, answer) in LEFTWARD.items():
        article = an_article(language, {"": text, heading: text}, {question: answer}, title)
        first, second = article.sections
        listed = replace(second, blocks=(*second.blocks, Block("item", text, "-"), Block("quote", answer)))
        articles.append(replace(article, language=language, sections=(first, listed)))
    with serving(publish(folder / "index", *articles), folder / "log") as server:
        yield server


@pytest.mark.parametrize("size", [{}, ENLARGED], ids=["desktop", "enlarged"])
@pytest.mark.parametrize("language", LEFTWARD)
def test_an_article_is_read_from_right_to_left(browser: Browser, leftward: Server, language: str, size: dict):
    with visiting(browser, leftward.url, **size) as page:
        page.goto(f"/articles/{language}")
        expect(page.locator(f"article[lang={language}]")).to_contain_text(LEFTWARD[language][-1])
        assert complaints(page, "leftward") == []
        assert complaints(page, "outside") == []


@pytest.mark.parametrize("language", LEFTWARD)
def test_hits_are_read_from_right_to_left(browser: Browser, leftward: Server, language: str):
    with visiting(browser, leftward.url) as page:
        page.goto(f"/?q={LEFTWARD[language][-1]}")
        expect(page.locator(".hit").first).to_contain_text(LEFTWARD[language][-1])
        assert complaints(page, "leftward") == []


def test_a_source_is_found_in_what_the_style_adds(browser: Browser):
    page: Page = browser.new_page()
    page.set_content("<div class=hit><h2><a href='https://example.org/a'>a</a></h2></div>")
    page.add_style_tag(content="a::after { content: ' (' attr(href) ')' }")
    assert complaints(page, "unsourced") == []
    page.close()


@pytest.mark.parametrize(
    ("check", "flawed"),
    [
        ("outside", "<p style='width: 3000px'>wide"),
        ("outside", "<p style='width: 3em; overflow: hidden; white-space: nowrap'>words that are cut"),
        ("outside", "<p style='height: 1em; overflow: hidden'>one<br>two<br>three"),
        ("moving", "<p style='transition: color 1s'>slow"),
        ("moving", "<style>p::after { content: '!'; animation: 1s turn }</style><p>turning"),
        ("moving", "<style>html { scroll-behavior: smooth }</style>"),
        ("skipping", "<h1>one</h1><h3>three</h3>"),
        ("skipping", "<h2>two</h2>"),
        ("usable", "<nav>elsewhere</nav>"),
        ("usable", "<form><input></form>"),
        ("unsourced", "<div class=hit><h2><a href='https://example.org/a'>a</a></h2></div>"),
        ("unfocused", "<a href='/' style='outline: none' autofocus>here</a>"),
        ("unfocused", "<p style='position: fixed; inset: 0; background: red'></p><a href='/' autofocus>here</a>"),
        ("leftward", "<article><p>גבולות</p></article>"),
        ("leftward", "<article dir=rtl><p style='text-align: left'>גבולות</p></article>"),
    ],
)
def test_a_flaw_would_be_found(browser: Browser, check: str, flawed: str):
    page: Page = browser.new_page()
    page.set_content(f"<!doctype html><style>:focus {{ outline: 2px solid }}</style>{flawed}")
    assert complaints(page, check)
    page.close()
