"""Headers of e-mail as text: encoded words, raw bytes, folded lines; nothing in them raises."""

import re
from datetime import datetime
from email.errors import HeaderParseError
from email.header import decode_header
from email.utils import parsedate_to_datetime
from functools import lru_cache

from gristmill.pipeline.decoding import decode
from gristmill.pipeline.unpacking.code_pages import names_of
from gristmill.schemas.problems.errors import DocumentError

_HEADER_CHARS = 2_000
_BLANKS = re.compile(r"\s+")


@lru_cache(64)  # a subject is asked for several times, and a guess takes its time
def header_text(value: str) -> str:
    """A header's value on one line, decoded; cut after 2,000 characters."""
    raw = _BLANKS.sub(" ", value[:_HEADER_CHARS]).strip()
    if "=?" in raw:
        raw = _words(raw)
    return _BLANKS.sub(" ", _plain(raw)).strip()


def header_date(value: str) -> datetime | None:
    """The moment of a Date header, None where it is none."""
    try:
        return parsedate_to_datetime(value)
    except (ValueError, TypeError, IndexError, OverflowError, AttributeError):
        return None


def _words(raw: str) -> str:
    """RFC 2047, where broken words stay as they are."""
    try:
        chunks = decode_header(raw)
    except (HeaderParseError, ValueError, TypeError, LookupError):
        return raw
    return "".join(_chunk(data, charset) for data, charset in chunks)


def _chunk(data: bytes | str, charset: str | None) -> str:
    if isinstance(data, str):
        return data
    try:
        return decode(data, charset).text if data else ""
    except DocumentError:
        return data.decode("latin-1")


def _plain(text: str) -> str:
    """Bytes that the header had as they are (surrogate escapes) in the likeliest encoding."""
    if text.isascii():
        return text
    return names_of([text.encode("utf-8", "surrogateescape")])[0]
