"""A filter as a tree. Each node is true or false of a document, never unknown: what has no value
for a field passes no test on it, and so passes its negation."""

from collections.abc import Mapping
from enum import StrEnum
from typing import NamedTuple


class Kind(StrEnum):
    """What the values of a field are. ANY: what each document has there says it, and a list there
    has several. LANGUAGE: a tag such as `en-US`, which is also `en`."""

    TEXT = "text"
    NUMBER = "number"
    DATE = "date"
    LANGUAGE = "language"
    ANY = "any"


class Operator(StrEnum):
    """How a field is compared. LIKE: with `*` for any text and `?` for one character."""

    EQUAL = "="
    LESS = "<"
    AT_MOST = "<="
    MORE = ">"
    AT_LEAST = ">="
    LIKE = "~"


class Field(NamedTuple):
    """A field of documents or jobs; `path` is the way to it in their metadata, where it is
    there."""

    name: str
    kind: Kind
    path: tuple[str, ...] = ()


class Period(NamedTuple):
    """What a date stands for, in microseconds since the epoch: `first <= moment < end`."""

    first: int
    end: int


class Value(NamedTuple):
    """What a field is compared with, and what that may be taken for beside its `text`."""

    text: str
    number: int | float | None = None
    period: Period | None = None
    truth: bool | None = None


class Comparison(NamedTuple):
    """Whether a field compares so with any of the values."""

    field: Field
    operator: Operator
    values: tuple[Value, ...]


class Exists(NamedTuple):
    """Whether a document has a value for a field."""

    field: Field


class Not(NamedTuple):
    of: "Filter"


class And(NamedTuple):
    of: "tuple[Filter, ...]"


class Or(NamedTuple):
    of: "tuple[Filter, ...]"


Filter = Comparison | Exists | Not | And | Or

_SAID = "metadata"
FIELDS = {
    field.name: field
    for field in (
        Field("collection", Kind.TEXT),
        Field("document_id", Kind.TEXT),
        Field("uri", Kind.TEXT),
        Field("title", Kind.TEXT),
        Field("media_type", Kind.TEXT),
        Field("sha256", Kind.TEXT),
        Field("job_id", Kind.TEXT),
        Field("ingested_at", Kind.DATE),
        Field("bytes", Kind.NUMBER),
        Field("pages", Kind.NUMBER),
        Field("chunks", Kind.NUMBER),
        Field("language", Kind.LANGUAGE, ("language",)),
        Field("created", Kind.DATE, ("created",)),
        Field("modified", Kind.DATE, ("modified",)),
    )
}
"""All but `metadata.NAME`."""
JOB_FIELDS = {
    field.name: field
    for field in (
        Field("state", Kind.TEXT),
        Field("collection", Kind.TEXT),
        Field("job_id", Kind.TEXT),
        Field("key", Kind.TEXT),
        Field("name", Kind.TEXT),
        Field("code", Kind.TEXT),
        Field("submitted_at", Kind.DATE),
        Field("started_at", Kind.DATE),
        Field("finished_at", Kind.DATE),
        Field("priority", Kind.NUMBER),
        Field("sources", Kind.NUMBER),
        Field("documents", Kind.NUMBER),
        Field("failed", Kind.NUMBER),
        Field("warnings", Kind.NUMBER),
    )
}
"""The same of jobs. `key` is the name of an API key, `code` that of a job's error."""


def field_at(names: tuple[str, ...], known: Mapping[str, Field] = FIELDS) -> Field | None:
    """The field that is named, part by part; None where there is none of that name."""
    if len(names) == 1:
        return known.get(names[0])
    if names[0] == _SAID:
        return Field(".".join(names), Kind.ANY, names[1:])
    return None


def named_collections(tree: "Filter") -> tuple[str, ...]:
    """The collections that a filter asks for by name; not those that it leaves out."""
    match tree:
        case And(parts) | Or(parts):
            return tuple(name for part in parts for name in named_collections(part))
        case Comparison(field, Operator.EQUAL, values) if field == FIELDS["collection"]:
            return tuple(value.text for value in values)
        case _:
            return ()
