"""What a compound file says of itself ([MS-OLEPS], 2.20: a property set), read by ourselves:
olefile believes any number of values, and one broken number keeps it busy for minutes."""

import codecs
import struct
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

SUMMARY = "\x05SummaryInformation"
_CODE_PAGE = 1
_TEXTS = {2: "title", 3: "subject", 4: "author", 5: "keywords", 6: "description"}
_MOMENTS = {12: "created", 13: "modified"}
_MOST = 100
_CHARS = 1000
_BYTES, _WIDE, _MOMENT = 30, 31, 64
_EPOCH = datetime(1601, 1, 1)
_UTF_8, _UTF_16 = 65001, 1200


def summary_of(stream: bytes) -> dict[str, Any]:
    """Title, author and their like; what is damaged is left out."""
    found: dict[str, Any] = {}
    with suppress(struct.error, OverflowError, ValueError):
        (start,) = struct.unpack_from("<I", stream, 44)
        (count,) = struct.unpack_from("<I", stream, start + 4)
        places = [
            struct.unpack_from("<II", stream, start + 8 + 8 * at) for at in range(min(count, _MOST))
        ]
        code_page = _code_page(stream, start, dict(places))
        for identity, place in places:
            with suppress(struct.error, OverflowError, ValueError):
                _take(found, identity, stream, start + place, code_page)
    return found


def _code_page(stream: bytes, start: int, places: dict[int, int]) -> str:
    if _CODE_PAGE in places and start + places[_CODE_PAGE] + 6 <= len(stream):
        (number,) = struct.unpack_from("<H", stream, start + places[_CODE_PAGE] + 4)
        name = {_UTF_8: "utf-8", _UTF_16: "utf-16-le"}.get(number, f"cp{number}")
        with suppress(LookupError):
            return codecs.lookup(name).name
    return "cp1252"


def _take(found: dict[str, Any], identity: int, stream: bytes, at: int, code_page: str) -> None:
    (kind,) = struct.unpack_from("<I", stream, at)
    if identity in _MOMENTS and kind == _MOMENT:
        (ticks,) = struct.unpack_from("<Q", stream, at + 4)
        moment = _EPOCH + timedelta(microseconds=ticks // 10)
        if moment.year > 1900:
            found[_MOMENTS[identity]] = moment.isoformat(timespec="seconds")
    elif identity in _TEXTS and kind in (_BYTES, _WIDE):
        (size,) = struct.unpack_from("<I", stream, at + 4)
        wide = kind == _WIDE
        data = stream[at + 8 : at + 8 + min(size * (2 if wide else 1), 4 * _CHARS)]
        text = data.decode("utf-16-le" if wide else code_page, "replace")
        text = " ".join(text.partition("\x00")[0].split())[:_CHARS]
        if text:
            found[_TEXTS[identity]] = text
