"""A page's bytes as text: the encoding that it names, or the likeliest of its words."""

import re

from gristmill.pipeline.decoding import Reading, read_text
from gristmill.schemas.outcomes.structure import WarningCode
from gristmill.schemas.problems.errors import DocumentError

_CHARSET = re.compile(
    rb"<(?:meta|\?xml)[^>]{0,300}?(?:charset|encoding)\s*=\s*[\"']?([\w.:-]+)", re.IGNORECASE
)
_HEAD_BYTES = 65_536
_GUESS_BYTES = 1_000_000
_MARKUP = re.compile(rb"<[^<>]*>")  # the same in every language: a guess has to see the words
_UNICODE = frozenset({"ascii", "utf-8", "utf-8-sig"})
_WINDOWS = re.compile(r"(?:x-)?(?:win(?:dows)?|cp|ansi)[-_ ]?(125\d|874|932|936|949|950)\Z")
_DOS = re.compile(r"(?:x-)?(?:ibm|dos|cp|oem)[-_ ]?(\d{3})\Z")
_ISO = re.compile(r"(?:x-)?iso[-_ ]?8859[-_ ]?(\d{1,2})(?:-[ei])?\Z")
_ALIASES = {
    "koi8": "koi8-r",
    "gb_2312-80": "gb18030",
    "gb2312-80": "gb18030",
    "utf8mb4": "utf-8",
    "tis620": "cp874",
    "x-user-defined": "cp1252",
    "ansi": "cp1252",
}


def page_text(data: bytes) -> Reading:
    """Raises DocumentError `encoding` for bytes that are no text."""
    reading = read_text(data, _label(data))
    if reading.encoding in _UNICODE or not _is_guessed(reading):
        return reading
    try:
        likely = read_text(_MARKUP.sub(b" ", data[:_GUESS_BYTES]))
        if likely.encoding in _UNICODE:
            return reading
        return Reading(data.decode(likely.encoding), likely.encoding, likely.warnings)
    except (DocumentError, UnicodeDecodeError, LookupError):
        return reading


def _is_guessed(reading: Reading) -> bool:
    return any(each.code == WarningCode.ENCODING_GUESSED for each in reading.warnings)


def _label(data: bytes) -> str | None:
    """The name in the page, as Python knows it."""
    head = data[:_HEAD_BYTES]
    found = _CHARSET.search(_without_comments(head)) or _CHARSET.search(head)
    if found is None:
        return None
    label = found[1].decode("ascii", "replace").lower()
    if label.startswith(("utf-16", "utf16", "utf-32", "utf32", "unicode", "ucs")):
        return None  # it was found as single bytes
    if match := _WINDOWS.match(label) or _DOS.match(label):
        return f"cp{match[1]}"
    if match := _ISO.match(label):
        return f"iso8859-{match[1]}"
    return _ALIASES.get(label, label)


def _without_comments(head: bytes) -> bytes:
    first, *others = head.split(b"<!--")
    return first + b"".join(each.partition(b"-->")[2] for each in others)
