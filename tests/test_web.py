"""The server from outside, over HTTP: what it answers, what it never says, and what it never writes down."""

import http.client
import json
import re
import socket
from collections.abc import Iterator
from contextlib import closing
from itertools import count
from pathlib import Path
from urllib.parse import quote, urldefrag, urljoin, urlsplit

import httpx
import pytest
from bs4 import BeautifulSoup
from server import Server, serving, until

from search.answer import CANDIDATES
from search.cli import _listen
from search.engine import Engine
from search.guard import HEADERS
from search.web.pages import ARTICLES_ON_PAGE
from search.whoosh_engine import WhooshEngine

HTML, JSON, PROBLEM = "text/html; charset=utf-8", "application/json", "application/problem+json"
QUESTION = "why am I always scared he'll leave me"
LETTER = "he goes quiet and I do not know why. " * 520
PAGES = ["/", "/?q=", f"/?q={quote(QUESTION)}", "/?q=zeppelin", "/?q=jelous", "/topics/trust", "/nothing-here"]
PAGES += ["/articles/stay-or-leave", "/articles/nothing-here", f"/?q={'a' * 20_001}"]
SECURITY = (
    "content-security-policy referrer-policy x-content-type-options x-frame-options cross-origin-opener-policy "
    "cross-origin-resource-policy permissions-policy"
).split()
NUMBERS = count()  # for words that are in one request only
HIT_KEYS = {"rank", "score", "kind", "title", "url", "anchor", "heading_path", "text", "excerpt", "signals"}


