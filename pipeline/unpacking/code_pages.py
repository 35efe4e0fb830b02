"""Names whose encoding nobody wrote down: which code page makes names of them.

Programs of the eighties' school write the names of files in the code page of their own machine:
every zip program of Windows without the flag for UTF-8, old tar, raw 8-bit mail headers. A name is
too short for statistics over texts, so what counts is whether a code page makes letters that stand
together in one script, the frequent ones of its languages rather than rare ones, and all names of
an archive are looked at together.
"""

from collections.abc import Sequence
from functools import cache

from gristmill.pipeline.alphabets import scored
from gristmill.pipeline.unpacking.frequent_characters import (
    CHINESE,
    HANZI,
    JAPANESE,
    KOREAN,
    SCRIPTS,
)

_SAMPLE_BYTES = 16 * 1024
_COMMON, _SELDOM, _ODD, _FREQUENT = 0.5, -0.6, -1.2, 0.5
_SIGN = 0.1
_CAPITAL_INSIDE = -1.0
_ONE_KIND = 0.25
"""What it says for a double-byte code page that all its characters are of its usual kind."""

_DOUBLE = {"cp932": JAPANESE, "gbk": CHINESE, "cp949": KOREAN, "big5": HANZI, "euc_jp": JAPANESE}
_SINGLE = {
    "cp1251": "cyrillic",
    "cp866": "cyrillic",
    "koi8_r": "cyrillic",
    "cp1253": "greek",
    "cp737": "greek",
    "cp1255": "hebrew",
    "cp862": "hebrew",
    "cp1256": "arabic",
    "cp874": "thai",
}
_UNUSUAL = {"koi8_r": 0.15, "euc_jp": 0.1, "cp874": 0.1, "cp1256": 0.1, "big5": 0.02}
_FINAL, _MANY = frozenset("ךםןףץ"), 6
"""Forms of Hebrew letters that end a word: that none is inside of one says much for Hebrew."""

_LATIN = ("cp1252", "cp850", "cp1250", "cp852", "cp1254", "cp857")
_UNMIXED = ("cp437", "cp1252", "cp850", "cp1250", "cp852")
"""Where the names are in several languages: the first of those that make most letters."""

_SIGNS = frozenset("№«»–—…“”‘’、。，（）【】《》・「」『』〜～ー－：；！？＆＋")


def names_of(raw: Sequence[bytes]) -> list[str]:
    """Names as text: in UTF-8, or by one code page for all of those that are not."""
    page: str | None = None
    found: list[str | None] = []
    for each in raw:
        try:
            found.append(each.decode("utf-8"))
        except UnicodeDecodeError:
            page = page or code_page([name for name in raw if not name.isascii()])
            found.append(None)
    if page is None:
        return [name or "" for name in found]
    return [
        _decoded(each, page) if name is None or _by_chance(name, page) else name
        for each, name in zip(raw, found, strict=True)
    ]


class NamesInTurn:
    """Names of an archive that is read from front to end: the first ones that are not in UTF-8
    decide for all that come."""

    _DECIDING = 16

    def __init__(self) -> None:
        self._seen: list[bytes] = []
        self._page = ""

    def name(self, raw: bytes) -> str:
        """One that is not in UTF-8."""
        if len(self._seen) < self._DECIDING:
            self._seen.append(raw)
            self._page = code_page(self._seen)
        return _decoded(raw, self._page)


def _by_chance(name: str, page: str) -> bool:
    """Two East Asian bytes are often valid UTF-8 as well, of letters below U+0800."""
    return page in _DOUBLE and not name.isascii() and all(char < "\u0800" for char in name)


def code_page(raw: Sequence[bytes]) -> str:
    """The likeliest code page of names that are not in UTF-8; cp437 where none is likely."""
    sample = b"\n".join(_not_utf8(raw))[:_SAMPLE_BYTES]
    best, best_score = scored(sample, _LATIN, ())
    if best is None:
        best = max(_UNMIXED, key=lambda encoding: _letters(sample, encoding))
    if best == "cp850" and _letters(sample, "cp437") == _letters(sample, "cp850"):
        best = "cp437"
    for encoding in (*_DOUBLE, *_SINGLE):
        try:
            text = sample.decode(encoding)
        except UnicodeDecodeError:
            continue
        score = _double(text, encoding) if encoding in _DOUBLE else _single(text, encoding)
        score -= _UNUSUAL.get(encoding, 0.0)
        if score > best_score + 0.001:
            best, best_score = encoding, score
    return best


