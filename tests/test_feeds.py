"""What machines read of the site: every file parsed as they parse it, with titles that try to break out of it."""

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.parse import quote, urlsplit

import httpx
import pytest
from bs4 import BeautifulSoup
from lxml import etree
from protego import Protego
from server import UNLIMITED, Server, an_article, called, publish, serving

from search.live import LiveEngine
from search.settings import Settings
from search.web import create_app
from search.web.feeds import NEWEST

ATOM, OPEN_SEARCH, SITEMAP = (
    "{http://www.w3.org/2005/Atom}",
    "{http://a9.com/-/spec/opensearch/1.1/}",
    "{http://www.sitemaps.org/schemas/sitemap/0.9}",
)
HOSTILE = "]]></title><script>alert(1)</script> \"q\" 'a' &amp; & \x0b\x00\ufffe {{ 7 * 7 }} ${x} 漢字"
SEEN = HOSTILE.translate(dict.fromkeys([0x0B, 0x00, 0xFFFE]))  # what XML can hold of it
QUESTION = "why does he never say sorry"
CLIENT = httpx.Client(timeout=30)
BAD_HOSTS = ['"><script>alert(1)</script>', "a b", "evil.example/path?", "user@evil.example", "[::1", "a" * 300]


@pytest.fixture(scope="module", autouse=True)
def _connected() -> Iterator[None]:
    with CLIENT:
        yield


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A site with an address of its own, and with articles that are old, undated, elsewhere or hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    articles = [
        replace(
            an_article(f"a-{day:02}", {"": "He says sorry."}, title=f"Day {day}"),
            published=f"2026-03-{day % 28 + 1:02}",
            modified="2026-10-01" if day == 0 else "",
        )
        for day in range(NEWEST + 5)
    ]
    told = {"published": "2026-11-01", "topics": (SEEN, "Über & uns"), "description": HOSTILE, "language": '"><b>'}
    articles += [
        replace(an_article("hostile", {"": "He says sorry."}, title=HOSTILE), **told),
        replace(an_article("live", {"": "Words."}), live="https://live.example/?a=1&b=<2>", published="2026-11-02"),
        an_article("undated", {"": "Other words."}),
        replace(an_article("%C3%BCber", {"": "Words again."}), published="2025-01-01"),
    ]
    settings = folder / "site.toml"
    settings.write_text("name = \"Heart & <Soul>, for everybody's worries\"\nbase_url = 'https://a&b.example'", "utf-8")
    with serving(publish(folder / "index", *articles), folder / "log", "--settings", settings) as server:
        yield server


def parsed(site: Server, path: str, **headers: str) -> etree._Element:
    return etree.fromstring(CLIENT.get(site.url + path, headers=headers).content)


def head(site: Server, path: str, **headers: str) -> dict[str, str]:
    """What the head of a page says: its tags by name or relation, each of which it has once."""
    tags = BeautifulSoup(CLIENT.get(site.url + path, headers=headers).text, "lxml").head
    said = [(tag.get("property") or tag.get("name"), tag["content"]) for tag in tags.select("meta[content]")]
    said += [(" ".join(tag["rel"]), tag["href"]) for tag in tags.select("link:not([rel=stylesheet])")]
    assert len(dict(said)) == len(said)
    return dict(said)


# --- robots.txt and the sitemap ---


def test_robots_may_read_articles_and_no_question(site: Server):
    answered = CLIENT.get(f"{site.url}/robots.txt")
    assert answered.headers["content-type"] == "text/plain; charset=utf-8"
    rules = Protego.parse(answered.text)
    for path in ("/", "/articles/stay-or-leave", "/topics/trust", "/feed.xml", "/static/style.css"):
        assert rules.can_fetch(site.url + path, "anybody")
    for path in ("/?q=love", "/?literal=1&q=love", "/api/v1/search?q=love", "/embed?q=love"):
        assert not rules.can_fetch(site.url + path, "anybody")
    assert list(rules.sitemaps) == [f"{site.url}/sitemap.xml"]


