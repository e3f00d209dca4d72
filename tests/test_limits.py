"""How often a client may ask: the count itself, and a real server that is flooded from one of several addresses."""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from bs4 import BeautifulSoup
from server import Server, an_article, hosting, publish, serving, until

from search import limit
from search.addresses import both_forms, client_of, is_loopback
from search.limit import Buckets
from search.messages import LANGUAGES, messages
from search.settings import Colours, RateLimit, Settings

FEW = RateLimit(per_minute=6, burst=4)
FLOODS, CALM = "127.0.0.2", "127.0.0.3"
OTHERS = map("127.0.1.{}".format, range(1, 255))  # an address for each test that needs its own


@contextmanager
def client_at(url: str, address: str = CALM, **headers: str) -> Iterator[httpx.Client]:
    """A client with an address of its own."""
    with httpx.Client(
        base_url=url, headers=headers, timeout=30, transport=httpx.HTTPTransport(local_address=address)
    ) as client:
        yield client


def ask_together(client: httpx.Client, path: str, times: int) -> list[httpx.Response]:
    with ThreadPoolExecutor(times) as pool:
        return list(pool.map(lambda _: client.get(path), range(times)))


@pytest.fixture(scope="module")
def site(bundled_index: Path) -> Iterator[str]:
    with hosting(bundled_index, Settings(rate_limit=FEW)) as url:
        yield url


@pytest.fixture
def empty(site: str) -> Iterator[httpx.Client]:
    """A client of its own address that has asked as often as it may."""
    with client_at(site, next(OTHERS)) as client:
        statuses = [client.get("/api/v1/topics").status_code for _ in range(FEW.burst)]
        assert statuses == [200] * FEW.burst
        yield client


# --- the count ---


def test_a_bucket_empties_and_fills_again():
    now = [0.0]
    buckets = Buckets(per_second=2, burst=3, clock=lambda: now[0])
    assert [buckets.take("a") for _ in range(5)] == [0, 0, 0, 0.5, 0.5]
    now[0] = 0.25
    assert buckets.take("a") == pytest.approx(0.25)
    now[0] = 0.5
    assert [buckets.take("a") for _ in range(2)] == [0, 0.5]
    now[0] = 1_000
    assert [buckets.take("a") for _ in range(4)] == [0, 0, 0, 0.5]


def test_clients_do_not_share_a_bucket():
    buckets = Buckets(per_second=1, burst=1, clock=lambda: 0.0)
    assert [buckets.take(client) for client in "abab"] == [0, 0, 1, 1]


