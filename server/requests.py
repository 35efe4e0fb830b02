"""The JSON of a submission, a body or a line, decoded and checked once."""

from typing import Any, TypeVar

import msgspec

from gristmill.schemas.errors import InvalidRequest
from gristmill.schemas.request import IngestionTask, KeyedTask

_Task = TypeVar("_Task", bound=IngestionTask)
_task = msgspec.json.Decoder(IngestionTask)
_line = msgspec.json.Decoder(KeyedTask)


def decode_task(body: bytes, max_depth: int) -> IngestionTask:
    """The task in a JSON body. Raises InvalidRequest, whose message says what is wrong where."""
    if not body:
        raise InvalidRequest("the body is empty; send a JSON object with `sources`")
    return _decoded(_task, body, max_depth)


def decode_line(line: bytes, max_depth: int) -> KeyedTask:
    """The task in a line of a batch. Raises InvalidRequest."""
    return _decoded(_line, line, max_depth)


def _decoded(decoder: msgspec.json.Decoder[_Task], data: bytes, max_depth: int) -> _Task:
    try:
        task = decoder.decode(data)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"the request is not valid: {error}") from None
    except msgspec.DecodeError as error:
        raise InvalidRequest(f"the body is not valid JSON: {error}") from None
    except UnicodeDecodeError:
        raise InvalidRequest("the body is not valid UTF-8") from None
    except RecursionError:
        raise _too_deep(max_depth) from None
    # Only metadata may nest freely: the request itself is one level.
    if task.metadata:
        check_depth(task.metadata, max_depth - 1, max_depth)
    return task


def check_depth(value: Any, allowed: int, max_depth: int) -> None:
    """Raises InvalidRequest where `value` nests more than `allowed` containers."""
    level = [value]
    for _ in range(allowed + 1):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            return
    raise _too_deep(max_depth)


def _inside(value: Any) -> list[Any]:
    """What a container holds; nothing for a plain value."""
    if isinstance(value, dict):
        return list(value.values()) or [None]
    if isinstance(value, list):
        return value or [None]
    return []


def _too_deep(max_depth: int) -> InvalidRequest:
    return InvalidRequest(
        f"the JSON of the request nests deeper than {max_depth} levels (max_json_depth)"
    )
