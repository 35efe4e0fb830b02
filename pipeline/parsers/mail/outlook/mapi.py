"""Messages as MAPI properties, which TNEF and Outlook's own files hold ([MS-OXPROPS]), as the parts
that a mail of the internet would have."""

from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import NamedTuple

from gristmill.pipeline.decoding import decode
from gristmill.pipeline.parsers.mail.entities.mime import MimePart, made, opened
from gristmill.pipeline.parsers.mail.outlook.compressed_rtf import decompressed
from gristmill.pipeline.parsers.mail.outlook.rtf_html import html_in
from gristmill.schemas.problems.errors import DocumentError

SUBJECT, BODY, HTML, RTF = 0x0037, 0x1000, 0x1013, 0x1009
TO, CC, SENT, DELIVERED, MESSAGE_ID, HEADERS = 0x0E04, 0x0E03, 0x0039, 0x0E06, 0x1035, 0x007D
ATTACH_DATA, ATTACH_LONG_NAME, ATTACH_NAME, DISPLAY_NAME = 0x3701, 0x3707, 0x3704, 0x3001
ATTACH_TYPE, ATTACH_CONTENT_ID, ATTACH_METHOD = 0x370E, 0x3712, 0x3705
INTERNET_CODE_PAGE, MESSAGE_CODE_PAGE = 0x3FDE, 0x3FFD
_SENDER_NAMES, _SENDER_ADDRESSES = (0x0042, 0x0C1A), (0x5D02, 0x5D01, 0x0065, 0x0C1F)

STRING8, UNICODE, BINARY, TIME, INTEGER = 0x1E, 0x1F, 0x102, 0x40, 0x03
_CODE_PAGES = {65001: "utf-8", 20127: "ascii", 28591: "latin-1", 50220: "iso2022_jp", 936: "gbk"}
_CODE_PAGES |= {950: "big5", 1200: "utf-16-le", 20866: "koi8_r", 51949: "euc_kr", 54936: "gb18030"}
_EPOCH = datetime(1601, 1, 1, tzinfo=UTC)


class Value(NamedTuple):
    """A property: its type, and its bytes, which `load` reads only when they are asked for."""

    kind: int
    load: Callable[[], bytes]


class Properties:
    """Properties by their ids; what is missing or of another type is empty."""

    def __init__(self, values: Mapping[int, Value], code_page: int | None = None) -> None:
        self._values = values
        self._code_page = code_page

    def __contains__(self, key: int) -> bool:
        return key in self._values

    def data(self, key: int) -> bytes:
        value = self._values.get(key)
        return value.load() if value else b""

    def text(self, *keys: int) -> str:
        """The first one that is a text and says anything."""
        for key in keys:
            value = self._values.get(key)
            if value and value.kind in (STRING8, UNICODE):
                wide = value.kind == UNICODE
                raw = value.load()
                text = raw.decode("utf-16-le", "replace") if wide else self._narrow(raw)
                if text := text.partition("\x00")[0].strip():
                    return text
        return ""

    def integer(self, key: int) -> int | None:
        value = self._values.get(key)
        return int.from_bytes(value.load()[:4], "little") if value else None

    def moment(self, key: int) -> datetime | None:
        """A FILETIME: tenths of microseconds since 1601."""
        value = self._values.get(key)
        if value is None or value.kind != TIME:
            return None
        try:
            return _EPOCH + timedelta(microseconds=int.from_bytes(value.load()[:8], "little") // 10)
        except OverflowError:
            return None

    @property
    def charset(self) -> str:
        """Of texts that are bytes: a codec's name, empty where nothing is said."""
        page = self.integer(INTERNET_CODE_PAGE) or self.integer(MESSAGE_CODE_PAGE)
        page = page or self._code_page
        return _CODE_PAGES.get(page, f"cp{page}") if page else ""

    def _narrow(self, raw: bytes) -> str:
        raw = raw.partition(b"\x00")[0]
        try:
            return decode(raw, self.charset or None).text
        except DocumentError:
            return raw.decode("latin-1")


def message_of(
    properties: Properties, attachments: Callable[[], Iterator[MimePart]], extra: Mapping[str, str]
) -> MimePart:
    """A message. `extra` are header fields that are known otherwise; they count where the
    properties say nothing."""

    def inner() -> Iterator[MimePart]:
        yield from _bodies(properties)
        yield from attachments()

    headers = {name: text for name, text in extra.items() if text} | _headers(properties)
    return made("multipart/mixed", bytes, headers=headers, inner=inner)


def attachment_of(properties: Properties, load: Callable[[], bytes]) -> MimePart:
    """An attachment by value. One that the body shows (it has a Content-ID) and whose name says
    nothing is still named by what it is called in the body."""
    name = properties.text(ATTACH_LONG_NAME, ATTACH_NAME, DISPLAY_NAME)
    media_type = properties.text(ATTACH_TYPE).partition(";")[0].strip().lower()
    if media_type.count("/") != 1 or media_type.startswith("multipart/"):
        media_type = "application/octet-stream"
    return made(media_type, load, name=name or "attachment")


def _headers(properties: Properties) -> dict[str, str]:
    sent = properties.moment(SENT) or properties.moment(DELIVERED)
    name, address = properties.text(*_SENDER_NAMES), properties.text(*_SENDER_ADDRESSES)
    address = "" if address.startswith("/") or "@" not in address else address  # X.500: no address
    both = name and address and name != address
    known = {
        "From": f"{name} <{address}>" if both else name or address,
        "To": properties.text(TO),
        "Cc": properties.text(CC),
        "Subject": properties.text(SUBJECT),
        "Message-ID": properties.text(MESSAGE_ID),
        "Date": format_datetime(sent) if sent else "",
    }
    carried = opened(properties.text(HEADERS).encode("utf-8", "replace") + b"\n\n")
    return {key: text or carried.header(key) for key, text in known.items() if text or carried}


def _bodies(properties: Properties) -> Iterator[MimePart]:
    """The text in each form that the message has it in."""
    found: list[MimePart] = []
    if text := properties.text(BODY):
        found.append(_text_part("text/plain", text))
    if html := _html(properties):
        found.append(html)
    elif rtf := decompressed(properties.data(RTF)):
        page = html_in(rtf)
        if page:
            found.append(_text_part("text/html", page))
        else:
            found.append(made("text/rtf", lambda: rtf))
    if len(found) > 1:
        yield made("multipart/alternative", bytes, inner=lambda: iter(found))
    else:
        yield from found


def _html(properties: Properties) -> MimePart | None:
    if text := properties.text(HTML):
        return _text_part("text/html", text)
    if data := properties.data(HTML):
        return made("text/html", lambda: data, charset=properties.charset)
    return None


def _text_part(media_type: str, text: str) -> MimePart:
    return made(media_type, lambda: text.encode("utf-8", "replace"), charset="utf-8")
