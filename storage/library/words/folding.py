"""One spelling of a word, however it is written."""

import re
import unicodedata
from functools import lru_cache

from gristmill.storage.library.words.scripts import DROPPED_MARKS, LATIN_MARKS

_MARKS = re.compile(f"[{LATIN_MARKS}{DROPPED_MARKS}]")
_LETTERS = str.maketrans(
    {
        "ł": "l",
        "ø": "o",
        "ı": "i",
        "æ": "ae",
        "œ": "oe",
        "đ": "d",
        "ð": "d",
        "þ": "th",
        "ħ": "h",
        "ŧ": "t",
        "ŋ": "n",
        "ĸ": "k",
        "ə": "e",
        "ß": "ss",
        # One letter with several shapes, of which keyboards have different ones.
        "\u0622": "\u0627",
        "\u0623": "\u0627",
        "\u0625": "\u0627",
        "\u0671": "\u0627",
        "\u0649": "\u064a",
        "\u06cc": "\u064a",
        "\u06a9": "\u0643",
        "\u0629": "\u0647",
    }
)


_AT_ONCE = 128
"""Characters of a word that are folded together: Unicode's order of marks takes quadratic time."""


def fold(word: str) -> str:
    """Compatibility forms, case, accents and points away (UAX #15, NFKC; full case folding), and
    letters of a few languages as others write them: ß as ss, ø as o, æ as ae."""
    if len(word) <= _AT_ONCE:
        return _folded(word)
    return "".join(_folded(word[at : at + _AT_ONCE]) for at in range(0, len(word), _AT_ONCE))


@lru_cache(maxsize=50_000)
def _folded(word: str) -> str:
    if word.isascii():
        return word.lower()
    decomposed = unicodedata.normalize("NFKD", word).casefold()
    bare = _MARKS.sub("", unicodedata.normalize("NFKD", decomposed))
    return unicodedata.normalize("NFKC", bare).translate(_LETTERS)
