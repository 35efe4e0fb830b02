"""Nested values as texts, numbers and truth values with dotted names."""

from collections.abc import Iterator, Mapping
from typing import Any

import msgspec

_encode = msgspec.json.Encoder().encode
_PLAIN = (str, int, float, bool)


def flattened(values: Mapping[str, Any]) -> dict[str, Any]:
    """Members of objects are called `metadata.author`; lists of plain values are joined, others
    are JSON; what is not there is left out."""
    return dict(_flattened("", values))


def _flattened(name: str, value: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield from _flattened(f"{name}.{key}" if name else key, inner)
    elif isinstance(value, list | tuple):
        if value:
            plain = all(isinstance(each, _PLAIN) for each in value)
            yield name, ", ".join(map(str, value)) if plain else _encode(value).decode()
    elif value is not None:
        yield name, value
