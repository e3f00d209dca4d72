"""The search box on other sites, in a real browser: one server plays the owner's other site, one a stranger's."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from dataclasses import dataclass
from html import unescape
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import pytest
from playwright.sync_api import Browser, FrameLocator, Locator, Page, Route, expect
from server import UNLIMITED, Server, an_article, publish, serving
from website import HTML, Answer, Website, website

from search.guard import HEADERS
from search.messages import LANGUAGES

QUESTION = "how long does it take to get over someone"  # answered by a FAQ at the end of its article
MARKUP = '<img src=x onerror=alert(1)> &amp; "sorry"'
SMALL = 4_500  # bytes: the most that the script may weigh
CLIENT = httpx.Client(timeout=30)


@dataclass(frozen=True)
class Web:
    """The advice site, a site that may embed it, and one that may not."""

    advice: Server
    owner: Website
    stranger: Website


Visit = Callable[..., AbstractContextManager[Page]]


def page_with(site: Website, advice: Server, body: str, path: str = "/", place: str = "body") -> str:
    """Puts a page on a site; its policy allows what comes from the two sites as files, and no markup by scripts."""
    source = advice.url
    policy = f"default-src 'none'; script-src {source}; style-src {source}; connect-src {source}; frame-src {source}"
    script = f'<script src="{source}/embed.js"></script>'
    head, tail = (script, "") if place == "head" else ("", script if place == "body" else "")
    start = f'<!doctype html><html lang="en"><head><title>Help</title>{head}</head><body><h1>Help</h1>'
    text = f"{start}{body}{tail}</body></html>"
    headers = {"content-type": HTML, "content-security-policy": f"{policy}; require-trusted-types-for 'script'"}
    return site.put(path, Answer(text.encode(), headers=headers))


@pytest.fixture(scope="module", autouse=True)
def _connected() -> Iterator[None]:
    with CLIENT:
        yield


@pytest.fixture(scope="module")
def web(bundled_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Web]:
    folder = tmp_path_factory.mktemp("embed")
    with ExitStack() as stack:
        owner, stranger = stack.enter_context(website()), stack.enter_context(website())
        advice = stack.enter_context(embedded(bundled_index, folder, owner))
        for site in (owner, stranger):
            page_with(site, advice, "<div data-advice-search><a href='/'>Ask us</a></div>")
            page_with(site, advice, f'<iframe src="{advice.url}/embed" title="Advice"></iframe>', "/frame", "")
        yield Web(advice, owner, stranger)


@contextmanager
def embedded(index: Path, folder: Path, owner: Website, more: str = "") -> Iterator[Server]:
    """An advice site that this owner's site may embed."""
    (folder / "site.toml").write_text(f'{UNLIMITED}embed_origins = ["{owner.url}"]\n{more}', encoding="utf-8")
    with serving(index, folder / "log", "--settings", folder / "site.toml") as advice:
        yield advice


@pytest.fixture
def visit(browser: Browser) -> Visit:
    """Opens a page of some sites, which must ask nothing of any other, nor complain of what is not expected."""

    @contextmanager
    def visiting(*sites: str, expected: str = "favicon", **options: object) -> Iterator[Page]:
        context = browser.new_context(**options)
        page = context.new_page()
        asked, complaints = [], []
        context.on("request", lambda request: asked.append(request.url))
        page.on("console", lambda message: complaints.append(f"{message.text} {message.location}"))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        try:
            yield page
        finally:
            context.close()
        assert {"{0.scheme}://{0.netloc}".format(urlsplit(url)) for url in asked} <= set(sites)
        assert [text for text in complaints if not re.search(f"favicon|{expected}", text)] == []

    return visiting


def box(page: Page | FrameLocator) -> Locator:
    return page.get_by_role("searchbox", name="What is on your mind?")


def ask(page: Page | FrameLocator, question: str) -> None:
    box(page).fill(question)
    box(page).press("Enter")


def hits_of(advice: Server, question: str) -> list[dict[str, Any]]:
    return CLIENT.get(f"{advice.url}/api/v1/search", params={"q": question}).json()["hits"]


# --- the script ---


