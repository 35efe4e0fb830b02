"""The text of a body: what its charset really is, and lines that were wrapped for the way."""

import codecs
import re

from gristmill.pipeline.decoding import decode
from gristmill.schemas.problems.errors import DocumentError

_SEVEN_BIT = frozenset({"utf-7", "hz"})
_WESTERN = frozenset({"ascii", "iso8859-1", "iso8859-15", "cp1252"})
_QUOTES = re.compile(r"(?:> ?)*")
_LETTERS_OF_LATIN = 0.5
"""Above this share of bytes beyond ASCII among letters, a text is in no Latin script."""

_HIGH = re.compile(rb"[\xa0-\xff]")
_LETTERS = re.compile(rb"[A-Za-z\xa0-\xff]")


def body_text(data: bytes, charset: str | None) -> tuple[str, bool]:
    """The text, and whether it is one."""
    name = _codec(charset)
    if name in _SEVEN_BIT:
        try:
            return data.decode(name), True
        except UnicodeDecodeError:
            pass
    if name in _WESTERN and _is_not_latin(data):
        charset = None  # a mailer's default that the writer's letters belie
    try:
        return decode(data, charset).text, True
    except DocumentError:
        return data.decode("latin-1"), False


def unflowed(text: str, delete_space: bool) -> str:
    """Paragraphs of `format=flowed` in one line each (RFC 3676, 4.2). Without `delsp`, the blank at
    the end of a line is one of the text."""
    out: list[str] = []
    open_depth = -1  # of the paragraph that goes on, -1 for none
    for line in text.split("\n"):
        line = line.removesuffix("\r")
        quotes = _QUOTES.match(line)
        depth = quotes[0].count(">") if quotes else 0
        bare = line[quotes.end() :] if quotes and depth else line.removeprefix(" ")
        flows = bare.endswith(" ") and bare != "-- "
        content = bare[:-1] if flows and delete_space else bare
        if depth == open_depth and bare != "-- ":
            out[-1] += content
        else:
            out.append("> " * depth + content)
        open_depth = depth if flows else -1
    return "\n".join(out)


def _codec(charset: str | None) -> str:
    label = (charset or "").strip().lower().removeprefix("unicode-1-1-")
    try:
        return codecs.lookup({"hz-gb-2312": "hz"}.get(label, label)).name if label else ""
    except (LookupError, ValueError):
        return ""


def _is_not_latin(data: bytes) -> bool:
    sample = data[: 64 * 1024]
    high = len(_HIGH.findall(sample))
    return high > 20 and high > _LETTERS_OF_LATIN * len(_LETTERS.findall(sample))