@pytest.fixture(scope="module")
def site(bundled_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(bundled_index, tmp_path_factory.mktemp("web") / "log") as server:
        yield server


@pytest.fixture(scope="module")
def client(site: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=site.url, timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def engine(bundled_index: Path) -> Engine:
    return WhooshEngine(bundled_index)


def page(client: httpx.Client, address: str) -> BeautifulSoup:
    return BeautifulSoup(client.get(address).text, "lxml")


def asked(client: httpx.Client, question: str, **more: object) -> httpx.Response:
    return client.get("/api/v1/search", params={"q": question, **more})


def raw_get(site: Server, path: str) -> http.client.HTTPResponse:
    """An answer to a path that is sent as it stands: httpx would tidy it, or find it too long."""
    with closing(http.client.HTTPConnection(urlsplit(site.url).netloc, timeout=30)) as connection:
        connection.request("GET", path)
        return connection.getresponse()


# --- routes ---


@pytest.mark.parametrize(
    ("method", "path", "status", "kind"),
    [
        ("GET", "/", 200, HTML),
        ("GET", "/?q=", 200, HTML),
        ("GET", "/?q=love", 200, HTML),
        ("GET", "/?q=zeppelin", 200, HTML),
        ("GET", "/?q=jelous&literal=1", 200, HTML),
        ("GET", "/articles/stay-or-leave", 200, HTML),
        ("GET", "/topics/self-esteem", 200, HTML),
        ("GET", "/healthz", 200, JSON),
        ("GET", "/readyz", 200, JSON),
        ("GET", "/api/v1/search?q=love", 200, JSON),
        ("GET", "/api/v1/suggest", 200, JSON),
        ("GET", "/api/v1/suggest?q=tru", 200, JSON),
        ("GET", "/opensearch/suggest?q=tru", 200, "application/x-suggestions+json"),
        ("GET", "/static/style.css", 200, "text/css; charset=utf-8"),
        ("GET", "/static/search.js", 200, "text/javascript; charset=utf-8"),
        ("GET", "/static/icon.svg", 200, "image/svg+xml"),
        ("GET", "/nothing", 404, HTML),
        ("GET", "/articles/nothing", 404, HTML),
        ("GET", "/articles/", 404, HTML),
        ("GET", "/topics/nothing", 404, HTML),
        ("GET", "/static/nothing.css", 404, HTML),
        ("GET", "/static/", 404, HTML),
        ("GET", f"/?q={'a' * 20_001}", 413, HTML),
        ("POST", "/", 405, HTML),
        ("DELETE", "/articles/stay-or-leave", 405, HTML),
        ("GET", "/api/v1/search", 400, PROBLEM),
        ("GET", "/api/v1/nothing", 404, PROBLEM),
        ("POST", "/api/v1/search", 405, PROBLEM),
        ("GET", "/api/v1/suggest?q=tru&k=0", 400, PROBLEM),
        ("POST", "/api/v1/suggest", 405, PROBLEM),
    ],
)
def test_each_address_answers_with_its_status_and_type(client, method: str, path: str, status: int, kind: str):
    answered = client.request(method, path)
    assert (answered.status_code, answered.headers["content-type"]) == (status, kind)


@pytest.mark.parametrize(
    "path", ["/", "/?q=love", "/articles/stay-or-leave", "/api/v1/search?q=love", "/static/style.css"]
)
def test_head_answers_like_get_without_a_body(client, path: str):
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-type"] == get.headers["content-type"]


def test_readiness_names_the_generation_and_the_number_of_articles(client, engine: Engine):
    assert client.get("/readyz").json() == {"status": "ready", "generation": engine.name, "articles": 16}


@pytest.mark.parametrize(
    "path",
    [
        "/static/../web.py",
        "/static/%2e%2e/web.py",
        "/static/..%2fweb.py",
        "/static/%2e%2e%2f%2e%2e%2fpyproject.toml",
        "/static/..\\web.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/articles/../../etc/passwd",
        "/static/style.css%00",
    ],
)
def test_no_path_leads_out_of_the_static_folder(site: Server, path: str):
    assert raw_get(site, path).status == 404


# --- the API ---


def test_the_api_answers_by_its_contract(client):
    answered = asked(client, QUESTION, k=5).json()
    assert {"question", "corrected", "hits", "took_ms"} <= answered.keys()
    assert (answered["question"], answered["corrected"]) == (QUESTION, None)
    assert answered["took_ms"] > 0
    for rank, hit in enumerate(answered["hits"], 1):
        assert hit.keys() >= HIT_KEYS
        assert (hit["rank"], hit["kind"] in ("section", "faq")) == (rank, True)
        assert hit["score"] == sum(hit["signals"].values()) > 0
        assert hit["text"]
        assert hit["excerpt"]
        assert isinstance(hit["heading_path"], list)


def test_the_api_gives_the_same_hits_as_the_command(client, advice, bundled_index: Path):
    printed = json.loads(advice("search", QUESTION, "--index", bundled_index, "--json", "-k", 7).stdout)
    answered = asked(client, QUESTION, k=7).json()
    assert [printed.pop("took_ms") > 0, answered.pop("took_ms") > 0] == [True, True]
    assert printed == answered


@pytest.mark.parametrize("question", [QUESTION, "he doesn't text back", "jelous of her ex", "love"])
def test_the_page_shows_the_articles_in_the_order_of_the_api(client, question: str):
    shown = [a["href"] for a in page(client, f"/?q={quote(question)}").select(".results .hit h3 a")]
    hits = asked(client, question, k=CANDIDATES).json()["hits"]
    articles = list(dict.fromkeys(hit["url"] for hit in hits))
    found = list(dict.fromkeys(urldefrag(url).url for url in shown))
    assert found == articles[: len(found)]
    assert 1 <= len(found) <= ARTICLES_ON_PAGE
    assert shown[0].partition(":~:")[0] == f"{hits[0]['url']}#{hits[0]['anchor']}"


def test_a_correction_is_told(client):
    assert asked(client, "jelous").json()["corrected"] == "jealous"


def test_literal_asks_for_what_was_typed(client):
    answered = asked(client, "jelous friend", literal=1).json()
    assert (answered["corrected"], answered["ignored"]) == (None, ["jelous"])


@pytest.mark.parametrize("k", [1, 2, 30, 100])
def test_k_is_the_number_of_hits(client, k: int):
    assert len(asked(client, "how do I talk about love and trust", k=k).json()["hits"]) == k


@pytest.mark.parametrize(
    "k", ["0", "101", "-1", "ten", "", "1.5", "1e1", " 5", "000000001000000", pytest.param("9" * 5_000, id="digits")]
)
def test_a_k_out_of_bounds_is_explained(client, k: str):
    answered = asked(client, "love", k=k)
    assert answered.status_code == 400
    assert answered.json()["detail"] == "k must be a number from 1 to 100"


@pytest.mark.parametrize(
    ("path", "status"),
    [
        ("/api/v1/search", 400),
        ("/api/v1/search?q=", 400),
        ("/api/v1/search?q=+", 400),
        ("/api/v1/search?q=love&k=0", 400),
        (f"/api/v1/search?q={'a' * 20_001}", 413),
        ("/api/v1/nothing", 404),
    ],
    ids=lambda value: str(value)[:40],
)
def test_an_api_error_says_what_is_wrong(client, path: str, status: int):
    answered = client.get(path)
    assert (answered.status_code, answered.headers["content-type"]) == (status, PROBLEM)
    problem = answered.json()
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]


def test_asyncio_is_told_that_the_server_speaks_tcp():
    """Only then it sends at once; otherwise the second answer on a connection waits 40 ms for the client."""
    with closing(_listen("127.0.0.1", 0)) as listener:
        assert listener.proto == socket.IPPROTO_TCP


# --- long questions ---


@pytest.mark.parametrize("path", ["/", "/api/v1/search"])
def test_a_long_letter_is_answered(client, path: str):
    assert 19_000 < len(LETTER) < 20_000
    assert client.get(path, params={"q": LETTER}).status_code == 200


@pytest.mark.parametrize("letter", ["Я боюсь. " * 2_110, "我很害怕。" * 3_800], ids=["Cyrillic", "Chinese"])
def test_a_long_letter_in_any_script_is_answered(site: Server, letter: str):
    assert raw_get(site, f"/?q={quote(letter)}").status == 200


@pytest.mark.parametrize("letter", [f"jelous. {LETTER}", "xyzzy" * 3_000, "zeppelins anchovies " * 900])
def test_a_long_letter_with_words_that_no_article_has_is_answered(client, letter: str):
    answered = client.get("/", params={"q": letter})
    assert answered.status_code == 200
    assert BeautifulSoup(answered.text, "lxml").find(id="q")["value"] == letter.strip()


def test_a_letter_that_is_too_long_is_told_so(client):
    answered = client.get("/", params={"q": "a" * 20_001})
    assert answered.status_code == 413
    assert "20,001 characters" in answered.text


# --- markup in questions ---

PAYLOADS = [
    "<script>alert(1)</script> love",
    '"><img src=x onerror=alert(1)> love',
    "' onfocus='alert(1)' autofocus=' love",
    "</title><svg onload=alert(1)> jelous",
    "{{ 7 * 7 }} {% raw %} ${7*7} love",
    "<script>alert(1)</script>",
    '<b style="color:red">zeppelin</b>',
]
FOREIGN = ["img", "svg", "iframe", "style", "b"]


def check_clean(soup: BeautifulSoup) -> None:
    assert not soup.find_all(FOREIGN)
    assert all(script.get("src", "").startswith("/static/") and not script.text for script in soup("script"))
    for element in soup.find_all(True):
        assert not [name for name in element.attrs if name.startswith("on") or name in ("style", "autofocus")]


@pytest.mark.parametrize("payload", PAYLOADS)
def test_markup_in_a_question_is_only_text(client, payload: str):
    soup = page(client, f"/?q={quote(payload)}")
    check_clean(soup)
    assert soup.find("input", id="q")["value"] == payload


@pytest.mark.parametrize("payload", PAYLOADS)
@pytest.mark.parametrize("path", ["/topics/{}", "/articles/{}", "/{}", "/static/{}"])
def test_markup_in_a_path_is_not_shown(client, path: str, payload: str):
    answered = client.get(path.format(quote(payload, safe="")))
    assert answered.status_code == 404
    assert "alert(1)" not in answered.text
    check_clean(BeautifulSoup(answered.text, "lxml"))


def test_a_question_that_is_corrected_keeps_its_markup_as_text(client):
    soup = page(client, f"/?q={quote('<i>jelous</i> & so on')}")
    link = soup.find("a", string=re.compile("Search instead"))
    assert link["href"] == "/?q=%3Ci%3Ejelous%3C%2Fi%3E+%26+so+on&literal=1"
    assert not soup.find("i")


# --- headers ---


@pytest.mark.parametrize(
    ("method", "path"),
    [
        *(("GET", path) for path in PAGES),
        ("POST", "/"),
        ("HEAD", "/"),
        ("GET", "/api/v1/search?q=love"),
        ("GET", "/api/v1/search?q=love&k=0"),
        ("GET", "/api/v1/suggest?q=tru"),
        ("GET", "/api/v1/nothing"),
        ("GET", "/static/style.css"),
        ("GET", "/static/nothing.css"),
        ("GET", "/static"),
        ("GET", "/healthz/"),
        ("GET", "/readyz"),
    ],
    ids=lambda value: value[:40],
)
def test_every_kind_of_answer_has_the_security_headers(client, method: str, path: str):
    headers = client.request(method, path).headers
    assert {name: headers.get_list(name) for name in SECURITY} == {name: [HEADERS[name]] for name in SECURITY}
    assert len(headers.get_list("cache-control")) == 1
    assert "set-cookie" not in headers
    assert "server" not in headers


def test_the_policy_forbids_all_that_pages_do_not_need():
    policy = dict(rule.split(" ", 1) for rule in HEADERS["content-security-policy"].split("; "))
    assert policy["default-src"] == "'none'"
    assert {"form-action", "base-uri", "frame-ancestors"} <= policy.keys()
    assert "unsafe" not in str(policy)
    assert not re.search(r"\*|https?:|data:", str(policy))
    assert HEADERS["referrer-policy"] == "no-referrer"
    assert HEADERS["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path[:40])
def test_pages_are_not_kept_and_have_nothing_inline(client, path: str):
    answered = client.get(path)
    assert answered.headers["cache-control"] == "no-store"
    check_clean(BeautifulSoup(answered.text, "lxml"))


def test_the_api_is_not_kept_and_files_are(client):
    assert asked(client, "love").headers["cache-control"] == "no-store"
    assert "max-age" in client.get("/static/style.css").headers["cache-control"]


# --- what is never written down ---


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/?q={}"),
        ("GET", "/?q={}&literal=1"),
        ("GET", "/?{}=1"),
        ("GET", "/?q={}" + "a" * 20_001),
        ("GET", "/api/v1/search?q={}"),
        ("GET", "/api/v1/search?q={}&k=0"),
        ("GET", "/api/v1/search?q=love&k={}"),
        ("GET", "/api/v1/search/?q={}"),
        ("GET", "/api/v1/suggest?q={}"),
        ("GET", "/opensearch/suggest?q={}"),
        ("GET", "/api/v1/suggest?q=love&format={}"),
        ("GET", "/api/v1/{}"),
        ("GET", "/{}"),
        ("GET", "/{}/"),
        ("GET", "/articles/{}"),
        ("GET", "/articles/{}/"),
        ("GET", "/articles/stay-or-leave?q={}"),
        ("GET", "/topics/{}"),
        ("GET", "/static/{}"),
        ("GET", "/healthz/?q={}"),
        ("POST", "/?q={}"),
        ("POST", "/{}"),
        ("POST", "/articles/{}"),
        ("PUT", "/topics/{}"),
        ("POST", "/static/{}"),
        ("{}", "/"),
        ("{}", "/api/v1/search?q={}"),
    ],
    ids=lambda value: value[:40],
)
def test_what_a_visitor_wrote_is_in_no_log_header_or_title(site: Server, client, method: str, path: str):
    canary = f"CANARY{next(NUMBERS)}BIRD"
    answered = client.request(method.format(canary), path.format(canary))
    seen = site.logged().count("/readyz")
    client.get("/readyz")
    until(lambda: site.logged().count("/readyz") > seen)
    assert canary not in site.logged()
    assert canary not in str(answered.headers)
    title = BeautifulSoup(answered.text, "lxml").title
    assert canary not in (title.text if title else "")


