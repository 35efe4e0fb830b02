"""Which texts of a labelled page are content: those whose words stand in its true main text."""

import re
from collections.abc import Sequence

_WORD = re.compile(r"\w+")
_GRAM = 3


def words_of(text: str) -> list[str]:
    return _WORD.findall(text.lower())


def shares_of(texts: Sequence[str], truth: str) -> list[float]:
    """For each text the share of its three-word shingles that the truth has; 0 or 1 for a text
    of fewer words, which has to be a line of the truth or to continue its neighbours there."""
    wanted = words_of(truth)
    grams = set(zip(wanted, wanted[1:], wanted[2:], strict=False))
    lines = {" ".join(words_of(line)) for line in truth.split("\n")}
    words = [words_of(text) for text in texts]
    shares = []
    for place, own in enumerate(words):
        if len(own) >= _GRAM:
            found = [gram in grams for gram in zip(own, own[1:], own[2:], strict=False)]
            shares.append(sum(found) / len(found))
        else:
            whole = " ".join(own) in lines or _continues(words, place, grams)
            shares.append(float(bool(own) and whole))
    return shares


def _continues(words: Sequence[list[str]], place: int, grams: set[tuple[str, str, str]]) -> bool:
    before = _some(words[max(0, place - 8) : place][::-1], last=True)
    after = _some(words[place + 1 : place + 9], last=False)
    ways = (before + words[place], words[place] + after)
    return any(gram in grams for way in ways for gram in zip(way, way[1:], way[2:], strict=False))


def _some(neighbours: Sequence[list[str]], last: bool) -> list[str]:
    """Two words, from as many neighbours as it takes."""
    found: list[str] = []
    for words in neighbours:
        found = words[-2:] + found if last else found + words[:2]
        if len(found) >= _GRAM - 1:
            break
    return found[-2:] if last else found[:2]
