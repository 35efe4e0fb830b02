"""Uploads a folder as many clients would: several requests at a time, many files in each."""

import mimetypes
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from pathlib import Path

from benchmarks.harness.programs import Service, accepted

_CLIENTS, _FILES, _BYTES = 4, 64, 32_000_000


def upload(running: Service, folder: Path, files: Sequence[Path]) -> list[str]:
    """Upload files below `folder`; the ids of the jobs that this makes."""
    with ThreadPoolExecutor(_CLIENTS) as pool:
        return list(pool.map(partial(_post, running, folder), requests(files)))


def requests(files: Sequence[Path]) -> Iterator[list[Path]]:
    """The files, in their order, as many in a request as fit into it."""
    batch: list[Path] = []
    size = 0
    for path in files:
        bytes_ = path.stat().st_size
        if batch and (len(batch) == _FILES or size + bytes_ > _BYTES):
            yield batch
            batch, size = [], 0
        batch.append(path)
        size += bytes_
    if batch:
        yield batch


def _post(running: Service, folder: Path, paths: Sequence[Path]) -> str:
    with ExitStack() as stack:
        parts = [
            ("file", (_name(folder, path), stack.enter_context(path.open("rb")), _media_type(path)))
            for path in paths
        ]
        return accepted(running.http.post("/ingest", files=parts))


def _name(folder: Path, path: Path) -> str:
    """Its whole path: files of one name in two folders are two documents."""
    return path.relative_to(folder).as_posix()


def _media_type(path: Path) -> str:
    return mimetypes.guess_type(path.name)[0] or "application/octet-stream"