@pytest.mark.parametrize("element", ["<div data-advice-search></div>", "<advice-search></advice-search>"])
@pytest.mark.parametrize("place", ["head", "body"])
def test_a_question_on_the_owners_page_is_answered_there(visit: Visit, web: Web, element: str, place: str):
    address = page_with(web.owner, web.advice, element, "/other", place)
    with visit(web.owner.url, web.advice.url) as page:
        page.goto(address)
        ask(page, QUESTION)
        hits = hits_of(web.advice, QUESTION)
        expect(page.get_by_role("status")).to_have_text(f"Passages found: {len(hits)}.")
        found = page.get_by_role("listitem")
        expect(found).to_have_count(len(hits))
        links = found.get_by_role("link")
        assert links.all_inner_texts() == [(hit["heading_path"] or [hit["title"]])[-1] for hit in hits]
        assert [link.get_attribute("href") for link in links.all()] == [
            f"{web.advice.url}{hit['url']}#{hit['anchor']}" for hit in hits
        ]
        shown = page.locator(".advice-excerpt").all_text_contents()
        assert shown == [unescape(re.sub("</?mark>", "", hit["excerpt"])) for hit in hits]
        assert page.locator("mark").count() == sum(hit["excerpt"].count("<mark>") for hit in hits) > 0
        assert page.url == address


def test_a_hit_leads_to_its_passage(visit: Visit, web: Web):
    with visit(web.owner.url, web.advice.url) as page:
        page.goto(web.owner.url)
        ask(page, QUESTION)
        link = page.get_by_role("listitem").get_by_role("link").first
        heading, address = link.inner_text(), link.get_attribute("href")
        link.click()
        page.wait_for_url(address)
        expect(page.locator(":target")).to_contain_text(heading)
        page.go_back()
        expect(box(page)).to_be_visible()


def test_all_results_stand_on_a_page_that_can_be_shared(visit: Visit, web: Web):
    with visit(web.owner.url, web.advice.url) as page:
        page.goto(web.owner.url)
        ask(page, "love & 100% trust?")
        page.get_by_role("link", name="See all results").click()
        page.wait_for_url(f"{web.advice.url}/?q=*")
        expect(page.locator("#q")).to_have_value("love & 100% trust?")


def test_the_box_has_its_style_and_the_owners_page_keeps_its_own(visit: Visit, web: Web):
    with visit(web.owner.url, web.advice.url) as page:
        page.goto(web.owner.url)
        expect(page.locator(".advice-search form")).to_have_css("display", "flex")
        expect(page.locator("h1")).to_have_css("display", "block")
        assert page.locator("[style], style").count() == 0
        assert box(page).bounding_box()["height"] >= 44


def test_what_happens_is_said(visit: Visit, web: Web):
    with visit(web.owner.url, web.advice.url, expected="413") as page:
        page.goto(web.owner.url)
        said = page.get_by_role("status")
        expect(said).to_have_text("")
        ask(page, "  ")
        expect(said).to_have_text("Write a question or a few words first.")
        ask(page, "jelous of his ex")
        expect(said).to_contain_text("Showing results for jealous of his ex. Passages found: ")
        ask(page, "zeppelin")
        expect(said).to_contain_text(
            "We have no advice on this yet. These passages are the nearest that we have. Passages found: 10."
        )
        box(page).evaluate("(box, text) => box.value = text", "a" * 20_001)
        box(page).press("Enter")
        expect(said).to_contain_text("20,001 characters")
        expect(page.get_by_role("listitem")).to_have_count(0)
        expect(box(page)).to_be_focused()


def test_a_server_that_does_not_answer_is_said(visit: Visit, web: Web):
    with visit(web.owner.url, web.advice.url, expected="ERR_INTERNET_DISCONNECTED") as page:
        page.goto(web.owner.url)
        page.context.set_offline(True)
        ask(page, QUESTION)
        expect(page.get_by_role("status")).to_contain_text("The search does not answer at the moment.")
        page.context.set_offline(False)
        ask(page, QUESTION)
        expect(page.get_by_role("status")).to_contain_text("Passages found")


