"""What a reply page offers, in a real browser: with and without JavaScript, on a phone and on a desk."""

import re
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import replace

import pytest
from browsing import LETTER, PAGES, Visit, ask, follow, search_box, visiting
from playwright.sync_api import Browser, Page, expect
from server import an_article, publish, serving

from search.letters import MOST_CONCERNS
from search.web.pages import ARTICLES_ON_PAGE

QUESTION = "how do I get over my ex"
CARD = "how long does it take to get over someone"
Open = Callable[..., AbstractContextManager[Page]]


@pytest.fixture(params=[360, 1280], ids="{} pixels".format)
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture(params=[True, False], ids=["with JavaScript", "without JavaScript"])
def opened(request: pytest.FixtureRequest, visit: Visit, width: int) -> Open:
    """Opens a page of one width, with JavaScript or without."""
    return lambda: visit(java_script_enabled=request.param, viewport={"width": width, "height": 850})


def test_the_answer_card_shows_the_whole_answer_and_leads_to_it(opened: Open):
    with opened() as page:
        ask(page, CARD)
        card = page.locator(".answer")
        expect(card.get_by_role("heading")).to_have_text("How long does it take to get over someone you love?")
        shown = card.locator("p").first.inner_text()
        assert shown.startswith("There is no reliable formula.")
        expect(card).to_contain_text("How to Get Over a Breakup When You Still Love Them")
        expect(card.locator("time")).to_have_count(1)
        card.get_by_role("link").first.click()
        expect(page.locator(".passage:is(:target, :has(:target))")).to_contain_text(shown)


def test_quotes_stand_in_their_articles_word_for_word(opened: Open):
    with opened() as page:
        ask(page, QUESTION)
        quotes = page.locator(".composed blockquote")
        assert quotes.count() > 1
        text, link = quotes.first.locator("p").first.inner_text(), quotes.first.get_by_role("link")
        assert re.search(r"#.*:~:text=", link.get_attribute("href"))
        link.click()
        expect(page.locator("article.reading")).to_contain_text(text)


def test_a_letter_shows_its_concerns_each_with_passages_and_a_search_of_its_own(opened: Open):
    with opened() as page:
        page.goto("/letter")
        search_box(page).fill(LETTER)
        follow(page.get_by_role("button", name="Search"))
        concerns = page.locator(".concerns section")
        assert 2 <= concerns.count() <= MOST_CONCERNS
        heading = concerns.first.get_by_role("heading").inner_text()
        assert heading.strip("“”")[:30] in LETTER.replace("\n", " ")
        assert concerns.first.locator("li a").count() >= 1
        concerns.first.get_by_role("link", name="Search for this alone").click()
        expect(search_box(page)).to_have_value(heading.strip("“”"))


def test_when_nothing_fits_it_is_said_plainly_and_the_nearest_are_shown(opened: Open):
    with opened() as page:
        ask(page, "how long do you boil an egg")
        expect(page.get_by_role("status")).to_contain_text("We have no advice on this yet.")
        expect(page.locator(".answer, .composed, .concerns")).to_have_count(0)
        expect(page.locator(".results .hit").first).to_be_visible()
        expect(page.locator(".browse .topics a").first).to_be_visible()


def test_a_correction_is_told_and_can_be_undone(opened: Open):
    with opened() as page:
        ask(page, "anxous atachment")
        expect(page.locator(".note strong")).to_have_text("anxious attachment")
        page.get_by_role("link", name="Search instead for “anxous atachment”").click()
        expect(page.get_by_text(re.compile("No article has: anxous"))).to_be_visible()


def test_related_questions_another_view_and_more_like_this_lead_on(opened: Open):
    with opened() as page:
        ask(page, QUESTION)
        expect(page.locator("[aria-labelledby=related] li").first).to_be_visible()
        expect(page.locator("[aria-labelledby=another] .hit")).to_have_count(1)
        heading = page.locator(".results .hit h3").first.inner_text()
        page.locator(".results .hit").first.get_by_role("link", name=re.compile("More like")).click()
        expect(page.get_by_role("heading", level=1)).to_have_text(f"More like “{heading}”")
        expect(page.locator(".results .hit").first).to_be_visible()
        page.get_by_role("link", name=re.compile("^Back to it")).click()
        expect(page.locator(".passage:is(:target, :has(:target))")).to_contain_text(heading)


def test_every_hit_says_why_it_was_found(opened: Open):
    with opened() as page:
        ask(page, QUESTION)
        reasons = page.locator(".hit .why").all_inner_texts()
        assert len(reasons) == page.locator(".hit").count()
        assert all(re.match("It (asks|is about|means|speaks of)", reason) for reason in reasons)


