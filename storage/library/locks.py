"""What a write has to itself, or shares with others that change nothing of it.

SQLite has one writer at a time, so nothing more is needed. PostgreSQL has many: what two of them
must not do at once is named here. A transaction takes all its locks before anything else, in the
order of this tuple, and so never waits for one who waits for it.
"""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.results import DocumentResult


class Lock(NamedTuple):
    """`kind` comes first in the order. Two that are equal but for `shared` are the same thing."""

    kind: int
    name: tuple[str | int, ...]
    shared: bool = False


_TERM, _JOB, _ROW, _LIBRARY, _COLLECTION, _CONTENT, _INDEX = range(7)
TERM = Lock(_TERM, ())
WORK = Lock(_TERM, (), shared=True)
"""Work of a term, which must not end within it."""
LIBRARY = Lock(_LIBRARY, ())
"""All documents: for what changes many of them."""
JOB_INDEX = Lock(_INDEX, ())


def job(job_id: str) -> Lock:
    """All that is known of a job."""
    return Lock(_JOB, (job_id,))


def document_row(job_id: str, ordinal: int) -> tuple[Lock, ...]:
    """One row of a ledger."""
    return WORK, Lock(_JOB, (job_id,), shared=True), Lock(_ROW, (job_id, ordinal))


def collection(name: str) -> tuple[Lock, ...]:
    """What a collection is set to."""
    return Lock(_LIBRARY, (), shared=True), Lock(_COLLECTION, (name,))


def document(identity: str) -> tuple[Lock, ...]:
    """One document."""
    return Lock(_LIBRARY, (), shared=True), Lock(_CONTENT, (identity,))


def of_commit(results: Iterable[DocumentResult]) -> list[Lock]:
    """What ending these documents takes: their rows, and what they may become or replace."""
    found: list[Lock] = [WORK]
    for each in results:
        found += document_row(each.job_id, each.ordinal)
        if each.members:
            # New rows get the next numbers of the job.
            found.append(job(each.job_id))
        if each.state in (
            DocumentState.SUCCEEDED,
            DocumentState.UNCHANGED,
            DocumentState.DUPLICATE,
        ):
            found += _of_content(each)
    return found


def _of_content(result: DocumentResult) -> Iterable[Lock]:
    yield from document(document_id(result.collection, result.uri))
    if result.document_id is not None:
        yield Lock(_CONTENT, (result.document_id,))
    if result.sha256 is not None:
        yield Lock(_CONTENT, (result.collection, result.sha256, result.pipeline or ""))
    content = result.content
    alone = result.embedding is not None or (
        content is not None and (content.vectors is not None or content.signature is not None)
    )
    # Which model a collection has, and what is alike in it, is found out and written in one.
    yield Lock(_COLLECTION, (result.collection,), shared=not alone)


def ordered(locks: Sequence[Lock]) -> list[Lock]:
    """Each once, the stronger one of two, in the order in which they are taken."""
    strongest: dict[tuple[int, tuple[str | int, ...]], bool] = {}
    for each in locks:
        key = (each.kind, each.name)
        strongest[key] = strongest.get(key, True) and each.shared
    return sorted(
        (Lock(kind, name, shared) for (kind, name), shared in strongest.items()),
        key=lambda lock: (lock.kind, tuple(map(str, lock.name))),
    )
