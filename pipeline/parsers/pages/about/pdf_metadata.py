"""What a PDF says of itself: its information dictionary and its language."""

import ctypes
import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pypdfium2

_DATE = re.compile(r"D:(\d{4})(\d\d)?(\d\d)?(\d\d)?(\d\d)?(\d\d)?")
_NO_TITLE = frozenset({"", "untitled", "untitled document", "model"})
_LANGUAGE_CHARS = 36
_ROOM = 1024
"""Bytes, more than most entries have: one call reads each."""
_KEYS = {
    "Author": "author",
    "Subject": "subject",
    "Keywords": "keywords",
    "Creator": "creator",
    "Producer": "producer",
}


def metadata_of(document: "pypdfium2.PdfDocument") -> tuple[dict[str, Any], str | None]:
    """The metadata, and the title that is said there."""
    from pypdfium2.raw import FPDF_GetMetaText as ask

    room = ctypes.create_string_buffer(_ROOM)
    entries = {key: _said(ask, document.raw, key, room) for key in document.METADATA_KEYS}
    metadata: dict[str, Any] = {
        ours: text for theirs, ours in _KEYS.items() if (text := entries[theirs].strip())
    }
    for theirs, ours in (("CreationDate", "created"), ("ModDate", "modified")):
        if date := iso_date(entries[theirs]):
            metadata[ours] = date
    if language := _language(document):
        metadata["language"] = language
    title = entries["Title"].strip()
    return metadata, None if title.lower() in _NO_TITLE else title


def iso_date(text: str) -> str | None:
    """`D:YYYYMMDDHHmmSS..` (PDF 1.7, 7.9.4) as an ISO date, with the time where there is one."""
    match = _DATE.match(text)
    if match is None:
        return None
    year, month, day, hour, minute, second = match.groups()
    date = f"{year}-{month or '01'}-{day or '01'}"
    return f"{date}T{hour}:{minute or '00'}:{second or '00'}" if hour else date


def _said(ask: Any, document: Any, key: str, room: Any) -> str:
    """An entry of the metadata, read into `room` where it fits; empty where it is no text, such as
    half a surrogate pair."""
    size = ask(document, key.encode("ascii"), room, len(room))
    if size <= 2:
        return ""
    if size > len(room):
        room = ctypes.create_string_buffer(size)
        ask(document, key.encode("ascii"), room, size)
    try:
        return bytes(memoryview(room)[: size - 2]).decode("utf-16-le")
    except UnicodeDecodeError:
        return ""


def _language(document: "pypdfium2.PdfDocument") -> str:
    """The natural language that the catalog names (PDF 1.7, 14.9.2), such as `en-GB`."""
    from pypdfium2 import raw

    buffer = (raw.FPDF_WCHAR * _LANGUAGE_CHARS)()
    size = raw.FPDFCatalog_GetLanguage(document, buffer, ctypes.sizeof(buffer))
    return bytes(buffer)[: max(0, size - 2)].decode("utf-16-le", "ignore").strip()
