"""What every answer of the server says to browsers: a crawl of all routes, all links from home, and all errors."""

import re
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import date
from pathlib import Path
from urllib.parse import urldefrag, urljoin

import httpx
import pytest
from bs4 import BeautifulSoup
from server import get, hosting

from search.guard import HEADERS, ONLY_HTTPS, framed_by
from search.settings import Colours, RateLimit, Security, Settings, StatisticsSettings
from search.web.app import routes

FRIEND = "https://friends.example"
LONG = "a" * 20_001
NO_LIMIT = RateLimit(per_minute=0)
ROUTES = {  # for each, addresses that lead there
    "/": ["/", "/?q=love", "/?q=zeppelin", "/?q=jelous&literal=1&kind=faq&sort=date&page=2", f"/?q={LONG}"],
    "/articles/{path:path}": ["/articles/stay-or-leave", "/articles/stay-or-leave?q=love", "/articles/nothing"],
    "/topics/{slug}": ["/topics/trust", "/topics/nothing"],
    "/more/{path:path}": ["/more/articles/stay-or-leave?anchor=top", "/more/articles/stay-or-leave?anchor=x"],
    "/letter": ["/letter"],
    "/private": ["/private"],
    "/leave": ["/leave"],
    "/api/v1/search": ["/api/v1/search?q=love", "/api/v1/search", f"/api/v1/search?q={LONG}"],
    "/api/v1/suggest": ["/api/v1/suggest?q=tru", "/api/v1/suggest?k=0"],
    "/api/v1/articles": ["/api/v1/articles", "/api/v1/articles?limit=0"],
    "/api/v1/articles/{path:path}": ["/api/v1/articles/stay-or-leave", "/api/v1/articles/nothing"],
    "/api/v1/topics": ["/api/v1/topics"],
    "/api/v1/openapi.json": ["/api/v1/openapi.json"],
    "/opensearch/suggest": ["/opensearch/suggest?q=tru"],
    "/helpful": ["/helpful"],
    "/healthz": ["/healthz", "/healthz/"],
    "/readyz": ["/readyz"],
    "/robots.txt": ["/robots.txt", "/robots.txt?q=love"],
    "/sitemap.xml": ["/sitemap.xml", "/sitemap.xml?q=love"],
    "/feed.xml": ["/feed.xml"],
    "/opensearch.xml": ["/opensearch.xml"],
    "/favicon.ico": ["/favicon.ico"],
    "/.well-known/security.txt": ["/.well-known/security.txt"],
    "/embed.js": ["/embed.js"],
    "/embed": ["/embed", "/embed?q=love", f"/embed?q={LONG}"],
    "/theme.css": ["/theme.css"],
    "/logo": ["/logo"],
    "/static": ["/static/style.css", "/static/embed.css", "/static/search.js?q=love", "/static/nothing", "/static/"],
}
KEPT = re.compile(
    r"/(static/\w+\.\w+|theme\.css|logo|favicon\.ico|robots\.txt|\w+\.xml|embed\.js|\.well-known/.*)(\?v=\w+)?$"
)
GIVEN = (200, 206, 304, 400)  # a frame says itself what is wrong with a question
FOR_OTHERS = ("/embed.js", "/static/embed.css")


def expected_of(path: str, status: int) -> dict[str, str]:
    """The headers that an answer has, by its path; the exceptions stand here, one by one."""
    expected = HEADERS | ONLY_HTTPS
    del expected["cache-control"]
    if status not in GIVEN:
        return expected
    if path.startswith(FOR_OTHERS):
        expected["cross-origin-resource-policy"] = "cross-origin"
    if path.partition("?")[0] == "/embed":
        expected |= framed_by([FRIEND])
    if path.startswith("/logo"):
        expected["content-security-policy"] = (
            "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox"
        )
    return {name: value for name, value in expected.items() if value}


def check(answered: httpx.Response) -> None:
    """Each header once, with its value, and none that tells or keeps anything."""
    headers, path = answered.headers, answered.url.raw_path.decode()
    expected = expected_of(path, answered.status_code)
    assert {name: headers.get_list(name) for name in expected} == {name: [value] for name, value in expected.items()}
    assert not {"set-cookie", "server", "x-powered-by"} & headers.keys()
    assert ("x-frame-options" in headers) == ("x-frame-options" in expected)
    kept = headers["cache-control"] != "no-store"
    assert kept <= bool(KEPT.match(path)), path
    assert not kept or answered.status_code in (200, 206, 304), path
    assert len(headers.get_list("cache-control")) == 1


