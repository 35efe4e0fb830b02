"""What a foreman keeps of jobs that are not at work on its node."""

from pathlib import Path

import pytest
from support.job_samples import queued

from gristmill.pool.engines.node import foreman
from gristmill.pool.engines.node.foreman import Foreman
from gristmill.schemas.cluster import Orders
from gristmill.schemas.configuration.settings import Settings
from gristmill.storage.layout import DataFolder
from gristmill.storage.opening import noted_place


def test_a_manifest_that_cannot_be_removed_costs_no_news(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(foreman, "scratch_of", lambda pid: scratch)
    monkeypatch.setattr(foreman, "KEPT_MANIFESTS", 0)
    kept = DataFolder.open(tmp_path / "data").root
    boss, jobs = Foreman(Settings(), 1, kept), [queued(), queued()]
    boss.obey(Orders(number=1, manifests=jobs))
    stubborn = DataFolder.at(scratch).pending_path(jobs[0].job_id)
    stubborn.unlink()
    (stubborn / "in the way").mkdir(parents=True)
    assert boss.dropped() == [job.job_id for job in jobs]
    assert boss.dropped() == []


def test_one_that_never_began_stops(tmp_path: Path) -> None:
    """No supervisor answered its hello."""
    foreman = Foreman(Settings(), 1, tmp_path)
    foreman.stop()
    assert not foreman.alive()


def test_one_that_works_apart_takes_the_service_s_folder_for_a_name_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pytest.importorskip("asyncpg")
    pytest.importorskip("obstore")
    scratch = tmp_path / "scratch"
    scratch.mkdir()
    monkeypatch.setattr(foreman, "scratch_of", lambda pid: scratch)
    kept = tmp_path / "elsewhere"
    for name in ("one", "another"):
        library = f"postgresql://grist@db.example/{name}"
        settings = Settings(library=library, spool="s3://grist/mill")
        Foreman(settings, 1, kept)
        folder = DataFolder(scratch, kept, settings.spool, apart=True)
        assert noted_place(folder) == library
    assert folder.places == (scratch,)
    assert folder.originals == kept / "originals" and not kept.exists()
