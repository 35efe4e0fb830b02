"""Packs: many ends in a file that only grows, each as good as a file of its own."""

import threading
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from support.arming import arm
from support.job_samples import NOON, new_id, queued

from gristmill.schemas.jobs.manifest import Counts, Manifest
from gristmill.schemas.jobs.sources import InlineText
from gristmill.schemas.jobs.states import JobState
from gristmill.storage.check.check import check
from gristmill.storage.disk import durable
from gristmill.storage.faults import InjectedFault
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.manifests import Manifests, packs
from gristmill.storage.manifests.ends import LARGE
from gristmill.storage.manifests.pack_lines import PackLines
from gristmill.storage.upkeep.retention import purge


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


@pytest.fixture
def manifests(folder: DataFolder) -> Manifests:
    return Manifests(folder)


def _ended(**changes: object) -> Manifest:
    fields = {"state": JobState.SUCCEEDED, "finished_at": NOON, **changes}
    return msgspec.structs.replace(queued(), **fields)


def _packs(folder: DataFolder) -> list[Path]:
    return list(folder.jobs.glob("*-*-*/*.ndjson"))


def _lines(path: Path) -> int:
    return sum(b'"state"' in line for line in path.read_bytes().splitlines())


def test_ends_of_one_moment_share_a_file_over_many_rounds(
    folder: DataFolder, manifests: Manifests
) -> None:
    jobs = [_ended() for _ in range(6)]
    for round_ in (jobs[:3], jobs[3:]):
        assert manifests.write_terminal(round_) == [None] * 3
        for job in round_:
            assert manifests.is_ended(job.job_id) and manifests.read(job.job_id) == job
    assert len(_packs(folder)) == 1
    ids = [job.job_id for job in jobs]
    assert list(manifests.ended_ids()) == manifests.ended_among(ids) == ids
    assert list(manifests.ended_last(60.0, print)) == jobs


def test_ends_of_other_moments_have_other_files_in_the_same_round(
    folder: DataFolder, manifests: Manifests
) -> None:
    jobs = [_ended(job_id=new_id(after_s)) for after_s in range(5)]
    assert manifests.write_terminal(jobs) == [None] * 5
    assert len(_packs(folder)) == 5
    assert [manifests.read(job.job_id) for job in jobs] == jobs


def test_a_large_manifest_is_a_file_of_its_own(folder: DataFolder, manifests: Manifests) -> None:
    large = _ended(state=JobState.FAILED, sources=(InlineText("a", "x" * LARGE),))
    small = _ended()
    assert manifests.write_terminal([large, small]) == [None, None]
    assert folder.terminal_path(large.job_id).exists()
    assert manifests.read(large.job_id) == large and manifests.read(small.job_id) == small
    assert set(manifests.ended_ids()) == {large.job_id, small.job_id}
    manifests.reopen(msgspec.structs.replace(large, state=JobState.QUEUED))
    assert not manifests.is_ended(large.job_id) and manifests.is_ended(small.job_id)


def test_the_last_line_about_a_job_counts(folder: DataFolder, manifests: Manifests) -> None:
    first = _ended(state=JobState.FAILED)
    again = msgspec.structs.replace(first, state=JobState.QUEUED, run=2)
    second = msgspec.structs.replace(first, run=2, counts=Counts(total=1, succeeded=1))
    manifests.settle(first)
    manifests.reopen(again)
    assert manifests.read(first.job_id) == again and manifests.is_pending(first.job_id)
    manifests.settle(second)
    assert manifests.read(first.job_id) == second
    (pack,) = _packs(folder)
    assert list(manifests.ended_ids()) == [first.job_id] and _lines(pack) == 2


def test_a_torn_line_counts_for_nothing_and_the_next_one_starts_anew(
    folder: DataFolder, manifests: Manifests
) -> None:
    whole, torn, later = _ended(), _ended(), _ended()
    manifests.write_terminal([whole])
    (pack,) = _packs(folder)
    with open(pack, "ab") as file:
        file.write(b"\n" + msgspec.json.encode(torn)[:-40])
    assert not manifests.is_ended(torn.job_id)
    manifests.write_terminal([later])
    assert [manifests.read(job.job_id) for job in (whole, torn, later)] == [whole, None, later]
    manifests.write_terminal([torn])
    assert manifests.read(torn.job_id) == torn


@pytest.mark.parametrize(
    "damaged",
    [
        b'{"job_id":"01a17720-ca00-7000-8000-00000000_007","state":"queued"}',
        b'{"job_id":"../../../outside"}',
        b'{"job_id":"01a17720-ca00-7000-8000-\xff\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00\x00"}',
        b'{"metadata":' * 20_000,
        b"\x00" * 600,
    ],
)
def test_a_damaged_line_costs_no_other_job_anything(
    folder: DataFolder, manifests: Manifests, damaged: bytes
) -> None:
    job, waiting = _ended(), queued()
    manifests.write_terminal([job])
    manifests.create_all([waiting])
    for path in (*_packs(folder), folder.batch_path(waiting.job_id)):
        path.write_bytes(damaged + b"\n" + path.read_bytes())
    again = Manifests(folder)
    assert again.all_pending_ids() == ([waiting.job_id], [])
    assert list(again.ended_ids()) == [job.job_id]
    assert list(again.ended_last(60.0, print)) == [job]
    assert [again.read(each.job_id) for each in (job, waiting)] == [job, waiting]
    for path in (*_packs(folder), folder.batch_path(waiting.job_id)):
        assert packs.Packs(seals=False).torn(path) == [damaged]
        assert packs.Packs(seals=False).first_id(path) is None


