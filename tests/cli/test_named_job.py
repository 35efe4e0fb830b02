"""Jobs by `last` and by the first letters of an id."""

from collections.abc import Sequence
from typing import Any, cast

import pytest
from support.job_samples import queued

from gristmill.cli.backends import Backend
from gristmill.cli.ingesting.named_job import named_job
from gristmill.schemas.problems.errors import InvalidRequest, JobNotFound
from gristmill.schemas.views import JobView, PageView
from gristmill.server.job_views import job_view

NEWEST = "01a22b64-2901-7e51-8000-9087933c415e"
OLDER = "01a22b64-2800-7e51-8000-9087933c415e"


class _Jobs:
    def __init__(self, ids: Sequence[str]) -> None:
        self._ids = ids

    def jobs(self, state: Any, collection: Any, after: Any, limit: int) -> PageView[JobView]:
        return PageView([job_view(queued(job_id=job_id)) for job_id in self._ids[:limit]], None)


def backend(*ids: str) -> Backend:
    return cast(Backend, _Jobs(ids))


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("last", NEWEST),
        ("01a22b64-29", NEWEST),
        (OLDER, OLDER),
        ("0ffffff5", "0ffffff5"),  # none begins so: whoever looks for it says so
        ("nonsense", "nonsense"),
        ("01a", "01a"),
    ],
)
def test_a_job_is_found_by_its_name(name: str, expected: str) -> None:
    assert named_job(backend(NEWEST, OLDER), name) == expected


def test_a_name_that_several_have_names_them() -> None:
    with pytest.raises(InvalidRequest, match=f"2 jobs begin with 01a22b64: {NEWEST}, {OLDER};"):
        named_job(backend(NEWEST, OLDER), "01a22b64")


def test_a_start_with_a_wrong_letter_is_answered_with_the_job_that_may_be_meant() -> None:
    with pytest.raises(JobNotFound, match=f"no job begins with 01a22b64-2902; .* {NEWEST}"):
        named_job(backend(NEWEST, OLDER), "01a22b64-2902")


def test_without_a_job_none_is_the_last() -> None:
    with pytest.raises(InvalidRequest, match="there is no job yet"):
        named_job(backend(), "last")
