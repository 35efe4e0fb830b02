"""Manifests on disk: created, run, settled, reopened; and what is read at each moment."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from support.arming import arm
from support.job_samples import NOON, new_id, queued

from gristmill.schemas.jobs.manifest import FORMAT, Counts, JobError, Manifest, Moment
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.jobs.sources import Bundled, InlineText, Located, Spooled
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import BrokenManifest, DataFolderUnusable
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests
from gristmill.storage.manifests.manifest_format import decode, encode


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


@pytest.fixture
def manifests(folder: DataFolder) -> Manifests:
    return Manifests(folder)


def _in(manifest: Manifest, state: JobState, **changes: Any) -> Manifest:
    history = (*manifest.history, Moment(state, NOON))
    return msgspec.structs.replace(manifest, state=state, history=history, **changes)


def _raw(manifest: Manifest, **changes: object) -> bytes:
    return msgspec.json.encode({**msgspec.to_builtins(manifest), **changes})


def test_a_job_is_pending_from_its_creation_to_its_end(
    folder: DataFolder, manifests: Manifests
) -> None:
    job = queued()
    assert manifests.read(job.job_id) is None and not manifests.is_pending(job.job_id)
    manifests.create(job)
    assert manifests.read(job.job_id) == job and manifests.is_pending(job.job_id)
    running = _in(job, JobState.RUNNING)
    manifests.write_running(running)
    assert manifests.read(job.job_id) == running
    ended = _in(running, JobState.SUCCEEDED, counts=Counts(total=1, succeeded=1))
    manifests.settle(ended)
    assert manifests.read(job.job_id) == ended and not manifests.is_pending(job.job_id)
    assert list(folder.pending.iterdir()) == []
    assert list(manifests.ended_ids()) == [job.job_id]
    assert [path.parent.name for path in folder.jobs.glob("*-*/*")] == ["2026-11-23"]


def test_where_both_exist_the_terminal_manifest_is_the_truth(
    folder: DataFolder, manifests: Manifests, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = queued()
    manifests.create(job)
    arm(monkeypatch, "settle.before_unlink=raise")
    ended = _in(job, JobState.CANCELLED)
    with pytest.raises(RuntimeError):
        manifests.settle(ended)
    assert folder.pending_path(job.job_id).exists()
    assert manifests.read(job.job_id) == ended and not manifests.is_pending(job.job_id)
    assert manifests.read_pending(job.job_id) == job


def test_a_crash_while_reopening_leaves_the_job_ended(
    manifests: Manifests, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = _in(queued(), JobState.PARTIAL)
    manifests.settle(ended)
    arm(monkeypatch, "retry.before_unlink=raise")
    with pytest.raises(RuntimeError):
        manifests.reopen(_in(ended, JobState.QUEUED, run=2))
    assert manifests.read(ended.job_id) == ended and not manifests.is_pending(ended.job_id)


def test_a_settling_that_fails_leaves_the_job_pending(
    manifests: Manifests, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = queued()
    manifests.create(job)
    arm(monkeypatch, "disk:write=enospc")
    with pytest.raises(OSError, match="No space"):
        manifests.settle(_in(job, JobState.SUCCEEDED))
    assert manifests.read(job.job_id) == job


def test_pending_ids_are_sorted_oldest_first_and_nothing_else_is_listed(
    folder: DataFolder, manifests: Manifests
) -> None:
    ids = [new_id(after_s) for after_s in (5, 1, 3, 2, 4)]
    for job_id in ids:
        manifests.create(queued(job_id=job_id))
    (folder.pending / f".{ids[0]}.json.1-1-1.tmp").touch()
    (folder.pending / "notes.txt").touch()
    assert manifests.pending_ids() == sorted(ids)


_NO_MANIFESTS = (b"", b"{", b"[]", b"null", b'{"job_id": "x"}', b"\xff\x00")


@pytest.mark.parametrize(
    "content", [*_NO_MANIFESTS, b'{"job_id":"\xff"}', b'{"metadata":' * 20_000]
)
def test_a_file_that_is_no_manifest_is_reported_by_name(
    folder: DataFolder, manifests: Manifests, content: bytes
) -> None:
    job_id = new_id()
    folder.pending_path(job_id).write_bytes(content)
    with pytest.raises(BrokenManifest, match=f"{job_id}.*gristmill check"):
        manifests.read(job_id)


@pytest.mark.parametrize("changes", [{}, {"sources": "elsewhere"}, {"state": "paused"}])
def test_a_newer_format_is_refused_and_never_taken_for_a_broken_file(
    folder: DataFolder, manifests: Manifests, changes: dict[str, object]
) -> None:
    job = queued()
    data = _raw(job, format=FORMAT + 1, **changes)
    folder.pending_path(job.job_id).write_bytes(data)
    with pytest.raises(DataFolderUnusable, match=f"format {FORMAT + 1}"):
        manifests.read(job.job_id)


def test_an_unknown_field_of_a_newer_version_with_the_same_format_is_ignored(
    folder: DataFolder, manifests: Manifests
) -> None:
    job = queued()
    folder.pending_path(job.job_id).write_bytes(_raw(job, colour="blue", nested={"a": [1]}))
    assert manifests.read(job.job_id) == job


def test_fields_with_defaults_may_be_missing(folder: DataFolder, manifests: Manifests) -> None:
    job = queued()
    values = msgspec.to_builtins(job)
    for name in ("metadata", "options", "timeout_s", "started_at", "counts", "run", "format"):
        del values[name]
    folder.pending_path(job.job_id).write_bytes(msgspec.json.encode(values))
    assert manifests.read(job.job_id) == job


def test_the_uploads_of_format_1_are_files_of_their_own(
    folder: DataFolder, manifests: Manifests
) -> None:
    job = queued()
    upload = {"kind": "spool", "uri": "a", "sha256": "ab" * 32, "claim": "c0ffee", "bytes": 5}
    folder.pending_path(job.job_id).write_bytes(_raw(job, format=1, sources=[upload]))
    read = manifests.read(job.job_id)
    assert read is not None
    assert (read.format, read.sources) == (1, (Spooled("a", "ab" * 32, "c0ffee", 5),))
    assert decode(encode(read), Path("again.json")) == read


words = st.text(max_size=20)
moments = st.datetimes(datetime(1970, 1, 1), datetime(9999, 1, 1), timezones=st.just(UTC))
positions = st.integers(0, 2**62)
sources = st.one_of(
    st.builds(InlineText, words, st.none() | words),
    st.builds(Spooled, words, words, words, st.integers(0, 2**62), st.none() | words),
    st.builds(Bundled, words, words, words, st.integers(0, 2**62), st.none() | words, positions),
    st.builds(Located, words, words, st.none() | words),
)
values = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | words
    | st.floats(allow_nan=False, allow_infinity=False),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=5,
)
any_manifest = st.builds(
    Manifest,
    job_id=st.builds(new_id, st.integers(0, 10**9)),
    state=st.sampled_from(JobState),
    collection=words,
    priority=st.integers(-100, 100),
    submitted_at=moments,
    key=words,
    explicit_key=st.booleans(),
    request=words,
    sources=st.lists(sources, max_size=3).map(tuple),
    history=st.lists(st.builds(Moment, st.sampled_from(JobState), moments), max_size=3).map(tuple),
    metadata=st.dictionaries(words, values, max_size=3),
    options=st.builds(Options, st.integers(50, 100_000), st.integers(0, 25)),
    timeout_s=st.none() | st.floats(0.1, 86_400),
    started_at=st.none() | moments,
    finished_at=st.none() | moments,
    counts=st.builds(Counts, *[st.integers(0, 10**7)] * 7),
    error=st.none() | st.builds(JobError, words, words),
    run=st.integers(1, 1000),
)


@given(any_manifest)
@settings(max_examples=40)
def test_what_is_written_is_what_is_read(manifest: Manifest) -> None:
    assert decode(encode(manifest), Path("a.json")) == manifest


def test_times_are_stored_in_utc(folder: DataFolder, manifests: Manifests) -> None:
    job = queued(submitted_at=NOON + timedelta(microseconds=123_456))
    manifests.create(job)
    data = msgspec.json.decode(folder.pending_path(job.job_id).read_bytes())
    assert data["submitted_at"] == "2026-11-23T12:00:00.123456Z"
