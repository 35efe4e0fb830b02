"""Embedded objects of RTF, and the boxes and lists of its forms."""

import struct
from collections.abc import Mapping, Sequence

from gristmill.pipeline.parsers.office.nested import NestedDocuments
from gristmill.pipeline.shapes import Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

_HEX = frozenset(b"0123456789abcdefABCDEF")
_TICKED, _EMPTY = "☒", "☐"
_UNSET = 25  # what a result is that nobody chose
_CHECK_BOX, _DROP_DOWN = 1, 2
_EMBEDDED = 2


def embedded(text: str, nested: NestedDocuments) -> Parsed:
    """The document in an object's data ([MS-OLEDS], 2.2.5: an embedded object in hexadecimal).
    Raises DocumentError for what is none."""
    data = bytes.fromhex("".join(each for each in text if ord(each) < 128 and ord(each) in _HEX))
    return nested.read(_native(data), "object")


def form_text(words: Mapping[str, int], choices: Sequence[str]) -> str:
    """What a form's field shows that has no text of its own."""
    kind = words.get("fftype", 0)
    state = words.get("ffres", _UNSET)
    if state == _UNSET:
        state = words.get("ffdefres", 0)
    if kind == _CHECK_BOX:
        return _TICKED if state else _EMPTY
    if kind == _DROP_DOWN and 0 <= state < len(choices):
        return choices[state]
    return ""


def _native(data: bytes) -> bytes:
    try:
        if struct.unpack_from("<I", data, 4)[0] != _EMBEDDED:
            raise DocumentError(DocumentCode.UNSUPPORTED, "the object is not embedded")
        at = 8
        for _ in range(3):  # its class, topic and item
            at += 4 + int(struct.unpack_from("<I", data, at)[0])
        size = int(struct.unpack_from("<I", data, at)[0])
    except struct.error:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the object is broken") from None
    return data[at + 4 : at + 4 + size]
