"""Targets: files of the data folder, as a damaged disk gives them back."""

import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from functools import cache

from support.fuzzing.guided.target import Target, hold

from gristmill.schemas.ids import is_job_id, uuid7
from gristmill.schemas.jobs.manifest import FORMAT, Manifest, Moment
from gristmill.schemas.jobs.sources import InlineText
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import GristmillError
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests
from gristmill.storage.manifests.manifest_format import decode, encode
from gristmill.storage.manifests.pack_lines import Mark, line_of
from gristmill.storage.manifests.packs import Packs, sealed
from gristmill.storage.records.keys import Keys
from gristmill.storage.written_by import noted_version, what_to_use

_ID = uuid7(1_793_000_000_000_000_000, 7)
_OTHER = uuid7(1_793_000_000_000_000_000, 8 << 48 | 7)


def targets() -> list[Target]:
    words = ("gristmill.schemas.jobs.manifest", "gristmill.storage.manifests.pack_lines")
    return [
        Target("manifest", _manifest, lambda: [_line(_ID)], words),
        Target("pack", _pack, _packs, words),
        Target("manifests", _manifests, _packs, words),
        Target("small-files", _small_files, lambda: [b'{"job_id":"a","request":"b"}', b"0.2.0\n"]),
    ]


def _manifest(data: bytes) -> None:
    """It is a manifest that can be written again, or it is said to be broken."""
    try:
        manifest = decode(data, "jobs/pending/x.json")
    except GristmillError:
        return
    hold(decode(encode(manifest), "x") == manifest, "it is another one when it is written again")
    hold(manifest.format <= FORMAT, "a newer one was taken for an old one")


def _pack(data: bytes) -> None:
    """No line makes another one unreadable, and what is added to a damaged pack is found."""
    path = _folder().root / "pack.ndjson"
    path.unlink(missing_ok=True)
    path.write_bytes(data)
    packs = Packs(seals=len(data) % 2 == 0)
    packs.first_id(path)
    packs.torn(path)
    ids = packs.ids(path)
    hold(all(is_job_id(each) for each in ids), "a line has an id that is none")
    for job_id in ids[:4]:
        try:
            packs.find(path, job_id)
        except GristmillError:
            pass
    packs.append(path, [_line(_ID)])
    found = packs.find(path, _ID)
    hold(found and found.job_id == _ID, "a manifest was added and is not found")
    hold(set(ids) <= set(packs.ids(path)), "a manifest took another one away")
    packs.drop(path, [_ID], durable=False)
    hold(not packs.has(path, _ID), "a manifest was dropped and is found")
    packs.rewrite(path)


def _manifests(data: bytes) -> None:
    """A folder with one damaged batch file and one damaged pack: every other job is found."""
    folder = _folder()
    batch, pack = folder.batch_path(_ID), folder.pack_path(_ID)
    for path in (batch, pack):
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
    (pack if len(data) % 2 else batch).write_bytes(data)
    folder.pending_path(_OTHER).write_bytes(_line(_OTHER))
    manifests = Manifests(folder)
    pending, _ = manifests.all_pending_ids()
    hold(_OTHER in {*pending, *manifests.ended_ids()}, "a job is lost by another one's damage")
    manifests.pending_ids()
    manifests.strays(())
    manifests.ended_among(pending)
    read = manifests.pending_reader()
    for ask in (read, manifests.read):
        for job_id in pending[:6]:
            _asked(ask, job_id)
    list(manifests.ended_last(1e12, lambda error: hold(error.message, "it says nothing")))


def _asked(read: Callable[[str], Manifest | None], job_id: str) -> None:
    try:
        found = read(job_id)
    except GristmillError:
        return
    hold(found is None or found.job_id == job_id, "a manifest is that of another job")


def _small_files(data: bytes) -> None:
    folder = _folder()
    folder.version_note.write_bytes(data)
    noted_version(folder)
    hold(what_to_use(folder.pending / "x.json"), "nothing is said")
    record = folder.key_path("00" * 32)
    record.parent.mkdir(parents=True, exist_ok=True)
    record.write_bytes(data)
    Keys(folder).read("00" * 32)


@cache
def _temporary() -> tempfile.TemporaryDirectory[str]:
    return tempfile.TemporaryDirectory(ignore_cleanup_errors=True)


@cache
def _folder() -> DataFolder:
    return DataFolder.open(_temporary().name)


def _line(job_id: str) -> bytes:
    at = datetime(2026, 11, 3, tzinfo=UTC)
    history, sources = (Moment(JobState.QUEUED, at),), (InlineText("a.txt", "words"),)
    return encode(Manifest(job_id, JobState.QUEUED, "c", 0, at, "k", True, "r", sources, history))


def _packs() -> list[bytes]:
    lines = [_line(_ID), _line(_OTHER)]
    gone = b"".join(line + b"\n" for line in (*lines, line_of(Mark(_ID, gone=True))))
    return [sealed(lines), gone, lines[0][:50] + b"\n" + lines[1]]
