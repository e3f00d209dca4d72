"""How sites are asked for their pages: robots.txt, patience, a cache, and no more than two at a time."""

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from itertools import pairwise

import pytest
from server import until
from website import PAGE, Answer, Website, inputs, listed, read, reason_of, website


@pytest.fixture
def site() -> Iterator[Website]:
    with website() as site:
        yield site


def test_no_more_than_two_pages_are_fetched_at_once_and_a_few_before_their_turn(site):
    for name in "abcdefgh":
        site.put(
            f"/{name}",
            Answer(lambda: (time.sleep(0.03) or b"x" for _ in range(1)), headers={"content-type": "text/html"}),
        )
    first, *rest = inputs(site.sitemap(*(f"/{name}" for name in "abcdefgh")))
    first.read()
    until(lambda: len(site.paths()) >= 1 + 1 + 4)
    time.sleep(0.2)  # what must not be fetched has time to
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
    never = "Mon, 01 Jan 99999999999999999999 00:00:00 GMT"
    site.put("/d", Answer(status=503, headers={"retry-after": never}), PAGE.format("d"))
    found = read(site, "/a", "/b", "/c", "/d")
    assert (found["/a"], found["/c"], found["/d"]) == ("", "", "")
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
    [found] = listed(tmp_path, url)
    assert (reason in reason_of(found)) if reason else (reason_of(found) == "")
    assert site.asked[0].path == "/robots.txt"
    assert site.paths() == ([] if reason else ["/open"])


def test_robots_txt_holds_after_a_redirect_too(site):
    site.put("/robots.txt", b"User-agent: *\nDisallow: /private")
    site.put("/private", PAGE.format("private"))
    site.put("/open", Answer(status=302, headers={"location": "/private"}))
    assert "robots.txt forbids" in read(site, "/open")["/open"]
    assert "/private" not in site.paths()


@pytest.mark.parametrize(("asked", "least"), [("0.2", 0.2), ("3600", 0.3)])
def test_a_wish_for_a_delay_is_honoured_up_to_a_limit(site, asked, least):
    site.put("/robots.txt", f"User-agent: *\nCrawl-delay: {asked}")
    for name in "abc":
        site.put(f"/{name}", PAGE.format(name))
    assert set(read(site, "/a", "/b", "/c").values()) == {""}
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
        assert (found.path, reason_of(found)) == ("a", "")
        assert "left out: 2, such as " + other.url in reason_of(away)
        assert other.asked == []


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
def test_ctrl_c_ends_a_build_also_where_a_site_asks_for_time(site, environment, tmp_path):
    names = [f"/{name}" for name in "abcdefgh"]
    for name in names:
        site.put(name, Answer(status=503, headers={"retry-after": "60"}))
    command = [sys.executable, "-c", "from search.cli import main; main()", "index", site.sitemap(*names)]
    build = subprocess.Popen(
        [*command, "--out", tmp_path / "out", "--encoder", "none"],
        env=environment,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        until(lambda: len(site.paths()) == 3)  # the sitemap, and two pages at once
        build.send_signal(signal.SIGINT)
        said = build.communicate(timeout=50)[1]
    finally:
        build.kill()
    assert (build.returncode, said.count("\n")) == (130, 1), said
    assert len(site.paths()) == 3, "no page was asked for after it"


def test_servers_are_told_who_asks(site):
    site.put("/a", PAGE.format("a"))
    inputs(site.url + "/a")
    inputs(site.url + "/a", user_agent="tea-search/1.0 (tea@example.org)")
    assert site.asked[0].headers["user-agent"].startswith("advice-search/")
    assert site.asked[-1].headers["user-agent"] == "tea-search/1.0 (tea@example.org)"
