"""What streams say is what docs/events.md says, and what other programs read."""

import re
from pathlib import Path

import msgspec
import pytest
from support.job_samples import NOON, queued

from gristmill.schemas.events import (
    DeletedTold,
    DocumentTold,
    EndReason,
    EndTold,
    EventKind,
    JobTold,
    Position,
    ProgressTold,
    ResetTold,
)
from gristmill.server.events.wording import EVENT_FIELDS, end, message, position_in, told_of

DOCS = (Path(__file__).parents[3] / "docs" / "events.md").read_text(encoding="utf-8")
SHAPES = {
    EventKind.JOB: JobTold,
    EventKind.DOCUMENT: DocumentTold,
    EventKind.DELETED: DeletedTold,
    EventKind.PROGRESS: ProgressTold,
    EventKind.RESET: ResetTold,
    EventKind.END: EndTold,
}


def test_the_document_has_each_event_with_its_fields() -> None:
    rows = re.findall(r"^\| `(\w+)` \|.*\| ([^|]+) \|$", DOCS, re.MULTILINE)
    told = {name: tuple(re.findall(r"`(\w+)`", fields)) for name, fields in rows}
    del told["event"]  # the head of the table
    assert told == {str(kind): SHAPES[kind].__struct_fields__ for kind in EventKind}


def test_the_document_has_each_reason_and_each_field_of_filters() -> None:
    assert all(f"`{reason}`" in DOCS for reason in EndReason)
    filters = DOCS[DOCS.index("## Filters") :]
    assert all(f"`{name}`" in filters for name in EVENT_FIELDS)


def test_an_event_has_its_id_its_kind_and_one_line_of_data() -> None:
    job = told_of(queued(job_id="1", collection="two\nlines"))
    sent = message(EventKind.JOB, job, Position(7, 12)).decode()
    head, kind, data, *rest = sent.split("\n")
    assert (head, kind, rest) == ("id: 7-12", "event: job", ["", ""])
    assert msgspec.json.decode(data.removeprefix("data: "), type=JobTold) == job
    assert job.at == NOON


def test_an_event_without_a_position_leaves_the_last_id_of_its_client() -> None:
    assert end(EndReason.OVER).startswith(b"event: end\n")


@pytest.mark.parametrize("given", ["", "7", "7-", "-7", "7-12 ", "a-b", "7-12-1", "٧-١", "9" * 40])
def test_what_is_no_id_of_ours_is_none(given: str) -> None:
    assert position_in(given) is None


def test_an_id_is_read_as_it_was_sent() -> None:
    assert position_in("7-12") == Position(7, 12)
