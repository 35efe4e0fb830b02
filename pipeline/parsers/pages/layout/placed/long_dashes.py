"""Whether a line may have a dash where liteparse says a hyphen, which is all that it knows: a dash
is three times as wide."""

import re
from typing import Any

_INSIDE = re.compile(r"\w\S?-(?:\S?\w|\Z)")
_ANYWHERE = re.compile(r"\w\S?-(?:\S?\w|\s|\Z)")
"""The same in a text of several words."""
_WIDER = 0.72
"""Of the font's size: no hyphen is as wide."""
_NARROW, _WIDE = frozenset("fijlrtI.,:;'\"!()[]|/"), frozenset("mwMWQO@%&")
_USUAL, _SMALL, _LARGE, _CAPITAL = 0.5, 0.3, 0.8, 0.68


class _Widths(dict[str, float]):
    """Of the font's size: how wide letters are in most fonts, about; a hyphen counts for none."""

    def __missing__(self, sign: str) -> float:
        self[sign] = width = _CAPITAL if sign.isupper() else _USUAL
        return width


_WIDTHS = _Widths({"-": 0.0, **dict.fromkeys(_WIDE, _LARGE), **dict.fromkeys(_NARROW, _SMALL)})


def may_have_dash(text: str, item: Any, size: float) -> bool:
    """`item` is one of liteparse's pieces, with its text and the boxes of its words."""
    if _ANYWHERE.search(text) is None:
        return False
    words = [(word.text, word.width) for word in item.words]
    plain = [(text, width) for text, width in words if "-" not in text]
    guessed = size * sum(map(_letters, (text for text, _ in plain)))
    scale = sum(width for _, width in plain) / guessed if guessed else 1.0
    return any(
        width - scale * size * _letters(text) > _WIDER * size * text.count("-")
        for text, width in words
        if _INSIDE.search(text)
    )


def _letters(text: str) -> float:
    """How wide the letters of a word are, in ems, without its hyphens."""
    return sum(map(_WIDTHS.__getitem__, text))
