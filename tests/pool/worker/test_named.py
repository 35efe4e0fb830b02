"""Which documents somebody has asked for by name."""

import pytest
from support.job_samples import queued

from gristmill.pool.worker.documents.named import is_named
from gristmill.schemas.jobs.sources import Located, Refreshed, Spooled, StoredSource
from gristmill.schemas.outcomes.results import PlannedDocument

UPLOAD = Spooled("clip.mp4", "ab" * 32, "0", 9)
FILE, FOLDER = Located("/films/clip.mp4", "/films"), Located("/films", "/films")


@pytest.mark.parametrize(
    ("sources", "member", "named"),
    [
        ([FILE], None, True),
        ([FILE, FOLDER], None, True),
        ([FOLDER], None, False),
        ([UPLOAD], None, True),
        ([UPLOAD, UPLOAD], None, False),
        ([UPLOAD], "clip.mp4", False),
        ([Refreshed("default")], None, True),
    ],
)
def test_a_document_is_named_where_its_source_is_that_very_one(
    sources: list[StoredSource], member: str | None, named: bool
) -> None:
    document = PlannedDocument(0, "clip.mp4", 0, path="/films/clip.mp4", member=member)
    assert is_named(document, queued(*sources)) is named


def test_a_document_that_no_plan_has_located_counts_as_named() -> None:
    assert is_named(PlannedDocument(0, "clip.mp4", -1), queued(FOLDER))
