"""HTML that Outlook keeps inside of RTF ([MS-OXRTFEX]): `\\*\\htmltag` groups hold the markup, what
is between `\\htmlrtf` and `\\htmlrtf0` is for readers of RTF only."""

import re

from gristmill.pipeline.decoding import decode
from gristmill.schemas.problems.errors import DocumentError

_TOKEN = re.compile(
    rb"\\'([0-9a-fA-F]{2})|\\([a-z]{1,32})(-?\d{1,10})? ?|\\([^a-z])|([{}])|([^\\{}\r\n]+)|[\r\n]+"
)
_IS_HTML = re.compile(rb"\\fromhtml1\b")
_CODE_PAGE = re.compile(rb"\\ansicpg(\d{1,5})")
_TEXTS = {b"par": b"\r\n", b"line": b"\r\n", b"tab": b"\t", b"lquote": b"&lsquo;"}
_TEXTS |= {b"rquote": b"&rsquo;", b"ldblquote": b"&ldquo;", b"rdblquote": b"&rdquo;"}
_TEXTS |= {b"bullet": b"&bull;", b"endash": b"&ndash;", b"emdash": b"&mdash;"}
_SYMBOLS = {b"{": b"{", b"}": b"}", b"\\": b"\\", b"~": b"&nbsp;", b"_": b"&shy;", b"-": b""}
_TABLES = frozenset({b"fonttbl", b"colortbl", b"stylesheet", b"info", b"pict", b"generator"})


def html_in(rtf: bytes) -> str:
    """The page; empty where the RTF was not made of one."""
    if not _IS_HTML.search(rtf[:4096]):
        return ""
    raw = b"".join(_pieces(rtf))
    page = _CODE_PAGE.search(rtf[:4096])
    try:
        return decode(raw, f"cp{page[1].decode()}" if page else None).text
    except DocumentError:
        return raw.decode("cp1252", "replace")


def _pieces(rtf: bytes) -> list[bytes]:
    out: list[bytes] = []
    stack: list[_State] = []
    state = _State()
    skip = 0  # characters that stand for one of \u, in other words
    for match in _TOKEN.finditer(rtf):
        byte, word, number, symbol, brace, text = match.groups()
        if brace:
            if brace == b"{":
                stack.append(state)
                state = _State(state.hidden, state.rtf_only)
            elif stack:
                state = stack.pop()
        elif word:
            skip = state.word(word, number, out) or 0
        elif symbol == b"*":
            state.optional = True
        elif state.hidden or state.rtf_only:
            continue
        elif byte and skip:
            skip -= 1
        elif byte:
            out.append(bytes.fromhex(byte.decode()))
        elif text:
            out.append(text[skip:])
            skip = 0
        elif symbol:
            out.append(_SYMBOLS.get(symbol, b""))
    return out


class _State:
    """What a group has set: `hidden` is a group that is no part of the page."""

    def __init__(self, hidden: bool = False, rtf_only: bool = False) -> None:
        self.hidden = hidden
        self.rtf_only = rtf_only
        self.optional = False

    def word(self, word: bytes, number: bytes | None, out: list[bytes]) -> int | None:
        """Does what a control word says; how many characters after it only repeat it."""
        if self.optional:
            self.optional = False
            self.hidden = self.hidden or word != b"htmltag"
        elif word in _TABLES:
            self.hidden = True
        elif word == b"htmlrtf":
            self.rtf_only = number != b"0"
        elif not (self.hidden or self.rtf_only):
            if word == b"u" and number:
                out.append(b"&#%d;" % (int(number) % 65536))
                return 1
            out.append(_TEXTS.get(word, b""))
        return None