def test_a_seal_that_speaks_of_more_than_came_before_it_vouches_for_nothing_that_follows(
    tmp_path: Path,
) -> None:
    path, lines = tmp_path / "pack", PackLines()
    path.write_bytes(b'{"durable":99999999999999999999999}\n' + msgspec.json.encode(_ended()))
    with open(path, "rb") as file:
        lines.read_on(file)
    assert not lines.sealed


def test_a_line_without_its_line_break_is_whole(folder: DataFolder, manifests: Manifests) -> None:
    first, second, third = _ended(), _ended(), _ended()
    manifests.write_terminal([first])
    (pack,) = _packs(folder)
    with open(pack, "ab") as file:
        file.write(b"\n" + msgspec.json.encode(second))
    assert manifests.read(second.job_id) == second
    manifests.write_terminal([third])
    assert [manifests.read(job.job_id) for job in (first, second, third)] == [first, second, third]


def _count_syncs(monkeypatch: pytest.MonkeyPatch) -> Callable[[], int]:
    calls: list[int] = []
    real = durable._sync_data

    def sync_data(fd: int) -> None:
        calls.append(fd)
        real(fd)

    monkeypatch.setattr(durable, "_sync_data", sync_data)
    return lambda: len(calls)


def _cut_off(manifests: Manifests, monkeypatch: pytest.MonkeyPatch) -> Manifest:
    """A job whose end was written by somebody who did not come to the sync."""
    job = _ended()
    arm(monkeypatch, "settle.before_sync=raise")
    with pytest.raises(InjectedFault):
        manifests.write_terminal([job])
    arm(monkeypatch, "")
    return job


