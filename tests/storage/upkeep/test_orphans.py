"""Uploads of broken-off submissions go by age; what a job may still need never does."""

import io
import os
from pathlib import Path

import msgspec
import pytest
from support.job_samples import queued

from gristmill.schemas.ids import claim_of, job_of_claim
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.sources import Spooled
from gristmill.storage.layout import DataFolder
from gristmill.storage.spool import Spool
from gristmill.storage.upkeep.orphans import drop_orphans

OLD_S, CUT_S = 1_000.0, 2_000.0


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


def _upload(folder: DataFolder, claim: str, *, old: bool = True) -> Spooled:
    spool = Spool(folder)
    data = io.BytesIO(b"flour")
    stored = spool.store(data, 10, uri="u.txt", media_type=None, claim=claim)
    if old:
        os.utime(folder.upload_path(stored), (OLD_S, OLD_S))
    return stored


def _job_with_upload(folder: DataFolder) -> tuple[Manifest, Spooled]:
    job = queued()
    stored = _upload(folder, claim_of(job.job_id))
    return msgspec.structs.replace(job, sources=(stored,)), stored


def test_an_old_upload_of_no_job_is_dropped(folder: DataFolder) -> None:
    stored = _upload(folder, claim_of(queued().job_id))
    assert drop_orphans(folder, CUT_S) == 1
    assert not folder.upload_path(stored).exists()
    assert drop_orphans(folder, CUT_S) == 0


def test_an_upload_whose_request_may_still_be_under_way_stays(folder: DataFolder) -> None:
    stored = _upload(folder, claim_of(queued().job_id), old=False)
    assert drop_orphans(folder, CUT_S) == 0
    assert folder.upload_path(stored).exists()


def test_an_upload_of_a_job_that_cannot_be_read_stays(folder: DataFolder) -> None:
    job, stored = _job_with_upload(folder)
    folder.pending_path(job.job_id).write_text("{")
    assert drop_orphans(folder, CUT_S) == 0
    assert folder.upload_path(stored).exists()


def test_a_claim_names_its_job_and_nothing_else_names_one() -> None:
    job_id = queued().job_id
    assert job_of_claim(claim_of(job_id)) == job_id
    for claim in ("", "0badc0de", "f" * 32, claim_of(job_id) + "0", job_id):
        assert job_of_claim(claim) is None
