"""Text and numbers that SQLite and JSON can hold.

Names of files and escapes in broken JSON bring lone surrogates, which have no UTF-8. One of them
must not fail a whole batch of documents.
"""

import json
from typing import Any

import msgspec

_MOST = (1 << 63) - 1
_encode = msgspec.json.Encoder().encode


def storable(text: str) -> str:
    """`text` with each lone surrogate spelled out (`\\udcff`), so that names stay distinct."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="backslashreplace").decode()
    return text


def storable_or_none(text: str | None) -> str | None:
    return None if text is None else storable(text)


def same_length(text: str) -> str:
    """`text` with `?` for each lone surrogate: offsets into it stay right."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode(errors="replace").decode()
    return text


def storable_size(size: int | None) -> int | None:
    """A number of bytes; None for one that nothing can have: archives may say anything."""
    return size if size is not None and 0 <= size <= _MOST else None


def json_text(value: Any) -> str:
    """`value` as JSON."""
    try:
        return _encode(value).decode()
    except UnicodeEncodeError:
        return json.dumps(value, ensure_ascii=False).encode(errors="replace").decode()
