"""Articles from the web: a real server on this machine that misbehaves, and what comes of each way."""

import gzip
import time
from collections.abc import Iterator
from itertools import pairwise, repeat
from pathlib import Path

import pytest
from website import Answer, Website, website

from indexer.build import build_index, parse_file
from indexer.fetch import Manners
from indexer.inputs import Input, ReadError, SourceError, Wanted
from indexer.pages import list_inputs, web_inputs
from indexer.sources import open_source
from search.answer import answer as answer_to
from search.present import results_json
from search.whoosh_engine import WhooshEngine

PAGE = "<h1>{0}</h1><p>Some words about {0}, and a kettle.</p>"
QUICK = Manners(first_wait=0.01, longest_wait=0.5, longest_delay=0.1, silence=0.3, page_time=0.4, page_bytes=100_000)


@pytest.fixture
def site() -> Iterator[Website]:
    with website() as site:
        yield site


def inputs(address: str, **wanted: object) -> list[Input]:
    return list(web_inputs(address, Wanted(**wanted), QUICK))


def read(site: Website, *paths: str, **wanted: object) -> dict[str, str]:
    """What became of each page that a sitemap lists: "" where it was read, otherwise the reason."""
    return {found.live.removeprefix(site.url): _reason(found) for found in inputs(site.sitemap(*paths), **wanted)}


def _reason(found: Input) -> str:
    try:
        found.read()
    except ReadError as error:
        return str(error)
    return ""


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
        "/slow", Answer(lambda: (time.sleep(0.1) or b"x" for _ in range(8)), headers={"content-type": "text/html"})
    )
    site.put("/loop", Answer(status=302, headers={"location": "/loop"}))
    site.put("/image", Answer(b"\x89PNG", headers={"content-type": "image/png"}))
    site.put("/endless", Answer(lambda: repeat(b"<p>and on</p>" * 100), headers={"content-type": "text/html"}))
    site.put("/dropped", None)
    site.put("/ftp", Answer(status=302, headers={"location": "ftp://example.org/a"}))
    site.put("/away", Answer(status=302, headers={"location": "http://localhost:1/a"}))
    site.put("/silent", Answer(lambda: (time.sleep(0.5) or b"x" for _ in range(1))))
    site.put("/broken", Answer(status=503))
    site.put("/good", PAGE.format("good"))
    names = ["/slow", "/loop", "/image", "/endless", "/dropped", "/ftp", "/away", "/gone", "/broken", "/good"]
    found = read(site, *names)
    expected = {
        "/slow": "not complete after",
        "/loop": "redirects more than 5 times",
        "/image": "image/png, not HTML",
        "/endless": "longer than 0 MB",
        "/dropped": "connection failed",
        "/ftp": "no http(s) address",
        "/away": "leads away from",
        "/gone": "HTTP 404",
        "/broken": "HTTP 503",
        "/good": "",
    }
    assert {path: part for path, part in expected.items() if part not in found[path]} == {}
    assert found["/good"] == ""
    [endless] = [asked for asked in site.asked if asked.path == "/endless"]
    assert endless.sent < 5_000_000, "the rest is not transferred"


def test_no_more_than_two_pages_are_fetched_at_once_and_a_few_before_their_turn(site):
    for name in "abcdefgh":
        site.put(
            f"/{name}",
            Answer(lambda: (time.sleep(0.03) or b"x" for _ in range(1)), headers={"content-type": "text/html"}),
        )
    first, *rest = inputs(site.sitemap(*(f"/{name}" for name in "abcdefgh")))
    first.read()
    time.sleep(0.2)
    assert len(site.paths()) == 1 + 1 + 4
    assert [found.read() for found in rest] == [b"x"] * 7
    assert sorted(site.paths()[1:]) == [f"/{name}" for name in "abcdefgh"]
    assert site.most_at_once == 2


def test_what_fails_for_the_moment_is_tried_again_after_a_growing_wait(site):
    site.put("/a", Answer(status=500), None, Answer(status=502), PAGE.format("a"))
    assert read(site, "/a") == {"/a": ""}
    times = [asked.when for asked in site.asked if asked.path == "/a"]
    waits = [later - earlier for earlier, later in pairwise(times)]
    assert [wait >= least for wait, least in zip(waits, (0.01, 0.02, 0.04), strict=True)] == [True] * 3


def test_a_server_that_asks_for_time_gets_it_but_not_without_end(site):
    site.put("/a", Answer(status=429, headers={"retry-after": "0"}), PAGE.format("a"))
    site.put("/b", Answer(status=429, headers={"retry-after": "3600"}), PAGE.format("b"))
    site.put("/c", Answer(status=503, headers={"retry-after": "Mon, 02 Jan 2006 15:04:05 GMT"}), PAGE.format("c"))
    found = read(site, "/a", "/b", "/c")
    assert (found["/a"], found["/c"]) == ("", "")
    assert "HTTP 429" in found["/b"]
    assert site.paths().count("/b") == 1


