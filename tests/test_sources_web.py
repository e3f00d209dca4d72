"""Articles from the web: a real server on this machine that misbehaves, and what comes of each way."""

import gzip
import time
from collections.abc import Iterator
from itertools import repeat

import pytest
from website import PAGE, Answer, Website, inputs, listed, read, reason_of, website

from indexer.build import build_index, parse_file
from indexer.inputs import SourceError
from indexer.sources import open_source
from search.answer import answer as answer_to
from search.api_json import results_json
from search.whoosh_engine import WhooshEngine


@pytest.fixture
def site() -> Iterator[Website]:
    with website() as site:
        yield site


def test_a_sitemap_of_the_bundled_articles_gives_what_the_folder_gives(site, articles):
    for file in articles.glob("*.html"):
        site.put(f"/{file.name}", file.read_bytes())
    address = site.sitemap(*(f"/{file.name}" for file in sorted(articles.glob("*.html"))))
    served = [(file, parse_file(file)) for file in open_source(address)]
    assert [file.live for file, _ in served] == [f"{site.url}/{file.name}" for file in sorted(articles.glob("*.html"))]
    for (_, found), file in zip(served, open_source(articles), strict=True):
        folder = parse_file(file)
        assert (found.url, found.title, found.topics) == (folder.url, folder.title, folder.topics)
        assert found.sections == folder.sections
        assert found.faqs == folder.faqs


def test_an_index_of_sitemaps_packed_or_not_is_followed_to_all_pages(site):
    site.put("/a", PAGE.format("a"))
    site.put("/b", PAGE.format("b"))
    site.sitemap("/b", at="/packed")
    packed = site.answers["/packed"][0].body
    site.put("/more.xml.gz", Answer(gzip.compress(packed), headers={"content-type": "application/gzip"}))
    index = "".join(
        f"<sitemap><loc>{place}</loc></sitemap>"
        for place in (site.sitemap("/a"), site.url + "/more.xml.gz", site.url + "/index")
    )
    site.put("/index", f'<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">{index}</sitemapindex>')
    assert [found.path for found in inputs(site.url + "/index")] == ["a", "b"]


def test_a_page_is_a_source_of_one(site):
    [found] = inputs(site.put("/guides/tea", PAGE.format("tea")))
    assert (found.path, found.live) == ("guides/tea", site.url + "/guides/tea")
    assert b"kettle" in found.read()
    assert site.paths() == ["/guides/tea"], "it is not fetched twice"


def test_every_way_to_fail_is_named_and_none_stops_the_others(site):
    site.put(
        "/slow", Answer(lambda: (time.sleep(0.3) or b"x" for _ in range(9)), headers={"content-type": "text/html"})
    )
    site.put("/loop", Answer(status=302, headers={"location": "/loop"}))
    site.put("/image", Answer(b"\x89PNG", headers={"content-type": "image/png"}))
    site.put("/endless", Answer(lambda: repeat(b"<p>and on</p>" * 100), headers={"content-type": "text/html"}))
    site.put("/dropped", None)
    site.put("/ftp", Answer(status=302, headers={"location": "ftp://example.org/a"}))
    site.put("/away", Answer(status=302, headers={"location": "http://localhost:1/a"}))
    site.put(
        "/silent", Answer(lambda: (time.sleep(2) or b"x" for _ in range(1)), headers={"content-type": "text/html"})
    )
    site.put("/broken", Answer(status=503))
    site.put("/good", PAGE.format("good"))
    expected = {
        "/slow": "not complete after",
        "/loop": "redirects more than 5 times",
        "/image": "image/png, not HTML",
        "/endless": "longer than 0 MB",
        "/dropped": "connection failed",
        "/ftp": "no http(s) address",
        "/away": "leads away from",
        "/gone": "HTTP 404",
        "/silent": "connection failed",
        "/broken": "HTTP 503",
        "/good": "",
    }
    found = read(site, *expected)
    assert {path: part for path, part in expected.items() if part not in found[path]} == {}
    assert found["/good"] == ""
    [endless] = [asked for asked in site.asked if asked.path == "/endless"]
    assert endless.sent < 5_000_000, "the rest is not transferred"


def test_a_redirect_that_leads_to_no_address_fails_alone(site):
    site.put("/lost", Answer(status=302, headers={"location": "http://[oops/"}))
    site.put("/good", PAGE.format("good"))
    found = read(site, "/lost", "/good")
    assert "leads to none" in found["/lost"]
    assert found["/good"] == ""


@pytest.mark.parametrize("name", ["example..invalid", "a..b", "xn--a", "a" * 300])
def test_a_host_that_there_cannot_be_fails_alone(site, tmp_path, name):
    [bad, good] = listed(tmp_path, f"http://{name}/a", site.put("/good", PAGE.format("good")))
    assert "it is no web address" in reason_of(bad)
    assert reason_of(good) == ""
    with pytest.raises(SourceError, match="it is no web address"):
        inputs(f"http://{name}/a")


