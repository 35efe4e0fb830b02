"""What uploads may say beside their bytes: the fields of a task, without its sources."""

from collections.abc import Mapping
from typing import Annotated, Any

import msgspec
from msgspec import Meta

from gristmill.schemas.errors import InvalidRequest
from gristmill.schemas.options import Options
from gristmill.schemas.request import Collection
from gristmill.server.messages.requests import check_depth

QUERY_FIELDS = ("collection", "priority", "timeout_s")
_JSON_FIELDS: dict[str, Any] = {"metadata": dict[str, Any], "options": Options}
FORM_FIELDS = (*QUERY_FIELDS, *_JSON_FIELDS)


class UploadFields(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """As in IngestionTask."""

    collection: Collection = "default"
    priority: Annotated[int, Meta(ge=-100, le=100)] = 0
    metadata: dict[str, Any] = {}
    options: Options = Options()
    timeout_s: Annotated[float, Meta(gt=0, le=86_400)] | None = None


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
