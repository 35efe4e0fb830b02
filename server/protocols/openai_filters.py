"""OpenAI's filters on attributes in our language of filters, and attributes as they find them.

A key that is one of our fields (`media_type`, `pages`) is that field, any other one is the name of
metadata, with dots on the way into it.
"""

import json
from collections.abc import Mapping
from typing import Any

from gristmill.schemas.drop_in.openai import Attributes
from gristmill.schemas.filters import Filter, parsed
from gristmill.schemas.filters.parsing import MOST_DEPTH
from gristmill.schemas.filters.tree import FIELDS
from gristmill.schemas.flattening import flattened
from gristmill.schemas.outcomes.documents import Document
from gristmill.schemas.problems.errors import InvalidFilter

_COMPARE = {"eq": "=", "ne": "!=", "gt": ">", "gte": ">=", "lt": "<", "lte": "<="}
_AMONG = {"in": "in", "nin": "not in"}
_OF_SEVERAL = ("and", "or")
_TYPES = ", ".join([*_COMPARE, *_AMONG, *_OF_SEVERAL])
_PARAM = "filters"
_METADATA, _OF_JOB = "metadata", "job"


def filter_of(filters: Mapping[str, Any]) -> Filter:
    """The condition on documents that such a filter is. Raises InvalidFilter."""
    said = _said(filters, _PARAM, MOST_DEPTH)
    try:
        return parsed(said)
    except InvalidFilter as error:
        raise InvalidFilter(
            f"filters, read as {said[:200]}: {error.message}", param=_PARAM
        ) from None


def _said(given: Any, place: str, depth: int) -> str:
    if not isinstance(given, Mapping):
        raise _refused(place, "must be an object with a `type`")
    if depth == 0:
        raise _refused(_PARAM, f"are nested over {MOST_DEPTH} deep")
    kind = str(given.get("type"))
    if kind in _OF_SEVERAL:
        _expect_members(given, place, ("filters",))
        parts = given["filters"]
        if not isinstance(parts, list) or not parts:
            raise _refused(f"{place}.filters", "must be a list with a filter in it")
        inner = (_said(part, f"{place}.filters[{n}]", depth - 1) for n, part in enumerate(parts))
        return f"({f' {kind} '.join(inner)})"
    if kind not in _COMPARE and kind not in _AMONG:
        raise _refused(f"{place}.type", f"must be one of {_TYPES}, not {kind[:40]!r}")
    _expect_members(given, place, ("key", "value"))
    field, value = _field(given["key"], f"{place}.key"), given["value"]
    if kind in _COMPARE:
        return f"{field} {_COMPARE[kind]} {_value(value, f'{place}.value')}"
    if not isinstance(value, list) or not value:
        raise _refused(f"{place}.value", f"must be a list with a value in it for {kind!r}")
    return f"{field} {_AMONG[kind]} ({', '.join(_value(v, f'{place}.value') for v in value)})"


def _expect_members(given: Mapping[str, Any], place: str, names: tuple[str, ...]) -> None:
    if set(given) != {"type", *names}:
        raise _refused(place, f"must have the members type, {', '.join(names)} and no others")


def _field(key: Any, place: str) -> str:
    if not isinstance(key, str) or not key:
        raise _refused(place, "must be the name of an attribute")
    if key in FIELDS:
        return key
    return ".".join([_METADATA, *map(_quoted, key.removeprefix(f"{_METADATA}.").split("."))])


def _value(value: Any, place: str) -> str:
    if isinstance(value, str):
        return _quoted(value)
    if isinstance(value, int | float):  # truth values are of these
        return json.dumps(value)
    raise _refused(place, "must be a text, a number, true or false")


def _quoted(text: str) -> str:
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def _refused(place: str, what: str) -> InvalidFilter:
    return InvalidFilter(f"{place} {what}", param=_PARAM)


def attributes_of(document: Document) -> Attributes:
    """What is known of a document: what its job has said, what it says itself, then our fields.
    Lists are one text, with commas in it."""
    own = {name: value for name, value in document.metadata.items() if name != _OF_JOB}
    job = document.metadata.get(_OF_JOB)
    fields = {
        "title": document.title,
        "media_type": document.media_type,
        "pages": document.pages,
        "chunks": document.chunks,
        "sha256": document.sha256,
        "uri": document.uri,
    }
    said = {**(flattened(job) if isinstance(job, Mapping) else {}), **flattened(own)}
    return {**{_key(name): value for name, value in said.items()}, **flattened(fields)}


def _key(name: str) -> str:
    """The key of what metadata say under a name, which a field of ours may have as well."""
    field = FIELDS.get(name)
    return name if field is None or field.path else f"{_METADATA}.{name}"