@pytest.fixture(scope="module")
def site(bundled_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A site that sets all that it can."""
    logo = tmp_path_factory.mktemp("look") / "logo.svg"
    logo.write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    dark = Colours(ground="#000000", card="#101010", ink="#ffffff", accent="#ffb454")
    security = Security(contact="mailto:security@friends.example", expires=date(2030, 1, 1))
    settings = Settings(
        logo=logo, dark=dark, embed_origins=(FRIEND,), security=security, base_url="https://ask.friends.example",
        rate_limit=NO_LIMIT, statistics=StatisticsSettings(folder=logo.parent / "statistics"),
    )  # fmt: skip
    with hosting(bundled_index, settings) as url, httpx.Client(base_url=url, timeout=30) as client:
        yield client


def test_every_route_is_in_the_list():
    assert {route.path for route in routes()} == ROUTES.keys()


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS"])
def test_every_route_answers_every_method_with_the_headers(site: httpx.Client, method: str):
    statuses = set()
    for path in (path for paths in ROUTES.values() for path in paths):
        answered = site.request(method, path)
        check(answered)
        statuses.add(answered.status_code)
    assert statuses >= ({200, 303, 400, 404, 413} if method in ("GET", "HEAD") else {405})


def test_every_link_from_home_leads_to_an_answer_with_the_headers(site: httpx.Client):
    seen, waiting = set(), ["/", "/?q=how+do+I+trust+again", "/private"]
    while waiting:
        path = urldefrag(waiting.pop()).url.removeprefix("https://ask.friends.example") or "/"
        if path in seen or "://" in path or len(seen) > 250:
            continue
        seen.add(path)
        answered = site.get(path)
        check(answered)
        if answered.headers.get("content-type", "").startswith("text/html"):
            found = BeautifulSoup(answered.text, "lxml").select("[href], [src], [action]")
            waiting += [urljoin(path, link.get("href") or link.get("src") or link["action"]) for link in found]
    assert len([path for path in seen if path.startswith("/articles/")]) == 16
    assert len(seen) > 60


def test_a_private_question_is_kept_nowhere(site: httpx.Client):
    for body, status in (("q=love", 200), ("", 200), (f"q={LONG}", 413), ("ü", 400)):
        form = {"content-type": "application/x-www-form-urlencoded"}
        answered = site.post("/private", content=body.encode(), headers=form)
        check(answered)
        assert (answered.status_code, answered.headers["cache-control"]) == (status, "no-store")


def test_parts_of_files_and_unchanged_ones_have_the_headers(site: httpx.Client):
    whole = site.get("/static/style.css")
    for headers, status in (({"range": "bytes=0-9"}, 206), ({"if-none-match": whole.headers["etag"]}, 304)):
        answered = site.get("/static/style.css", headers=headers)
        assert answered.status_code == status
        check(answered)


def test_a_question_is_not_kept_under_any_address(site: httpx.Client):
    for path in (paths[0].partition("?")[0] for paths in ROUTES.values()):
        assert site.get(f"{path}?a=b&q=love").headers["cache-control"] == "no-store", path


def test_refusals_have_the_headers(bundled_index: Path):
    settings = Settings(rate_limit=RateLimit(per_minute=1, burst=1), base_url="https://ask.friends.example")
    with ExitStack() as stack:
        url = stack.enter_context(hosting(bundled_index, settings))
        client = stack.enter_context(httpx.Client(base_url=url, timeout=30))
        client.get("/")
        for path in ("/", "/api/v1/search?q=love", "/private"):
            for headers, status in (({}, 429), ({"host": "evil.example"}, 421)):
                answered = client.get(path, headers=headers)
                assert answered.status_code == status
                check(answered)
                assert answered.headers["cache-control"] == "no-store"


def test_a_mistake_in_a_template_of_every_page_has_the_headers_and_its_place_is_logged(
    bundled_index: Path, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    (tmp_path / "base.html").write_text("<p>\n{{ site.adress }}", encoding="utf-8")
    settings = Settings(templates=tmp_path, base_url="https://ask.friends.example", rate_limit=NO_LIMIT)
    with hosting(bundled_index, settings) as url, httpx.Client(base_url=url, timeout=30) as client:
        for path in ("/", "/?q=CANARY", "/nothing"):
            answered = client.get(path)
            assert (answered.status_code, answered.headers["content-type"]) == (500, "text/plain; charset=utf-8")
            check(answered)
    assert f"UndefinedError in {tmp_path / 'base.html'}:2" in caplog.messages
    assert "CANARY" not in caplog.text


def test_an_answer_that_lacks_a_header_is_noticed(site: httpx.Client):
    good = site.get("/?q=love")
    check(good)
    for name in expected_of("/", 200):
        with pytest.raises(AssertionError):
            check(
                httpx.Response(200, headers={k: v for k, v in good.headers.items() if k != name}, request=good.request)
            )
    for extra in ({"set-cookie": "a=b"}, {"cache-control": "public"}):
        with pytest.raises(AssertionError):
            check(httpx.Response(200, headers={**good.headers, **extra}, request=good.request))


def test_only_a_site_whose_public_address_is_https_asks_for_nothing_else(bundled_index: Path):
    with hosting(bundled_index, Settings()) as url:
        assert "strict-transport-security" not in get(url).headers


def test_who_finds_a_weakness_is_told_whom_to_tell(site: httpx.Client, bundled_index: Path):
    answered = site.get("/.well-known/security.txt")
    assert (answered.status_code, answered.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert answered.text.splitlines() == [
        "Contact: mailto:security@friends.example",
        "Expires: 2030-01-01T00:00:00Z",
        "Canonical: https://ask.friends.example/.well-known/security.txt",
    ]
    with hosting(bundled_index, Settings()) as url:
        assert get(f"{url}/.well-known/security.txt").status_code == 404