def test_memory_is_bounded_and_who_asks_goes_on_being_counted(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(limit, "MOST_KEPT", 100)
    buckets = Buckets(per_second=1, burst=1, clock=lambda: 0.0)
    assert buckets.take("flood") == 0
    for number in range(1_000):
        buckets.take(str(number))
        assert buckets.take("flood") == 1
    assert len(buckets) == 100


def test_no_address_is_kept_in_clear():
    one, other = Buckets(1, 1), Buckets(1, 1)
    for buckets in (one, other):
        buckets.take("192.0.2.77")
        assert "192.0.2.77" not in repr(vars(buckets))
    assert one._full_at.keys() != other._full_at.keys()  # the key is made anew


@pytest.mark.parametrize(
    ("address", "client"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:0db8:0001:0002"),
        ("2001:db8:1:2::", "2001:0db8:0001:0002"),
        ("2001:db8:1:3::", "2001:0db8:0001:0003"),
        ("unknown", "unknown"),
        ("", ""),
    ],
)
def test_a_client_is_an_address_or_a_household(address: str, client: str):
    assert client_of(address) == client


def test_addresses_of_this_machine_are_known_in_every_form():
    assert all(map(is_loopback, ["127.0.0.1", "127.9.9.9", "::1", "::ffff:127.0.0.1"]))
    assert not any(map(is_loopback, ["0.0.0.0", "192.0.2.7", "::", "localhost", ""]))  # noqa: S104 - nothing is bound


def test_a_network_is_known_in_both_forms():
    networks = Settings(trusted_proxies=("10.0.0.1", "10.1.0.0/16", "2001:db8::/32")).trusted_proxies
    assert list(both_forms(networks)) == [
        "10.0.0.1/32", "::ffff:10.0.0.1/128", "10.1.0.0/16", "::ffff:10.1.0.0/112", "2001:db8::/32",
    ]  # fmt: skip


# --- a client that floods, and the others ---


def test_who_floods_is_refused_and_others_are_answered(bundled_index: Path, tmp_path: Path):
    """With the settings that a site has which sets none."""
    (tmp_path / "site.toml").write_text("", encoding="utf-8")
    with (
        serving(bundled_index, tmp_path / "log", "--settings", tmp_path / "site.toml") as server,
        client_at(server.url, FLOODS) as floods,
        client_at(server.url) as calm,
        ThreadPoolExecutor(1) as beside,
    ):
        flood = beside.submit(ask_together, floods, "/api/v1/suggest?q=tru", 150)
        assert [calm.get("/?q=love").status_code for _ in range(10)] == [200] * 10
        answers = flood.result()
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(answers) - len(refused) >= Settings().rate_limit.burst
    assert {answer.status_code for answer in answers} == {200, 429}
    assert {answer.headers["retry-after"] for answer in refused} == {"1"}


def test_retry_after_is_long_enough(empty: httpx.Client):
    assert empty.get("/").headers["retry-after"] == "10"


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_refusal_is_a_calm_page_that_can_be_left(empty: httpx.Client, language: str):
    answered = empty.get("/?q=CANARY", headers={"accept-language": language})
    soup, said = BeautifulSoup(answered.text, "lxml"), messages(language)
    assert (answered.status_code, soup.h1.text) == (429, said("error-429"))
    assert said("error-429-explained") in soup.text
    assert soup.find("a", class_="leave")["href"] == "/leave"
    assert "CANARY" not in answered.text
    assert answered.headers["cache-control"] == "no-store"


def test_a_refusal_of_the_api_is_problem_details(empty: httpx.Client):
    answered = empty.get("/api/v1/search?q=CANARY")
    assert (answered.status_code, answered.headers["content-type"]) == (429, "application/problem+json")
    assert answered.json()["detail"] == "Please wait as long as Retry-After says."
    assert "CANARY" not in answered.text


def test_leaving_health_and_what_a_page_is_made_of_stay_free(empty: httpx.Client):
    page = BeautifulSoup(empty.get("/").text, "lxml")
    parts = [
        element.get("src") or element["href"] for element in page.select("script, link[rel=stylesheet], link[rel=icon]")
    ]
    assert len(parts) > 3
    assert {empty.get(part).status_code for part in parts} == {200}
    assert empty.get("/leave").status_code == 303
    assert [empty.get(path).status_code for path in ("/healthz", "/readyz")] == [200, 200]


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("GET", "/static/nothing"),
        ("GET", "/logo"),
        ("POST", "/static/style.css"),
        ("POST", "/healthz"),
        ("PUT", "/leave"),
    ],
)
def test_what_is_not_there_is_not_free(empty: httpx.Client, method: str, path: str):
    assert empty.request(method, path).status_code == 429


