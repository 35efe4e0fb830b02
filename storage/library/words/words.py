"""The words of a text, in their order: one function for texts, titles and queries.

What stands between blanks is folded; the index itself takes English endings away. Scripts without
blanks are read as pairs of letters, each letter with the next: a word of any length is found as the
pairs that it is made of, side by side, and no dictionary has to know it. The last letter of a run
stands alone, so that every letter begins something. Programmers' names are words of their own
(`C++`, `C#`, `.NET`), and `camelCase` is found by its parts as well, which follow behind the text.
"""

import re
from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

from gristmill.storage.library.words.folding import fold
from gristmill.storage.library.words.scripts import LETTER, WORD, any_unspaced, unspaced

_SIGNED = re.compile(r"(?<![^\W_])(?:([A-Za-z]{1,16})(\+\+)|([A-Za-z])(#)|(\.)(NET))(?![\w+#])")
_SIGNS = {"++": "plusplus", "#": "sharp"}
_CAMEL = re.compile(r"[a-z][A-Z]|[A-Z][A-Z][a-z]")
_CAMEL_PART = re.compile(r"[A-Z]{2,}(?![a-z])|[A-Z][a-z]+|[a-z]{2,}|[0-9]{2,}")
"""Of two letters or more: the p of `pH` is no word that anybody looks for, and would count as the
one of "P. falciparum"."""
_ODD = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9]*+(?:[^\x00-\x7f]++[A-Za-z0-9]*+)++")
"""Letters and digits with what is not ASCII between them: mostly a word, or a dash."""
_MIXED = re.compile("[A-Za-z0-9]+")


class Word(NamedTuple):
    """`text[start:end]` as it is looked for. `alone`: the last letter of a run without blanks."""

    start: int
    end: int
    folded: str
    alone: bool = False


def indexed(text: str | None) -> str | None:
    """A text as the index gets it, which splits it at what is no letter and no digit."""
    if text is None:
        return None
    behind = parts(text)
    if _has_signs(text):
        text = _SIGNED.sub(_named, text)
    if not text.isascii():
        text = _ODD.sub(_spelled, text)
    return f"{text}\n{' '.join(behind)}" if behind else text


def words(text: str) -> Iterator[Word]:
    """The words of a text with their places, in order; pairs of letters overlap."""
    at = 0
    text = text.replace("_", " ")
    for signed in _SIGNED.finditer(text) if _has_signs(text) else ():
        yield from _plain(text, at, signed.start())
        yield Word(signed.start(), signed.end(), _named(signed))
        at = signed.end()
    yield from _plain(text, at, len(text))


def _has_signs(text: str) -> bool:
    # To look for the pattern takes longer than all the rest.
    return "++" in text or "#" in text or ".NET" in text


def _named(signed: "re.Match[str]") -> str:
    if signed[6]:
        return "dotnet"
    name, sign = signed[1] or signed[3], signed[2] or signed[4]
    return name.lower() + _SIGNS[sign]


def _spelled(odd: "re.Match[str]") -> str:
    """Nothing but words: what is neither in them nor known to the index would cut them."""
    found = (word.folded for word in _plain(odd[0], 0, len(odd[0])))
    return f" {' '.join(found)} "


def _plain(text: str, start: int, end: int) -> Iterator[Word]:
    for found in WORD.finditer(text, start, end):
        word = found[0]
        if word.isascii():
            yield Word(found.start(), found.end(), word.lower())
        else:
            yield from _other(word, found.start())


def _other(word: str, start: int) -> Iterator[Word]:
    """A word that is not plain ASCII; part of it may be of a script without blanks."""
    if any_unspaced().search(word) is None:
        yield from _folded(word, start)
        return
    at = 0
    for run in unspaced().finditer(word):
        yield from _folded(word[at : run.start()], start + at)
        yield from _pairs(run[0], start + run.start())
        at = run.end()
    yield from _folded(word[at:], start + at)


def _folded(word: str, start: int) -> Iterator[Word]:
    end = start + len(word)
    whole = fold(word)
    if whole.isalnum() and any_unspaced().search(whole) is None:
        yield Word(start, end, whole)
        return
    for part in WORD.findall(whole):
        # What is folded may be of a script without blanks where the word was not: half width kana.
        if any_unspaced().search(part):
            yield from (Word(start, end, *each[2:]) for each in _pairs(part, 0))
        else:
            yield Word(start, end, part)


def _pairs(run: str, start: int) -> Iterator[Word]:
    places = [found.span() for found in LETTER.finditer(run)]
    for (first, _), (_, last) in pairwise(places):
        yield Word(start + first, start + last, fold(run[first:last]))
    first, last = places[-1]
    yield Word(start + first, start + last, fold(run[first:last]), alone=True)


def parts(text: str) -> list[str]:
    """What `camelCase` and `HTTPServer` are made of, for all such words of a text."""
    if not _CAMEL.search(text):
        return []
    return [
        part
        for word in _MIXED.findall(text)
        if not word[1:].islower() and _CAMEL.search(word)
        for part in _CAMEL_PART.findall(word)
    ]
