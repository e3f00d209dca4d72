"""The JSON API from outside: what it finds, how its answers can be cited and paged, its problems, who may read them."""

import html
import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from server import Server, an_article, get, hosting, options, publish, serving

from search.api_json import CONTEXT, PROBLEMS
from search.engine import Engine
from search.guard import HEADERS
from search.model import topic_slug
from search.settings import Settings
from search.web.api import OPERATIONS
from search.whoosh_engine import WhooshEngine

QUESTIONS = ["why am I always scared he'll leave me", "he doesn't text back", "how do I set a boundary", "love"]
CANARY = "CANARY and other words"
ORIGIN, STRANGER = "https://friends.example", "https://stranger.example"


@pytest.fixture(scope="module")
def site(bundled_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(bundled_index, tmp_path_factory.mktemp("api") / "log") as server:
        yield server


@pytest.fixture(scope="module")
def client(site: Server) -> Iterator[httpx.Client]:
    with httpx.Client(base_url=f"{site.url}/api/v1", timeout=30) as client:
        yield client


@pytest.fixture(scope="module")
def engine(bundled_index: Path) -> Engine:
    return WhooshEngine(bundled_index)


def hits(client: httpx.Client, question: str, **more: object) -> list[dict]:
    answered = client.get("/search", params={"q": question, **more})
    assert answered.status_code == 200, answered.text
    return answered.json()["hits"]


# --- hits, and how to cite them ---


@pytest.mark.parametrize("question", QUESTIONS)
def test_a_quote_stands_in_its_passage_where_it_says(client, question: str):
    for hit in hits(client, question, k=50):
        text, quotes = hit["text"], hit["quotes"]
        assert quotes
        for quote in quotes:
            start, end, selector = quote["start"], quote["end"], quote["selector"]
            assert selector["type"] == "TextQuoteSelector"
            assert selector["exact"] == text[start:end] == text[start:end].strip() != ""
            assert selector["prefix"] == text[:start][-CONTEXT:]
            assert selector["suffix"] == text[end:][:CONTEXT]


@pytest.mark.parametrize("question", QUESTIONS)
def test_the_quotes_are_the_excerpt_and_nothing_else(client, question: str):
    for hit in hits(client, question, k=50):
        shown = html.unescape(re.sub("</?mark>", "", hit["excerpt"]))
        quoted = "".join(quote["selector"]["exact"] for quote in hit["quotes"])
        assert re.sub(r"[\s…]", "", quoted) == re.sub(r"[\s…]", "", shown)


def test_offsets_count_characters_of_any_plane(tmp_path: Path):
    first, second = "The 🌊 river 𝒮 runs.", "It is deep."
    index = publish(tmp_path / "index", an_article("rivers", {"Rivers": f"{first} {second}"}))
    with hosting(index, Settings()) as url:
        (hit,) = get(f"{url}/api/v1/search?q=river").json()["hits"]
    assert [(quote["start"], quote["end"]) for quote in hit["quotes"]] == [(0, 19), (20, 31)]
    assert hit["quotes"][1]["selector"] == {
        "type": "TextQuoteSelector",
        "exact": second,
        "prefix": f"{first} ",
        "suffix": "",
    }


# --- what a search is limited to ---


@pytest.mark.parametrize(("k", "offset"), [(1, 0), (7, 3), (10, 95), (100, 0), (5, 100)])
def test_a_page_of_hits_is_a_part_of_all(client, k: int, offset: int):
    everything = hits(client, QUESTIONS[0], k=100)
    assert len(everything) == 100
    assert hits(client, QUESTIONS[0], k=k, offset=offset) == everything[offset : offset + k]


@pytest.mark.parametrize("kind", ["faq", "section"])
def test_a_search_is_limited_to_a_kind(client, kind: str):
    found = hits(client, QUESTIONS[0], kind=kind, k=20)
    assert [hit["kind"] for hit in found] == [kind] * 20
    assert [hit["rank"] for hit in found] == list(range(1, 21))


def test_a_search_is_limited_to_a_topic(client, engine: Engine):
    for topic in client.get("/topics").json()["topics"]:
        found = {hit["url"] for hit in hits(client, QUESTIONS[0], topic=topic["slug"], k=100)}
        with_topic = {card.url for card in engine.cards if topic["slug"] in map(topic_slug, card.topics)}
        assert found <= with_topic
        assert found
        assert topic["articles"] == len(with_topic)


def test_a_topic_that_no_article_has_has_no_hits(client):
    assert hits(client, QUESTIONS[0], topic="zeppelins") == []


def test_topics_are_those_of_the_site_the_largest_first(client):
    topics = client.get("/topics").json()["topics"]
    assert [topic["articles"] for topic in topics] == sorted((topic["articles"] for topic in topics), reverse=True)
    assert {"slug": "self-esteem", "name": "Self-esteem", "articles": 2} in topics


@pytest.mark.parametrize(("literal", "corrected"), [("0", "jealous"), ("1", None)])
def test_literal_is_0_or_1(client, literal: str, corrected: str | None):
    assert client.get("/search", params={"q": "jelous", "literal": literal}).json()["corrected"] == corrected


def test_an_unknown_parameter_is_ignored(client):
    assert hits(client, "love", colour="blue") == hits(client, "love")


# --- articles ---


@pytest.mark.parametrize("limit", [1, 5, 100])
def test_pages_of_the_list_add_up_to_all_articles(client, engine: Engine, limit: int):
    listed, total = [], len(engine.cards)
    while len(listed) < total:
        answered = client.get("/articles", params={"limit": limit, "offset": len(listed)}).json()
        assert answered["total"] == total
        assert 0 < len(answered["articles"]) <= limit
        listed += answered["articles"]
    assert [(card["url"], card["title"]) for card in listed] == [(card.url, card.title) for card in engine.cards]
    assert client.get("/articles", params={"offset": total}).json()["articles"] == []


def test_every_article_of_the_list_can_be_read_with_all_its_text(site: Server, client, engine: Engine):
    for card in client.get("/articles", params={"limit": 100}).json()["articles"]:
        article = get(f"{site.url}{card['self']}").json()
        assert card.items() <= article.items()
        reading = engine.read(card["url"])
        texts = {row["anchor"]: row["text"] for row in article["sections"]}
        texts |= {row["anchor"]: row["answer"] for row in article["faqs"]}
        for anchor, passages in reading.passages.items():
            assert all(passage.text in texts[anchor] for passage in passages)
        assert [row["heading"] for row in article["sections"]] == [s.heading for s in reading.article.sections]
        assert [row["question"] for row in article["faqs"]] == [faq.question for faq in reading.article.faqs]


def test_an_article_is_found_by_any_address_of_it_and_says_where_visitors_read_it(tmp_path: Path):
    live = "https://friends.example/wörter"
    article = replace(an_article("x", {"Words": "Say it."}), url="/articles/a%20b/w%C3%B6rter", live=live)
    with hosting(publish(tmp_path / "index", article), Settings()) as url:
        (card,) = get(f"{url}/api/v1/articles").json()["articles"]
        assert (card["url"], card["self"]) == (live, f"/api/v1{article.url}")
        for address in (card["self"], "/api/v1/articles/a b/wörter", "/api/v1/articles/a%20b%2Fw%C3%B6rter"):
            read = get(f"{url}{address}").json()
            assert (read["url"], read["published"], read["sections"][0]["text"]) == (live, None, "Say it.")


# --- problems ---


@pytest.mark.parametrize(
    ("method", "path", "status", "detail"),
    [
        ("GET", "/search", 400, "q is missing"),
        ("GET", "/search?q=%20", 400, "q is missing"),
        ("GET", f"/search?q={CANARY}&k=0", 400, "k must be a number from 1 to 100"),
        ("GET", f"/search?q={CANARY}&k=٥", 400, "k must be a number from 1 to 100"),
        ("GET", f"/search?q={CANARY}&offset=101", 400, "offset must be a number from 0 to 100"),
        ("GET", f"/search?q={CANARY}&kind=CANARY", 400, "kind must be faq or section"),
        ("GET", f"/search?q={CANARY}&kind=", 400, "kind must be faq or section"),
        ("GET", f"/search?q={CANARY}&literal=yes", 400, "literal must be 0 or 1"),
        ("GET", f"/search?q={CANARY * 1_000}", 413, "22,000 characters"),
        ("GET", "/articles?limit=0", 400, "limit must be a number from 1 to 100"),
        ("GET", f"/articles?offset=CANARY&q={CANARY}", 400, "offset must be a number from 0 to 1000000"),
        ("GET", "/articles/nothing", 404, "/api/v1/articles lists all"),
        ("GET", "/articles/", 404, "/api/v1/articles lists all"),
        ("GET", f"/?q={CANARY}", 404, "openapi.json"),
        ("GET", f"/nothing?q={CANARY}", 404, "openapi.json"),
        ("GET", f"/search/?q={CANARY}", 404, "openapi.json"),
        *(("POST", operation.path.removeprefix("/api/v1"), 405, "GET and HEAD") for operation in OPERATIONS),
        ("OPTIONS", f"/search?q={CANARY}", 405, "GET and HEAD"),
    ],
    ids=lambda value: str(value)[:40],
)
def test_a_problem_is_explained_without_the_question(client, method: str, path: str, status: int, detail: str):
    answered = client.request(method, path)
    assert (answered.status_code, answered.headers["content-type"]) == (status, "application/problem+json")
    problem = answered.json()
    assert problem.keys() == {"type", "title", "status", "detail", "instance"}
    assert (problem["status"], problem["title"]) == (status, PROBLEMS[status][1])
    assert detail in problem["detail"]
    assert problem["instance"] == answered.url.raw_path.decode().partition("?")[0]
    assert "CANARY" not in answered.text


def test_the_type_of_a_problem_is_an_address_that_describes_it(site: Server, client):
    for path in ("/search", "/nothing", f"/search?q={'a' * 20_001}"):
        address, _, pointer = client.get(path).json()["type"].partition("#/")
        described = get(f"{site.url}{address}").json()
        for part in pointer.split("/"):
            described = described[part]
        assert described["content"].keys() == {"application/problem+json"}


@pytest.mark.parametrize("path", ["/api/v1/search", "/api/v1/topics", "/"])
def test_a_wrong_method_is_told_which_are_right(site: Server, path: str):
    assert set(httpx.delete(f"{site.url}{path}").headers["allow"].split(", ")) == {"GET", "HEAD"}


@pytest.mark.parametrize("path", ["/search?q=love", "/articles", "/articles/stay-or-leave", "/topics", "/openapi.json"])
def test_head_is_get_without_the_answer(client, path: str):
    head, get = client.head(path), client.get(path)
    assert (head.status_code, head.content, head.headers["content-type"]) == (200, b"", "application/json")
    assert get.content


# --- who may read the answers in a browser ---


@pytest.fixture(scope="module")
def shared(bundled_index: Path) -> Iterator[str]:
    with hosting(bundled_index, Settings(embed_origins=(ORIGIN,))) as url:
        yield url


def opened(url: str, origin: str) -> tuple[str | None, str]:
    """Who may read an answer, and who may load it."""
    headers = get(url, headers={"origin": origin}).headers
    assert "access-control-allow-credentials" not in headers
    return headers.get("access-control-allow-origin"), headers["cross-origin-resource-policy"]


def varying(headers: httpx.Headers) -> list[str]:
    """The headers of a request that its answer depends on."""
    return headers.get("vary", "").split(", ")


@pytest.mark.parametrize(
    "path", ["/api/v1/search?q=love", "/api/v1/search", "/api/v1/nothing", "/api/v1/articles/stay-or-leave"]
)
def test_the_api_is_open_to_the_origins_of_the_owner_and_to_no_other(shared: str, path: str):
    assert opened(shared + path, ORIGIN) == (ORIGIN, "cross-origin")
    for stranger in (STRANGER, "null", ORIGIN + ".evil.example", "http://friends.example"):
        assert opened(shared + path, stranger) == (None, "same-origin")
    headers = get(shared + path).headers
    assert "Origin" in varying(headers)
    assert headers["cross-origin-resource-policy"] == "same-origin"


@pytest.mark.parametrize("path", ["/", "/?q=love", "/articles/stay-or-leave", "/static/style.css", "/readyz"])
def test_nothing_else_is_open_to_anyone(shared: str, path: str):
    assert opened(shared + path, ORIGIN) == (None, "same-origin")


def test_without_a_list_the_api_is_open_to_nobody(site: Server):
    assert opened(f"{site.url}/api/v1/search?q=love", ORIGIN) == (None, "same-origin")
    assert "Origin" not in varying(get(f"{site.url}/api/v1/search?q=love").headers)


@pytest.mark.parametrize(
    ("origin", "method", "status"), [(ORIGIN, "GET", 200), (ORIGIN, "DELETE", 400), (STRANGER, "GET", 400)]
)
def test_a_browser_that_asks_first_is_told_that_it_may_only_get(shared: str, origin: str, method: str, status: int):
    asked = {"origin": origin, "access-control-request-method": method}
    answered = options(f"{shared}/api/v1/search", headers=asked)
    assert answered.status_code == status
    assert answered.headers["access-control-allow-methods"] == "GET"
    assert (answered.headers.get("access-control-allow-origin") == ORIGIN) == (origin == ORIGIN)
    assert {name: answered.headers[name] for name in ("x-content-type-options", "referrer-policy")} == {
        name: HEADERS[name] for name in ("x-content-type-options", "referrer-policy")
    }
