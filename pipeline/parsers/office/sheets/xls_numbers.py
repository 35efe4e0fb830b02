"""The numbers of an XLS workbook as its formats show them ([MS-XLS], 2.4): calamine gives them
bare."""

import struct
from collections.abc import Iterator

from gristmill.pipeline.parsers.office.numbers.formats import BUILTIN, shown
from gristmill.pipeline.parsers.office.sheets.xlsb_records import packed_number

_BEGIN, _END = frozenset({0x0809, 0x0009, 0x0209, 0x0409}), 0x000A
_SHEET, _FORMAT, _LOOK, _DATES = 0x0085, 0x041E, 0x00E0, 0x0022
_NUMBER, _PACKED, _MANY_PACKED, _FORMULA = 0x0203, 0x027E, 0x00BD, 0x0006
_HEADER = struct.Struct("<HH")
_BIFF8 = 0x0600

Shown = dict[tuple[int, int], tuple[float, str]]
"""By row and column, a number and how it is shown."""


class XlsNumbers:
    """Of a workbook's stream of records. What is damaged is left as calamine gives it."""

    def __init__(self, stream: bytes) -> None:
        self._stream = stream
        self._codes: list[str] = []
        self._places: list[int] = []
        self._since_1904 = False
        is_new = len(stream) >= 6 and int.from_bytes(stream[4:6], "little") == _BIFF8
        own: dict[int, str] = {}
        looks: list[int] = []
        for kind, data in _records(stream, 0):
            if kind == _FORMAT and len(data) > 3:
                own[int.from_bytes(data[:2], "little")] = _text(data[2:], is_new)
            elif kind == _LOOK:
                looks.append(int.from_bytes(data[2:4], "little"))
            elif kind == _DATES:
                self._since_1904 = data[:1] == b"\1"
            elif kind == _SHEET:
                self._places.append(int.from_bytes(data[:4], "little"))
        self._codes = [own.get(number, BUILTIN.get(number, "")) for number in looks]

    def of_sheet(self, number: int) -> Shown:
        """The numbers that have a format."""
        found: Shown = {}
        if number >= len(self._places):
            return found
        for kind, data in _records(self._stream, self._places[number]):
            if kind == _NUMBER and len(data) >= 14:
                self._take(found, data, 4, struct.unpack_from("<d", data, 6)[0])
            elif kind == _PACKED and len(data) >= 10:
                number_of = packed_number(int.from_bytes(data[6:10], "little"))
                self._take(found, data, 4, number_of)
            elif kind == _FORMULA and len(data) >= 14 and data[12:14] != b"\xff\xff":
                self._take(found, data, 4, struct.unpack_from("<d", data, 6)[0])
            elif kind == _MANY_PACKED:
                self._take_many(found, data)
        return found

    def _take(self, found: Shown, data: bytes, at: int, value: float, column: int = -1) -> None:
        row, first = struct.unpack_from("<HH", data)
        look = int.from_bytes(data[at : at + 2], "little")
        code = self._codes[look] if look < len(self._codes) else ""
        if code:
            place = (row, first if column < 0 else column)
            found[place] = value, shown(value, code, self._since_1904)

    def _take_many(self, found: Shown, data: bytes) -> None:
        if len(data) < 6:
            return
        first = int.from_bytes(data[2:4], "little")
        for at in range(4, len(data) - 7, 6):
            value = packed_number(int.from_bytes(data[at + 2 : at + 6], "little"))
            self._take(found, data, at, value, first + (at - 4) // 6)


def _records(stream: bytes, at: int) -> Iterator[tuple[int, bytes]]:
    """Those of one substream, without the ones that are inside of it."""
    depth = 0
    while at + 4 <= len(stream):
        kind, length = _HEADER.unpack_from(stream, at)
        at += 4
        if kind in _BEGIN:
            depth += 1
        elif kind == _END:
            depth -= 1
            if depth <= 0:
                return
        elif depth == 1:
            yield kind, stream[at : at + length]
        at += length


def _text(data: bytes, is_new: bool) -> str:
    """A format's code: with a length of one byte before Excel 97."""
    if not is_new:
        return data[1 : 1 + data[0]].decode("cp1252", "replace")
    length = int.from_bytes(data[:2], "little")
    if data[2] & 1:
        return data[3 : 3 + 2 * length].decode("utf-16-le", "replace")
    return data[3 : 3 + length].decode("latin-1")
