"""Pages whose text layer is not what they show: a font that does not say what its glyphs mean.

Two witnesses are heard. pdfium knows, of each character, whether its font maps it to Unicode; where
it does not, the number of the glyph is given for the letter, which is right for some fonts (those
of TeX and of plotting programs) and gibberish for others. And in languages of Latin letters the
letters are about equally frequent, and vowels and consonants take turns: not so where an alphabet
is shifted or shuffled. Other scripts are never judged by their letters.
"""

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from enum import Enum, auto
from math import sqrt
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pypdfium2

_SAMPLE = 60
"""Characters of a page that pdfium is asked about."""
_LOOKED_AT = 2_000
_FEWEST_LETTERS = 60
"""Fewer prove nothing."""
_FEWEST_FOR_DOUBT = 300
_LANGUAGE, _NO_LANGUAGE = 2.2, 1.7
"""Of `Look.likeness`. Of 540 texts and pages in ten languages 4 are under the first and none under
the second, of their shifted and shuffled copies 99 and 85 in a hundred."""
_MOST_INNER_CAPITALS, _LONGEST_WORDS = 0.08, 14.0
_NO_LETTERS = frozenset({"Co", "Cn", "Cc"})
_ASCII = bytes(range(0x80))
_ASCII_LETTERS = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
_WORD = re.compile("[a-z]+")
_CHANGE = re.compile("[aeiouy](?=[b-df-hj-np-tv-xz])|[b-df-hj-np-tv-xz](?=[aeiouy])")
_INNER_CAPITAL = re.compile("[a-z](?=[A-Z])")
_FIRST_IDEOGRAPH, _NO_ALPHABET = 0x4E00, 0
_KANA = range(0x3000, 0x3100)
_VOWELS = "aeiouy"
# In a thousand letters of running text, without marks: a mean over languages of Europe.
_FREQUENCIES = "86 15 29 43 130 14 18 26 78 6 19 46 29 75 63 23 5 65 62 66 40 16 11 2 11 9"
_USUAL = dict(zip("abcdefghijklmnopqrstuvwxyz", map(int, _FREQUENCIES.split()), strict=True))
_MEAN = sum(_USUAL.values()) / len(_USUAL)
_SPREAD = sqrt(sum((each - _MEAN) ** 2 for each in _USUAL.values()))


class Verdict(Enum):
    """DOUBTFUL is what its letters make no language, though its font vouches for them."""

    SOUND = auto()
    DOUBTFUL = auto()
    GARBLED = auto()


class Look(NamedTuple):
    """What a text looks like. `likeness` to languages of Latin letters is about 2.8 for one;
    `inner_capitals` is their share of the letters that follow others, `word` the mean length."""

    likeness: float
    inner_capitals: float
    word: float

    @property
    def is_odd(self) -> bool:
        return self.inner_capitals > _MOST_INNER_CAPITALS or self.word > _LONGEST_WORDS

    @property
    def is_language(self) -> bool:
        return self.likeness >= _LANGUAGE and not self.is_odd

    @property
    def is_none(self) -> bool:
        """Surely no language, whatever its font says."""
        return self.likeness < _NO_LANGUAGE or (self.likeness < _LANGUAGE and self.is_odd)


def verdict(page_text: "pypdfium2.PdfTextpage", text: str) -> Verdict:
    """Whether the text of a page is what people read on it."""
    beginning = text[:_LOOKED_AT]
    if is_usual(beginning):
        return Verdict.SOUND
    signs = "".join(beginning.split())
    if not signs:
        return Verdict.SOUND
    if not signs.isascii() and sum(map(_means_nothing, signs)) * 3 > len(signs):
        return Verdict.GARBLED
    if _share_unmapped(page_text) > 0.5:
        return Verdict.SOUND if _reads_well(beginning, signs) else Verdict.GARBLED
    if len(signs) < _FEWEST_FOR_DOUBT:
        return Verdict.SOUND
    look = look_at(beginning)
    return Verdict.DOUBTFUL if look is not None and look.is_none else Verdict.SOUND


