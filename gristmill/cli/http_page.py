"""Writes docs/http.md: `python -m gristmill.cli.http_page > docs/http.md`."""

import sys
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Any

import msgspec

from gristmill.schemas.problems.errors import GristmillError
from gristmill.server.calls.tables.call import Answer, Body, Call
from gristmill.server.calls.tables.table import CALLS
from gristmill.server.messages.parameters import AnyParameter
from gristmill.server.problems import MEDIA_TYPE, PROTOCOL_CODES, status_of_class
from gristmill.server.protocols.tables.catalogue import PROTOCOL_CALLS

_HEAD = f"""\
# HTTP calls

This page is made from the table of calls (`server/calls/tables/table.py`) by
`python -m gristmill.cli.http_page > docs/http.md`; a test fails when it is stale.

- Bodies are JSON in UTF-8 unless said otherwise, times ISO 8601 in UTC. The names behind an answer
  are its members; one that is unknown or does not apply is null. Members may be added, never
  renamed.
- A problem is `{MEDIA_TYPE}` (RFC 9457): `type`, `title`, `status`, `code`, `detail`, and what else
  belongs to it, such as `job_id`. The codes below are stable. A 429 and a 503 have `Retry-After`.
- Each answer has an `X-Request-ID`, a problem its `request_id`: the one that was sent (up to 128
  letters, digits and `._~:/+=@-`), or one that was made. A job keeps it, and the
  `traceparent` (W3C) that came with it.
- A query parameter that a call does not have, or one that is given twice, is refused.
- `GET` may be asked as `HEAD`. What HTTP itself refuses has these codes:
  {{protocol}}.
- A call *names a collection* by that word of the query, by its body, by its job or its document.
"""


def page() -> str:
    """The whole page, as Markdown."""
    protocol = ", ".join(f"{status} `{code}`" for status, code in PROTOCOL_CODES.items())
    parts = [_HEAD.replace("{protocol}", protocol)]
    parts += [_section(call) for call in CALLS]
    for protocol, calls in PROTOCOL_CALLS.items():
        parts += [_section(call, protocol) for call in calls]
    return "\n".join(parts)


def _section(call: Call, protocol: str = "") -> str:
    rows = [
        ("call", f"`{call.line}`"),
        *(("parameter", _parameter(each)) for each in call.parameters),
        *(("body", _body(each)) for each in call.bodies),
        *(("answer", _answer(each)) for each in call.answers),
        *(("problem", text) for text in _problems(call.errors)),
        *(("problem of a line", text) for text in _problems(call.line_errors)),
        ("needs", f"scope `{call.scope}`; names a collection: {call.names}; cost `{call.cost}`"),
    ]
    if protocol:
        rows.append(("only with", f"`--protocol {protocol}` (docs/drop-in.md)"))
    lines = ["| | |", "| --- | --- |", *(f"| {what} | {text} |" for what, text in rows)]
    return f"## {call.name}\n\n{call.meaning}\n\n" + "\n".join(lines) + "\n"


def _parameter(each: AnyParameter) -> str:
    default = each.kind.default
    notes = [str(each.place), each.kind.takes]
    if each.required:
        notes.append("required")
    elif default is not None:
        notes.append(f"default `{default}`")
    return f"`{each.name}` ({'; '.join(notes)}): {each.meaning}"


def _body(body: Body) -> str:
    kinds = ", ".join(f"`{each}`" for each in body.media_types)
    text = f"{kinds}: {body.meaning}" + _members(body.shape)
    if body.parameters:
        text += "<br>" + "<br>".join(_parameter(each) for each in body.parameters)
    return text


def _answer(answer: Answer) -> str:
    if answer.shape is None:
        return f"{answer.status}, no body: {answer.when}"
    return f"{answer.status} `{answer.media_type}`: {answer.when}" + _members(answer.shape)


def _members(shape: Any) -> str:
    """What an object has; of a list, what each of its items has."""
    fields = getattr(getattr(shape, "__origin__", shape), "__struct_fields__", ())
    text = f"<br>{_names(fields)}" if fields else ""
    if "items" in fields and (items := _items(shape)):
        text += f"<br>each of `items`: {_names(items.__struct_fields__)}"
    return text


def _items(shape: Any) -> Any:
    fields = getattr(msgspec.inspect.type_info(shape), "fields", ())
    listed = next(each.type for each in fields if each.name == "items")
    return getattr(listed.item_type, "cls", None)


def _names(fields: Sequence[str]) -> str:
    return ", ".join(f"`{each}`" for each in fields)


def _problems(kinds: Iterable[type[GristmillError]]) -> list[str]:
    """A line for each status, with its codes."""
    codes: dict[int, list[str]] = defaultdict(list)
    for kind in kinds:
        codes[status_of_class(kind)].append(f"`{kind.code}`")
    return [f"{status}: {', '.join(codes[status])}" for status in sorted(codes)]


if __name__ == "__main__":
    sys.stdout.write(page())
