"""What of a query is no part of its language, in sentences: it was searched as words."""

import re
from collections.abc import Iterator

MAX_WORDS = 64
"""Whoever pastes a page as a query is served: what follows these is not looked for."""

_PHRASE = re.compile(r'"[^"]*"')
_OPERATOR = re.compile(r"(?<!\S)\(*(AND|OR|NOT|NEAR)\b(?=[\s(]|$)")
_FIELD = re.compile(r"(?<!\S)-?([A-Za-z_]{2,20}):(?=[\w*])")
_STAR = re.compile(r"\S*\w\*+\w\S*|(?<!\S)\*+\w\S*")
_MOST_CHARS = 60
"""Of what is quoted."""


def notes_on(text: str, *, cut: bool) -> Iterator[str]:
    """`cut`: whether words at the end were left out."""
    outside = _PHRASE.sub(" ", text)
    if '"' in outside:
        yield "a quotation mark has no other one: it was left out"
    for operator in dict.fromkeys(_OPERATOR.findall(outside)):
        yield f"{operator} is no operator here: it was searched as a word"
    for field in dict.fromkeys(_FIELD.findall(outside)):
        if field.lower() != "title":
            yield f"{field}: is no field that can be asked for: it was searched as a word"
    for word in list(dict.fromkeys(_STAR.findall(outside)))[:3]:
        yield f"{word[:_MOST_CHARS]}: a star counts only at the end of a word: it was left out"
    if cut:
        yield f"only the first {MAX_WORDS} words were looked for"
