"""From a collection to the documents of it that a job is about: those to be read again, with where
their bytes are, or all that it holds."""

import os
from collections.abc import Iterator
from pathlib import Path

from gristmill.pool.worker.documents.renewing import root_of
from gristmill.schemas.jobs.sources import Refreshed
from gristmill.schemas.outcomes.documents import DocumentCode, Outdated
from gristmill.schemas.outcomes.results import MEMBER_MARK, PlannedDocument
from gristmill.storage.library import Library
from gristmill.storage.originals import Originals

_HELD_AT_ONCE = 500
_GONE = (
    "its bytes are not kept, and no path leads to them that may be read; it stays as it is, until "
    "it is ingested again"
)


def outdated(
    library: Library, originals: Originals, source: Refreshed, index: int, pipeline: str
) -> Iterator[PlannedDocument]:
    """The documents of a collection that another pipeline has made. A file is read again as it is
    now, else the bytes that are kept of it; of a member of an archive, the archive. One that is
    nowhere has failed, which changes nothing in the library."""
    for number, document in enumerate(library.outdated(source.collection, pipeline)):
        yield _planned(originals, source, document, index, number)


def held(library: Library, collection: str, index: int) -> Iterator[PlannedDocument]:
    """What a collection holds, the newest first."""
    after: str | None = None
    while True:
        found, after = library.documents_page(
            collection=collection, after=after, limit=_HELD_AT_ONCE
        )
        for document in found:
            yield PlannedDocument(0, document.uri, index)
        if after is None:
            return


def _planned(
    originals: Originals, source: Refreshed, document: Outdated, index: int, number: int
) -> PlannedDocument:
    path = document.uri.partition(MEMBER_MARK)[0]
    if is_readable(path, source.roots):
        return PlannedDocument(number, path, index, path=path, size=_size(path))
    kept = originals.path(document.document_id, document.sha256)
    if kept is not None:
        return PlannedDocument(number, document.uri, index, path=str(kept), size=document.bytes)
    return PlannedDocument(
        number, document.uri, index, code=DocumentCode.FETCH_ERROR, message=_GONE
    )


def is_readable(path: str, roots: tuple[str, ...]) -> bool:
    """Whether a file is there, and below one of these roots, its links followed."""
    return Path(path).is_absolute() and os.path.isfile(path) and root_of(path, roots) is not None  # noqa: PTH113


def _size(path: str) -> int | None:
    try:
        return Path(path).stat().st_size
    except OSError:
        return None
