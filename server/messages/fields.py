"""What uploads may say beside their bytes: the fields of a task, without its sources."""

from collections.abc import Mapping
from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin

import msgspec
from msgspec import Meta

from gristmill.schemas.jobs.nesting import check_depth
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.jobs.request import Collection, Priority, Timeout
from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.schemas.webhooks import MAX_URL_CHARS
from gristmill.server.messages.kinds import Text
from gristmill.server.messages.parameters import Parameter


class UploadFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As in IngestionTask."""

    collection: Collection = "default"
    priority: Priority = 0
    metadata: dict[str, Any] = {}
    options: GivenOptions = GivenOptions()
    timeout_s: Timeout | None = None
    webhook: Annotated[str, Meta(min_length=1, max_length=MAX_URL_CHARS)] | None = None


_INFO = {field.name: field for field in msgspec.structs.fields(UploadFields)}


class _Field:
    """The kind of a field in a query: checked together with the others, by `fields_of`."""

    def __init__(self, name: str) -> None:
        self.schema, self.default = _said(_INFO[name].type), _INFO[name].default
        self.takes = _taken(msgspec.inspect.type_info(self.schema))

    def read(self, name: str, given: str | None) -> str | None:
        return given


def _said(kind: Any) -> Any:
    """A type without None: a query says nothing by having no such parameter."""
    kinds = get_args(kind) if get_origin(kind) in (Union, UnionType) else (kind,)
    return next(each for each in kinds if each is not type(None))


def _taken(kind: msgspec.inspect.Type) -> str:
    """The bounds of a type, for people."""
    match kind:
        case msgspec.inspect.UnionType(types):
            return _taken(types[0])
        case msgspec.inspect.StrType(min_length=least, max_length=most):
            return f"{least} to {most} characters"
        case msgspec.inspect.IntType(ge=least, le=most):
            return f"a whole number, {least} to {most}"
        case msgspec.inspect.FloatType(gt=above, le=most):
            return f"a number above {above:g}, up to {most:g}"
    raise TypeError(f"no words for the bounds of {kind}")


COLLECTION = Parameter(
    "collection", _Field("collection"), "Where the documents go.", example="reports"
)
PRIORITY = Parameter("priority", _Field("priority"), "Higher runs sooner.")
TIMEOUT = Parameter(
    "timeout_s",
    _Field("timeout_s"),
    "How many seconds one document may take; else as the service is set.",
    example="60",
)
WEBHOOK = Parameter(
    "webhook",
    _Field("webhook"),
    "A URL that is told when the job has ended.",
    example="https://example.com/ingested",
)
QUERY_FIELDS = (COLLECTION, PRIORITY, TIMEOUT, WEBHOOK)
NAME = Parameter("name", Text(), "The file name of the document.", example="report.txt")
_JSON_FIELDS: dict[str, Any] = {"metadata": dict[str, Any], "options": GivenOptions}
FORM_FIELDS = (*(each.name for each in QUERY_FIELDS), *_JSON_FIELDS)


def query_fields_of(params: Mapping[str, Any]) -> dict[str, str]:
    """The fields that a query has."""
    names = (each.name for each in QUERY_FIELDS)
    return {name: str(params[name]) for name in names if name in params}


def fields_of(raw: Mapping[str, str | bytes], max_depth: int) -> UploadFields:
    """The fields in the texts of a query or a form; `metadata` and `options` are JSON.

    Raises InvalidRequest, whose message names the field.
    """
    values = {name: _value(name, given, max_depth) for name, given in raw.items()}
    try:
        return msgspec.convert(values, UploadFields, strict=False)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"the request is not valid: {error}") from None


def _value(name: str, given: str | bytes, max_depth: int) -> Any:
    if name in _JSON_FIELDS:
        return _json(name, given, max_depth)
    try:
        return given.decode() if isinstance(given, bytes) else given
    except UnicodeDecodeError:
        raise InvalidRequest(f"the field {name!r} is not valid UTF-8") from None


def _json(name: str, given: str | bytes, max_depth: int) -> Any:
    try:
        value = msgspec.json.decode(given, type=_JSON_FIELDS[name])
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise InvalidRequest(f"the field {name!r} is not valid: {error}") from None
    except RecursionError:
        raise InvalidRequest(f"the field {name!r} nests too deep (max_json_depth)") from None
    if name == "metadata":
        check_depth(value, max_depth - 1, max_depth)
    return value
