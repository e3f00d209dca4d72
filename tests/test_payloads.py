"""Whatever is stored in articles and settings, or asked, stays text: a corpus of payloads in a real browser.

The pages are shown with their content security policy switched off, so that escaping alone has to hold; another test
shows that the policy would hold alone. Many are shown side by side, each as a document in a frame whose scripts run.
"""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import escape
from pathlib import Path
from urllib.parse import quote, urlencode, urlsplit

import pytest
from browsing import search_box
from playwright.sync_api import Browser, Page, Request, expect
from server import hosting

from indexer.build import build_index
from indexer.sources import open_source
from search.engine import Card
from search.live import LiveEngine
from search.model import topic_slug
from search.settings import RateLimit, Settings, Situation

HERE = Path(__file__).parent
PAYLOADS = [
    re.sub(r"⟨([0-9A-F]{4})⟩", lambda found: chr(int(found[1], 16)), line)
    for line in (HERE / "payloads.txt").read_text(encoding="utf-8").splitlines()
    if line and not line.startswith("# ")
]
SHOW = (HERE / "payloads.js").read_text(encoding="utf-8")
TOGETHER = 10  # payloads in one request, where each has been asked nearly alone elsewhere
SOME = 5  # of so many payloads one, where each page would have all of them
PAIRS = [PAYLOADS[start : start + 2] for start in range(0, len(PAYLOADS), 2)]
GROUPS = [PAYLOADS[start : start + TOGETHER] for start in range(0, len(PAYLOADS), TOGETHER)]
NO_LIMIT = RateLimit(per_minute=0)

ARTICLE = """<!doctype html><html lang="en"><head><title>{0}</title><meta name="author" content="{0}">
<meta name="description" content="{0}"><meta property="article:section" content="{5}">
<meta property="article:published_time" content="2026-01-{2:02}">
<script type="application/ld+json">{3}</script></head><body><article><h1>{0}</h1>
<p>Story {4} begins here, and river number {4} flows on. {0}</p>
<h2 id="{0}">{0}</h2><p>{0}</p><ul><li>{0}</li></ul><blockquote><p>{0}</p></blockquote><pre>{0}</pre>
<details><summary>Why {0} {4}?</summary><p>Because {0} of river {4}.</p></details>
<h2>As it stands, river {4}</h2><p><a rel="tag" href="/t">{0}</a> Before {4}. {1} After {4}.</p>
</article></body></html>"""


@dataclass
class Watched:
    """A page, and what was noticed in it that must not be."""

    page: Page
    ran: list[str] = field(default_factory=list)

    def show(self, *requests: tuple[str, str]) -> dict[str, str]:
        """Shows the answers to requests, each a path and the body of a form, and says what of them is not text."""
        said = self.page.evaluate(SHOW, [{"path": path, "body": body} for path, body in requests])
        return {f"{path} {body}": wrong for (path, body), wrong in zip(requests, said, strict=True) if wrong}


def write_articles(folder: Path) -> Path:
    """An article for each payload, which stands in all its parts, as text and as it is."""
    folder.mkdir()
    for number, payload in enumerate(PAYLOADS):
        facts = {"@type": "Article", "headline": payload, "author": {"name": payload}, "keywords": [payload]}
        topic = "Rivers" if number % SOME else escape(payload)  # those that every page lists
        values = escape(payload), payload, number % 28 + 1, json.dumps(facts).replace("<", "\\u003c"), number, topic
        name = re.sub(r"[/\0]", "-", payload).encode()[:80].decode("utf-8", "ignore")
        (folder / f"{number} {name}.html").write_text(ARTICLE.format(*values), encoding="utf-8", newline="")
    return folder


def settings_of(**more: object) -> Settings:
    """The settings of an owner who wrote payloads wherever they can."""
    everything = "\n\n".join(PAYLOADS)
    return Settings(
        name=PAYLOADS[0] + "</title>" + '"><img src=x onerror=zq()>',
        intro=everything,
        footer="\n\n".join(PAYLOADS[::SOME]),
        situations=tuple(Situation(name=payload, question=payload) for payload in PAYLOADS),
        disclaimers={payload.strip(): f"{payload} (said by the owner)" for payload in PAYLOADS},
        exit_url='https://friends.example/"><svg/onload=zq()>',
        base_url='https://friends.example"onfocus="zq()"autofocus="',
        old_after_years=0.001,
        rate_limit=NO_LIMIT,
        **more,
    )


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("payloads")
    build_index(open_source(write_articles(folder / "articles")), folder / "index")
    return folder / "index"


@pytest.fixture(scope="module")
def cards(index: Path) -> list[Card]:
    return list(LiveEngine(index).engine.cards)


@pytest.fixture(scope="module")
def site(index: Path) -> Iterator[str]:
    with hosting(index, settings_of(embed_origins=("https://friends.example",))) as url:
        yield url


@contextmanager
def watching(browser: Browser, url: str, **options: object) -> Iterator[Watched]:
    """A visitor on whom nothing of the payloads may have any effect."""
    context = browser.new_context(base_url=url, **options)
    watched = Watched(context.new_page())

    def asked(request: Request) -> None:
        if urlsplit(request.url).netloc != urlsplit(url).netloc and request.url != "about:srcdoc":
            watched.ran.append(f"asked {request.url}")

    context.expose_binding("zq", lambda _: watched.ran.append("ran"))
    context.on("request", asked)
    context.on("dialog", lambda dialog: (watched.ran.append("a dialog"), dialog.dismiss()))
    watched.page.goto("/healthz")
    yield watched
    context.close()