def test_the_sitemap_names_every_page_and_when_it_changed(site: Server):
    urls = parsed(site, "/sitemap.xml").findall(f"{SITEMAP}url")
    days = {url.findtext(f"{SITEMAP}loc"): url.findtext(f"{SITEMAP}lastmod") for url in urls}
    assert len(days) == len(urls) == 2 + 6 + 16
    assert days[f"{site.url}/articles/stay-or-leave"] == "2026-08-31"
    assert days[f"{site.url}/"] is None
    assert f"{site.url}/topics/self-esteem" in days
    assert {CLIENT.get(url).status_code for url in days} == {200}


def test_the_sitemap_leaves_out_what_stands_on_the_live_site(hostile: Server):
    found = parsed(hostile, "/sitemap.xml").itertext(f"{SITEMAP}loc")
    paths = [address.removeprefix("https://a&b.example") for address in found]
    assert "/articles/live" not in paths
    assert {"/", "/articles/undated", "/articles/hostile", "/articles/%C3%BCber"} <= set(paths)
    assert [path for path in paths if not re.fullmatch(r"[\w/.%-]+", path, re.ASCII)] == []
    assert {CLIENT.get(hostile.url + path).status_code for path in paths} == {200}


# --- the feed ---


def check_atom(feed: etree._Element) -> None:
    """The demands of RFC 4287, sections 4.1.1 and 4.1.2, and of the values in 3.3 and 4.2.6."""
    assert feed.tag == f"{ATOM}feed"
    for element in (feed, *feed.findall(f"{ATOM}entry")):
        names = [child.tag for child in element]
        assert [names.count(ATOM + name) for name in ("id", "title", "updated")] == [1, 1, 1]
        assert names.count(f"{ATOM}summary") <= 1
        assert len(element.findall(f"{ATOM}link[@rel='alternate']")) == 1
        assert urlsplit(element.findtext(f"{ATOM}id")).scheme
        for day in (*element.findall(f"{ATOM}updated"), *element.findall(f"{ATOM}published")):
            assert datetime.strptime(day.text, "%Y-%m-%dT%H:%M:%SZ")
    assert feed.findtext(f"{ATOM}author/{ATOM}name")
    assert len(feed.findall(f"{ATOM}link[@rel='self']")) == 1
    ids = [found.text for found in feed.iter(f"{ATOM}id")]
    assert len(set(ids)) == len(ids)


def test_the_feed_is_atom_with_the_newest_article_first(site: Server):
    answered = CLIENT.get(f"{site.url}/feed.xml")
    assert answered.headers["content-type"] == "application/atom+xml"
    feed = etree.fromstring(answered.content)
    check_atom(feed)
    entries = feed.findall(f"{ATOM}entry")
    days = [entry.findtext(f"{ATOM}published") for entry in entries]
    assert (len(entries), days) == (16, sorted(days, reverse=True))
    assert feed.findtext(f"{ATOM}updated") == max(entry.findtext(f"{ATOM}updated") for entry in entries)
    for entry in entries:
        page = BeautifulSoup(CLIENT.get(entry.find(f"{ATOM}link").get("href")).text, "lxml")
        assert page.h1.get_text() == entry.findtext(f"{ATOM}title")
        assert page.find("meta", {"name": "description"})["content"] == entry.findtext(f"{ATOM}summary")


def test_the_feed_has_thirty_dated_articles_whatever_their_titles_hold(hostile: Server):
    feed = parsed(hostile, "/feed.xml")
    check_atom(feed)
    entries = feed.findall(f"{ATOM}entry")
    assert len(entries) == NEWEST
    links = [entry.find(f"{ATOM}link").get("href") for entry in entries]
    assert links[:2] == ["https://live.example/?a=1&b=<2>", "https://a&b.example/articles/hostile"]
    assert entries[1].findtext(f"{ATOM}title").strip() == SEEN
    assert entries[1].findtext(f"{ATOM}summary") == SEEN
    assert [category.get("term") for category in entries[1].findall(f"{ATOM}category")] == [SEEN, "Über & uns"]
    assert not [link for link in links if "undated" in link]