def test_the_last_question_wins(visit: Visit, web: Web):
    held: list[Route] = []
    late = re.compile(r"/search\?q=love$")
    with visit(web.owner.url, web.advice.url) as page:
        page.goto(web.owner.url)
        page.route(late, lambda route: held.append(route))
        ask(page, "love")
        expect(page.get_by_role("status")).to_have_text("Searching…")
        ask(page, QUESTION)
        first = page.get_by_role("listitem").get_by_role("link").first
        expect(first).to_be_visible()
        shown = first.inner_text()
        with page.expect_response(late) as answered:
            held[0].continue_()
        answered.value.finished()
        page.evaluate("new Promise(requestAnimationFrame)")
        assert first.inner_text() == shown
        expect(page.get_by_role("listitem")).to_have_count(len(hits_of(web.advice, QUESTION)))


def test_two_boxes_on_a_page_answer_by_themselves(visit: Visit, web: Web):
    address = page_with(web.owner, web.advice, "<div data-advice-search></div>" * 2, "/two")
    with visit(web.owner.url, web.advice.url) as page:
        page.goto(address)
        expect(box(page)).to_have_count(2)
        box(page).last.fill("love")
        page.get_by_role("button", name="Search").last.click()
        expect(page.get_by_role("status").last).to_contain_text("Passages found")
        expect(page.get_by_role("status").first).to_have_text("")


def test_the_keyboard_is_enough(visit: Visit, web: Web):
    with visit(web.owner.url, web.advice.url) as page:
        page.goto(web.owner.url)
        page.keyboard.press("Tab")
        page.keyboard.type("love")
        page.keyboard.press("Enter")
        expect(page.get_by_role("listitem").first).to_be_visible()
        page.keyboard.press("Tab")
        expect(page.get_by_role("button")).to_be_focused()
        page.keyboard.press("Tab")
        expect(page.get_by_role("listitem").get_by_role("link").first).to_be_focused()


def test_without_scripts_the_owners_own_words_stay(visit: Visit, web: Web):
    with visit(web.owner.url, web.advice.url, java_script_enabled=False) as page:
        page.goto(web.owner.url)
        expect(page.get_by_role("link", name="Ask us")).to_be_visible()


def test_markup_in_articles_and_questions_is_only_text(visit: Visit, tmp_path: Path):
    bad = an_article("bad", {MARKUP: f"They said sorry {MARKUP}."}, {f"{MARKUP}?": f"Sorry {MARKUP}."}, MARKUP)
    index = publish(tmp_path / "index", bad)
    with website() as owner, embedded(index, tmp_path, owner, "name = '<b>Us</b>'") as advice:
        address = page_with(owner, advice, "<div data-advice-search></div>")
        with visit(owner.url, advice.url) as page:
            page.goto(address)
            ask(page, f"sory {MARKUP}")
            expect(page.get_by_role("listitem").first).to_contain_text(MARKUP)
            expect(page.get_by_role("status")).to_contain_text("<img")
            assert page.locator("img, b, script:not([src])").count() == 0
            page.goto(f"{advice.url}/embed?q={quote(f'sory {MARKUP}')}")
            expect(page.get_by_role("listitem").first).to_contain_text(MARKUP)
            assert page.locator("img, b, script").count() == 0


def test_an_origin_that_is_not_listed_gets_nothing(visit: Visit, web: Web):
    with visit(web.stranger.url, web.advice.url, expected="CORS policy|ERR_FAILED") as page:
        page.goto(web.stranger.url)
        ask(page, QUESTION)
        expect(page.get_by_role("status")).to_contain_text("The search does not answer at the moment.")
        expect(page.get_by_role("listitem")).to_have_count(0)


def test_the_box_speaks_the_visitors_language(visit: Visit, web: Web):
    with visit(web.owner.url, web.advice.url, locale="de-DE") as page:
        page.goto(web.owner.url)
        expect(page.get_by_role("searchbox", name="Was beschäftigt Sie?")).to_be_visible()
        expect(page.locator(".advice-search")).to_have_attribute("lang", "de")


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_script_is_small(web: Web, language: str):
    answered = CLIENT.get(f"{web.advice.url}/embed.js", headers={"accept-language": language})
    assert len(answered.content) < SMALL
    assert answered.headers["content-type"] == "text/javascript; charset=utf-8"
    assert "accept-language" in answered.headers["vary"]


# --- the frame ---


