"""The styles of a binary Word file ([MS-DOC], 2.9.271: STSH), as far as they say what a paragraph
is."""

import struct
from typing import NamedTuple

_HEADINGS = range(1, 10)  # the numbers of built-in styles (2.9.260: sti)
_CAPTION, _TITLE = 34, 62
_MAX_ANCESTORS = 20


class DocStyle(NamedTuple):
    """`outline` counts from 0 and is None for body text; `changes` are of a paragraph's
    properties."""

    outline: int | None = None
    is_title: bool = False
    is_caption: bool = False
    changes: bytes = b""


class _Own(NamedTuple):
    number: int
    base: int
    name: str
    changes: bytes


def read_styles(data: bytes) -> list[DocStyle]:
    """By their place; nothing of what comes after damage."""
    own: list[_Own | None] = []
    if len(data) < 8:
        return []
    header, count, base_size = struct.unpack_from("<HHH", data, 0)
    at = 2 + header
    for _ in range(count):
        if at + 2 > len(data):
            break
        size = int.from_bytes(data[at : at + 2], "little")
        own.append(_own(data[at + 2 : at + 2 + size], base_size) if size else None)
        at += 2 + size + size % 2
    return [_style(each, own) for each in own]


def _own(data: bytes, base_size: int) -> _Own | None:
    if len(data) < 10:
        return None
    first, second, third = struct.unpack_from("<HHH", data, 0)
    length = int.from_bytes(data[base_size : base_size + 2], "little")
    end = base_size + 2 + 2 * length
    name = data[base_size + 2 : end].decode("utf-16-le", "replace").lower()
    changes = b""
    is_paragraph = second & 0xF == 1
    if is_paragraph and third & 0xF:
        at = end + 2
        size = int.from_bytes(data[at : at + 2], "little")
        changes = data[at + 4 : at + 2 + size]
    return _Own(first & 0xFFF, second >> 4, name, changes)


def _style(own: _Own | None, all_own: list[_Own | None]) -> DocStyle:
    changes: list[bytes] = []
    outline, is_title, is_caption = None, False, False
    for _ in range(_MAX_ANCESTORS):  # a circle of styles ends here
        if own is None:
            break
        changes.append(own.changes)
        if own.number in _HEADINGS and outline is None:
            outline = own.number - 1
        is_title = is_title or own.number == _TITLE or own.name == "title"
        is_caption = is_caption or own.number == _CAPTION
        own = all_own[own.base] if own.base < len(all_own) else None
    return DocStyle(outline, is_title, is_caption, b"".join(reversed(changes)))
