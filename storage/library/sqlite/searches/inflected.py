"""A query's words in their other forms, in the languages of the documents that are searched.

Which languages these are is told by a sample: by `language` in the metadata, which a document says
of itself or has from the step of that name. Only forms that the index has are looked for.
"""

import json
import sqlite3
from collections import Counter

from gristmill.storage.library.sqlite.database.within import Condition
from gristmill.storage.library.sqlite.searches.query import Query, parse
from gristmill.storage.library.sqlite.searches.ranking import those_there
from gristmill.storage.library.words.inflecting import forms, is_inflected
from gristmill.storage.library.words.stemming import stem
from gristmill.storage.library.words.words import words

_SAMPLE = 120
_SHARE = 4
"""A language counts that one in so many of the sample are in. Forms of a rarer one would cost the
questions in the others more than they bring: on Cranfield, .56 with forms in German and French and
.576 without."""
_GOLDEN = 0.6180339887498949
"""Multiples of it fall evenly, and into no rhythm that documents come in."""
_LAST = "SELECT max(id) FROM documents"
_SAID = (
    "SELECT json_extract(metadata, '$.language'), {passes} FROM documents"
    " WHERE id IN (SELECT value FROM json_each(?))"
)
_ALL = Condition("1", ())


def inflected(db: sqlite3.Connection, text: str, where: Condition | None) -> Query:
    """A query as `parse` has it, each of its plain words with the forms that there are. Raises
    InvalidQuery."""
    spoken = languages(db, where)
    if not spoken:
        return parse(text)

    def inflect(word: str) -> tuple[str, ...]:
        found = list(words(word))
        if len(found) != 1:
            return ()
        only = found[0]
        written = word[only.start : only.end]
        # What ends as English words do is one word to the index, and would count as two.
        others = {stem(form): form for language in spoken for form in forms(written, language)}
        others.pop(stem(only.folded), None)
        return those_there(db, list(others.values()))

    return parse(text, inflect)


def languages(db: sqlite3.Connection, where: Condition | None) -> tuple[str, ...]:
    """The languages with forms (ISO 639-1) of the documents that pass, the commonest first."""
    test = where or _ALL
    given = (*test.values, json.dumps(_sampled(db)))
    rows = db.execute(_SAID.format(passes=test.told), given).fetchall()
    # Of a few among very many, the sample may have none.
    said = [said for said, passes in rows if passes] or [each for each, _ in rows]
    counted = Counter(_primary(each) for each in said if isinstance(each, str))
    return tuple(
        language
        for language, count in counted.most_common()
        if is_inflected(language) and count * _SHARE >= len(said)
    )


def _sampled(db: sqlite3.Connection) -> list[int]:
    (last,) = db.execute(_LAST).fetchone()
    if last is None or last <= _SAMPLE:
        return list(range(1, (last or 0) + 1))
    return sorted({1 + int(last * (number * _GOLDEN % 1)) for number in range(_SAMPLE)})


def _primary(tag: str) -> str:
    """Of `pt-BR`, `pt`."""
    return tag.replace("_", "-").partition("-")[0].lower()
