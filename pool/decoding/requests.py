"""The JSON of a submission, a body or a line, decoded and checked once."""

from typing import TypeVar

import msgspec

from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.nesting import check_depth, too_deep
from gristmill.schemas.jobs.request import IngestionTask, KeyedTask
from gristmill.schemas.problems.errors import InvalidRequest, TooManySources

_LARGE = 1024 * 1024
_BLANKS = 4
"""Metadata may be written this much longer than it is stored."""


class _Free(msgspec.Struct):
    """What of a request may hold any number of values, not decoded."""

    metadata: msgspec.Raw = msgspec.Raw(b"")
    options: msgspec.Raw = msgspec.Raw(b"")


_Task = TypeVar("_Task", bound=IngestionTask)
_task = msgspec.json.Decoder(IngestionTask)
_line = msgspec.json.Decoder(KeyedTask)
_free = msgspec.json.Decoder(_Free)


def decode_task(body: bytes, settings: Settings) -> IngestionTask:
    """The task in a JSON body. Raises InvalidRequest, whose message says what is wrong where, and
    TooManySources."""
    if not body:
        raise InvalidRequest("the body is empty; send a JSON object with `sources`")
    return _decoded(_task, body, settings)


def decode_line(line: bytes, settings: Settings) -> KeyedTask:
    """The task in a line of a batch. Raises InvalidRequest, TooManySources."""
    return _decoded(_line, line, settings)


def _decoded(decoder: msgspec.json.Decoder[_Task], data: bytes, settings: Settings) -> _Task:
    max_depth = settings.max_json_depth
    try:
        if len(data) > _LARGE:
            _check_amount(data, settings)
        task = decoder.decode(data)
    except msgspec.ValidationError as error:
        raise InvalidRequest(f"the request is not valid: {error}") from None
    except msgspec.DecodeError as error:
        raise InvalidRequest(f"the body is not valid JSON: {error}") from None
    except UnicodeDecodeError:
        raise InvalidRequest("the body is not valid UTF-8") from None
    except RecursionError:
        raise too_deep(max_depth) from None
    # Only metadata may nest freely: the request itself is one level.
    if task.metadata:
        check_depth(task.metadata, max_depth - 1, max_depth)
    return task


def _check_amount(data: bytes, settings: Settings) -> None:
    """A value takes thirty times the room of its JSON: a large body is refused before it is
    decoded where it holds more of them than a task may have."""
    free = _free.decode(data)
    most = settings.max_metadata_bytes
    for name in ("metadata", "options"):
        size = len(memoryview(getattr(free, name)))
        if size > most * _BLANKS:
            raise InvalidRequest(f"{name} has {size} bytes, the limit is {most}")
    # Each source has this key; in a text, its quotes are escaped.
    sources = data.count(b'"type"')
    if sources > settings.max_sources + most:
        raise TooManySources(
            f"the request has about {sources} sources, the limit is {settings.max_sources}"
        )
