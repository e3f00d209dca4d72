"""The API's description of itself (OpenAPI 3.1), made of its operations and of the types of its answers."""

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from inspect import getdoc
from typing import Any

from pydantic import TypeAdapter
from pydantic.json_schema import JsonSchemaMode
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from ..api_json import PROBLEMS
from ..api_model import Problem
from .parameters import Parameter

VERSION = "1.0.0"  # of the API; a change that breaks a client is another path, /api/v2
ANYWHERE = (405, 421, 429, 500)  # what every operation may answer
_REF = "#/components/{}/{}"

Json = dict[str, Any]


def _header(name: str, about: str, kind: str) -> Json:
    return {"headers": {name: {"description": about, "required": True, "schema": {"type": kind}}}}


_HEADERS = {
    405: _header("Allow", "The methods that it answers to.", "string"),
    429: _header("Retry-After", "Seconds to wait before the next request.", "integer"),
}


@dataclass(frozen=True)
class Operation:
    """One address that answers to GET, and how. `route` is its path as Starlette writes patterns; `answer` the type of
    what it gives; `problems` are statuses beside those that every operation may have."""

    route: str
    handler: Callable[[Request], Response]
    answer: Any
    parameters: tuple[Parameter, ...] = ()
    problems: tuple[int, ...] = ()

    @property
    def path(self) -> str:
        """Its path as OpenAPI writes patterns."""
        return re.sub(r":\w+}", "}", self.route)


def routes_of(operations: Sequence[Operation]) -> list[Route]:
    """The routes that serve these operations."""
    return [Route(operation.route, operation.handler) for operation in operations]


@lru_cache(maxsize=1)
def document(operations: tuple[Operation, ...], site: str, base_url: str) -> Json:
    """The document of these operations on an owner's site, by its name and where the public finds it, if that is known.

    It is made once; do not change it."""
    answers, schemas = _schemas([operation.answer for operation in operations])
    pairs = zip(operations, answers, strict=True)
    return {
        "openapi": "3.1.0",
        "info": {
            "title": site,
            "version": VERSION,
            "summary": "Questions in people's own words, answered by passages of advice articles.",
            "description": "Unknown parameters are ignored. Errors are problem details (RFC 9457).",
        },
        "servers": [{"url": base_url or "/"}],
        "paths": {operation.path: {"get": _operation(operation, answer)} for operation, answer in pairs},
        "components": {"schemas": schemas, "responses": _problems()},
    }


def _schemas(answers: list[Any]) -> tuple[list[Json], Json]:
    """A schema for each type, and all that they refer to, by name."""
    made: list[tuple[int, JsonSchemaMode, TypeAdapter[Any]]]
    made = [(number, "serialization", TypeAdapter(answer)) for number, answer in enumerate([*answers, Problem])]
    found, shared = TypeAdapter.json_schemas(made, ref_template=_REF.format("schemas", "{model}"))
    return [found[number, "serialization"] for number in range(len(answers))], shared["$defs"]


def _operation(operation: Operation, answer: Json) -> Json:
    wrong = (400,) if operation.parameters else ()
    problems = sorted({*wrong, *operation.problems, *ANYWHERE})
    given = {"description": "The answer.", "content": {"application/json": {"schema": answer}}}
    return {
        "operationId": operation.handler.__name__,
        "summary": getdoc(operation.handler),
        "parameters": [
            *map(_in_path, re.findall(r"{(\w+)}", operation.path)),
            *map(_in_query, operation.parameters),
        ],
        "responses": {"200": given, **{str(status): _ref_to_problem(status) for status in problems}},
    }


def _ref_to_problem(status: int) -> Json:
    return {"$ref": _REF.format("responses", PROBLEMS[status][0])}


def _in_path(name: str) -> Json:
    return {"name": name, "in": "path", "required": True, "schema": {"type": "string", "minLength": 1}}


def _in_query(parameter: Parameter) -> Json:
    given = {"name": parameter.name, "in": "query", "description": parameter.about, "schema": parameter.schema}
    return given | ({"required": True} if parameter.required else {})


def _problems() -> Json:
    """Each kind of problem as a response, by the name that its type ends with."""
    content = {"application/problem+json": {"schema": {"$ref": _REF.format("schemas", "Problem")}}}
    return {
        kind: {"description": f"{title}.", "content": content} | _HEADERS.get(status, {})
        for status, (kind, title, _) in PROBLEMS.items()
    }
