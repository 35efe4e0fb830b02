"""The OpenAPI document and its page say what the table of calls says, and nothing else."""

import json
import re
from collections.abc import Iterator
from html.parser import HTMLParser
from typing import Any

import msgspec
import pytest
from support.http_app import HttpApp, MakeApp

from gristmill.schemas.access import Scope
from gristmill.server.access.entrance import PAGES
from gristmill.server.calls.tables.call import Call
from gristmill.server.calls.tables.table import CALLS
from gristmill.server.openapi.document import document
from gristmill.server.openapi.shapes import Shapes
from gristmill.server.problems import status_of_class

DOCUMENT: dict[str, Any] = json.loads(msgspec.json.encode(document()))

FILES = {"image/png", "application/vnd.apache.parquet"}
"""Which no example can be written of."""


def operation(call: Call) -> dict[str, Any]:
    found: dict[str, Any] = DOCUMENT["paths"][call.path][call.method.lower()]
    return found


def resolved(reference: str) -> Any:
    found: Any = DOCUMENT
    for name in reference.removeprefix("#/").split("/"):
        found = found[name]
    return found


def everything(value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        for key, inner in value.items():
            yield key, inner
            yield from everything(inner)
    elif isinstance(value, list):
        for inner in value:
            yield from everything(inner)


def test_it_is_served_as_it_is_made(service: HttpApp) -> None:
    answer = service.http.simulate_get("/openapi.json")
    assert answer.headers["content-type"] == "application/json"
    assert answer.json == DOCUMENT
    assert answer.json["openapi"] == "3.1.0"


def test_it_has_each_call_by_its_name_and_no_other() -> None:
    found = {
        (method.upper(), path): each["operationId"]
        for path, methods in DOCUMENT["paths"].items()
        for method, each in methods.items()
    }
    assert found == {(call.method, call.path): call.name for call in CALLS}


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_a_call_has_every_parameter_body_status_and_code(call: Call) -> None:
    said = operation(call)
    declared = {each.name for each in call.parameters}
    declared |= {each.name for body in call.bodies for each in body.parameters}
    assert {each["name"] for each in said["parameters"]} == declared
    assert all("example" in each and each["description"] for each in said["parameters"])
    types = {name for body in call.bodies for name in body.media_types}
    assert set(said.get("requestBody", {}).get("content", {})) == types
    answered = {str(answer.status) for answer in call.answers}
    assert answered <= set(said["responses"])
    for kind in call.errors:
        problem = said["responses"][str(status_of_class(kind))]["content"]
        (schema,) = (each["schema"] for each in problem.values())
        assert kind.code in schema["allOf"][1]["properties"]["code"]["enum"]
        examples = problem["application/problem+json"]["examples"]
        example = resolved(examples[kind.code]["$ref"])["value"]
        assert (example["code"], example["status"]) == (kind.code, status_of_class(kind))


@pytest.mark.parametrize("call", CALLS, ids=lambda call: call.name)
def test_a_call_says_which_keys_open_it(call: Call) -> None:
    ways = operation(call)["security"]
    assert (ways == []) == (call.scope is Scope.OPEN)
    grants = [grant for way in ways for grant in way["bearer"]]
    if call.scope in (Scope.READ, Scope.INGEST):
        assert grants == [call.scope, "admin"]
    elif call.scope is Scope.JOBS:
        assert grants == ["read", "ingest", "admin"]


def test_every_reference_leads_somewhere_and_every_schema_is_referred_to() -> None:
    references = {value for key, value in everything(DOCUMENT) if key == "$ref"}
    for reference in references:
        resolved(reference)
    for name in DOCUMENT["components"]["schemas"]:
        assert f"#/components/schemas/{name}" in references, name


def test_every_pattern_means_the_same_in_every_language() -> None:
    patterns = [value for key, value in everything(DOCUMENT) if key == "pattern"]
    assert patterns
    assert not [each for each in patterns if re.search(r"\\[AZz]|\(\?", each)]


def test_two_types_with_one_name_are_found() -> None:
    one = msgspec.defstruct("Same", [("a", int)])
    other = msgspec.defstruct("Same", [("b", int)])
    shapes = Shapes()
    shapes.schema_of(one)
    with pytest.raises(ValueError, match="Same"):
        shapes.schema_of(other)


def test_every_answer_with_a_body_has_an_example() -> None:
    for call in CALLS:
        for status, answer in operation(call)["responses"].items():
            for media_type, content in answer.get("content", {}).items():
                shown = {"example", "examples"} & set(content)
                assert shown or media_type in FILES, (call.name, status, media_type)


class Links(HTMLParser):
    """What a page loads and leads to, and what it would run."""

    def __init__(self) -> None:
        super().__init__()
        self.targets: list[str] = []
        self.ids: set[str] = set()
        self.odd: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self.targets += [named[each] or "" for each in ("href", "src") if each in named]
        self.ids |= {named["id"] or ""} if "id" in named else set()
        self.odd += [each for each in named if each == "style" or each.startswith("on")]
        self.odd += [tag] if tag in ("script", "style", "iframe") else []


def test_the_page_has_every_call_and_asks_nobody_else(make_service: MakeApp) -> None:
    service = make_service(root_path="/below")
    answer = service.http.simulate_get("/docs")
    assert answer.headers["content-type"].startswith("text/html")
    assert answer.headers["content-security-policy"] == PAGES
    links = Links()
    links.feed(answer.text)
    assert links.odd == []
    assert {call.name for call in CALLS} <= links.ids
    inside = {each[1:] for each in links.targets if each.startswith("#")}
    assert inside <= links.ids
    outside = {each for each in links.targets if not each.startswith("#")}
    assert outside == {"/below/docs.css", "/below/openapi.json"}
    for path in outside:
        assert service.http.simulate_get(path.removeprefix("/below")).status_code == 200
    assert service.http.simulate_get("/openapi.json").json["servers"] == [{"url": "/below"}]


def test_a_number_of_seconds_may_be_written_as_json_writes_it(service: HttpApp) -> None:
    for given, status in (("1e-3", 404), ("8.9e+307", 404), ("0.5", 404), ("e5", 400), ("-1", 400)):
        answer = service.http.simulate_get("/ingest/no-job", params={"wait": given})
        assert answer.status_code == status, given
