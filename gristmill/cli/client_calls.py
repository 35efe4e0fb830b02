"""Writes client/calls/ from the table of calls: `python -m gristmill.cli.client_calls client/calls`
(`make client-calls`, which formats them as well)."""

import sys
import textwrap
from collections.abc import Iterator, Mapping
from pathlib import Path
from types import ModuleType

from gristmill.cli.client_types import Source, parameter_type, python_name, shape_type
from gristmill.server.calls.tables import (
    bulk_table,
    collection_table,
    content_table,
    event_table,
    job_table,
    key_table,
    library_table,
    metrics_table,
    mirror_table,
    overview_table,
    service_table,
    submission_table,
    trash_table,
    webhook_table,
)
from gristmill.server.calls.tables.call import JSON, Answer, Body, Call
from gristmill.server.calls.tables.table import CALLS
from gristmill.server.messages.fields import UploadFields
from gristmill.server.messages.parameters import AnyParameter, ParameterPlace

_MADE = "Made from the table of calls by `make client-calls`; a test fails when it is stale."
_TABLES: tuple[ModuleType, ...] = (
    submission_table,
    job_table,
    event_table,
    bulk_table,
    library_table,
    content_table,
    trash_table,
    collection_table,
    webhook_table,
    mirror_table,
    key_table,
    overview_table,
    metrics_table,
    service_table,
)
"""A table before those that take calls from it."""
_LEFT_OUT = frozenset({"If-None-Match", "fields"})
"""Parameters that no method has: with the one an answer may have no body, with the other its hits
lack members that their type has."""
_FORMS = {"application/x-ndjson": "LINES", "text/event-stream": "EVENTS"}
_WIDTH = 90


def modules() -> dict[str, str]:
    """The text of every module of `client/calls`, by its file name."""
    homes = _homes()
    made = {"__init__.py": f'"""What can be asked of a service.\n\n{_MADE}\n"""\n'}
    for module in _TABLES:
        calls = [call for call in CALLS if homes[call.name] is module]
        made[f"{_stem(module)}.py"] = _module(calls)
    made["task_fields.py"] = _fields()
    made["methods.py"] = _methods(homes, "Calls", "")
    made["awaited_methods.py"] = _methods(homes, "AwaitedCalls", "Awaited")
    return made


def _homes() -> dict[str, ModuleType]:
    homes: dict[str, ModuleType] = {}
    for module in _TABLES:
        for each in vars(module).values():
            if isinstance(each, Call):
                homes.setdefault(each.name, module)
    return homes


def _stem(module: ModuleType) -> str:
    return module.__name__.rpartition(".")[2].removesuffix("_table") + "_calls"


def _module(calls: list[Call]) -> str:
    source = Source()
    body = "\n\n".join(_function(call, source) for call in calls)
    head = f'"""{_MADE}"""\n\nfrom __future__ import annotations\n'
    return f"{head}{source.imports('gristmill.client.asks', 'Ask', 'Form')}\n\n\n{body}\n"


def _function(call: Call, source: Source) -> str:
    path = [each for each in call.parameters if each.place is ParameterPlace.PATH]
    body = next((each for each in call.bodies if each.media_types[0] == JSON), None)
    raw = None if body else next((each for each in call.bodies if each.shape is bytes), None)
    named = [each for each in _asked(call) if each not in path]
    named += raw.parameters if raw else ()
    first = [each for each in named if each.required]
    later = [each for each in named if not each.required]
    signature = [f"{python_name(each)}: {parameter_type(each, source)}" for each in (*path, *first)]
    if body is not None:
        signature.append(f"body: {shape_type(body.shape, source)} | Mapping[str, Any]")
        source.need("collections.abc", "Mapping")
        source.need("typing", "Any")
    if raw:
        signature.append("content: bytes")
    if later or raw:
        signature.append("*")
    signature += [
        f"{python_name(each)}: {parameter_type(each, source)} | None = None" for each in later
    ]
    if raw:
        signature.append("content_type: str | None = None")
    form, returned, answers = _answers(call, source)
    given = [f'"{call.method}"', _path(call, path, source), f"Form.{form}", answers]
    given += _given("query", named, ParameterPlace.QUERY)
    given += _given("headers", named, ParameterPlace.HEADER)
    if body is not None:
        source.need("gristmill.client.asks", "JsonBody")
        given.append("body=JsonBody(body)")
    if raw:
        source.need("gristmill.client.asks", "RawBody")
        given.append("body=RawBody(content, content_type)")
    described = _described(call, (*path, *first), body, later)
    return (
        f"def {call.name}({', '.join(signature)}) -> Ask[{returned}]:\n"
        f"{described}    return Ask({', '.join(given)})\n"
    )


def _asked(call: Call) -> list[AnyParameter]:
    return [each for each in call.parameters if each.name not in _LEFT_OUT]