def test_a_feed_without_articles_is_still_atom(tmp_path: Path):
    index = publish(tmp_path / "index", an_article("undated", {"": "Words."}))
    with serving(index, tmp_path / "log") as site:
        check_atom(parsed(site, "/feed.xml"))


def test_an_entry_keeps_its_id(site: Server):
    first, second = (parsed(site, "/feed.xml") for _ in range(2))
    assert [found.text for found in first.iter(f"{ATOM}id")] == [found.text for found in second.iter(f"{ATOM}id")]


# --- the browser's search box, and the icon ---


def test_a_browser_learns_how_to_search_here(site: Server):
    description = parsed(site, "/opensearch.xml")
    assert description.tag == f"{OPEN_SEARCH}OpenSearchDescription"
    assert description.findtext(f"{OPEN_SEARCH}ShortName") == Settings().name
    templates = {url.get("type"): url.get("template") for url in description.findall(f"{OPEN_SEARCH}Url")}
    address = templates["text/html"].replace("{searchTerms}", quote(QUESTION))
    assert address == f"{site.url}/?q={quote(QUESTION)}"
    assert BeautifulSoup(CLIENT.get(address).text, "lxml").find("input", id="q")["value"] == QUESTION
    suggested = templates["application/x-suggestions+json"]
    assert suggested == f"{site.url}/opensearch/suggest?q={{searchTerms}}"
    assert CLIENT.get(description.findtext(f"{OPEN_SEARCH}Image")).headers["content-type"] == "image/svg+xml"


def test_names_that_are_too_long_for_a_browser_end_with_a_word(hostile: Server):
    description = parsed(hostile, "/opensearch.xml")
    assert description.findtext(f"{OPEN_SEARCH}ShortName") == "Heart & <Soul>,"
    assert description.findtext(f"{OPEN_SEARCH}LongName") == "Heart & <Soul>, for everybody's worries"
    assert len(description.findtext(f"{OPEN_SEARCH}Description")) <= 1024
    assert description.find(f"{OPEN_SEARCH}Url").get("template") == "https://a&b.example/?q={searchTerms}"


def test_the_icon_is_where_browsers_look_for_it(site: Server):
    answered = CLIENT.get(f"{site.url}/favicon.ico")
    assert (answered.status_code, answered.headers["content-type"]) == (200, "image/svg+xml")


@pytest.mark.parametrize("path", ["/robots.txt", "/sitemap.xml", "/feed.xml", "/opensearch.xml", "/favicon.ico"])
def test_what_machines_read_may_be_kept_and_holds_no_cookie(site: Server, path: str):
    headers = CLIENT.get(site.url + path).headers
    assert headers["cache-control"].startswith("public, max-age=")
    assert "set-cookie" not in headers


# --- the address ---


