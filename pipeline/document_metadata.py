"""What a document says of itself, made fit to be kept: JSON-able, free of controls, bounded."""

import re
from collections.abc import Mapping
from typing import Any

import msgspec

MAX_BYTES = 64 * 1024
"""Of all metadata as JSON. Where there is more, the largest values are left out."""

STRING_CHARS = 2_000
_ITEMS = 1_000
_DEPTH = 4
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_INTEGERS = range(-(2**63), 2**63)


def kept(said: Mapping[str, Any]) -> dict[str, Any]:
    """`said` within the bounds: strings and lists are cut, odd values become strings."""
    found = _mapping(said, _DEPTH)
    sizes = {key: len(msgspec.json.encode({key: value})) for key, value in found.items()}
    total = sum(sizes.values())
    for key in sorted(sizes, key=lambda key: sizes[key], reverse=True):
        if total <= MAX_BYTES:
            break
        total -= sizes[key]
        del found[key]
    return found


def _mapping(said: Mapping[Any, Any], depth: int) -> dict[str, Any]:
    pairs = list(said.items())[:_ITEMS]
    return {_string(str(key)): _value(value, depth - 1) for key, value in pairs}


def _value(value: Any, depth: int) -> Any:
    if value is None or isinstance(value, bool | float):
        return value
    if isinstance(value, int):
        return value if value in _INTEGERS else None  # no reader of JSON would get it back
    if depth > 0 and isinstance(value, Mapping):
        return _mapping(value, depth)
    if depth > 0 and isinstance(value, list | tuple):
        return [_value(each, depth - 1) for each in value[:_ITEMS]]
    return _string(value if isinstance(value, str) else repr(value))


def _string(text: str) -> str:
    return _NO_TEXT.sub("", text[:STRING_CHARS])