def _path(call: Call, parameters: list[AnyParameter], source: Source) -> str:
    if not parameters:
        return f'"{call.path}"'
    source.need("gristmill.client.asks", "part")
    filled = {each.name: f"{{part('{each.name}', {each.name})}}" for each in parameters}
    return f'f"{call.path.format_map(filled)}"'


def _answers(call: Call, source: Source) -> tuple[str, str, str]:
    """The form, the type of what is returned, and the shapes by status."""
    found: Mapping[int, list[Answer]] = {
        status: [each for each in call.answers if each.status == status]
        for status in dict.fromkeys(each.status for each in call.answers if each.status != 304)
    }
    answered = [each for some in found.values() for each in some if each.shape is not None]
    media = list(dict.fromkeys(each.media_type for each in answered))
    if media in ([], [JSON]):
        form = "JSON"
    elif media[0] in _FORMS:
        # What is answered in lines unless another form is asked for: `..._bytes` takes any.
        form = _FORMS[media[0]]
    else:
        form = "BYTES" if any(each.shape is bytes for each in call.answers) else "TEXT"
    fixed = {"TEXT": "str", "BYTES": "bytes"}.get(form)
    shapes = {
        status: "None" if some[0].shape is None else fixed or shape_type(some[0].shape, source)
        for status, some in found.items()
    }
    returned = [
        shape for shape in dict.fromkeys(shapes.values()) if form != "EVENTS" or shape != "None"
    ]
    answers = ", ".join(f"{status}: {shape}" for status, shape in shapes.items())
    return form, " | ".join(returned), f"{{{answers}}}"


def _given(name: str, parameters: list[AnyParameter], place: ParameterPlace) -> list[str]:
    said = [f'"{p.name}": {python_name(p)}' for p in parameters if p.place is place]
    return [f"{name}={{{', '.join(said)}}}"] if said else []


def _described(
    call: Call, first: tuple[AnyParameter, ...], body: Body | None, later: list[AnyParameter]
) -> str:
    lines = [f"`{python_name(each)}`: {each.meaning}" for each in first]
    lines += [f"`body`: {body.meaning}"] if body is not None else []
    lines += [f"`{python_name(each)}`: {each.meaning}" for each in later]
    wrapped = textwrap.wrap(call.meaning, _WIDTH, break_on_hyphens=False)
    for line in lines:
        wrapped += ["", *textwrap.wrap(line, _WIDTH, break_on_hyphens=False)]
    text = "\n".join(f"    {line}" if line else "" for line in wrapped).lstrip()
    end = "\n    " if len(wrapped) > 1 else ""
    return f'    """{text}{end}"""\n'


def _fields() -> str:
    """What a task says beside its sources, as a call that uploads takes it."""
    source = Source()
    hints = UploadFields.__annotations__
    lines = [f"    {name}: {shape_type(kind, source, wide=True)}" for name, kind in hints.items()]
    return (
        f'"""{_MADE}"""\n\n{source.imports("typing", "TypedDict")}\n\n\n'
        'class TaskFields(TypedDict, total=False):\n    """As in IngestionTask."""\n\n'
        + "\n".join(lines)
        + "\n"
    )


def _methods(homes: Mapping[str, ModuleType], name: str, way: str) -> str:
    lines = list(_method_lines(homes, way))
    stems = sorted({line.partition("(")[2].partition(".")[0] for line in lines})
    used = sorted({line.partition("= ")[2].partition("(")[0] for line in lines})
    room = "gristmill.client.awaited_faces" if way else "gristmill.client.faces"
    return (
        f'"""{_MADE}"""\n\nfrom gristmill.client.calls import ({", ".join(stems)})\n'
        f"from {room} import ({', '.join(used)})\n\n\n"
        f'class {name}:\n    """Every call of a service that is answered once, or in lines."""\n\n'
        + "\n".join(lines)
        + "\n"
    )


def _method_lines(homes: Mapping[str, ModuleType], way: str) -> Iterator[str]:
    for call in CALLS:
        form = _answers(call, Source())[0]
        made = f"{_stem(homes[call.name])}.{call.name}"
        if call in (submission_table.SUBMIT, submission_table.SUBMIT_MANY) or form == "EVENTS":
            continue  # What takes more than a request is written by hand.
        yield f"    {call.name} = {way}{'Lines' if form == 'LINES' else 'Answer'}({made})"
        if form == "LINES":
            yield f"    {call.name}_bytes = {way}Pieces({made})"
        if {"after", "limit"} <= {each.name for each in call.parameters}:
            yield f"    iter_{call.name} = {way}Each({made})"


def main(arguments: list[str]) -> int:
    """Write the modules into a folder. Returns an exit code."""
    for name, text in modules().items():
        (Path(arguments[0]) / name).write_text(text, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