@pytest.fixture
def unprotected(browser: Browser, site: str) -> Iterator[Watched]:
    """A page on which only escaping protects."""
    with watching(browser, site, bypass_csp=True) as watched:
        yield watched


def test_the_corpus_is_large_and_has_no_payload_twice():
    assert len(PAYLOADS) >= 200
    assert len(set(PAYLOADS)) == len(PAYLOADS)


def test_what_articles_say_stays_text(unprotected: Watched, cards: list[Card]):
    assert len(cards) == len(PAYLOADS)
    assert len({topic for card in cards for topic in card.topics}) > 180
    assert unprotected.show(*((card.url, "") for card in cards)) == {}
    assert unprotected.ran == []


def test_what_is_asked_stays_text(unprotected: Watched):
    asked = [(f"/?{urlencode({'q': ' river '.join(pair)})}", "") for pair in PAIRS]
    assert unprotected.show(*asked) == {}
    assert unprotected.ran == []


def test_topics_paths_and_all_parameters_stay_text(unprotected: Watched, cards: list[Card]):
    names = "q kind topic sort page literal anchor k offset limit".split()
    topics = {topic_slug(topic) for card in cards for topic in card.topics}
    requests = [f"/topics/{quote(slug, safe='')}" for slug in sorted(topics)[::SOME]]
    for payloads in GROUPS:
        requests.append("/" + "/".join(quote(payload, safe="") for payload in payloads))
        text = " river ".join(payloads)
        everything = urlencode(dict.fromkeys([*names, text], text))
        requests += [f"{path}?{everything}" for path in ("/", "/embed", f"/more{cards[0].url}")]
    assert unprotected.show(*((path, "") for path in ["/", "/letter", "/private", *requests])) == {}
    assert unprotected.ran == []


def test_what_is_asked_privately_stays_text(unprotected: Watched):
    names = "kind topic page sort literal".split()
    asked = [{"q": " river ".join(some), names[n % 5]: some[0]} for n, some in enumerate(GROUPS)]
    assert unprotected.show(*(("/private", urlencode(fields)) for fields in asked)) == {}
    assert unprotected.ran == []


def test_what_machines_read_has_no_element_of_a_page(unprotected: Watched):
    """As XML it is well-formed, and as JSON it is JSON, which no browser takes for a page."""
    for path in ("/feed.xml", "/sitemap.xml", "/opensearch.xml"):
        check = """async (path) => {
            const found = new DOMParser().parseFromString(await (await fetch(path)).text(), "application/xml");
            return [found.querySelectorAll("parsererror").length, found.documentElement.querySelectorAll("*").length,
                    document.evaluate("count(//*[namespace-uri()='http://www.w3.org/1999/xhtml'])", found).numberValue];
        }"""
        errors, elements, of_pages = unprotected.page.evaluate(check, path)
        assert (errors, of_pages, elements > 2) == (0, 0, True), path
    for path in ("/api/v1/articles?limit=100", f"/api/v1/search?{urlencode({'q': PAYLOADS[0]})}"):
        unprotected.page.goto(path)
        assert unprotected.page.locator("script, img, svg").count() == 0
    assert unprotected.ran == []


def test_what_is_suggested_stays_text(unprotected: Watched):
    page = unprotected.page
    page.goto("/")
    for typed in ("script", "zq", "why", "onerror"):
        search_box(page).fill("")
        search_box(page).press_sequentially(typed)
        expect(page.get_by_role("option").first).to_be_visible()
        assert page.locator("[role=listbox] *:not([role=option]):not(mark)").count() == 0
    assert unprotected.ran == []


def test_real_pages_do_not_run_it_either(browser: Browser, site: str, cards: list[Card]):
    """With the policy, which must have nothing to complain of: a page that breaks it has markup that is not ours."""
    with watching(browser, site) as watched:
        said: list[str] = []
        watched.page.on("console", lambda message: said.append(message.text))
        for path in ("/", f"/?{urlencode({'q': ' river '.join(PAYLOADS[:20])})}", *(card.url for card in cards[:8])):
            watched.page.goto(path)
            expect(watched.page.locator("footer.bottom")).to_be_visible()
        assert (said, watched.ran) == ([], [])


def unsafe(folder: Path) -> Path:
    """A folder with a template that shows a question without escaping it."""
    folder.mkdir()
    (folder / "results.html").write_text(
        '{% extends "base.html" %}{% block main %}<p>{{ question | safe }}</p>{% endblock %}', encoding="utf-8"
    )
    return folder


def test_a_page_that_does_not_escape_is_noticed_and_the_policy_still_protects(
    browser: Browser, index: Path, tmp_path: Path
):
    asked = [(f"/?{urlencode({'q': payload})}", "") for payload in PAYLOADS[::3]]
    with hosting(index, Settings(templates=unsafe(tmp_path / "templates"), rate_limit=NO_LIMIT)) as url:
        with watching(browser, url, bypass_csp=True) as watched:
            assert len(watched.show(*asked)) > 30
            assert watched.ran.count("ran") > 15
            assert len([what for what in watched.ran if what.startswith("asked http")]) > 2
        with watching(browser, url) as watched:
            for payload in ("<script>zq()</script>", "<img src=x onerror=zq()>", '<img src="//zq.example/a.png">'):
                watched.page.goto(f"/?{urlencode({'q': payload})}")
                expect(watched.page.locator("main p")).to_have_count(1)
            assert "ran" not in watched.ran
