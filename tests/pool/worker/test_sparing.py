"""What is asked of a document that has cost a worker."""

import pytest
from support.job_samples import queued

from gristmill.pipeline.shapes import Limits
from gristmill.pool.worker.documents.sparing import limits_of, with_warning
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.results import DocumentContent, PlannedDocument


def document(**strikes: int) -> PlannedDocument:
    return PlannedDocument(0, "file:///mill.pdf", 0, strikes=strikes)


def content(media_type: str = "application/pdf") -> DocumentContent:
    return DocumentContent(media_type=media_type, title=None, metadata={}, pages=1, chunks=())


def manifest(options: Options) -> Manifest:
    return queued(options=options)


@pytest.mark.parametrize("strike", ["crash", "memory", "timeout"])
def test_what_cost_a_worker_is_read_without_structure_and_says_so(strike: str) -> None:
    struck = document(**{strike: 1})
    assert limits_of(struck, Limits()) == Limits(structure=False)
    (warning,) = with_warning(content(), struck, manifest(Options())).warnings
    assert warning.code == "structure_left_out"
    assert not with_warning(content("text/html"), struck, manifest(Options())).warnings
    assert not with_warning(content(), struck, manifest(Options(pdf="text"))).warnings


@pytest.mark.parametrize("strikes", [{}, {"killed": 3}, {"disk": 1}])
def test_what_was_not_the_documents_fault_changes_nothing(strikes: dict[str, int]) -> None:
    spared = document(**strikes)
    assert limits_of(spared, Limits()) == Limits()
    assert not with_warning(content(), spared, manifest(Options())).warnings
