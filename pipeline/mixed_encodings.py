"""UTF-8 text with lines of another encoding in it, as logs and notes have to which several
programs append: each line is read by its own."""

import re
from collections import Counter
from collections.abc import Callable
from typing import NamedTuple

from gristmill.pipeline.alphabets import LATIN_ENCODINGS

_SEQUENCE = re.compile(
    rb"[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3}"
)
_FOREIGN = re.compile(rb"[\x80-\xff]")
_BEYOND_ASCII = re.compile("[^\x00-\x7f]")
_SINGLE_BYTE = (
    *LATIN_ENCODINGS,
    *("cp1251", "koi8-r", "cp866", "cp1253", "iso8859-7", "cp1255", "cp1256", "cp874"),
)
_SEVERAL_BYTES = ("cp932", "euc_jp", "gb18030", "big5hkscs", "cp949")
_SIGNS = frozenset("–—‘’‚“”„…•€£§©®°«»¡¿·\xa0ºª²³½¼±×µ™‹›")
_SAMPLE_BYTES = 64 * 1024
_FEW = 3  # fewer characters of UTF-8 prove nothing
_ENOUGH = 8  # where no letter of theirs is in the other lines
_SHARED = 0.6
_SHARED_OF_MANY = 0.35  # of thousands of characters few lines have all
_MOST_FOREIGN = 4  # bytes of another encoding for a character of UTF-8


class Mixed(NamedTuple):
    """`lines` of the text were in the encoding `other`; `broken` characters could not be read
    and are U+FFFD."""

    text: str
    other: str
    lines: int
    broken: int


def read_by_lines(data: bytes, guess: Callable[[bytes], str]) -> Mixed | None:
    """The text of `data`, which is not UTF-8 as a whole; None where few of its lines are, so that
    the whole is of another encoding. `guess` names the likeliest encoding of some bytes."""
    end = b"\n" if b"\n" in data or b"\r" not in data else b"\r"
    lines = data.split(end)
    texts: list[str] = []
    bad: list[int] = []
    letters: Counter[str] = Counter()
    for index, line in enumerate(lines):
        try:
            text = line.decode()
        except UnicodeDecodeError:
            bad.append(index)
            text = ""
        if not text.isascii():
            letters.update(_BEYOND_ASCII.findall(text))
        texts.append(text)
    other = _other([lines[index] for index in bad], letters, guess)
    if other is None:
        return None
    broken = legacy = 0
    for index in bad:
        texts[index] = text = _line(lines[index], other, letters)
        replaced = text.count("\ufffd")
        broken += replaced
        legacy += not replaced
    return Mixed(end.decode().join(texts), other, legacy, broken)


def _other(bad: list[bytes], letters: Counter[str], guess: Callable[[bytes], str]) -> str | None:
    """The encoding of the lines that are not UTF-8: the one in which they have the letters of
    the others."""
    known = letters.total()
    if known < _FEW:
        return None
    whole = b"\n".join(bad)[:_SAMPLE_BYTES]
    sample = _SEQUENCE.sub(b" ", whole)
    shares = {name: _share(sample, name, letters) - _SHARED for name in _SINGLE_BYTE}
    for name in _SEVERAL_BYTES:
        shares[name] = _share(whole, name, letters) - _SHARED_OF_MANY
    best = max(shares, key=lambda name: shares[name])
    if shares[best] >= 0:
        return best
    foreign = len(_FOREIGN.findall(sample))
    if known < _ENOUGH or foreign > _MOST_FOREIGN * known:
        return None
    guessed = guess(whole)
    return guessed if guessed in _SINGLE_BYTE else "cp1252"


def _share(sample: bytes, encoding: str, letters: Counter[str]) -> float:
    """How many of the characters beyond ASCII are in `letters`."""
    found = _BEYOND_ASCII.findall(sample.decode(encoding, "replace"))
    return sum(char in letters for char in found) / max(1, len(found))


def _line(line: bytes, other: str, letters: Counter[str]) -> str:
    """A line that is not UTF-8: of the other encoding, of both, or UTF-8 with broken bytes."""
    if other in _SEVERAL_BYTES:
        return line.decode(other, "replace")
    utf8 = line.decode("utf-8", "replace")
    ours = [char for char in _BEYOND_ASCII.findall(utf8) if char != "\ufffd"]
    if ours and all(char in letters for char in ours):
        place, parts = 0, []
        for match in _SEQUENCE.finditer(line):
            parts += [_plausible(line[place : match.start()], other, letters), match[0].decode()]
            place = match.end()
        return "".join([*parts, _plausible(line[place:], other, letters)])
    return _plausible(line, other, letters)


def _plausible(piece: bytes, other: str, letters: Counter[str]) -> str:
    """`piece` in the other encoding, or with U+FFFD where that gives no word."""
    try:
        text = piece.decode(other)
    except UnicodeDecodeError:
        text = piece.decode("cp1252", "replace")
    for match in _BEYOND_ASCII.finditer(text):
        char, at = match[0], match.start()
        if char in letters or char in _SIGNS:
            continue
        around = text[max(0, at - 1) : at] + text[at + 1 : at + 2]
        if not char.isalpha() or not any(map(str.isalpha, around)):
            return piece.decode("utf-8", "replace")
    return text
