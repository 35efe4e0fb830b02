"""What a user types becomes an expression of FTS5, and never its syntax.

Words; "quoted phrases"; `word*` for everything that begins so; `-word` for what must not be there.

What a query may ask is bounded. To look for a prefix is to merge all words that begin so, a
hundred times the work of a word where it is one letter. An index of prefixes (`prefix='1'`) would
spare most of that, and was not worth it: each commit took 18% more CPU and the file 11% more room,
with two letters 35% and 29%.
"""

import re
import unicodedata
from typing import NamedTuple

from gristmill.schemas.errors import InvalidQuery
from gristmill.storage.library.sqlite.storable import storable

_PARTS = re.compile(r'(-?)"([^"]*)"(\*?)|(\S+)')
# Words that are in every other text: without them the fallback to OR does not score them all.
_COMMON = re.compile(
    "a|an|and|are|as|at|be|by|for|from|how|in|is|it|of|on|or|that|the|this|to|was|what|when|where|"
    "which|who|why|with",
    re.IGNORECASE,
)
_OPTION = re.compile(r"-\w|--.*")  # a program's option, as in "python -m", is nothing to leave out
MAX_WORDS = 64
"""Whoever pastes a page as a query is served: what follows these is not looked for."""
MAX_PREFIXES = 8


class Query(NamedTuple):
    """`every`: an expression for chunks with all words; `some`: one for chunks with any of them,
    None for a single word. `words` are the plain words, folded, for comparing with titles."""

    every: str
    some: str | None
    words: tuple[str, ...]


class _Term(NamedTuple):
    text: str
    excluded: bool
    prefix: bool

    @property
    def quoted(self) -> str:
        text = self.text.replace('"', '""')
        return f'"{text}"*' if self.prefix else f'"{text}"'


def parse(text: str) -> Query:
    """Raises InvalidQuery where no word is left to look for, or too many prefixes are."""
    terms = _bounded([term for term in _terms(storable(text)) if fold(term.text)])
    wanted = [term for term in terms if not term.excluded]
    if not wanted:
        raise InvalidQuery("the query has no word to look for")
    unwanted = [term.quoted for term in terms if term.excluded]
    telling = [term for term in wanted if not _COMMON.fullmatch(term.text)] or wanted
    return Query(
        _without(" AND ".join(term.quoted for term in wanted), unwanted),
        _without(" OR ".join(term.quoted for term in telling), unwanted) if wanted[1:] else None,
        tuple(word for term in wanted for word in fold(term.text)),
    )


def _bounded(terms: list[_Term]) -> list[_Term]:
    """The terms that count, of MAX_WORDS words. A phrase is looked for whole or not at all."""
    room, counted = MAX_WORDS, []
    for term in terms:
        room -= len(fold(term.text))
        if room < 0:
            break
        counted.append(term)
    if terms and not counted:
        raise InvalidQuery(f"the query begins with a phrase of more than {MAX_WORDS} words")
    prefixes = sum(term.prefix for term in counted)
    if prefixes > MAX_PREFIXES:
        raise InvalidQuery(
            f"the query has {prefixes} words with a star, {MAX_PREFIXES} are allowed; write more "
            "of them out"
        )
    return counted


def _without(wanted: str, unwanted: list[str]) -> str:
    return f"({wanted}) NOT ({' OR '.join(unwanted)})" if unwanted else wanted


def _terms(text: str) -> list[_Term]:
    terms = []
    for minus, phrase, star, word in _PARTS.findall(text.replace("\0", " ")):
        if word:
            plain = word.removeprefix("-")
            excluded = plain != word and not _OPTION.fullmatch(word)
            terms.append(_Term(plain.rstrip("*"), excluded, plain.endswith("*")))
        else:
            terms.append(_Term(phrase, bool(minus), bool(star)))
    return terms


def fold(text: str) -> tuple[str, ...]:
    """The words of a text as the tokenizer finds them, without case and accents."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    bare = "".join(char for char in decomposed if not unicodedata.combining(char))
    return tuple("".join(char if char.isalnum() else " " for char in bare).split())