def test_facets_narrow_down_and_can_be_left(opened: Open):
    with opened() as page:
        ask(page, QUESTION)
        facets = page.get_by_role("navigation", name="Narrow down")
        follow(facets.get_by_role("link", name="Questions and answers"))
        hits = page.locator(".results .hit")
        assert hits.count() == page.locator(".results .hit.faq").count() > 0
        expect(facets.get_by_role("link", name="Questions and answers")).to_have_attribute("aria-current", "true")
        expect(search_box(page)).to_have_value(QUESTION)
        follow(facets.get_by_role("link", name="Breakups"))
        assert 0 < hits.count() == page.locator(".results .hit.faq").count()
        follow(facets.get_by_role("link", name="Show all"))
        assert page.locator(".results .hit.section").count() > 0


def test_results_can_be_sorted_by_date(opened: Open):
    with opened() as page:
        ask(page, QUESTION)
        follow(page.get_by_role("link", name="newest first"))
        dates = [time.get_attribute("datetime") for time in page.locator(".results time").all()]
        assert dates == sorted(dates, reverse=True)
        follow(page.get_by_role("link", name="best first"))
        assert dates != [time.get_attribute("datetime") for time in page.locator(".results time").all()]


def test_results_have_numbered_pages(opened: Open):
    with opened() as page:
        ask(page, QUESTION)
        first = page.locator(".results .hit h3").all_inner_texts()
        expect(page.locator(".results .group")).to_have_count(ARTICLES_ON_PAGE)
        follow(page.get_by_role("link", name="Page 2"))
        expect(page.locator("[aria-current=page]")).to_have_text("2")
        assert not set(first) & set(page.locator(".results .hit h3").all_inner_texts())
        expect(page.locator(".answer, .composed")).to_have_count(0)
        page.go_back()
        assert page.locator(".results .hit h3").all_inner_texts() == first


def test_situations_and_topics_can_be_browsed_without_typing(opened: Open):
    with opened() as page:
        page.goto("/")
        situation = page.locator("[aria-labelledby=situations] a").first
        name = situation.inner_text()
        situation.click()
        expect(page.locator(".passage:is(:target, :has(:target))")).to_contain_text(name)
        page.goto("/topics/breakups")
        question = page.locator("[aria-labelledby=questions] a").first
        name = question.inner_text()
        question.click()
        expect(page.locator(".passage:is(:target, :has(:target))")).to_contain_text(name)


def test_an_article_tells_its_date_reading_time_and_level(opened: Open):
    with opened() as page:
        page.goto("/articles/stay-or-leave")
        about = page.locator("article.reading > .from").first
        expect(about).to_contain_text(re.compile(r"\d+ min read · (very easy|easy|not hard) to read"))
        expect(about.locator("time").first).to_be_visible()


def test_the_pages_speak_german_to_a_german_browser(visit: Visit, width: int):
    with visit(locale="de-DE", viewport={"width": width, "height": 850}) as page:
        page.goto("/?q=how+do+I+get+over+my+ex")
        expect(page.locator("html")).to_have_attribute("lang", "de")
        expect(page.get_by_role("heading", level=1)).to_have_text("Antworten")
        expect(page.locator(".results .from").first).to_contain_text("Min. Lesezeit")


# What the owner decides


@pytest.fixture(scope="module")
def owners(browser: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Open]:
    """A site with settings, of one old article with a disclaimer."""
    folder = tmp_path_factory.mktemp("owners")
    article = an_article("sleep", {"": "Sleep badly before a date? Breathe out slowly."}, title="Sleep")
    (folder / "site.toml").write_text(
        'name = "Night talk"\nold_after_years = 2\n[disclaimers]\nHealth = "Ask a doctor as well."\n'
        '[[situations]]\nname = "I lie awake"\nquestion = "sleep badly"\n',
        encoding="utf-8",
    )
    publish(folder / "index", replace(article, published="2019-01-01", topics=("Health",)))
    with serving(folder / "index", folder / "log", "--settings", folder / "site.toml") as server:
        yield lambda: visiting(browser, server.url)


def test_the_owners_name_situations_disclaimers_and_age_limit_are_shown(owners: Open):
    with owners() as page:
        page.goto("/")
        expect(page).to_have_title("Night talk")
        page.get_by_role("link", name="I lie awake").click()
        expect(search_box(page)).to_have_value("sleep badly")
        notes = page.locator(".results .note")
        expect(notes.nth(0)).to_contain_text(re.compile(r"more than \d+ years old"))
        expect(notes.nth(1)).to_have_text("Ask a doctor as well.")
        page.goto("/articles/sleep")
        expect(page.locator(".reading .note")).to_have_count(2)


def test_what_an_article_says_is_marked_as_its_language_on_a_page_in_another(visit: Visit):
    with visit(locale="de") as page:
        page.goto(PAGES["card"])
        for words in (".answer h2", ".answer > div", ".results .hit h3", ".results .excerpt"):
            assert {found.get_attribute("lang") for found in page.locator(words).all()} <= {"en", "en-GB"}, words
        page.goto("/")
        assert {found.get_attribute("lang") for found in page.locator(".card h3").all()} <= {"en", "en-GB"}
    with visit() as page:
        page.goto(PAGES["card"])
        assert page.locator("main [lang]").count() == 0
