"""The marks of list items, as browsers show them (HTML, 4.4.5 and 4.4.8)."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from lxml.etree import _Element

_ROMAN = tuple(
    zip(
        (1000, 900, 500, 400, 100, 90, 50, 40, 10, 9, 5, 4, 1),
        ("m", "cm", "d", "cd", "c", "xc", "l", "xl", "x", "ix", "v", "iv", "i"),
        strict=True,
    )
)
_MOST_ROMAN = 4_000
_LETTERS = 26


def marked(list_: "_Element") -> Iterator[tuple["_Element", str]]:
    """Every child element of a list with the mark in front of it."""
    items = [each for each in list_ if isinstance(each.tag, str)]
    ordered, kind = list_.tag == "ol", list_.get("type") or "1"
    backwards = ordered and list_.get("reversed") is not None
    count = sum(each.tag == "li" for each in items)
    number = _number(list_.get("start"), count if backwards else 1)
    for item in items:
        if list_.tag == "dl":
            yield item, "  " if item.tag == "dd" else ""
        elif not ordered:
            yield item, "- "
        else:
            number = _number(item.get("value"), number)
            yield item, f"{_written(number, item.get('type') or kind)}. "
            if item.tag == "li":
                number += -1 if backwards else 1


def _number(given: str | None, default: int) -> int:
    text = (given or "").strip()
    digits = text.removeprefix("-")
    return int(text) if digits.isascii() and digits.isdecimal() and len(digits) < 9 else default


def _written(number: int, kind: str) -> str:
    if kind in ("a", "A") and number > 0:
        letters = ""
        while number:
            number, place = divmod(number - 1, _LETTERS)
            letters = chr(ord("a") + place) + letters
        return letters if kind == "a" else letters.upper()
    if kind in ("i", "I") and 0 < number < _MOST_ROMAN:
        roman = ""
        for value, sign in _ROMAN:
            times, number = divmod(number, value)
            roman += sign * times
        return roman if kind == "i" else roman.upper()
    return str(number)
