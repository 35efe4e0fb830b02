"""Another spelling of a query that finds nothing: the nearest words that the library has.

Each spelling that is one letter away is asked for in the index, some hundreds for a word. The
vocabulary of FTS5 (`fts5vocab`) would have to count the postings of all words of a range. What is
suggested finds something in the very collection that was asked: it tells nothing of others.
"""

import re
import sqlite3
from collections.abc import Iterator

from gristmill.storage.library.sqlite.database.within import Condition
from gristmill.storage.library.sqlite.database.word_index import INDEX
from gristmill.storage.library.sqlite.searches.query import parse
from gristmill.storage.library.sqlite.searches.search import search
from gristmill.storage.library.words.folding import fold
from gristmill.storage.library.words.stemming import stem
from gristmill.storage.library.words.words import words

_WORD = re.compile(r"[^\W\d_]{4,20}")
_MOST_WORDS, _MOST_SPELLINGS = 3, 4
_COUNTED = 50
"""A word in more chunks than this is no better than one in as many."""
_ALPHABETS = (
    "abcdefghijklmnopqrstuvwxyz",
    "".join(map(chr, range(0x430, 0x450))),
    "".join(map(chr, range(0x3B1, 0x3CA))),
)
_COUNT = f"SELECT count(*) FROM (SELECT 1 FROM {INDEX} WHERE {INDEX} MATCH ? LIMIT {_COUNTED})"
_WRITTEN = f"SELECT rowid FROM {INDEX} WHERE {INDEX} MATCH ? LIMIT 1"
_TEXTS = (
    "SELECT documents.title, chunks.headings, chunks.text FROM chunks"
    " JOIN documents ON documents.id = chunks.document WHERE chunks.id = ?"
)


def suggestion(db: sqlite3.Connection, text: str, where: Condition | None) -> str | None:
    """The query with words that the library has in place of those that it has not; None where
    there are none, or too many of these."""
    unknown = [found for found in _WORD.finditer(text) if not _count(db, fold(found[0]))]
    if not 0 < len(unknown) <= _MOST_WORDS:
        return None
    better = text
    for found in reversed(unknown):
        spelled = _nearest(db, fold(found[0]), where)
        if spelled is None:
            return None
        better = better[: found.start()] + spelled + better[found.end() :]
    return better if search(db, parse(better), where, 1) else None


def _nearest(db: sqlite3.Connection, word: str, where: Condition | None) -> str | None:
    counted = [(_count(db, other), other) for other in dict.fromkeys(_spellings(word))]
    best = sorted((-count, other) for count, other in counted if count)[:_MOST_SPELLINGS]
    for _, other in best:
        hits = search(db, parse(f'"{other}"'), where, 1)
        if hits:
            return _as_written(db, other)
    return None


def _count(db: sqlite3.Connection, word: str) -> int:
    (count,) = db.execute(_COUNT, (f'"{word}"',)).fetchone()
    return int(count)


def _as_written(db: sqlite3.Connection, word: str) -> str:
    """The index knows words without their endings: some text has one that is spelled in full."""
    (row,) = db.execute(_WRITTEN, (f'"{word}"',)).fetchone()
    texts = db.execute(_TEXTS, (row,)).fetchone() or ()
    found = [each.folded for text in texts if text for each in words(text)]
    same = [each for each in found if stem(each) == stem(word)]
    return word if word in same or not same else same[0]


def _spellings(word: str) -> Iterator[str]:
    """All that are one letter more, less or other, or have two in the other order."""
    letters = next((each for each in _ALPHABETS if word[0] in each), "")
    for at in range(len(word) + 1):
        before, after = word[:at], word[at:]
        if after:
            yield before + after[1:]
        if after[1:]:
            yield before + after[1] + after[0] + after[2:]
        for letter in letters:
            yield before + letter + after
            if after:
                yield before + letter + after[1:]
