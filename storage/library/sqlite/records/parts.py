"""Parts of long documents that are read by several workers: what is done of them so far.

They live from the split to the end of their document, which takes them with it.
"""

from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.results import DocumentPart, PartResult, Split
from gristmill.storage.library.database import Database


def split(db: Database, split: Split) -> list[DocumentPart]:
    """Note the parts of a pending document, unless they are there already; returns those that
    are still to be done. Parts of other content go. Inside a transaction."""
    if not _is_pending(db, split.job_id, split.ordinal):
        return []
    place = (split.job_id, split.ordinal)
    db.execute(
        "DELETE FROM parts WHERE job_id = ? AND ordinal = ? AND content <> ?",
        (*place, split.content),
    )
    db.executemany(
        "INSERT INTO parts(job_id, ordinal, number, first, last, content)"
        " VALUES(?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
        [
            (*place, number, first, last, split.content)
            for number, (first, last) in enumerate(split.ranges)
        ],
    )
    return [part for part in parts(db, *place) if part.pages is None]


def parts(
    db: Database, job_id: str, ordinal: int, content: str | None = None
) -> list[DocumentPart]:
    """The parts of a document, in order; with `content`, only those of that."""
    rows = db.execute(
        "SELECT number, first, last, pages FROM parts"
        " WHERE job_id = ? AND ordinal = ? AND content = coalesce(?, content) ORDER BY number",
        (job_id, ordinal, content),
    )
    return [DocumentPart(*row) for row in rows]


def undone(db: Database, job_id: str, ordinal: int) -> list[int]:
    """Numbers of the parts of a document that are still to be done."""
    rows = db.execute(
        "SELECT number FROM parts WHERE job_id = ? AND ordinal = ? AND pages IS NULL"
        " ORDER BY number",
        (job_id, ordinal),
    )
    return [number for (number,) in rows]


def finish(db: Database, done: PartResult) -> None:
    """Keep what was read of a part, the first time it comes. Inside a transaction."""
    db.execute(
        "UPDATE parts SET pages = ? WHERE job_id = ? AND ordinal = ? AND number = ?"
        " AND content = ? AND pages IS NULL",
        (done.pages, done.job_id, done.ordinal, done.part, done.content),
    )


def drop(db: Database, job_id: str, ordinal: int | None = None) -> None:
    """Forget the parts of a document, or of a whole job. Inside a transaction."""
    db.execute(
        "DELETE FROM parts WHERE job_id = ? AND ordinal = coalesce(?, ordinal)", (job_id, ordinal)
    )


def _is_pending(db: Database, job_id: str, ordinal: int) -> bool:
    row = db.execute(
        "SELECT state FROM ledger WHERE job_id = ? AND ordinal = ?", (job_id, ordinal)
    ).fetchone()
    return row is not None and row[0] == DocumentState.PENDING
