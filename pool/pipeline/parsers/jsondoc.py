"""JSON and NDJSON as readable `path: value` lines."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec

from gristmill.pool.pipeline.decoding import decode
from gristmill.pool.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

media_types = ("application/json", "application/x-ndjson")
version = "1"

_KEY_CHARS = 100
_MAX_LISTED = 100
_TITLE_KEYS = ("title", "name", "headline")


def parse(blob: Blob, limits: Limits) -> Parsed:
    """A block for each record of a list or of NDJSON and each branch of an object.

    Raises DocumentError `parse_error` for broken JSON or nesting over `limits.max_json_depth`,
    `too_large` when the lines grow over `limits.max_text_chars`. NDJSON keeps the good lines
    and lists the numbers of the broken ones, unless most are broken.
    """
    text, encoding = decode(blob.data)
    metadata: dict[str, Any] = {"encoding": encoding}
    try:
        value = _loaded(text)
    except DocumentError:
        records = _records(text, metadata)
        if records is None:
            raise
        return Parsed(tuple(_blocks(records, limits, numbered=False)), None, metadata)
    return Parsed(tuple(_blocks(value, limits)), _title(value), metadata)


def _loaded(text: str) -> Any:
    """Raises DocumentError that says where the JSON is broken."""
    try:
        return msgspec.json.decode(text)
    except RecursionError:
        raise _too_deep() from None
    except (msgspec.DecodeError, UnicodeError):
        pass
    try:
        return json.loads(text)  # it takes NaN, and its errors name line and column
    except RecursionError:
        raise _too_deep() from None
    except ValueError as error:
        raise DocumentError(DocumentCode.PARSE_ERROR, f"broken JSON: {error}"[:300]) from None


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


def _blocks(value: Any, limits: Limits, *, numbered: bool = True) -> Iterator[Block]:
    room = limits.max_text_chars
    for lines in _groups(value, limits.max_json_depth, numbered):
        text = "\n".join(_within(lines, room))
        room -= len(text)
        yield Block(BlockKind.LIST, text)


def _within(lines: Iterator[str], room: int) -> Iterator[str]:
    """A long path repeated on every line can make the text far larger than the JSON."""
    for line in lines:
        room -= len(line)
        if room < 0:
            raise DocumentError(DocumentCode.TOO_LARGE, "the JSON's text is too long as lines")
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
    """`path: value` for every leaf, in order, without recursion."""
    stack: list[tuple[str, Any, int]] = [(path, value, depth)]
    while stack:
        path, value, depth = stack.pop()
        if not isinstance(value, dict | list):
            yield f"{path}: {_shown(value)}" if path else _shown(value)
            continue
        if depth < 1:
            raise _too_deep()
        if isinstance(value, dict):
            dot = "." if path else ""
            inner = [(f"{path}{dot}{str(key)[:_KEY_CHARS]}", each) for key, each in value.items()]
        else:
            inner = [(f"{path}[{index}]", each) for index, each in enumerate(value)]
        stack.extend((name, each, depth - 1) for name, each in reversed(inner))


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if type(value) is int else json.dumps(value)


def _too_deep() -> DocumentError:
    return DocumentError(DocumentCode.PARSE_ERROR, "the JSON is nested too deeply")