@pytest.fixture(scope="module")
def named(bundled_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    """A site that has names, and a proxy."""
    settings = tmp_path_factory.mktemp("named") / "site.toml"
    hosts = "hosts = ['advice.example', '[2001:db8::1]']\ntrusted_proxies = ['127.0.0.1']\n"
    settings.write_text(UNLIMITED + hosts, encoding="utf-8")
    with serving(bundled_index, settings.with_name("log"), "--settings", settings) as server:
        yield server


@pytest.mark.parametrize("host", ["advice.example", "advice.example:8443", "[2001:db8::1]:80", "localhost"])
def test_the_address_is_that_of_the_request(named: Server, host: str):
    assert f"Sitemap: http://{host}/sitemap.xml" in CLIENT.get(f"{named.url}/robots.txt", headers={"host": host}).text
    assert head(named, "/", host=host)["canonical"] == f"http://{host}/"


def test_behind_a_proxy_that_is_trusted_the_address_has_its_scheme(named: Server, site: Server):
    forwarded = {"x-forwarded-proto": "https"}
    assert f"Sitemap: {site.url}/" in CLIENT.get(f"{site.url}/robots.txt", headers=forwarded).text
    assert parsed(named, "/sitemap.xml", **{"x-forwarded-proto": "https", "host": "advice.example"}).findtext(
        f"{SITEMAP}url/{SITEMAP}loc"
    ) == ("https://advice.example/")


@pytest.mark.parametrize("host", BAD_HOSTS, ids=lambda host: host[:20])
def test_a_host_that_is_none_leaves_addresses_relative(bundled_index: Path, host: str):
    app = create_app(LiveEngine(bundled_index))
    texts = {path: called(app, path, host)[1] for path in ("/robots.txt", "/sitemap.xml", "/feed.xml", "/topics/trust")}
    assert texts["/robots.txt"].endswith("\nSitemap: /sitemap.xml\n")
    assert etree.fromstring(texts["/sitemap.xml"].encode()).findtext(f"{SITEMAP}url/{SITEMAP}loc") == "/"
    check_atom(etree.fromstring(texts["/feed.xml"].encode()))
    assert '<meta property="og:url" content="/topics/trust">' in texts["/topics/trust"]


def test_the_owners_address_comes_first(hostile: Server):
    assert "Sitemap: https://a&b.example/sitemap.xml" in CLIENT.get(f"{hostile.url}/robots.txt").text
    assert head(hostile, "/")["canonical"] == "https://a&b.example/"


# --- the pages' heads ---


def test_pages_name_the_feed_and_the_search_box(site: Server):
    for path in ("/", "/?q=love", "/articles/stay-or-leave", "/topics/trust", "/nothing"):
        said = head(site, path)
        assert (said["search"], said["alternate"]) == ("/opensearch.xml", "/feed.xml")


@pytest.mark.parametrize(
    ("path", "kind", "title"),
    [
        ("/", "website", "Advice search"),
        ("/topics/trust", "website", "Trust – Advice search"),
        ("/articles/they-dont-text-back", "article", "What to Do When They Don’t Text Back – Advice search"),
    ],
)
def test_a_page_tells_other_sites_what_it_is(site: Server, path: str, kind: str, title: str):
    said = head(site, path)
    assert (said["og:type"], said["og:title"]) == (kind, title)
    assert said["og:url"] == said["canonical"]
    assert said["og:site_name"] == "Advice search"
    assert said["og:description"] == said["description"] != ""
    assert said["og:locale"] == "en_US"
    assert "robots" not in said


def test_a_page_tells_it_in_the_visitors_language(site: Server):
    said = head(site, "/topics/trust", **{"accept-language": "de"})
    assert said["og:locale"] == "de_DE"
    assert "Artikel" in said["description"]


def test_an_article_is_where_its_source_says(site: Server, hostile: Server):
    assert head(site, "/articles/stay-or-leave")["canonical"] == "https://steadyground.example/stay-or-leave/"
    assert head(hostile, "/articles/live")["canonical"] == "https://live.example/?a=1&b=<2>"
    assert head(hostile, "/articles/undated?from=a&q=b")["canonical"] == "https://a&b.example/articles/undated"
    assert head(hostile, "/articles/%C3%BCber")["canonical"] == "https://a&b.example/articles/%C3%BCber"


def test_a_hostile_title_stays_text(hostile: Server):
    said = head(hostile, "/articles/hostile")
    assert said["og:title"].replace("�", "").startswith("]]></title><script>alert(1)</script> \"q\" 'a' &amp; &")
    assert not BeautifulSoup(CLIENT.get(f"{hostile.url}/articles/hostile").text, "lxml").find("script", src=False)


@pytest.mark.parametrize(
    "path", [f"/?q={quote(QUESTION)}", "/?q=", "/?q=zeppelin&literal=1", "/nothing", "/articles/no"]
)
def test_results_and_errors_are_not_listed_and_tell_nothing(site: Server, path: str):
    said = head(site, path)
    assert said["robots"] == "noindex"
    assert not [name for name in said if name.startswith("og:") or name in ("description", "canonical")]
    assert not [value for value in said.values() if "sorry" in value]
