"""Calendars (iCalendar, RFC 5545): a section for each event, task and note."""

import re
from collections.abc import Iterator
from datetime import date, timedelta
from typing import Any

from gristmill.pipeline.decoding import decode
from gristmill.pipeline.parsers.mail.cards.content_lines import (
    Component,
    ContentLine,
    Lines,
    components,
)
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode
from gristmill.schemas.problems.errors import DocumentError

media_types = ("text/calendar",)
version = "1"

_SECTIONS = {"VEVENT": "Event", "VTODO": "Task", "VJOURNAL": "Note", "VFREEBUSY": "Free and busy"}
_PLURALS = {"VEVENT": "events", "VTODO": "tasks", "VJOURNAL": "notes", "VFREEBUSY": "free_busy"}
_MOMENT = re.compile(r"(\d{4})(\d\d)(\d\d)(?:T(\d\d)(\d\d)(\d\d)?(Z?))?")
_DURATION = re.compile(
    r"[+-]?P(?:(\d{1,6})W)?(?:(\d{1,6})D)?(?:T(?:(\d{1,6})H)?(?:(\d{1,6})M)?(?:(\d{1,6})S)?)?"
)
_UNITS = ("week", "day", "hour", "minute", "second")
_MOST_PEOPLE = 1_000
_BLANKS = re.compile(r"\s+")


def parse(blob: Blob, limits: Limits) -> Parsed:
    """The calendar's name is the title, else the only event's summary.

    Raises DocumentError `parse_error` for what is no calendar, `empty` for one without entries,
    `too_large` over `limits.max_members` of them.
    """
    read = components(decode(blob.data).text)
    calendars = [each for each in read.root.inner if each.name == "VCALENDAR"]
    if not calendars:
        raise DocumentError(DocumentCode.PARSE_ERROR, "the file has no calendar in it")
    entries = [each for calendar in calendars for each in calendar.inner if each.name in _SECTIONS]
    if len(entries) > limits.max_members:
        raise DocumentError(
            DocumentCode.TOO_LARGE, f"the calendar has over {limits.max_members} entries"
        )
    if not entries:
        raise DocumentError(DocumentCode.EMPTY, "the calendar has no entries")
    title = next(filter(None, (each.text("X-WR-CALNAME", "NAME") for each in calendars)), "")
    if not title and len(entries) == 1:
        title = entries[0].text("SUMMARY")
    blocks = [block for entry in entries for block in _section(entry)]
    return Parsed(blocks, title or None, _metadata(entries), warnings=_warnings(entries, read))


def _metadata(entries: list[Component]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for entry in entries:
        kind = _PLURALS[entry.name]
        found[kind] = found.get(kind, 0) + 1
    starts = sorted(_moment(line) for entry in entries if (line := entry.line("DTSTART", "DUE")))
    if starts:
        found["date"] = starts[0]
    return found


def _warnings(entries: list[Component], read: Lines) -> list[DocumentWarning]:
    found: list[DocumentWarning] = []
    objects = sum(line.is_binary for entry in entries for line in entry.all("ATTACH", "IMAGE"))
    if objects:
        message = "a file that is embedded in the calendar is not read"
        found.append(DocumentWarning(WarningCode.OBJECT_LEFT_OUT, message, count=objects))
    if read.is_cut:
        found.append(DocumentWarning(WarningCode.CONTENT_CUT, "the calendar ends too early"))
    if read.broken:
        message = "a line of the calendar cannot be read"
        found.append(DocumentWarning(WarningCode.MARKUP_BROKEN, message, count=read.broken))
    return found


def _section(entry: Component) -> Iterator[Block]:
    summary = _BLANKS.sub(" ", entry.text("SUMMARY")) or _SECTIONS[entry.name]
    yield Block(BlockKind.HEADING, summary, 1)
    lines = [f"{label}: {_BLANKS.sub(' ', text)}" for label, text in _facts(entry) if text]
    if lines:
        yield Block(BlockKind.LIST, "\n".join(lines))
    for line in entry.all("DESCRIPTION", "COMMENT"):
        if text := line.text():
            yield Block(BlockKind.TEXT, text)


def _facts(entry: Component) -> Iterator[tuple[str, str]]:
    yield "When", _when(entry)
    yield "Due", _of(entry, "DUE")
    yield "Completed", _of(entry, "COMPLETED")
    yield "Repeats", _repeats(entry)
    yield "Where", entry.text("LOCATION")
    yield "Organizer", "; ".join(_person(line) for line in entry.all("ORGANIZER"))
    people = [_person(line) for line in entry.all("ATTENDEE")]
    yield "Attendees", "; ".join(people[:_MOST_PEOPLE])
    yield "Contact", "; ".join(line.text() for line in entry.all("CONTACT"))
    yield "Status", entry.text("STATUS").capitalize()
    yield "Categories", ", ".join(line.text() for line in entry.all("CATEGORIES"))
    yield "Link", entry.text("URL", "X-GOOGLE-CONFERENCE")
    attached = [line.text() for line in entry.all("ATTACH") if not line.is_binary]
    yield "Attached", "; ".join(attached[:_MOST_PEOPLE])
    yield "Busy", "; ".join(line.text() for line in entry.all("FREEBUSY"))


def _when(entry: Component) -> str:
    start, end = entry.line("DTSTART"), entry.line("DTEND")
    if start is None:
        return ""
    begins = _moment(start)
    zone = start.parameters.get("TZID", "")
    suffix = f" ({zone})" if zone else ""
    if end is None:
        lasts = _duration(entry.text("DURATION"))
        return f"{begins}{suffix}" + (f", {lasts}" if lasts else "")
    ends = _moment(end)
    if "T" not in end.value and len(ends) == 10:
        ends = _day_before(ends)  # of whole days the end is the day after
    if ends[:10] == begins[:10]:
        ends = ends[11:]
    return f"{begins} – {ends}{suffix}" if ends else f"{begins}{suffix}"


def _of(entry: Component, name: str) -> str:
    line = entry.line(name)
    return _moment(line) if line else ""


def _moment(line: ContentLine) -> str:
    """`2026-11-03`, `2026-11-03 10:00` or `2026-11-03 10:00 UTC`; what is none, as it is."""
    match = _MOMENT.fullmatch(line.value.strip())
    if match is None:
        return line.text()
    year, month, day, hour, minute, _, utc = match.groups()
    clock = f" {hour}:{minute}" if hour else ""
    return f"{year}-{month}-{day}{clock}{' UTC' if utc else ''}"


def _day_before(day: str) -> str:
    try:
        return (date.fromisoformat(day) - timedelta(days=1)).isoformat()
    except (ValueError, OverflowError):
        return day


def _duration(value: str) -> str:
    match = _DURATION.fullmatch(value)
    if match is None:
        return value
    parts = zip(match.groups(), _UNITS, strict=True)
    return " ".join(f"{int(n)} {unit}{'' if int(n) == 1 else 's'}" for n, unit in parts if n)


def _repeats(entry: Component) -> str:
    """`weekly (BYDAY=MO, UNTIL=2026-12-31)`."""
    rule = entry.text("RRULE")
    parts = [part.partition("=") for part in rule.split(";") if part]
    often = next((value.lower() for key, _, value in parts if key.upper() == "FREQ"), "")
    others = [f"{key}={value}" for key, _, value in parts if key.upper() != "FREQ"]
    return often + (f" ({', '.join(others)})" if others else "")


def _person(line: ContentLine) -> str:
    name, address = line.parameters.get("CN", ""), line.text()
    address = address[7:] if address[:7].lower() == "mailto:" else address
    return f"{name} <{address}>" if name and address and name != address else name or address