def test_what_can_be_known_without_words_is_logged(site: Server, client):
    client.get("/api/v1/search?q=love")
    assert until(lambda: re.search(r"INFO GET /api/v1/search 200 \d+\.\d ms", site.logged()))


# --- links and anchors ---


def test_every_bundled_passage_has_its_place_on_its_articles_page(client, engine: Engine):
    for card in engine.cards:
        soup = page(client, card.url)
        ids = [element["id"] for element in soup.find_all(id=True)]
        assert len(ids) == len(set(ids)), card.url
        for passage in (part for parts in engine.read(card.url).passages.values() for part in parts):
            assert passage.anchor in ids
            shown = soup.find(id=passage.fragment).get_text()
            assert all(block.text in shown for block in passage.blocks), passage.id


def test_an_article_page_has_every_heading_and_question_once(client, engine: Engine):
    for card in engine.cards:
        article = engine.read(card.url).article
        shown = [element.get_text() for element in page(client, card.url).select("article h2, h3, h4, h5, h6")]
        for heading in (*(s.heading for s in article.sections if s.heading), *(f.question for f in article.faqs)):
            assert shown.count(heading) == 1, (card.url, heading)


def test_every_link_leads_to_a_page_and_to_a_place_on_it(client):
    seen: dict[str, BeautifulSoup] = {}
    waiting = ["/", f"/?q={quote(QUESTION)}", "/?q=jelous", "/?q=zeppelin"]
    while waiting:
        url, fragment = urldefrag(waiting.pop())
        if url == "/leave":
            continue  # leads out
        if url not in seen:
            answered = client.get(url)
            assert answered.status_code == 200, url
            seen[url] = BeautifulSoup(answered.text, "lxml")
            links = seen[url].select("a[href], link[rel=stylesheet], link[rel=icon]")
            waiting += [urljoin(url, link["href"]) for link in links]
        anchor = fragment.partition(":~:")[0]
        assert not anchor or seen[url].find(id=anchor), f"{url}#{fragment}"
    assert len([url for url in seen if url.startswith("/articles/")]) == 16


def test_no_page_names_another_site_except_as_the_articles_origin(client, engine: Engine):
    for path in ("/", f"/?q={quote(QUESTION)}", *(card.url for card in engine.cards)):
        soup = page(client, path)
        for origin in soup.select("link[rel=canonical]"):
            origin.decompose()
        addresses = [e.get("href") or e.get("src") or e.get("action") for e in soup.select("[href], [src], [action]")]
        assert all(address[0] in "/#" and not address.startswith("//") for address in addresses)