def look_at(text: str) -> Look | None:
    """None where a text has too few Latin letters, or most letters are of other scripts."""
    if not text.isascii():
        apart = unicodedata.normalize("NFD", text)
        text = "".join(each for each in apart if not unicodedata.combining(each))
    lowered = text.lower()
    words = len(_WORD.findall(lowered))
    counts = [lowered.count(each) for each in _USUAL]
    latin = sum(counts)
    if latin < _FEWEST_LETTERS or latin * 2 < sum(map(str.isalpha, text)):
        return None
    vowels = sum(map(lowered.count, _VOWELS)) / latin
    # To what it would be by chance.
    chance = 2 * vowels * (1 - vowels) * (latin - words)
    alternation = len(_CHANGE.findall(lowered)) / chance if chance else 0.0
    alike = _correlation(counts) + alternation + min(vowels, 0.4)
    pairs = max(1, latin - words)
    return Look(alike, len(_INNER_CAPITAL.findall(text)) / pairs, latin / words)


def _correlation(counts: Sequence[int]) -> float:
    mean = sum(counts) / len(_USUAL)
    spread = sqrt(sum((each - mean) ** 2 for each in counts))
    pairs = zip(counts, _USUAL.values(), strict=True)
    both = sum((count - mean) * (usual - _MEAN) for count, usual in pairs)
    return both / (spread * _SPREAD) if spread else 0.0


def is_usual(text: str) -> bool:
    """Whether it is letters and figures, a third of the letters those that are most frequent in
    most languages; or is of one other script: a quick look that spares most pages the thorough
    ones."""
    words = text[:_LOOKED_AT].split()
    signs = "".join(words)
    raw = signs.encode("utf-8", "replace")
    if 2 * len(raw) < 3 * len(signs) or len(raw) == len(signs):
        known, letters = _known_letters(raw)
        usual = len(raw) - len(raw.translate(None, b"eaintEAINT"))
        is_text = 5 * known > 3 * len(signs) and len(signs) < _LONGEST_WORDS * len(words)
        return is_text and 3 * usual >= letters
    alphabets = Counter(map(_alphabet, signs))
    del alphabets[_NO_ALPHABET]
    return bool(alphabets) and 3 * max(alphabets.values()) > 2 * len(signs)


def _known_letters(raw: bytes) -> tuple[int, int]:
    """How many letters and figures are in UTF-8, and how many letters. By lengths: asking each
    sign takes ten times as long, and every page is looked at."""
    others = raw.translate(None, _ASCII_LETTERS)
    letters = len(raw) - len(others)
    figures = len(others) - len(others.translate(None, b"0123456789"))
    if not others.isascii():
        letters += sum(map(str.isalpha, others.translate(None, _ASCII).decode("utf-8", "replace")))
    return letters + figures, letters


def _alphabet(sign: str) -> int:
    """Of what is not ASCII; Kana, Hangul and ideographs are one. Numbers of glyphs are rarely as
    high, and are of many alphabets."""
    code = ord(sign)
    if code < 0x80 or "\ue000" <= sign <= "\uf8ff" or sign == "\ufffd":
        return _NO_ALPHABET
    return _FIRST_IDEOGRAPH if code >= _FIRST_IDEOGRAPH or code in _KANA else code // 128


def _reads_well(text: str, signs: str) -> bool:
    """Whether the numbers of glyphs happen to be the letters. A few of them, among figures, are
    believed: axes of a plot."""
    if look := look_at(text):
        return look.is_language
    letters, figures = sum(map(str.isalpha, signs)), sum(map(str.isdecimal, signs))
    return letters < _FEWEST_LETTERS and 10 * (figures + letters) > 6 * len(signs)


def _share_unmapped(page_text: "pypdfium2.PdfTextpage") -> float:
    """Of the characters that the page draws: pdfium adds blanks and line ends of its own."""
    from pypdfium2 import raw

    count = page_text.count_chars()
    asked = unmapped = 0
    for index in range(0, count, max(1, count // _SAMPLE)):
        if raw.FPDFText_IsGenerated(page_text, index) != 1:
            asked += 1
            unmapped += raw.FPDFText_HasUnicodeMapError(page_text, index) == 1
    return unmapped / asked if asked else 0.0


def _means_nothing(sign: str) -> bool:
    return sign == "\ufffd" or (not sign.isascii() and unicodedata.category(sign) in _NO_LETTERS)
