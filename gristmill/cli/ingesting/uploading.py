"""Sends files to a server: folders walked, files batched, each batch a job."""

import mimetypes
import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from pathlib import Path
from typing import NamedTuple

import msgspec

from gristmill.cli.backends.remote import RemoteBackend
from gristmill.cli.ingesting.finding import files_at
from gristmill.cli.ingesting.outcome import Reason
from gristmill.cli.terminal.output import note
from gristmill.cli.terminal.progress_bar import Bar
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.problems.errors import BodyTooLarge, DuplicateJob, Unavailable

BATCH_FILES = 200
"""All files of a batch are open while it is sent; the usual limit of a process is 1,024."""
BATCH_BYTES = 48 * 1024 * 1024
PATIENCE_S = 60.0


class Upload(NamedTuple):
    """A file and the name that the server gets for it, which becomes its uri."""

    path: Path
    name: str
    size: int


class Fields(NamedTuple):
    """What a job is to be beside its files."""

    collection: str | None
    options: GivenOptions
    metadata: Mapping[str, object] = {}

    def form(self) -> dict[str, str]:
        """As a form has it."""
        return {
            name: value if isinstance(value, str) else msgspec.json.encode(value).decode()
            for name, value in self.said().items()
        }

    def said(self) -> dict[str, object]:
        """As JSON has it: what is the default is left out."""
        options = None if self.options == GivenOptions() else msgspec.to_builtins(self.options)
        named = (("collection", self.collection), ("options", options), ("metadata", self.metadata))
        return {name: value for name, value in named if value}


class Sent(NamedTuple):
    """The jobs that hold what was sent, and what was refused."""

    job_ids: Sequence[str]
    refused: Sequence[Reason]


def find_uploads(paths: Iterable[str]) -> list[Upload]:
    """Every file at and below `paths`, each once. Raises PathNotFound, PathEmpty."""
    found: dict[Path, Upload] = {}
    for given in paths:
        for path in files_at(given):
            found.setdefault(path, Upload(path, _name(path), path.stat().st_size))
    return list(found.values())


def batches(uploads: Iterable[Upload]) -> Iterator[list[Upload]]:
    """Uploads in groups that one request can carry; a large file is one of its own."""
    batch: list[Upload] = []
    size = 0
    for upload in uploads:
        if batch and (len(batch) == BATCH_FILES or size + upload.size > BATCH_BYTES):
            yield batch
            batch, size = [], 0
        batch.append(upload)
        size += upload.size
    if batch:
        yield batch


def send_all(
    backend: RemoteBackend,
    uploads: Sequence[Upload],
    fields: Fields,
    key: str | None,
    bar: Bar,
) -> Sent:
    """Submit all uploads. A batch that is pending already is not sent twice: its job counts."""
    groups = list(batches(uploads))
    job_ids: list[str] = []
    refused: list[Reason] = []
    sent = 0
    for number, group in enumerate(groups, 1):
        group_key = f"{key}-{number}" if key and len(groups) > 1 else key
        try:
            job_ids.append(_send_patiently(backend, group, fields, group_key))
        except BodyTooLarge as error:
            refused += [Reason(upload.name, error.code, error.message) for upload in group]
        sent += len(group)
        bar.show("sending", sent, len(uploads))
    return Sent(job_ids, refused)


def send_urls(
    backend: RemoteBackend,
    urls: Sequence[str],
    fields: Fields,
    key: str | None,
) -> list[str]:
    """Submit what the server is to fetch, where there is any; the ids of its jobs. Raises
    UrlsDisabled, InvalidRequest."""
    if not urls:
        return []
    body: dict[str, object] = {"sources": [{"type": "url", "url": url} for url in urls]}
    body |= fields.said()
    headers = {"Idempotency-Key": f"{key}-urls"} if key else {}
    return [_patiently(lambda: backend.submit(headers, json=body).job_id)]


def _send_patiently(
    backend: RemoteBackend,
    group: Sequence[Upload],
    fields: Fields,
    key: str | None,
) -> str:
    return _patiently(lambda: _send(backend, group, fields, key))


def _patiently(send: Callable[[], str]) -> str:
    """The job that was sent. A full queue is waited for; a server that is away is not."""
    deadline = time.monotonic() + PATIENCE_S
    while True:
        try:
            return send()
        except DuplicateJob as duplicate:
            job_id = str(duplicate.extra["job_id"])
            note(f"these are pending already: following job {job_id}")
            return job_id
        except Unavailable as error:
            if type(error) is Unavailable or time.monotonic() > deadline:
                raise
            time.sleep(error.retry_after)


def _send(
    backend: RemoteBackend,
    group: Sequence[Upload],
    fields: Fields,
    key: str | None,
) -> str:
    headers = {"Idempotency-Key": key} if key else {}
    with ExitStack() as stack:
        # Opened here, read piece by piece while the request is sent.
        files = [
            ("file", (each.name, stack.enter_context(open(each.path, "rb")), _media_type(each)))
            for each in group
        ]
        return backend.submit(headers, data=fields.form(), files=files).job_id


def _name(path: Path) -> str:
    """Relative where the file lies below the current folder, so that a name stays the same
    however the file was given, and two files never share one."""
    try:
        name = path.relative_to(Path.cwd()).as_posix()
    except ValueError:
        name = path.as_posix()
    return name.encode("utf-8", "backslashreplace").decode()


def _media_type(upload: Upload) -> str:
    return mimetypes.guess_type(upload.name)[0] or "application/octet-stream"