@pytest.mark.parametrize(
    ("robots", "reason"),
    [
        (b"User-agent: *\nDisallow: /private", ""),
        (b"User-agent: advice-search\nDisallow: /*.html$", ""),
        (b"User-agent: advice-search\nDisallow: /open", "robots.txt forbids it"),
        (b"User-agent: otherbot\nDisallow: /", ""),
        (Answer(status=404), ""),
        (Answer(status=403), ""),
        (Answer(status=301, headers={"location": "/robots.txt"}), ""),
        (b"\xff\x00 no robots at all", ""),
        (Answer(status=500), "robots.txt cannot be read (HTTP 500"),
        (None, "robots.txt cannot be read (the connection failed"),
    ],
)
def test_robots_txt_is_asked_first_and_honoured(site, tmp_path, robots, reason):
    site.put("/robots.txt", robots)
    url = site.put("/open", PAGE.format("open"))
    [found] = _listed(tmp_path, url)
    assert (reason in _reason(found)) if reason else (_reason(found) == "")
    assert site.asked[0].path == "/robots.txt"
    assert site.paths() == ([] if reason else ["/open"])


def _listed(folder: Path, *lines: str) -> list[Input]:
    path = folder / "urls.txt"
    path.write_text("\n".join(lines), encoding="utf-8")
    return list(list_inputs(path, Wanted(), QUICK))


def test_robots_txt_holds_after_a_redirect_too(site):
    site.put("/robots.txt", b"User-agent: *\nDisallow: /private")
    site.put("/private", PAGE.format("private"))
    site.put("/open", Answer(status=302, headers={"location": "/private"}))
    assert "robots.txt forbids" in read(site, "/open")["/open"]
    assert "/private" not in site.paths()


@pytest.mark.parametrize(("asked", "least"), [("0.05", 0.05), ("3600", 0.1)])
def test_a_wish_for_a_delay_is_honoured_up_to_a_limit(site, asked, least):
    site.put("/robots.txt", f"User-agent: *\nCrawl-delay: {asked}")
    for name in "abc":
        site.put(f"/{name}", PAGE.format(name))
    started = time.monotonic()
    assert set(read(site, "/a", "/b", "/c").values()) == {""}
    assert time.monotonic() - started < 1
    times = sorted(asked.when for asked in site.asked if len(asked.path) == 2)
    assert min(later - earlier for earlier, later in pairwise(times)) > least * 0.7


def test_a_page_that_did_not_change_is_not_transferred_again(site, tmp_path):
    site.put("/a", Answer(PAGE.format("a").encode(), headers={"etag": '"1"', "content-type": "text/html"}))
    site.put("/b", Answer(PAGE.format("b").encode(), headers={"content-type": "text/html"}))
    bodies = [[found.read() for found in inputs(site.sitemap("/a", "/b"), cache=tmp_path)] for _ in range(3)]
    assert bodies[0] == bodies[1] == bodies[2]
    assert [asked.sent > 0 for asked in site.asked if asked.path == "/a"] == [True, False, False]
    assert [asked.sent > 0 for asked in site.asked if asked.path == "/b"] == [True] * 3


@pytest.mark.parametrize("damage", [b"", b"{}\n", b"no json\nbody", b'{"url": 1}\nx', b"\xff\xfe"])
def test_a_damaged_cache_is_no_cache(site, tmp_path, damage):
    site.put("/a", Answer(PAGE.format("a").encode(), headers={"etag": '"1"', "content-type": "text/html"}))
    address = site.sitemap("/a")
    assert [found.read() for found in inputs(address, cache=tmp_path)]
    for path in tmp_path.iterdir():
        path.write_bytes(damage)
    assert [found.read() for found in inputs(address, cache=tmp_path)] == [PAGE.format("a").encode()]


def test_only_the_sitemaps_own_host_is_asked(site):
    site.put("/a", PAGE.format("a"))
    with website() as other:
        other.put("/b", PAGE.format("b"))
        [away, found] = inputs(site.sitemap("/a", other.url + "/b", "mailto:me"))
        assert (found.path, _reason(found)) == ("a", "")
        assert "left out: 2, such as " + other.url in _reason(away)
        assert other.asked == []


def test_a_list_of_urls_may_name_any_host_and_a_bad_line_fails_alone(site, tmp_path):
    site.put("/a", PAGE.format("a"))
    with website() as other:
        other.put("/b?id=7", PAGE.format("b"))
        lines = ["# ours", f"{site.url}/a  # tea", "", "not a url", f"{other.url}/b?id=7#part", f"{site.url}/a"]
        found = _listed(tmp_path, *lines)
        assert [(place.path, _reason(place)[:18]) for place in found] == [
            (f"{tmp_path}/urls.txt:4", "it is no http(s) a"),
            ("a", ""),
            ("b?id=7", ""),
        ]


def test_a_limit_stops_and_says_so(site):
    for name in "abc":
        site.put(f"/{name}", PAGE.format(name))
    [more, *found] = inputs(site.sitemap("/a", "/b", "/c"), limit=2)
    assert [place.path for place in found] == ["a", "b"]
    assert "raise --limit" in _reason(more)


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
    assert reason in _reason(bad)
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


def test_servers_are_told_who_asks(site):
    site.put("/a", PAGE.format("a"))
    inputs(site.url + "/a")
    inputs(site.url + "/a", user_agent="tea-search/1.0 (tea@example.org)")
    assert site.asked[0].headers["user-agent"].startswith("advice-search/")
    assert site.asked[-1].headers["user-agent"] == "tea-search/1.0 (tea@example.org)"


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
