"""Calendars."""

import pytest

from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.parsers.mail.cards import ics
from gristmill.pipeline.shapes import Blob, BlockKind, Limits
from gristmill.schemas.problems.errors import DocumentError

CALENDAR = (
    b"BEGIN:VCALENDAR\r\nX-WR-CALNAME:The mill\r\nBEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\n"
    b"END:VTIMEZONE\r\nBEGIN:VEVENT\r\nSUMMARY:Sharpen the\r\n  stones\\, both\r\n"
    b"DTSTART;TZID=Europe/Berlin:20261103T100000\r\nDTEND;TZID=Europe/Berlin:20261103T113000\r\n"
    b'ORGANIZER;CN="Ada: miller":mailto:ada@mill.example\r\n'
    b"ATTENDEE;CN=Ben;ROLE=REQ-PARTICIPANT:MAILTO:ben@mill.example\r\n"
    b"LOCATION:Upper floor\r\nRRULE:FREQ=WEEKLY;BYDAY=TU\r\n"
    b"DESCRIPTION:Bring the hammer.\\nAnd light.\r\nATTACH;ENCODING=BASE64:QUJD\r\n"
    b"BEGIN:VALARM\r\nDESCRIPTION:Alarm\r\nEND:VALARM\r\nEND:VEVENT\r\n"
    b"BEGIN:VEVENT\r\nDTSTART;VALUE=DATE:20261224\r\nDTEND;VALUE=DATE:20261227\r\nEND:VEVENT\r\n"
    b"BEGIN:VTODO\r\nSUMMARY:Oil\r\nDUE:20261201T080000Z\r\nEND:VTODO\r\nEND:VCALENDAR\r\n"
)


def test_each_event_is_a_section_of_readable_lines() -> None:
    assert detect(CALENDAR, "calendar.txt") == "text/calendar"
    parsed = ics.parse(Blob(CALENDAR), Limits())
    headings = [block.text for block in parsed.blocks if block.kind is BlockKind.HEADING]
    assert parsed.title == "The mill"
    assert headings == ["Sharpen the stones, both", "Event", "Oil"]
    assert parsed.blocks[1].text.split("\n") == [
        "When: 2026-11-03 10:00 – 11:30 (Europe/Berlin)",
        "Repeats: weekly (BYDAY=TU)",
        "Where: Upper floor",
        "Organizer: Ada: miller <ada@mill.example>",
        "Attendees: Ben <ben@mill.example>",
    ]
    assert parsed.blocks[2].text == "Bring the hammer.\nAnd light."
    assert parsed.blocks[4].text == "When: 2026-12-24 – 2026-12-26"
    assert parsed.blocks[6].text == "Due: 2026-12-01 08:00 UTC"
    assert parsed.metadata == {"events": 2, "tasks": 1, "date": "2026-11-03 10:00"}
    assert [warning.code for warning in parsed.warnings] == ["object_left_out"]


def test_the_only_event_gives_the_title_and_damage_is_told() -> None:
    data = b"BEGIN:VCALENDAR\nBEGIN:VEVENT\nSUMMARY:Flood\nno line\nDURATION:PT1H30M\nDTSTART:x"
    parsed = ics.parse(Blob(data), Limits())
    assert parsed.title == "Flood"
    assert "1 hour 30 minutes" in parsed.blocks[1].text
    assert {warning.code for warning in parsed.warnings} == {"content_cut", "markup_broken"}


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"words", "parse_error"),
        (b"BEGIN:VCALENDAR\nEND:VCALENDAR\n", "empty"),
        (b"BEGIN:VCALENDAR\n" + b"BEGIN:VTODO\nEND:VTODO\n" * 20, "too_large"),
    ],
)
def test_what_is_no_calendar_is_told(data: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        ics.parse(Blob(data), Limits(max_members=10))
    assert caught.value.document_code == code
