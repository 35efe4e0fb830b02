"""What a value in a filter may be taken for: a number, a period of time, yes or no."""

import re
from datetime import datetime

from gristmill.schemas.filters.tree import Period, Value

_NUMBER = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,4})?", re.ASCII)
_MOST_DIGITS = 400
_BIGGEST = 2**63 - 1
"""The largest whole number that is compared exactly."""
_DATE = re.compile(
    r"(?P<year>\d{4})(-(?P<month>\d\d)(-(?P<day>\d\d)([T ](?P<hour>\d\d):(?P<minute>\d\d)"
    r"(:(?P<second>\d\d)(\.(?P<fraction>\d{1,6}))?)?(Z|(?P<sign>[+-])(?P<off_h>\d\d):?(?P<off_m>"
    r"\d\d))?)?)?)?",
    re.ASCII,
)
_EPOCH = datetime(1970, 1, 1)
_SECOND = 1_000_000
_MINUTE, _DAY = 60 * _SECOND, 86_400 * _SECOND
_MONTHS, _DAYS = 12, 31
_TRUTH = {"true": True, "false": False}


def value_of(text: str, *, quoted: bool) -> Value:
    """A value as it stands. In quotes it is a text or a date, and no number."""
    if quoted:
        return Value(text, period=period_of(text))
    return Value(text, _number(text), period_of(text), _TRUTH.get(text.lower()))


def _number(text: str) -> int | float | None:
    if len(text) > _MOST_DIGITS or not _NUMBER.fullmatch(text):
        return None
    try:
        whole = int(text)
    except ValueError:
        return float(text)
    return whole if abs(whole) <= _BIGGEST else float(whole)


def period_of(text: str) -> Period | None:
    """The year, month, day, minute or second that a date in ISO 8601 is; without an offset it is
    meant in UTC. None for anything else."""
    found = _DATE.fullmatch(text)
    if found is None:
        return None
    year, month, day = (int(found[name] or 1) for name in ("year", "month", "day"))
    hour, minute, second = (int(found[name] or 0) for name in ("hour", "minute", "second"))
    off = 60 * int(found["off_h"] or 0) + int(found["off_m"] or 0)
    try:
        first = _micros(datetime(year, month, day, hour, minute, second))
    except ValueError:
        return None
    if found["fraction"]:
        first += int(found["fraction"].ljust(6, "0"))
        length = 1
    elif found["second"]:
        length = _SECOND
    elif found["hour"]:
        length = _MINUTE
    elif found["day"]:
        length = _DAY
    else:
        length = _rest(year, month if found["month"] else None, first)
    first -= (-off if found["sign"] == "-" else off) * _MINUTE
    return Period(first, first + length)


def _rest(year: int, month: int | None, first: int) -> int:
    """How long a month, or a whole year, is that begins at `first`."""
    if month is not None and month < _MONTHS:
        return _micros(datetime(year, month + 1, 1)) - first
    # No calendar here goes on after its last year.
    december = datetime(year, _MONTHS, 1)
    return _micros(december) + _DAYS * _DAY - first


def _micros(moment: datetime) -> int:
    since = moment - _EPOCH
    return (since.days * 86_400 + since.seconds) * _SECOND
