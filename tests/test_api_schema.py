"""The API and its document say the same: the routes, every answer, and what nobody would ask."""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
import schemathesis
from server import Server, get, serving
from starlette.routing import Route

from search.web.app import routes

EXAMPLES = int(os.environ.get("ADVICE_EXAMPLES", "0"))  # generated requests for each operation; 0 for few, and the same
DOCUMENT = "/api/v1/openapi.json"
SCHEMATHESIS = Path(sys.executable).with_name("schemathesis")
# where a request breaks the document, these are the right answers; all other checks are the tool's own
EXPECTED = "[checks]\nnegative_data_rejection.expected-statuses = [400, 404, 413]\n"


@pytest.fixture(scope="module")
def site(bundled_index: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(bundled_index, tmp_path_factory.mktemp("schema") / "log") as server:
        yield server


@pytest.fixture(scope="module")
def described(site: Server) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_url(f"{site.url}{DOCUMENT}")


def test_the_document_has_every_route_and_no_other(described: schemathesis.BaseSchema):
    served = {route.path_format for route in routes() if isinstance(route, Route) and route.path.startswith("/api/")}
    assert len(served) > 4
    assert described.raw_schema["paths"].keys() == served
    assert {tuple(methods) for methods in described.raw_schema["paths"].values()} == {("get",)}


def test_the_document_is_openapi(described: schemathesis.BaseSchema):
    assert described.raw_schema["openapi"].startswith("3.1.")
    described.validate()
    names = set(re.findall(r"'#/components/(\w+/[\w-]+)'", str(described.raw_schema)))
    components = described.raw_schema["components"]
    assert names == {f"{kind}/{name}" for kind, all_of_it in components.items() for name in all_of_it}


def test_every_parameter_and_every_key_is_explained(described: schemathesis.BaseSchema):
    operations = [path["get"] for path in described.raw_schema["paths"].values()]
    assert all(operation["summary"] for operation in operations)
    asked = [p for operation in operations for p in operation["parameters"] if p["in"] == "query"]
    assert {"q", "k", "offset", "kind", "topic", "literal", "limit", "country"} == {
        parameter["name"] for parameter in asked
    }
    assert all(parameter["description"] for parameter in asked)
    assert all(schema["description"] for schema in described.raw_schema["components"]["schemas"].values())


@pytest.mark.parametrize(
    ("path", "requests"),
    [
        ("/search", ["?q=why does he go quiet&k=100", "?q=jelous zeppelins", "?q=xyzzy", "?q=love&kind=faq", "?k=1"]),
        ("/search", [f"?q={'a' * 20_001}", "?q=-&offset=3", "?q=my husband hits me&country=DE"]),
        ("/articles", ["", "?limit=3&offset=2", "?limit=x"]),
        ("/topics", [""]),
        ("/openapi.json", [""]),
    ],
)
def test_real_answers_are_as_described(site: Server, described, path: str, requests: list[str]):
    for request in requests:
        assert described[f"/api/v1{path}"]["GET"].is_valid_response(get(f"{site.url}/api/v1{path}{request}"))


def test_every_article_is_as_described(site: Server, described: schemathesis.BaseSchema):
    operation = described["/api/v1/articles/{path}"]["GET"]
    for card in get(f"{site.url}/api/v1/articles?limit=100").json()["articles"]:
        assert operation.is_valid_response(get(f"{site.url}{card['self']}"))
    assert operation.is_valid_response(get(f"{site.url}/api/v1/articles/none"))


@pytest.mark.parametrize(("there", "broken"), [('"rank"', '"rnak"'), ('"start":0', '"start":"0"'), ("[]", "null")])
def test_an_answer_that_is_not_as_described_is_noticed(site: Server, described, there: str, broken: str):
    good = get(f"{site.url}/api/v1/search?q=love", headers={"accept-encoding": "identity"})
    wrong = httpx.Response(200, headers=good.headers, text=good.text.replace(there, broken), request=good.request)
    wrong.elapsed = good.elapsed
    operation = described["/api/v1/search"]["GET"]
    assert (operation.is_valid_response(good), operation.is_valid_response(wrong)) == (True, False)


def test_no_request_breaks_the_api_or_gets_what_is_not_in_the_document(site: Server, environment, tmp_path: Path):
    (tmp_path / "schemathesis.toml").write_text(EXPECTED, encoding="utf-8")
    many = ["--max-examples", str(EXAMPLES)] if EXAMPLES else ["--max-examples", "10", "--generation-deterministic"]
    command = [SCHEMATHESIS, "run", f"{site.url}{DOCUMENT}", "--no-color", *many]
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "No issues found" in done.stdout
