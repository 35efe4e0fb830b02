"""The table of transitions is the one in the documentation, and it has no dead ends."""

import itertools
from pathlib import Path

import pytest

from gristmill.schemas.jobs.states import TRANSITIONS, JobEvent, JobState, advance, ending
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import WarningCode
from gristmill.schemas.problems.errors import IllegalTransition

LIFECYCLE = Path(__file__).parents[2] / "docs" / "job-lifecycle.md"


def _rows(header: str) -> list[tuple[str, ...]]:
    lines = LIFECYCLE.read_text(encoding="utf-8").splitlines()
    start = lines.index(header) + 2
    table = itertools.takewhile(lambda line: line.startswith("|"), lines[start:])
    return [tuple(cell.strip() for cell in line.strip("|").split("|")) for line in table]


def test_the_documented_table_is_the_tables() -> None:
    documented = _rows("| state | event | next | mover |")
    assert documented == [(t.state, t.event, t.to, t.mover) for t in TRANSITIONS]


def test_every_document_code_is_documented() -> None:
    rows = _rows("| code | what it means | tried again by itself |")
    assert [row[0].strip("`") for row in rows] == list(DocumentCode)


def test_every_warning_code_is_documented() -> None:
    rows = _rows("| warning | what the document was read without |")
    assert [row[0].strip("`") for row in rows] == list(WarningCode)


@pytest.mark.parametrize("state", JobState)
def test_every_state_has_a_mover_or_is_terminal(state: JobState) -> None:
    movers = [t.mover for t in TRANSITIONS if t.state is state and t.event is not JobEvent.RETRIED]
    assert bool(movers) != state.terminal


@pytest.mark.parametrize(("state", "event"), list(itertools.product(JobState, JobEvent)))
def test_every_pair_either_has_a_row_or_is_refused(state: JobState, event: JobEvent) -> None:
    rows = [t.to for t in TRANSITIONS if (t.state, t.event) == (state, event)]
    if rows:
        assert [advance(state, event)] == rows
    else:
        with pytest.raises(IllegalTransition, match=state):
            advance(state, event)


@pytest.mark.parametrize(
    ("succeeded", "failed", "cancelled", "event"),
    [
        (1, 0, 0, JobEvent.SUCCEEDED),
        (3, 2, 0, JobEvent.MIXED),
        (0, 2, 0, JobEvent.FAILED),
        (0, 0, 0, JobEvent.FAILED),
        (3, 2, 1, JobEvent.CANCELLED),
        (0, 0, 1, JobEvent.CANCELLED),
    ],
)
def test_how_a_job_ends(succeeded: int, failed: int, cancelled: int, event: JobEvent) -> None:
    assert ending(succeeded, failed, cancelled) is event


@pytest.mark.parametrize(
    ("succeeded", "failed", "event"),
    [
        (1, 0, JobEvent.SUCCEEDED),
        (0, 0, JobEvent.SUCCEEDED),
        (0, 1, JobEvent.FAILED),
        (1, 1, JobEvent.MIXED),
    ],
)
def test_what_was_skipped_is_no_failure(succeeded: int, failed: int, event: JobEvent) -> None:
    assert ending(succeeded, failed, 0, skipped=3) is event
