"""Data folders as long use leaves them, written in a minute: as the service writes them, but
without an fsync for each job. `gristmill check` finds nothing wrong with them."""

import hashlib
import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import groupby, islice
from pathlib import Path

import msgspec

from benchmarks.harness.texts import endless
from gristmill.pool.intake.job_ids import JOBS_A_TAG
from gristmill.schemas.ids import document_id, uuid7
from gristmill.schemas.jobs.manifest import Counts, Manifest, Moment
from gristmill.schemas.jobs.request import key_digest
from gristmill.schemas.jobs.sources import InlineText
from gristmill.schemas.jobs.states import DocumentState, JobState
from gristmill.schemas.outcomes.results import ChunkDraft, DocumentContent, DocumentResult
from gristmill.storage.disk.durable import make_folder
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import JobIndexRow, Library
from gristmill.storage.manifests.packs import sealed

_DAY_NS = 86_400 * 10**9
_SPAN_DAYS, _END_DAYS_AGO = 20, 1
_AT_ONCE = 5_000
_URI, _TEXT = "note", "The mill stands by the river."
_encode = msgspec.json.Encoder().encode


def seed_pending(data: Path, jobs: int) -> None:
    """A data folder with so many jobs that wait, all submitted within the last hour."""
    folder = DataFolder.open(data)
    now = time.time_ns()
    contents = endless(-1)
    with Library.open(folder.library) as library:
        for batch in _batches(
            queued(now - (jobs - n) * (_DAY_NS // 24) // jobs, next(contents), n)
            for n in range(jobs)
        ):
            for path, together in groupby(batch, lambda each: folder.batch_path(each.job_id)):
                with open(path, "ab") as file:
                    file.writelines(_encode(manifest) + b"\n" for manifest in together)
            library.index_jobs(map(JobIndexRow.of, batch))


def seed_finished(data: Path, jobs: int) -> None:
    """A data folder with so many jobs that have ended, evenly over twenty days up to yesterday.
    Each ingested the same note: the first stored it, the others found it unchanged."""
    folder = DataFolder.open(data)
    end = time.time_ns() - _END_DAYS_AGO * _DAY_NS
    step = _SPAN_DAYS * _DAY_NS // jobs
    with Library.open(folder.library) as library:
        for batch in _batches(
            succeeded(end - (jobs - n) * step, first=n == 0) for n in range(jobs)
        ):
            for manifest in batch:
                _write_aged(folder.pack_path(manifest.job_id), manifest)
            library.commit([_result(manifest) for manifest in batch])
            library.index_jobs(map(JobIndexRow.of, batch))
    for day in folder.jobs.glob("[0-9]*-[0-9]*-[0-9]*"):
        # Old folders are left alone at a restart, so theirs must look as old as their jobs.
        last = max(file.stat().st_mtime for file in os.scandir(day))
        os.utime(day, (last, last))


def _batches(manifests: Iterator[Manifest]) -> Iterator[list[Manifest]]:
    while batch := list(islice(manifests, _AT_ONCE)):
        yield batch


def _write_aged(path: Path, manifest: Manifest) -> None:
    make_folder(path.parent)
    with open(path, "ab") as file:
        file.write(sealed([_encode(manifest)]))
    assert manifest.finished_at is not None
    finished = manifest.finished_at.timestamp()
    os.utime(path, (finished, finished))


def queued(at_ns: int, text: str, number: int = 0) -> Manifest:
    """The manifest of a single-text job, as its submission leaves it: the `number`th of those that
    one process has accepted."""
    at = datetime.fromtimestamp(at_ns // 1000 / 1e6, UTC)
    request = hashlib.sha256(b"%d" % at_ns).hexdigest()
    return Manifest(
        job_id=uuid7(at_ns, number % JOBS_A_TAG << 48 | number // JOBS_A_TAG),
        state=JobState.QUEUED,
        collection="default",
        priority=0,
        submitted_at=at,
        key=key_digest(None, request),
        explicit_key=False,
        request=request,
        sources=(InlineText(f"text:{request[:32]}", text),),
        history=(Moment(JobState.QUEUED, at),),
    )


def succeeded(at_ns: int, *, first: bool) -> Manifest:
    """The manifest of a job that ended at once: it stored the note, or found it unchanged."""
    submitted = queued(at_ns, _TEXT)
    at = submitted.submitted_at
    counts = Counts(total=1, succeeded=1) if first else Counts(total=1, unchanged=1)
    moments = (Moment(JobState.RUNNING, at), Moment(JobState.SUCCEEDED, at))
    return msgspec.structs.replace(
        submitted,
        state=JobState.SUCCEEDED,
        sources=(InlineText(_URI, None),),
        history=(*submitted.history, *moments),
        started_at=at,
        finished_at=at,
        counts=counts,
    )


def _result(manifest: Manifest) -> DocumentResult:
    """What the job's worker committed."""
    first = manifest.counts.succeeded == 1
    chunk = ChunkDraft(_TEXT, (), None, 0, len(_TEXT))
    return DocumentResult(
        manifest.job_id,
        0,
        manifest.collection,
        _URI,
        DocumentState.SUCCEEDED if first else DocumentState.UNCHANGED,
        size=len(_TEXT),
        seconds=0.001,
        sha256=hashlib.sha256(_TEXT.encode()).hexdigest(),
        pipeline="seed",
        media_type="text/plain",
        document_id=None if first else document_id(manifest.collection, _URI),
        content=DocumentContent("text/plain", None, {}, None, (chunk,)) if first else None,
    )
