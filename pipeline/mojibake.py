"""UTF-8 that was read as Windows-1252 and encoded again (`MÃ¼hle`), put right where it is certain.

That it happened is seen by the pairs it leaves, which no language writes. A text that explains
them has them beside what they should be: such a text is left as it is.
"""

import re
from typing import NamedTuple

_CP1252 = "€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ"
_TAIL = f"[\x80-\xbf{_CP1252}]"
_PAIR = re.compile(
    f"[\xc2-\xdf]{_TAIL}|[\xe0-\xef]{_TAIL}{{2}}|[\xf0-\xf4]{_TAIL}{{3}}",
)
_SIGNS = ("Ã", "Â", "â", "Ð", "Ñ", "Å", "Ä", "Î", "Ï", "ã", "à", "×", "Ø", "å", "æ", "ç", "è")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]+")
_BYTES = {char: char.encode("cp1252") for char in _CP1252}
_FEW_LINES, _FEW_PAIRS = 2, 4
_MOST_LEFT = 4


class Mended(NamedTuple):
    """The text with `lines` of its lines put right."""

    text: str
    lines: int


def mended(text: str) -> Mended | None:
    """None where nothing is encoded twice for certain: some lines of which all that is beyond
    ASCII was, and few in which it stands beside other letters."""
    if text.isascii() or not any(sign in text for sign in _SIGNS) or not _PAIR.search(text):
        return None
    lines = text.split("\n")
    changed: dict[int, str] = {}
    pairs = left = 0
    for index, line in enumerate(lines):
        if line.isascii() or not (count := len(_PAIR.findall(line))):
            continue
        right = _once_less(line)
        if right is None:
            left += 1
            continue
        changed[index] = right
        pairs += count
    few = pairs < _FEW_PAIRS or len(changed) < min(_FEW_LINES, len(lines))
    if few or left * _MOST_LEFT > len(changed):
        return None
    for index, line in changed.items():
        lines[index] = line
    return Mended("\n".join(lines), len(changed))


def _once_less(line: str) -> str | None:
    """The line before it was encoded again; None where any of it is no such text."""
    found: list[str] = []
    place = 0
    for match in _BEYOND_ASCII.finditer(line):
        try:
            right = b"".join(map(_byte, match[0])).decode()
        except (UnicodeDecodeError, UnicodeEncodeError):
            return None
        if not all(_usual(char) for char in right):
            return None
        found += [line[place : match.start()], right]
        place = match.end()
    return "".join([*found, line[place:]])


def _byte(char: str) -> bytes:
    return _BYTES.get(char) or char.encode("latin-1")


def _usual(char: str) -> bool:
    """Letters of living languages and the signs of printers: what pairs give by accident is often
    phonetic."""
    code = ord(char)
    if code < 0x250:
        return code >= 0xA0
    if code < 0x300:
        return False
    return char.isalpha() or 0x2010 <= code < 0x2200 or 0x3000 <= code < 0x3100 or code > 0x1F300
