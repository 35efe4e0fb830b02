"""RTF as a stream of tokens: groups, control words, bytes of text."""

import re
from collections.abc import Iterator
from typing import NamedTuple

_TOKEN = re.compile(
    rb"\\([A-Za-z]{1,32})(-?\d{1,10})? ?"  # a control word
    rb"|\\'([0-9A-Fa-f]{2})"
    rb"|\\([^A-Za-z'])"  # a control symbol
    rb"|([{}])"
    rb"|([^\\{}\r\n]+)",
    re.DOTALL,
)


class Token(NamedTuple):
    """One of: a control `word` (a letter or symbol too) with its number, `{` and `}` as words,
    or `text`."""

    word: str = ""
    number: int | None = None
    text: bytes = b""


def tokens(data: bytes) -> Iterator[Token]:
    """Line ends mean nothing in RTF; the binary data of pictures is stepped over."""
    at = 0
    while match := _TOKEN.search(data, at):
        at = match.end()
        word, number, code, symbol, brace, text = match.groups()
        if text is not None:
            yield Token(text=text)
        elif word is not None:
            value = int(number) if number else None
            if word == b"bin":
                at += max(value or 0, 0)
            else:
                yield Token(word.decode("ascii"), value)
        elif code is not None:
            yield Token(text=bytes((int(code, 16),)))
        elif brace is not None:
            yield Token(brace.decode("ascii"))
        elif symbol in b"\\{}":
            yield Token(text=symbol)
        else:
            yield Token("par" if symbol in b"\r\n" else symbol.decode("latin-1"))