def _not_utf8(raw: Sequence[bytes]) -> list[bytes]:
    found: list[bytes] = []
    size = 0
    for name in raw:
        try:
            name.decode("utf-8")
        except UnicodeDecodeError:
            found.append(name)
            size += len(name)
        if size > _SAMPLE_BYTES:
            break
    return found


def _letters(sample: bytes, encoding: str) -> int:
    """How many characters beyond ASCII are letters, such as stand in a word."""
    try:
        text = sample.decode(encoding)
    except UnicodeDecodeError:
        return 0
    pairs = zip(" " + text, text, strict=False)
    return sum(
        char > "\x7f" and char.isalpha() and not (char.isupper() and before.islower())
        for before, char in pairs
    )


def _decoded(name: bytes, page: str) -> str:
    try:
        return name.decode(page)
    except UnicodeDecodeError:
        return name.decode(page, "replace") if page in _DOUBLE else name.decode("cp437")


def _double(text: str, encoding: str) -> float:
    """How likely East Asian characters are, on average: about -1.2 to 1.2."""
    frequent = _DOUBLE[encoding]
    odd = total = 0
    score = 0.0
    for char in text:
        if char <= "\x7f":
            continue
        total += 1
        if char in _SIGNS or "\uff01" <= char <= "\uff5e":
            score += _SIGN
            continue
        worth = _commonness(char, encoding)
        odd += worth < 0
        score += worth + (_FREQUENT if char in frequent else 0.0)
    return score / total + (0.0 if odd else _ONE_KIND) if total else 0.0


@cache
def _commonness(char: str, encoding: str) -> float:
    """By the place that a character has in the set: their authors put frequent ones first."""
    if "\u3040" <= char <= "\u30ff":
        return 1.0 if encoding in ("cp932", "euc_jp") else _SELDOM
    raw = char.encode(encoding)
    if len(raw) != 2:
        return _ODD
    lead, trail = raw
    if encoding == "cp932":
        first, second = 0x88 <= lead <= 0x97 or (lead == 0x98 and trail <= 0x72), lead <= 0xEA
    elif encoding == "big5":
        first, second = 0xA4 <= lead <= 0xC6, 0xC9 <= lead <= 0xF9
    elif trail < 0xA1 or lead < 0xA1:
        return _ODD  # what GBK and cp949 added for completeness
    elif encoding == "cp949":
        first, second = 0xB0 <= lead <= 0xC8, lead >= 0xCA
    else:
        first, second = 0xB0 <= lead <= (0xCF if encoding == "euc_jp" else 0xD7), lead >= 0xD0
    return _COMMON if first else _SELDOM if second else _ODD


def _single(text: str, encoding: str) -> float:
    """How likely the letters of a script are, on average: about -1.5 to 1.0."""
    alphabet = _alphabet(_SINGLE[encoding])
    total, score = 0, 0.0
    before = " "
    for char in text:
        if char > "\x7f":
            total += 1
            worth = alphabet.get(char.lower())
            if worth is None:
                score += _SIGN if char in _SIGNS else _ODD
            elif char.isupper() and before.islower():
                score += _CAPITAL_INSIDE
            elif before.isascii() and before.isalpha():
                score += _SELDOM  # two scripts in a word
            elif before in _FINAL:
                score += _ODD
            else:
                score += worth
        before = char
    proven = _SINGLE[encoding] == "hebrew" and total >= _MANY
    return score / total + (_ONE_KIND if proven else 0.0) if total else 0.0


@cache
def _alphabet(script: str) -> dict[str, float]:
    letters = SCRIPTS[script]
    return {letter: 1.0 - rank / len(letters) for rank, letter in enumerate(letters)}
