"""Dates and times by their format: whole dates in ISO 8601, whatever order the format has; of a
date that is shown in part, that part; elapsed time in hours, minutes or seconds."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from gristmill.pipeline.parsers.office.numbers.sections import Part

_EPOCH, _EPOCH_1904 = datetime(1899, 12, 30), datetime(1904, 1, 1)
_LARGEST_SERIAL = 2_958_466  # the end of the year 9999
_LEAP_DAY = 60  # 1900-02-29, which spreadsheets have and calendars do not
_MONTHS = (
    *("January", "February", "March", "April", "May", "June", "July"),
    *("August", "September", "October", "November", "December"),
)
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def as_moment(serial: float, parts: Sequence[Part], since_1904: bool = False) -> str | None:
    """A serial number of days as a date, a time of day, or a span; None where it is none."""
    words = _words(parts)
    if any(part.kind == "elapsed" for part in parts):
        return _span(serial, parts)
    if not 0 <= serial < _LARGEST_SERIAL:
        return None
    seconds = round(serial * 86_400)
    epoch = _EPOCH_1904 if since_1904 else _EPOCH
    days = seconds // 86_400
    if not since_1904 and days <= _LEAP_DAY:
        epoch += timedelta(days=1)
    moment = epoch + timedelta(seconds=seconds)
    letters = {word[0] for word in words}
    is_time, is_date = bool(letters & set("hsn")), bool(letters & set("ymdeg"))
    if not is_date:
        return f"{moment:%H:%M:%S}"
    day = f"{moment:%Y-%m-%d}"
    if not since_1904 and days in (0, _LEAP_DAY):
        day = "1900-01-00" if days == 0 else "1900-02-29"
    if is_time:
        return f"{day} {moment:%H:%M:%S}"
    whole = bool(letters & set("yeg")) and "m" in letters and _has_day(words)
    return day if whole else _shown(moment, parts)


def _words(parts: Sequence[Part]) -> list[str]:
    """The parts of dates and times; an `m` beside hours or seconds is `n`, minutes."""
    words = [part.text for part in parts if part.kind in ("time", "elapsed")]
    return [
        "n" * len(word) if word[0] == "m" and len(word) < 3 and _is_minute(words, at) else word
        for at, word in enumerate(words)
    ]


def _is_minute(words: list[str], at: int) -> bool:
    before = words[at - 1][0] if at else ""
    after = words[at + 1][0] if at + 1 < len(words) else ""
    return before == "h" or after == "s"


def _has_day(words: list[str]) -> bool:
    return any(word in ("d", "dd") for word in words)


def _shown(moment: datetime, parts: Sequence[Part]) -> str:
    """A month and its year, a day of the week: as the format writes them."""
    return "".join(
        _word(part.text, moment)
        if part.kind == "time"
        else part.text
        if part.kind in ("text", "/", ".", ",")
        else ""
        for part in parts
    ).strip()


def _word(word: str, moment: datetime) -> str:
    letter, width = word[0], len(word)
    if letter == "y":
        return f"{moment:%Y}" if width > 2 else f"{moment:%y}"
    if letter == "m":
        month = _MONTHS[moment.month - 1]
        return {1: str(moment.month), 2: f"{moment:%m}", 3: month[:3], 5: month[0]}.get(
            width, month
        )
    if letter == "d":
        day = _DAYS[moment.weekday()]
        return {1: str(moment.day), 2: f"{moment:%d}", 3: day[:3]}.get(width, day)
    return f"{moment:%Y}"


def _span(days: float, parts: Sequence[Part]) -> str:
    """Hours, minutes and seconds that went by, counted from the largest that the format has."""
    seconds = round(abs(days) * 86_400)
    sign = "-" if days < 0 else ""
    largest = next(part.text[0] for part in parts if part.kind == "elapsed")
    if largest == "s":
        return f"{sign}{seconds}"
    minutes, seconds = divmod(seconds, 60)
    if largest == "m":
        return f"{sign}{minutes:02}:{seconds:02}"
    hours, minutes = divmod(minutes, 60)
    return f"{sign}{hours:02}:{minutes:02}:{seconds:02}"