def test_a_frame_shows_results_and_opens_them_in_the_whole_window(visit: Visit, web: Web):
    with visit(web.owner.url, web.advice.url) as page:
        page.goto(f"{web.owner.url}/frame")
        frame = page.frame_locator("iframe")
        ask(frame, "jelous of his ex")
        expect(frame.get_by_role("status")).to_contain_text(
            "Showing results for jealous of his ex. Passages found: 10."
        )
        expect(box(frame)).to_have_value("jelous of his ex")
        assert page.url == f"{web.owner.url}/frame"
        frame.get_by_role("listitem").get_by_role("link").first.click()
        page.wait_for_url(f"{web.advice.url}/articles/*")
        expect(page.locator(":target")).to_be_visible()


def test_a_frame_works_without_scripts(visit: Visit, web: Web):
    with visit(web.owner.url, web.advice.url, java_script_enabled=False) as page:
        page.goto(f"{web.owner.url}/frame")
        frame = page.frame_locator("iframe")
        ask(frame, QUESTION)
        expect(frame.get_by_role("listitem")).to_have_count(10)


def test_a_frame_says_what_is_wrong_with_a_question(web: Web):
    answered = CLIENT.get(f"{web.advice.url}/embed", params={"q": "a" * 20_001})
    assert answered.status_code == 400
    assert "20,001 characters" in answered.text
    assert web.owner.url in answered.headers["content-security-policy"]


def test_a_stranger_cannot_frame_it(visit: Visit, web: Web):
    with visit(web.stranger.url, web.advice.url, expected="frame-ancestors|ERR_BLOCKED") as page:
        page.goto(f"{web.stranger.url}/frame")
        assert page.frame_locator("iframe").locator("input").count() == 0


@pytest.mark.parametrize("path", ["/", "/?q=love", "/articles/stay-or-leave", "/embed.js", "/api/v1/search?q=love"])
def test_nothing_else_can_be_framed(web: Web, path: str):
    headers = CLIENT.get(web.advice.url + path).headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-frame-options"] == "DENY"


# --- headers ---


def test_the_frame_may_be_shown_by_the_listed_sites_alone(web: Web):
    headers = CLIENT.get(f"{web.advice.url}/embed?q=love").headers
    policy = HEADERS["content-security-policy"].replace("ancestors 'none'", f"ancestors {web.owner.url}")
    assert headers["content-security-policy"] == policy
    assert "x-frame-options" not in headers
    assert headers["referrer-policy"] == "no-referrer"
    assert headers["cache-control"] == "no-store"


def test_the_script_and_its_style_may_be_loaded_from_anywhere(web: Web):
    style = re.search(r"/static/embed\.css\?v=\w+", CLIENT.get(f"{web.advice.url}/embed.js").text)[0]
    for path in ("/embed.js", style):
        headers = CLIENT.get(web.advice.url + path).headers
        assert headers.get_list("cross-origin-resource-policy") == ["cross-origin"]
        assert "max-age" in headers["cache-control"]
    assert CLIENT.get(f"{web.advice.url}/static/style.css").headers["cross-origin-resource-policy"] == "same-origin"


def test_scripts_of_the_listed_sites_alone_may_read_answers(web: Web):
    address = f"{web.advice.url}/api/v1/search?q=love"
    listed = CLIENT.get(address, headers={"origin": web.owner.url}).headers
    stranger = CLIENT.get(address, headers={"origin": web.stranger.url}).headers
    assert listed["access-control-allow-origin"] == web.owner.url
    assert "access-control-allow-origin" not in stranger
    assert "access-control-allow-credentials" not in listed
    assert "Origin" in listed["vary"]
    assert "Origin" in stranger["vary"]


def test_without_listed_sites_there_is_nothing_to_embed(bundled_index: Path, tmp_path: Path):
    with serving(bundled_index, tmp_path / "log") as advice:
        assert [CLIENT.get(advice.url + path).status_code for path in ("/embed", "/embed?q=a", "/embed.js")] == [
            404
        ] * 3
        answered = CLIENT.get(f"{advice.url}/api/v1/search?q=love", headers={"origin": "https://example.org"})
        assert "access-control-allow-origin" not in answered.headers


def test_questions_are_not_written_down(web: Web):
    CLIENT.get(f"{web.advice.url}/embed", params={"q": "xylophone worries"})
    assert "GET /embed 200" in web.advice.logged()
    assert "xylophone" not in web.advice.logged()
