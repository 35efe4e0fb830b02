"""What must stand in the text of a document's metadata where they pass a test.

To look for some letters in a text costs a tenth of what it costs SQLite to read it as JSON. So most
documents that do not pass a test on metadata are found out by their letters, and nothing has to be
indexed. A hint never decides that a document passes.
"""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta

from gristmill.schemas.filters.tree import Period, Value
from gristmill.storage.library.sqlite.database.within import Condition, all_of, any_of

# Letters that every writer of JSON leaves as they are.
_PLAIN = re.compile(r"[A-Za-z0-9 _.,:;@#()+-]+")
_MOST = 12
"""Texts to look for: more of them cost as much as JSON."""
_WHOLE = 10**15
"""From here on, floats are written with an exponent."""
_UNKNOWN = ""
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_OFFSET = timedelta(days=1)
"""No offset from UTC is greater."""


def of_name(names: Iterable[str]) -> list[str]:
    """What is in metadata that have something under these names, one in the other."""
    runs = [run for name in names for run in _PLAIN.findall(name)]
    return [max(runs, key=len)] if runs else []


def of_equal(values: Sequence[Value]) -> list[str]:
    """Texts of which one at least is in metadata that have one of the values; none where that
    cannot be told."""
    return _few([hint for value in values for hint in _of_value(value)])


def of_periods(values: Sequence[Value]) -> list[str]:
    """The same of metadata with a date in one of the values' periods."""
    return _few([hint for value in values for hint in _years(value.period)])


def hinted(hints: Sequence[str], test: Condition) -> Condition:
    """The same test, of which documents without any of the hints are spared."""
    if not hints:
        return test
    there = [Condition("instr(documents.metadata, ?) > 0", (hint,)) for hint in hints]
    return all_of([any_of(there), test])


def _few(hints: list[str]) -> list[str]:
    needed = list(dict.fromkeys(hints))
    return needed if all(needed) and len(needed) <= _MOST else []


def _of_value(value: Value) -> list[str]:
    texts = [value.text]
    if value.truth is not None:
        texts.append("true" if value.truth else "false")
    runs = [max(_PLAIN.findall(text), key=len, default="") for text in texts]
    return [*runs, *_number(value.number), *_years(value.period)]


def _number(number: float | None) -> list[str]:
    if number is None:
        return []
    whole = abs(number) < _WHOLE and number == int(number)
    return [str(abs(int(number)))] if whole else [_UNKNOWN]


def _years(period: Period | None) -> list[str]:
    """Of dates that lie in it. They may be written with another offset from UTC."""
    if period is None:
        return []
    try:
        first, end = (_EPOCH + timedelta(microseconds=each) for each in period)
        years = range((first - _OFFSET).year, (end + _OFFSET).year + 1)
    except OverflowError:
        return [_UNKNOWN]
    return [f"{year:04}" for year in years] if len(years) <= _MOST else [_UNKNOWN]
