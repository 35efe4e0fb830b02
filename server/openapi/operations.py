"""A call as an OpenAPI operation."""

from collections import defaultdict
from collections.abc import Iterable
from enum import StrEnum
from typing import Any

from gristmill.schemas.access import GRANTED, Scope
from gristmill.server.calls.tables.call import Answer, Body, Call
from gristmill.server.messages.fields import FORM_FIELDS, QUERY_FIELDS, UploadFields
from gristmill.server.messages.lines import NDJSON
from gristmill.server.messages.parameters import AnyParameter
from gristmill.server.openapi.examples import example_of
from gristmill.server.openapi.headers import headers_of
from gristmill.server.openapi.problems import line_problem, problem_answers
from gristmill.server.openapi.shapes import Shapes

SECURITY = "bearer"


def operation(call: Call, shapes: Shapes) -> dict[str, Any]:
    """All that is said of a call."""
    found: dict[str, Any] = {
        "operationId": call.name,
        "summary": call.meaning,
        "tags": [tag_of(call)],
        "security": security_of(call.scope),
        "parameters": [
            *(_parameter(each, shapes) for each in call.parameters),
            *_parameters_of_bodies(call.bodies, shapes),
        ],
    }
    if call.bodies:
        content = {name: _body(each, shapes) for each in call.bodies for name in each.media_types}
        meaning = "\n".join(f"- `{each.media_types[0]}`: {each.meaning}" for each in call.bodies)
        found["requestBody"] = {"description": meaning, "required": True, "content": content}
    found["responses"] = _answers(call, shapes) | problem_answers(call)
    return found


def tag_of(call: Call) -> str:
    """Calls on one kind of thing stand together."""
    first = call.path.split("/")[1]
    return "service" if call.scope in (Scope.OPEN, Scope.ANY) else first


def security_of(scope: Scope) -> list[dict[str, list[str]]]:
    """Which key opens a call: each entry is a way in, and OpenAPI 3.1 has names of roles in it."""
    if scope is Scope.OPEN:
        return []
    if scope is Scope.ANY:
        return [{SECURITY: []}]
    return [{SECURITY: [grant]} for grant, scopes in GRANTED.items() if scope in scopes]


def _parameter(each: AnyParameter, shapes: Shapes, only_with: str = "") -> dict[str, Any]:
    kind = each.kind
    schema = shapes.schema_of(kind.schema)
    if kind.default is not None:
        schema = {**schema, "default": kind.default}
    found: dict[str, Any] = {
        "name": each.name,
        "in": str(each.place),
        "description": f"{each.meaning} It takes {kind.takes}.{only_with}",
        "schema": schema,
    }
    if each.required:
        found["required"] = True
    return {**found, "example": _example_of_parameter(each, schema)}


def _example_of_parameter(each: AnyParameter, schema: dict[str, Any]) -> Any:
    """Its own example, else its default, else its first word, with the type of its schema."""
    kind = each.kind
    example = each.example if each.example is not None else kind.default
    if example is None and isinstance(kind.schema, type) and issubclass(kind.schema, StrEnum):
        return next(iter(kind.schema))
    numbers = {"integer": int, "number": float}
    options = [each.get("type") for each in schema.get("anyOf", [schema])]
    read = next((numbers[each] for each in options if each in numbers), None)
    return example if read is None else read(example)


def _parameters_of_bodies(bodies: Iterable[Body], shapes: Shapes) -> list[dict[str, Any]]:
    takers: dict[AnyParameter, list[str]] = defaultdict(list)
    for body in bodies:
        for each in body.parameters:
            takers[each] += [f"`{name}`" for name in body.media_types]
    return [
        _parameter(each, shapes, f" Only with a body of {' or '.join(names)}.")
        for each, names in takers.items()
    ]


def _body(body: Body, shapes: Shapes) -> dict[str, Any]:
    found: dict[str, Any] = {"example": body.example}
    if body.shape is not UploadFields:
        schema = shapes.schema_of(body.shape, body.media_types[0])
        least = {"minItems": 1} if schema.get("type") == "array" else {}
        return {"schema": {**schema, **least}, **found}
    (reference,) = (shapes.schema_of(body.shape),)
    fields = shapes.components.pop(reference["$ref"].rpartition("/")[2])
    files = {"type": "array", "items": shapes.schema_of(bytes), "minItems": 1}
    properties = {"file": files, **fields["properties"]}
    as_texts = {each.name for each in QUERY_FIELDS}
    encoding = {
        name: {"contentType": "application/json"} for name in FORM_FIELDS if name not in as_texts
    }
    schema = {**fields, "properties": properties, "required": ["file"]}
    return {"schema": schema, "encoding": encoding, **found}


def _answers(call: Call, shapes: Shapes) -> dict[str, Any]:
    by_status: dict[int, list[Answer]] = defaultdict(list)
    for answer in call.answers:
        by_status[answer.status].append(answer)
    return {
        str(status): {
            "description": "; ".join(each.when for each in answers),
            **_content(call, [each for each in answers if each.shape is not None], shapes),
            **headers_of(answers[0].headers),
        }
        for status, answers in by_status.items()
    }


def _content(call: Call, answers: list[Answer], shapes: Shapes) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for answer in answers:
        media_type = answer.media_type.partition(";")[0]
        schema = shapes.schema_of(answer.shape, media_type)
        if call.line_errors:
            both = [_result_line(schema["items"]), line_problem(call.line_errors)]
            schema = {"type": "array", "items": {"anyOf": both}}
        found[media_type] = {"schema": schema, **_example(answer, media_type)}
    return {"content": found} if found else {}


def _result_line(job: dict[str, Any]) -> dict[str, Any]:
    beside = {"line": {"type": "integer"}, "status": {"type": "integer"}}
    return {"allOf": [job, {"properties": beside, "required": list(beside)}]}


def _example(answer: Answer, media_type: str) -> dict[str, Any]:
    if answer.example is not None:
        return {"example": answer.example}
    if answer.shape is bytes:
        return {}
    example = example_of(answer.shape)
    return {"example": [example] if media_type == NDJSON else example}
