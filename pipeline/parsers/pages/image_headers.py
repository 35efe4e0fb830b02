"""The sizes of images, from their headers alone: nothing is decoded."""

import struct
from collections.abc import Iterator
from typing import NamedTuple

from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

_PNG = b"\x89PNG\r\n\x1a\n"
_JPEG = b"\xff\xd8\xff"
_TIFF = {b"II*\x00": "<", b"MM\x00*": ">"}
_MOST_SEGMENTS = 10_000
_MOST_FIELDS = 200
# ITU-T T.81, table B.1: start-of-frame markers, and those that have no length.
_FRAME_MARKERS = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
_BARE_MARKERS = frozenset({0x01, *range(0xD0, 0xD9)})
# TIFF 6.0, section 8.
_KIND, _WIDTH, _HEIGHT = 254, 256, 257
_SHORT = 3
_REDUCED_OR_MASK = 0b101


class Frame(NamedTuple):
    """One image of a file, in pixels; `place` counts all of the file's images from 0."""

    place: int
    width: int
    height: int


def frames_of(data: bytes, most: int) -> tuple[Frame, ...]:
    """The images of a PNG, JPEG or TIFF file: of a TIFF, all but thumbnails and masks.

    Raises DocumentError `parse_error`, and `too_large` where there are more than `most`.
    """
    try:
        if data.startswith(_PNG) and data[12:16] == b"IHDR":
            return (Frame(0, *struct.unpack_from(">II", data, 16)),)
        if data.startswith(_JPEG):
            return (_jpeg(data),)
        if order := _TIFF.get(data[:4]):
            return tuple(_tiff(data, order, most))
    except (struct.error, IndexError):
        raise _broken("it ends too early") from None
    raise _broken("it has no header")


def _jpeg(data: bytes) -> Frame:
    position = 2
    for _ in range(_MOST_SEGMENTS):
        if data[position] != 0xFF:
            break
        marker = data[position + 1]
        if marker in _FRAME_MARKERS:
            height, width = struct.unpack_from(">HH", data, position + 5)
            return Frame(0, width, height)
        if marker == 0xFF:
            position += 1
        elif marker in _BARE_MARKERS:
            position += 2
        else:
            position += 2 + struct.unpack_from(">H", data, position + 2)[0]
    raise _broken("its header is damaged")


def _tiff(data: bytes, order: str, most: int) -> Iterator[Frame]:
    """The chain of directories may be a ring in a hostile file."""
    (offset,) = struct.unpack_from(order + "I", data, 4)
    seen: set[int] = set()
    index = 0
    while offset and offset not in seen:
        seen.add(offset)
        if index == most:
            message = f"the image file has over {most} pages"
            raise DocumentError(DocumentCode.TOO_LARGE, message)
        fields, offset = _directory(data, order, offset)
        if not fields.get(_KIND, 0) & _REDUCED_OR_MASK:
            yield Frame(index, fields.get(_WIDTH, 0), fields.get(_HEIGHT, 0))
        index += 1


def _directory(data: bytes, order: str, offset: int) -> tuple[dict[int, int], int]:
    """The fields that we ask for, and where the next directory is."""
    (count,) = struct.unpack_from(order + "H", data, offset)
    if count > _MOST_FIELDS:
        raise _broken("its header is damaged")
    fields: dict[int, int] = {}
    for start in range(offset + 2, offset + 2 + 12 * count, 12):
        tag, kind = struct.unpack_from(order + "HH", data, start)
        if tag in (_KIND, _WIDTH, _HEIGHT):
            form = order + ("H" if kind == _SHORT else "I")
            # The first one counts for libtiff, too.
            fields.setdefault(tag, struct.unpack_from(form, data, start + 8)[0])
    (following,) = struct.unpack_from(order + "I", data, offset + 2 + 12 * count)
    return fields, following


def _broken(why: str) -> DocumentError:
    return DocumentError(DocumentCode.PARSE_ERROR, f"the image is broken: {why}")