def test_whoever_reads_an_end_that_is_not_synced_yet_syncs_it_first(
    manifests: Manifests, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its writer may be killed before the sync, and nobody else would ever make it durable."""
    job = _cut_off(manifests, monkeypatch)
    syncs = _count_syncs(monkeypatch)
    assert manifests.is_ended(job.job_id) and syncs() == 1
    assert manifests.read(job.job_id) == job and syncs() == 1


def test_an_end_that_cannot_be_made_durable_is_not_told(
    manifests: Manifests, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = _cut_off(manifests, monkeypatch)
    arm(monkeypatch, "pack.fsync=eio")
    with pytest.raises(OSError, match="Input/output"):
        manifests.read(job.job_id)


def test_what_is_sealed_is_read_without_a_sync(
    manifests: Manifests, monkeypatch: pytest.MonkeyPatch
) -> None:
    jobs = [_ended() for _ in range(3)]
    manifests.write_terminal(jobs)
    packs._recent.cache_clear()
    syncs = _count_syncs(monkeypatch)
    assert [manifests.read(job.job_id) for job in jobs] == jobs and syncs() == 0


@pytest.mark.parametrize("point", ["pack.open", "pack.write", "pack.fsync", "durable.fsync_folder"])
def test_a_pack_that_cannot_be_written_fails_its_jobs_and_no_others(
    folder: DataFolder, manifests: Manifests, monkeypatch: pytest.MonkeyPatch, point: str
) -> None:
    near, far = [_ended(), _ended()], _ended(job_id=new_id(60))
    manifests.write_terminal([_ended(job_id=new_id(120))])
    arm(monkeypatch, f"{point}=enospc@1!")
    outcomes = manifests.write_terminal([near[0], far, near[1]])
    failed = [error is not None for error in outcomes]
    assert failed in ([True, False, True], [False, True, False])
    arm(monkeypatch, "")
    assert manifests.write_terminal([near[0], far, near[1]]) == [None] * 3
    assert len(list(manifests.ended_ids())) == len(_packs(folder)) + 1 == 4


def test_a_pack_goes_with_the_last_of_its_jobs(folder: DataFolder, manifests: Manifests) -> None:
    Library.open(folder.library).close()
    old = [_ended() for _ in range(3)]
    young = _ended(finished_at=NOON + timedelta(days=2))
    manifests.write_terminal([*old, young])
    assert purge(folder, NOON + timedelta(days=1)).jobs == 3
    assert list(manifests.ended_ids()) == [young.job_id]
    assert [manifests.read(job.job_id) for job in old] == [None] * 3
    assert purge(folder, NOON + timedelta(days=3)).jobs == 1
    assert not list(folder.jobs.glob("*-*-*"))
    late = _ended()
    manifests.settle(late)
    assert list(manifests.ended_ids()) == [late.job_id]


def test_a_purge_beside_a_settler_takes_only_what_is_old(
    folder: DataFolder, manifests: Manifests
) -> None:
    """All of one moment, so the pack comes and goes while ends are written to it."""
    Library.open(folder.library).close()
    old = [_ended() for _ in range(40)]
    young = [_ended(finished_at=NOON + timedelta(days=2)) for _ in range(10)]

    def end(job: Manifest) -> None:
        # The day's folder may go just before the write, too: then the settler tries again.
        while manifests.write_terminal([job]) != [None]:
            pass

    def settle() -> None:
        for number, job in enumerate(old):
            end(job)
            if number >= 30:
                end(young[number - 30])

    settler = threading.Thread(target=settle)
    settler.start()
    purged = 0
    while settler.is_alive():
        purged += purge(folder, NOON + timedelta(days=1)).jobs
    purged += purge(folder, NOON + timedelta(days=1)).jobs
    assert purged == len(old)
    assert list(manifests.ended_ids()) == [job.job_id for job in young]


def test_a_pack_in_which_somebody_is_writing_is_not_removed(
    folder: DataFolder, manifests: Manifests
) -> None:
    job = _ended()
    manifests.settle(job)
    manifests.drop_terminal(job.job_id)
    (pack,) = _packs(folder)
    with packs._appending(pack) as file:
        manifests.remove_empty([job.job_id])
        packs._write(file, [msgspec.json.encode(job)])
    manifests.remove_empty([job.job_id])
    assert manifests.read(job.job_id) == job


def test_another_file_in_a_packs_place_is_read_from_its_start(
    folder: DataFolder, manifests: Manifests
) -> None:
    first, others = _ended(), [_ended() for _ in range(4)]
    manifests.settle(first)
    (pack,) = _packs(folder)
    assert manifests.is_ended(first.job_id)
    # The same inode, and longer than what was read.
    pack.write_bytes(b"".join(msgspec.json.encode(job) + b"\n" for job in others))
    assert [manifests.is_ended(job.job_id) for job in [first, *others]] == [False] + [True] * 4


# -- gristmill check ---------------------------------------------------------------------------


def _checked(folder: DataFolder, manifests: Manifests, *jobs: Manifest) -> Path:
    """A sound folder with some packed jobs; returns their pack."""
    manifests.write_terminal(jobs)
    with Library.open(folder.library):
        check(folder, repair=True)
    assert check(folder, repair=False) == []
    (pack,) = _packs(folder)
    return pack


def _mended(folder: DataFolder, code: str) -> None:
    assert code in [finding.code for finding in check(folder, repair=False)]
    assert all(finding.repaired for finding in check(folder, repair=True))
    assert check(folder, repair=False) == []


@pytest.mark.parametrize(("pending", "code"), [(True, "torn_line"), (False, "broken_line")])
def test_a_check_finds_a_torn_line_and_whether_its_job_is_lost(
    folder: DataFolder, manifests: Manifests, pending: bool, code: str
) -> None:
    job = _ended()
    pack = _checked(folder, manifests, job)
    other = queued()
    if pending:
        manifests.create(other)
    part = msgspec.json.encode(other)[:-30]
    with open(pack, "ab") as file:
        file.write(b"\n" + part)
    _mended(folder, code)
    assert manifests.read(job.job_id) == job and manifests.is_pending(other.job_id) == pending
    kept = [path.read_bytes() for path in (folder.root / "quarantine").iterdir()]
    assert kept == [part + b"\n"]


def test_a_check_removes_the_pending_file_of_a_packed_job(
    folder: DataFolder, manifests: Manifests
) -> None:
    job = _ended()
    _checked(folder, manifests, job)
    manifests.create(msgspec.structs.replace(job, state=JobState.RUNNING))
    _mended(folder, "both_manifests")
    assert manifests.read(job.job_id) == job and manifests.pending_ids() == []


def test_a_check_moves_lines_to_the_packs_where_they_belong(
    folder: DataFolder, manifests: Manifests
) -> None:
    near, far = _ended(), _ended(job_id=new_id(60))
    pack = _checked(folder, manifests, near)
    with open(pack, "ab") as file:
        file.write(msgspec.json.encode(far) + b"\n")
    _mended(folder, "misplaced_manifest")
    assert manifests.read(near.job_id) == near and manifests.read(far.job_id) == far
    assert len(_packs(folder)) == 2


def test_a_check_sets_lines_aside_that_are_no_ends(
    folder: DataFolder, manifests: Manifests
) -> None:
    job = _ended()
    pack = _checked(folder, manifests, job)
    for line in (b'{"job_id":"../../outside"}', msgspec.json.encode(queued())):
        with open(pack, "ab") as file:
            file.write(line + b"\n")
        found = check(folder, repair=True)
        assert next(f.code for f in found if f.code != "job_index") in (
            "broken_line",
            "misplaced_manifest",
        )
        assert check(folder, repair=False) == []
    assert manifests.read(job.job_id) == job
    assert len(list((folder.root / "quarantine").iterdir())) == 2
