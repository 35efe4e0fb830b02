"""JSON as an indented outline of `key: value` lines: each key is said once."""

import json
from collections.abc import Iterable, Iterator
from typing import Any

from gristmill.pipeline.decoding import read_text
from gristmill.pipeline.parsers.text.data.json_reading import json_values, too_deep
from gristmill.pipeline.parsers.text_room import TextRoom
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed

media_types = ("application/json", "application/x-ndjson")
version = "2"

_KEY_CHARS = 100
_ROW_CHARS = 200
_MOST_INDENTED = 8
_TITLE_KEYS = ("title", "name", "headline")


def parse(blob: Blob, limits: Limits) -> Parsed:
    """A block for each record of a list or of several values, and each branch of an object.

    Raises DocumentError `parse_error` for broken JSON or nesting over `limits.max_json_depth`,
    `too_large` when the lines grow over the room of `TextRoom`. NDJSON keeps the good lines
    and lists the numbers of the broken ones, unless most are broken.
    """
    text, encoding, warnings = read_text(blob.data)
    found = json_values(text)
    room = TextRoom(limits, len(blob.data), "the JSON")
    value: Any = found.values if found.several else found.values[0]
    metadata: dict[str, Any] = {"encoding": encoding}
    if found.several:
        metadata["records"] = len(found.values)
    if found.broken:
        metadata["broken_lines"] = list(found.broken)
    blocks = [Block(BlockKind.TEXT, found.comments)] if found.comments else []
    blocks += _blocks(value, limits.max_json_depth, room)
    return Parsed(blocks, _title(value), metadata, warnings=(*warnings, *found.warnings))


def _title(value: Any) -> str | None:
    if isinstance(value, dict):
        for key in _TITLE_KEYS:
            if isinstance(value.get(key), str):
                return str(value[key])
    return None


def _blocks(value: Any, depth: int, room: TextRoom) -> Iterator[Block]:
    for lines in _groups(value, depth):
        yield Block(BlockKind.LIST, "\n".join(_within(lines, room)))


def _within(lines: Iterable[str], room: TextRoom) -> Iterator[str]:
    """Indents of many short lines can make the text far larger than the JSON."""
    for line in lines:
        room.take(line)
        yield line


def _groups(value: Any, depth: int) -> Iterator[Iterable[str]]:
    if isinstance(value, list):
        scalars: list[str] = []
        for each in value:
            row = _row(each) if isinstance(each, list) else None
            if row is None and isinstance(each, dict | list):
                if scalars:
                    yield scalars
                    scalars = []
                yield _lines(each, depth - 1)
            else:
                scalars.append(_shown(each) if row is None else row)
        if scalars:
            yield scalars
    elif isinstance(value, dict):
        flat = {key: each for key, each in value.items() if not isinstance(each, dict | list)}
        if flat:
            yield _lines(flat, depth)
        for key, each in value.items():
            if isinstance(each, dict | list):
                yield _lines({key: each}, depth)
    else:
        yield [_shown(value)]


def _lines(value: Any, depth: int) -> Iterator[str]:
    """An outline of a value, without recursion. Of nested lists and objects only the outermost
    eight are told apart by their indents."""
    stack: list[Iterator[tuple[str, Any]]] = [_inner(value)]
    mark = ""  # a dash that waits for the first line of what it is in front of
    while stack:
        level = min(len(stack) - 1, _MOST_INDENTED)
        for label, each in stack[-1]:
            if isinstance(each, dict | list) and len(stack) >= depth:
                raise too_deep()
            indent = "  " * (level - len(mark) // 2) + mark
            row = _row(each) if isinstance(each, list) else None
            if isinstance(each, dict | list) and row is None:
                if label != "-":
                    yield f"{indent}{label}"
                    mark = ""
                else:
                    mark += "- " if level < _MOST_INDENTED else ""  # deeper ones are not shown
                stack.append(_inner(each))
                break
            said = _shown(each) if row is None else row
            yield f"{indent}{label} {said}".rstrip()
            mark = ""
        else:
            stack.pop()
            mark = ""


def _inner(value: dict[Any, Any] | list[Any]) -> Iterator[tuple[str, Any]]:
    if isinstance(value, dict):
        return ((f"{str(key)[:_KEY_CHARS]}:", each) for key, each in value.items())
    return (("-", each) for each in value)


def _row(values: list[Any]) -> str | None:
    """A short list of plain values on one line."""
    if len(values) > _ROW_CHARS or any(isinstance(each, dict | list) for each in values):
        return None
    shown = [_shown(each) for each in values]
    plain = sum(map(len, shown)) <= _ROW_CHARS and not any("\n" in each for each in shown)
    return ", ".join(shown) if plain else None


def _shown(value: Any) -> str:
    if isinstance(value, str):
        return value
    return str(value) if type(value) is int else json.dumps(value)
