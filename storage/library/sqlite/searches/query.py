"""What a user types becomes an expression of FTS5, and never its syntax.

Words; "quoted phrases"; `word*` for everything that begins so; `-word` for what must not be there;
`title:word` for what must be in the title. What is none of these is searched as words, and said
(`docs/searching.md`).

What a query may ask is bounded. To look for a prefix is to merge all words that begin so, a
hundred times the work of a word where it is one letter. An index of prefixes (`prefix='1'`) would
spare most of that, and was not worth it: each commit took 18% more CPU and the file 11% more room,
with two letters 35% and 29%.
"""

import re
from collections.abc import Callable, Iterator, Sequence
from typing import NamedTuple

from gristmill.schemas.problems.errors import InvalidQuery
from gristmill.storage.library.sqlite.database.storable import storable
from gristmill.storage.library.sqlite.searches.misunderstood import MAX_WORDS, notes_on
from gristmill.storage.library.words.scripts import PARTICLES, unspaced
from gristmill.storage.library.words.words import words

_PARTS = re.compile(r'(-?)(title:)?"([^"]*)"(\*?)|(\S+)', re.IGNORECASE)
_FIELD = re.compile(r"-?title:(?=\w)", re.IGNORECASE)
# Words that are in every other text: without them the fallback to OR does not score them all.
_COMMON = re.compile(
    "a|an|and|are|as|at|be|by|for|from|how|in|is|it|of|on|or|that|the|this|to|was|what|when|where|"
    "which|who|why|with",
    re.IGNORECASE,
)
_OPTION = re.compile(r"-\w|--.*")  # a program's option, as in "python -m", is nothing to leave out
MAX_PREFIXES = 8
_LONG = 5
"""Letters of a word that is looked for as the beginning of others where nothing else is found."""
_LONGEST_WORD = 4
"""Pairs of letters of a word that is looked for as a whole."""
Inflect = Callable[[str], tuple[str, ...]]
"""From a word as it is written to its other forms, folded, that are looked for as well."""


class Query(NamedTuple):
    """`every`: an expression for chunks with all words; `some`: one for chunks with any of them,
    None for a single word. `words` are the plain words, folded, for comparing with titles;
    `wanted` are those to mark in a text, each with whether it is only the beginning of one.
    `notes` say what was not understood. `lengthened` is the query with long words as beginnings
    of others, None where it has none. `needed` are the terms of `every` without words that are in
    every other text, `choices` those of which a chunk has some."""

    every: str
    some: str | None
    words: tuple[str, ...]
    wanted: tuple[tuple[str, bool], ...] = ()
    notes: tuple[str, ...] = ()
    lengthened: "Query | None" = None
    needed: tuple[str, ...] = ()
    choices: tuple[str, ...] = ()
    titled: str = ""
    unwanted: tuple[str, ...] = ()

    def with_all(self, terms: Sequence[str]) -> str:
        """An expression for chunks with all of these terms."""
        return _without(" AND ".join(terms), self.unwanted)

    def with_some(self, rare: Sequence[str], common: Sequence[str] = ()) -> str:
        """An expression for chunks with any of `rare` of its choices and, where there are any, of
        `common`. What has to be in the title has to be there all the same."""
        groups = [" OR ".join(group) for group in (rare, common) if group]
        parts = [f"({group})" if self.titled or len(groups) > 1 else group for group in groups]
        return _without(
            " AND ".join([self.titled, *parts] if self.titled else parts), self.unwanted
        )


class _Term(NamedTuple):
    """What has to stand side by side. `common`: it says little where there is anything else."""

    words: tuple[str, ...]
    excluded: bool
    prefix: bool
    common: bool = False
    titled: bool = False
    free: bool = False
    """Whether it is a word that stands by itself, with nothing said of it."""
    forms: tuple[str, ...] = ()
    """Of a single word: others, any of which will do as well."""

    @property
    def quoted(self) -> str:
        column = "title : " if self.titled else ""
        if self.forms and not self.prefix:
            any_form = " OR ".join(f'"{form}"' for form in (*self.words, *self.forms))
            return f"{column}({any_form})"
        text = " ".join(self.words)
        return f'{column}"{text}"*' if self.prefix else f'{column}"{text}"'


def _as_written(_: str) -> tuple[str, ...]:
    """No other forms."""
    return ()


def parse(text: str, inflect: Inflect = _as_written) -> Query:
    """Raises InvalidQuery where no word is left to look for, or too many prefixes are."""
    text = storable(text)
    terms = list(_terms(text, inflect))
    counted = _bounded(terms)
    plain = fold(_FIELD.sub(" ", text))[:MAX_WORDS]
    query = _query(counted, plain)
    longer = _lengthened(counted)
    return query._replace(
        notes=tuple(notes_on(text, cut=len(counted) < len(terms))),
        lengthened=None if longer == counted else _query(longer, plain),
    )


