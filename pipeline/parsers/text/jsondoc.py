"""JSON and NDJSON as readable `path: value` lines."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from gristmill.pipeline.decoding import decode
from gristmill.pipeline.parsers.text_room import TextRoom
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

media_types = ("application/json", "application/x-ndjson")
version = "1"

_KEY_CHARS = 100
_MAX_LISTED = 100
_MOST_DIGITS = 4_300  # of what Python makes a number of
_TITLE_KEYS = ("title", "name", "headline")


def parse(blob: Blob, limits: Limits) -> Parsed:
    """A block for each record of a list or of NDJSON and each branch of an object.

    Raises DocumentError `parse_error` for broken JSON or nesting over `limits.max_json_depth`,
    `too_large` when the lines grow over the room of `TextRoom`. NDJSON keeps the good lines
    and lists the numbers of the broken ones, unless most are broken.
    """
    text, encoding = decode(blob.data)
    metadata: dict[str, Any] = {"encoding": encoding}
    room = TextRoom(limits, len(blob.data), "the JSON")
    depth = limits.max_json_depth
    try:
        value = _loaded(text)
    except DocumentError:
        records = _records(text, metadata)
        if records is None:
            raise
        return Parsed(tuple(_blocks(records, depth, room, numbered=False)), None, metadata)
    return Parsed(tuple(_blocks(value, depth, room)), _title(value), metadata)


def _loaded(text: str) -> Any:
    """Raises DocumentError that says where the JSON is broken."""
    try:
        return msgspec.json.decode(text)
    except RecursionError:
        raise _too_deep() from None
    except (msgspec.DecodeError, UnicodeError):
        pass
    try:
        # It takes NaN, and its errors name line and column.
        return json.loads(text, parse_int=_number)
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise DocumentError(DocumentCode.PARSE_ERROR, f"broken JSON: {error}"[:300]) from None


def _number(digits: str) -> int | str:
    return int(digits) if len(digits) <= _MOST_DIGITS else digits


def _records(text: str, metadata: dict[str, Any]) -> list[Any] | None:
    """The records of NDJSON, or None where the text is a single broken JSON document."""
    records: list[Any] = []
    broken: list[int] = []
    for number, line in enumerate(text.split("\n"), 1):
        if not line.strip():
            continue
        try:
            records.append(_loaded(line))
        except DocumentError:
            broken.append(number)
            if len(broken) > len(records) + _MAX_LISTED:
                return None
    if len(records) < 2 or len(broken) > len(records):
        return None
    metadata["records"] = len(records)
    if broken:
        metadata["broken_lines"] = broken[:_MAX_LISTED]
    return records


def _title(value: Any) -> str | None:
    if isinstance(value, dict):
        for key in _TITLE_KEYS:
            if isinstance(value.get(key), str):
                return str(value[key])
    return None


def _blocks(value: Any, depth: int, room: TextRoom, *, numbered: bool = True) -> Iterator[Block]:
    for lines in _groups(value, depth, numbered):
        yield Block(BlockKind.LIST, "\n".join(_within(lines, room)))


def _within(lines: Iterator[str], room: TextRoom) -> Iterator[str]:
    """A long path repeated on every line can make the text far larger than the JSON."""
    for line in lines:
        room.take(line)
        yield line


def _groups(value: Any, depth: int, numbered: bool) -> Iterator[Iterator[str]]:
    if isinstance(value, list):
        for index, each in enumerate(value):
            yield _lines(f"[{index}]" if numbered else "", each, depth - 1)
    elif isinstance(value, dict):
        scalars = {key: each for key, each in value.items() if not isinstance(each, dict | list)}
        if scalars:
            yield _lines("", scalars, depth)
        for key, each in value.items():
            if isinstance(each, dict | list):
                yield _lines(str(key)[:_KEY_CHARS], each, depth - 1)
    else:
        yield _lines("", value, depth)


def _lines(path: str, value: Any, depth: int) -> Iterator[str]:
    """`path: value` for every leaf, in order, without recursion. Paths are made one at a time."""
    stack: list[Iterator[tuple[str, Any]]] = [iter(((path, value),))]
    while stack:
        for inner, each in stack[-1]:
            if isinstance(each, dict | list):
                if len(stack) > depth:
                    raise _too_deep()
                stack.append(_inner(inner, each))
                break
            yield f"{inner}: {_shown(each)}" if inner else _shown(each)
        else:
            stack.pop()


def _inner(path: str, value: dict[Any, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        dot = "." if path else ""
        return ((f"{path}{dot}{str(key)[:_KEY_CHARS]}", each) for key, each in value.items())
    return ((f"{path}[{index}]", each) for index, each in enumerate(value))


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if type(value) is int else json.dumps(value)


def _too_deep() -> DocumentError:
    return DocumentError(DocumentCode.PARSE_ERROR, "the JSON is nested too deeply")