def test_the_files_of_an_owner_are_free(bundled_index: Path, tmp_path: Path):
    (tmp_path / "logo.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    dark = Colours(ground="#000000", card="#101010", ink="#ffffff", accent="#ffb454")
    own = {"logo": tmp_path / "logo.svg", "dark": dark, "embed_origins": ("https://friends.example",)}
    with hosting(bundled_index, Settings(rate_limit=FEW, **own)) as url, client_at(url) as client:
        for path in ("/logo", "/theme.css", "/embed.js"):
            assert {client.get(path).status_code for _ in range(FEW.burst + 1)} == {200}


def test_private_questions_count_too(empty: httpx.Client):
    assert empty.post("/private", data={"q": "love"}).status_code == 429


def test_a_question_whose_body_comes_late_does_not_keep_its_client_from_asking(site: str):
    """Others may be behind the same address."""

    def late() -> Iterator[bytes]:
        yield b"q="
        with client_at(site, "127.0.2.1") as other:
            statuses.append(other.get("/?q=love").status_code)
        yield b"love"

    statuses: list[int] = []
    with client_at(site, "127.0.2.1") as client:
        form = {"content-type": "application/x-www-form-urlencoded"}
        statuses.append(client.post("/private", content=late(), headers=form).status_code)
    assert statuses == [200, 200]


def test_who_does_not_read_does_not_keep_others_behind_the_same_address_from_asking(tmp_path: Path):
    index = publish(tmp_path / "index", an_article("sea", {"Sea": "Water. " * 150_000}))
    with hosting(index, Settings()) as url, closing(socket.socket()) as unread, client_at(url, "127.0.0.1") as other:
        unread.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        unread.settimeout(30)
        unread.connect((urlsplit(url).hostname, urlsplit(url).port))
        unread.sendall(b"GET /articles/sea HTTP/1.1\r\nHost: localhost\r\n\r\n" * 10)
        assert unread.recv(15) == b"HTTP/1.1 200 OK"
        assert [other.get("/").status_code for _ in range(10)] == [200] * 10


def test_the_limit_can_be_switched_off(bundled_index: Path):
    with (
        hosting(bundled_index, Settings(rate_limit=RateLimit(per_minute=0, burst=1))) as url,
        client_at(url) as client,
    ):
        assert {answer.status_code for answer in ask_together(client, "/api/v1/topics", 100)} == {200}


# --- behind a proxy ---


def statuses_of(url: str, *forwarded: str, address: str = CALM) -> list[int]:
    """The statuses of one request for each value of X-Forwarded-For."""
    with client_at(url, address) as client:
        return [client.get("/api/v1/topics", headers={"x-forwarded-for": value}).status_code for value in forwarded]


@pytest.mark.parametrize(
    "forwarded",
    [
        "203.0.113.{}",  # the proxy's own words
        "198.51.100.1, 203.0.113.{}",  # the visitor's own words are left of them, and not believed
        "203.0.113.{}, 127.0.0.5",  # through another proxy that is named
        "203.0.113.{}:4711",
        "[2001:db8:1:{}::1]:4711",
    ],
)
def test_behind_a_proxy_that_is_named_each_visitor_has_a_bucket(bundled_index: Path, forwarded: str):
    settings = Settings(rate_limit=FEW, trusted_proxies=("127.0.0.0/29",))
    with hosting(bundled_index, settings) as url:
        visitors = [forwarded.format(number) for number in range(1, 10)]
        assert statuses_of(url, *visitors) == [200] * 9
        assert statuses_of(url, *[visitors[0]] * 4) == [200] * 3 + [429]


def test_what_a_visitor_says_of_themselves_makes_no_new_bucket(bundled_index: Path):
    settings = Settings(rate_limit=FEW, trusted_proxies=("127.0.0.0/29",))
    with hosting(bundled_index, settings) as url:
        made_up = [f"10.9.8.{number}, 203.0.113.5" for number in range(5)]
        assert statuses_of(url, *made_up) == [200] * 4 + [429]


def test_a_proxy_that_is_not_named_is_not_believed_and_the_owner_is_told_once(bundled_index: Path, tmp_path: Path):
    (tmp_path / "site.toml").write_text("rate_limit = {per_minute = 6, burst = 4}", encoding="utf-8")
    with serving(bundled_index, tmp_path / "log", "--settings", tmp_path / "site.toml") as server:
        assert statuses_of(server.url, *(f"203.0.113.{n}" for n in range(5)), address="127.0.0.1") == [200] * 4 + [429]
        assert until(lambda: told(server)) == 1
        assert "203.0.113" not in server.logged()


def told(server: Server) -> int:
    return server.logged().count("a proxy that trusted_proxies does not name")
