"""From an error to its problem document: status, members, headers."""

import json

import pytest

from gristmill.schemas.problems import errors
from gristmill.server import problems

USER_ERRORS = sorted(
    (
        kind
        for kind in vars(errors).values()
        if isinstance(kind, type) and issubclass(kind, errors.GristmillError)
    ),
    key=lambda kind: kind.__name__,
)
STARTING = {"SettingsError", "DataFolderBusy", "DataFolderUnusable", "PortInUse", "ServiceFailed"}
NEVER_ANSWERED = STARTING | {"GristmillError", "DocumentError", "LibraryTrouble", "BrokenManifest"}
OURS = {"Unexpected"}


@pytest.mark.parametrize("kind", USER_ERRORS, ids=lambda kind: kind.__name__)
def test_every_error_that_a_request_can_meet_has_a_status_below_500_or_503(
    kind: type[errors.GristmillError],
) -> None:
    status = problems.status_of(kind.__new__(kind))
    if kind.__name__ in NEVER_ANSWERED | OURS:
        assert status == 500
    else:
        assert status in {400, 401, 403, 404, 409, 413, 415, 422, 429, 503}


def test_a_problem_names_its_code_and_carries_the_extra_members() -> None:
    error = errors.DuplicateJob("it is pending", job_id="the-id")
    problem = json.loads(problems.document_of(error))
    assert problem == {
        "type": "urn:gristmill:problem:duplicate_job",
        "title": "Duplicate job",
        "status": 409,
        "code": "duplicate_job",
        "detail": "it is pending",
        "job_id": "the-id",
    }
    assert problems.headers_of(error) == {"Location": "/ingest/the-id"}


def test_extra_members_never_replace_the_fixed_ones() -> None:
    problem = json.loads(problems.document(400, "x", "the detail", {"status": 200, "path": "p"}))
    assert (problem["status"], problem["path"]) == (400, "p")


def test_what_a_later_try_may_cure_says_when() -> None:
    assert problems.headers_of(errors.Draining("ending")) == {"Retry-After": "5"}
    assert problems.headers_of(errors.JobNotFound("gone")) == {}