def test_addresses_in_a_sitemap_that_are_none_fail_alone(site):
    site.put("/a", PAGE.format("a"))
    [bad, good] = inputs(site.sitemap("/a", "http://[oops/#x"))
    assert "left out: 1, such as http://[oops/#x" in reason_of(bad)
    assert reason_of(good) == ""
    places = "".join(f"<sitemap><loc>{place}</loc></sitemap>" for place in ("http://[oops/#x", site.sitemap("/a")))
    [bad, good] = inputs(site.put("/index", f"<sitemapindex>{places}</sitemapindex>"))
    assert (bad.name, "it is no web address" in reason_of(bad)) == ("http://[oops/#x", True)
    assert reason_of(good) == ""


def test_a_list_of_urls_may_name_any_host_and_a_bad_line_fails_alone(site, tmp_path):
    site.put("/a", PAGE.format("a"))
    with website() as other:
        other.put("/b?id=7", PAGE.format("b"))
        lines = ["# ours", f"{site.url}/a  # tea", "", "not a url", f"{other.url}/b?id=7#part", f"{site.url}/a"]
        found = listed(tmp_path, *lines)
        assert [(place.path, reason_of(place)[:18]) for place in found] == [
            (f"{tmp_path}/urls.txt:4", "it is no http(s) a"),
            ("a", ""),
            ("b?id=7", ""),
        ]


def test_a_limit_stops_and_says_so(site):
    for name in "abc":
        site.put(f"/{name}", PAGE.format(name))
    [more, *found] = inputs(site.sitemap("/a", "/b", "/c"), limit=2)
    assert [place.path for place in found] == ["a", "b"]
    assert "raise --limit" in reason_of(more)


def test_patterns_choose_before_anything_is_fetched(site):
    site.put("/advice/a", PAGE.format("a"))
    address = site.sitemap("/advice/a", "/advice/drafts/b", "/shop/c")
    assert [found.path for found in inputs(address, include=("/advice/*",), exclude=("*/drafts",))] == ["advice/a"]
    assert site.paths() == ["/sitemap.xml"]


@pytest.mark.parametrize("status", [404, 503])
def test_an_address_that_cannot_be_read_is_a_source_error_that_names_it(site, status):
    address = site.put("/sitemap.xml", Answer(status=status))
    with pytest.raises(SourceError, match=f"HTTP {status}") as raised:
        inputs(address)
    assert address in str(raised.value)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"<urlset><url><loc>{}/a</loc></url><url>", "its XML breaks off"),
        (b"<urlset><url><loc>{}/a</loc></url></urlset><x>", "its XML breaks off"),
        (b"\x1f\x8b broken", "gzip packing is damaged"),
    ],
)
def test_a_broken_sitemap_is_named_and_what_it_has_before_is_used(site, body, reason):
    site.put("/a", PAGE.format("a"))
    site.put("/b", body.replace(b"{}", site.url.encode()))
    found = inputs(site.put("/index", f"<sitemapindex><sitemap><loc>{site.url}/b</loc></sitemap></sitemapindex>"))
    [bad] = [place for place in found if place.name == site.url + "/b"]
    assert reason in reason_of(bad)
    assert [place.path for place in found if place.live] == (["a"] if b"loc" in body else [])


def test_a_sitemaps_own_entities_are_refused(site):
    address = site.put(
        "/s", f'<!DOCTYPE urlset [<!ENTITY a "b">]>\n<urlset><url><loc>{site.url}/&a;</loc></url></urlset>'
    )
    assert "b" not in [found.path for found in inputs(address)]
    assert site.paths() == ["/s"]


def test_a_charset_that_only_the_server_knows_is_used(site):
    page = "<h1>Чай</h1><p>Чай в четыре часа.</p>".encode("cp1251")
    [found] = inputs(site.put("/a", Answer(page, headers={"content-type": "text/html; charset=windows-1251"})))
    assert "Чай в четыре" in found.read().decode()


def test_hits_from_the_web_lead_to_the_web_and_the_reading_page_stays(site, tmp_path):
    site.put("/a?id=1", PAGE.format("kettles"))
    report = build_index(open_source(site.sitemap("/a?id=1", "/gone")), tmp_path)
    assert [name for name, _ in report.failures] == [site.url + "/gone"]
    engine = WhooshEngine(tmp_path)
    [hit] = results_json(answer_to(engine, "kettle"))["hits"]
    assert hit["url"] == site.url + "/a?id=1"
    assert engine.read(engine.cards[0].url)
    assert engine.cards[0].live == site.url + "/a?id=1"


def test_one_bad_page_shows_in_the_exit_code(site, advice, tmp_path):
    site.put("/a", PAGE.format("a"))
    done = advice("index", site.sitemap("/a", "/gone"), "--out", tmp_path / "out")
    assert done.returncode == 1
    assert f"left out: {site.url}/gone: HTTP 404" in done.stderr
    assert "articles 1" in done.stdout