def meant(text: str) -> str:
    """What of a query says what is looked for: its words, without the signs of the language, and
    without what must not be there."""
    said = []
    for minus, _, phrase, _, word in _PARTS.findall(text):
        if not word:
            said.append("" if minus else phrase)
        elif not word.startswith("-") or _OPTION.fullmatch(word):
            said.append(_FIELD.sub("", word).rstrip("*"))
    return " ".join(filter(None, said))


def is_narrowed(text: str) -> bool:
    """Whether a query bars something whatever its meaning, by `-without` or `title:`. Raises
    InvalidQuery."""
    query = parse(text)
    return bool(query.unwanted or query.titled)


def _query(terms: list[_Term], words: tuple[str, ...]) -> Query:
    wanted = [term for term in terms if not term.excluded]
    if not wanted:
        raise InvalidQuery("the query has no word to look for")
    unwanted = tuple(term.quoted for term in terms if term.excluded)
    telling = [term for term in wanted if not term.common] or wanted
    needed = [term for term in wanted if not PARTICLES.fullmatch("".join(term.words))] or wanted
    query = Query(
        _without(" AND ".join(term.quoted for term in needed), unwanted),
        None,
        words,
        tuple((word, term.prefix) for term in telling for word in (*term.words, *term.forms)),
        needed=tuple(term.quoted for term in needed if not term.common)
        or tuple(term.quoted for term in needed),
        choices=tuple(term.quoted for term in telling if not term.titled),
        titled=" AND ".join(term.quoted for term in wanted if term.titled),
        unwanted=unwanted,
    )
    if len(wanted) == 1 or not query.choices:
        return query
    return query._replace(some=query.with_some(query.choices))


def _lengthened(terms: list[_Term]) -> list[_Term]:
    """The terms, with long words as beginnings of others: as long ones are in German."""
    room = MAX_PREFIXES - sum(term.prefix for term in terms)
    longer = []
    for term in terms:
        if room > 0 and term.free and len(term.words[0]) >= _LONG:
            term = term._replace(prefix=True)
            room -= 1
        longer.append(term)
    return longer


def _bounded(terms: list[_Term]) -> list[_Term]:
    """The terms that count, of MAX_WORDS words. A phrase is looked for whole or not at all."""
    room, counted = MAX_WORDS, []
    for term in terms:
        room -= len(term.words)
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


def _without(wanted: str, unwanted: Sequence[str]) -> str:
    return f"({wanted}) NOT ({' OR '.join(unwanted)})" if unwanted else wanted


def _terms(text: str, inflect: Inflect) -> Iterator[_Term]:
    for minus, field, phrase, star, word in _PARTS.findall(text.replace("\0", " ")):
        if not word:
            if found := _side_by_side(phrase):
                yield _Term(found, bool(minus), bool(star), titled=bool(field))
            continue
        plain = word.removeprefix("-")
        excluded = plain != word and not _OPTION.fullmatch(word)
        titled = _FIELD.match(plain)
        if titled is None:
            yield from _of_word(plain, excluded, inflect)
        else:
            yield from (
                term._replace(titled=True, common=False, free=False)
                for term in _of_word(plain[titled.end() :], excluded, inflect)
            )


def _of_word(word: str, excluded: bool, inflect: Inflect) -> Iterator[_Term]:
    """The terms in what stands between blanks. One that is written with signs (`node.js`, `3.11`)
    is a phrase; of a long run without blanks, nobody knows which letters are a word."""
    prefix = word.endswith("*")
    bare = word.rstrip("*")
    runs = [] if bare.isascii() else [found[0] for found in unspaced().finditer(bare)]
    if not runs:
        if found := _side_by_side(bare):
            free = len(found) == 1 and not excluded and not prefix
            common = _COMMON.fullmatch(bare) is not None
            forms = inflect(bare) if len(found) == 1 and not prefix and not common else ()
            yield _Term(found, excluded, prefix, common, free=free, forms=forms)
        return
    for piece in _pieces(bare):
        found = _side_by_side(piece)
        if not found:
            continue
        if len(found) == 1 and len(piece) == 1 and unspaced().fullmatch(piece):
            # A single letter begins the pairs that it is in.
            yield _Term(found, excluded, prefix=True, common=bool(PARTICLES.fullmatch(piece)))
        elif len(found) <= _LONGEST_WORD or not unspaced().fullmatch(piece):
            yield _Term(found, excluded, prefix, bool(PARTICLES.fullmatch(piece)))
        else:
            yield from (_Term((pair,), excluded, False) for pair in dict.fromkeys(found))


def _pieces(word: str) -> Iterator[str]:
    at = 0
    for run in unspaced().finditer(word):
        yield word[at : run.start()]
        yield run[0]
        at = run.end()
    yield word[at:]


def _side_by_side(text: str) -> tuple[str, ...]:
    """The words of a phrase. The last letter of a run stands alone in the index only where the
    run ends, so it is looked for only where it is all there is."""
    found = list(words(text))
    return tuple(
        word.folded
        for number, word in enumerate(found)
        if not (word.alone and number and found[number - 1].end == word.end)
    )


def fold(text: str) -> tuple[str, ...]:
    """The words of a text as they are indexed, but for English endings."""
    return tuple(word.folded for word in words(text))
