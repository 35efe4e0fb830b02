"""The slides of a binary PowerPoint file, each with its texts in the order in which they are
seen."""

import struct
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from gristmill.pipeline.parsers.office.binary.ppt_records import Record, records
from gristmill.pipeline.parsers.office.slides.order import Place, reading_order

TITLES = frozenset({0, 6})
POINTS = frozenset({1, 7, 8})
NOTES, OTHER = 2, 4
_TEXT_HEADER, _CHARACTERS, _BYTES, _OUTLINE_REFERENCE = 3999, 4000, 4008, 3998
_DRAWING, _DRAWING_CONTAINER = 1036, 0xF002
_GROUP, _SHAPE, _TEXT_BOX, _ANCHOR, _CHILD_ANCHOR = 0xF003, 0xF004, 0xF00D, 0xF010, 0xF00F
_MORE_PROPERTIES, _TABLE = 0xF122, 0x039F
_DEEPEST = 30
_NOWHERE = Place(0, 0, 0, 0)


class SlideText(NamedTuple):
    """`kind` is one of TITLES, POINTS, NOTES or another ([MS-PPT], 2.13.33). `rows` is not empty
    for a table."""

    kind: int
    text: str
    rows: tuple[tuple[str, ...], ...] = ()


class _Shape(NamedTuple):
    place: Place
    texts: tuple[SlideText, ...]


def outline_texts(following: Sequence[Record]) -> list[SlideText]:
    """The texts that a document's list has for one slide."""
    return list(_texts(following, []))


def slide_texts(slide: Record, outline: list[SlideText]) -> list[SlideText]:
    """What a slide or a page of notes shows; `outline` are the texts that are not with it."""
    drawing = slide.first(_DRAWING)
    container = drawing.first(_DRAWING_CONTAINER) if drawing is not None else None
    found: list[SlideText] = []
    for each in container.children() if container is not None else ():
        if each.kind == _GROUP:
            found.extend(_group(each, outline, 0).texts)
    return found


def _group(group: Record, outline: list[SlideText], depth: int) -> _Shape:
    """Its first shape stands for the group itself, and is its place."""
    shapes: list[_Shape] = []
    place, is_table = _NOWHERE, False
    for number, each in enumerate(group.children()):
        if each.kind == _SHAPE:
            shape = _shape(each, outline)
            if number:
                shapes.append(shape)
            else:
                place, is_table = shape.place, _is_table(each)
        elif each.kind == _GROUP and depth < _DEEPEST:
            shapes.append(_group(each, outline, depth + 1))
    if is_table and (rows := _rows(shapes)):
        return _Shape(place, (SlideText(OTHER, "", rows),))
    order = reading_order([shape.place for shape in shapes])
    return _Shape(place, tuple(text for at in order for text in shapes[at].texts))


def _shape(shape: Record, outline: list[SlideText]) -> _Shape:
    place = _NOWHERE
    texts: list[SlideText] = []
    for each in shape.children():
        if each.kind == _ANCHOR:
            place = _anchor(each.data)
        elif each.kind == _CHILD_ANCHOR and each.end - each.start >= 16:
            left, top, right, bottom = struct.unpack_from("<4i", each.stream, each.start)
            place = Place(left, top, right - left, bottom - top)
        elif each.kind == _TEXT_BOX:
            texts.extend(_texts(list(records(each.stream, each.start, each.end)), outline))
    return _Shape(place, tuple(texts))


def _anchor(data: bytes) -> Place:
    form = "<4i" if len(data) >= 16 else "<4h"
    if len(data) < struct.calcsize(form):
        return _NOWHERE
    top, left, right, bottom = struct.unpack_from(form, data)
    return Place(left, top, right - left, bottom - top)


def _texts(atoms: Sequence[Record], outline: list[SlideText]) -> Iterator[SlideText]:
    kind = OTHER
    for each in atoms:
        if each.kind == _TEXT_HEADER:
            kind = int.from_bytes(each.data[:4], "little")
        elif each.kind == _CHARACTERS:
            yield SlideText(kind, _clean(each.data.decode("utf-16-le", "replace")))
        elif each.kind == _BYTES:
            yield SlideText(kind, _clean(each.data.decode("latin-1")))
        elif each.kind == _OUTLINE_REFERENCE:
            at = int.from_bytes(each.data[:4], "little")
            if at < len(outline):
                yield outline[at]


def _clean(text: str) -> str:
    return text.replace("\r", "\n").replace("\x0b", "\n").strip()


def _is_table(shape: Record) -> bool:
    """Whether a property of the group says so ([MS-ODRAW], 2.3.4.37)."""
    for each in shape.children():
        if each.kind == _MORE_PROPERTIES:
            for at in range(min(each.instance, (each.end - each.start) // 6)):
                code, value = struct.unpack_from("<HI", each.stream, each.start + 6 * at)
                if code & 0x3FFF == _TABLE:
                    return bool(value & 1)
    return False


def _rows(shapes: Sequence[_Shape]) -> tuple[tuple[str, ...], ...]:
    """Cells by the edges of their places; lines around cells have no text."""
    cells = [shape for shape in shapes if shape.place.width and shape.place.height]
    columns = {left: at for at, left in enumerate(sorted({each.place.left for each in cells}))}
    rows: dict[float, list[str]] = {}
    if len(columns) * len({each.place.top for each in cells}) > 4 * len(cells) + 100:
        return ()
    for each in cells:
        row = rows.setdefault(each.place.top, [""] * len(columns))
        row[columns[each.place.left]] = " ".join(text.text for text in each.texts)
    return tuple(tuple(rows[top]) for top in sorted(rows))
