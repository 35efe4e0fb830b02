"""What `gristmill check` asks of a library, and how what is derived in it is made again."""

import sqlite3
from collections.abc import Iterator

from gristmill.storage.library.sqlite.database.trouble import FAILURES
from gristmill.storage.library.sqlite.records import counters, ledger
from gristmill.storage.library.sqlite.vectors import keeping

_TOTALS = (
    "SELECT collection, count(*), total(chunks), total(bytes) FROM documents GROUP BY collection"
)
_WRONG_TOTALS = (
    "SELECT count(*) FROM (SELECT * FROM (SELECT collection, documents, chunks, bytes"
    f" FROM collections WHERE documents > 0 EXCEPT {_TOTALS})"
    f" UNION ALL SELECT * FROM ({_TOTALS} EXCEPT SELECT * FROM collections))"
)
_STRAY = (
    "chunk NOT IN (SELECT id FROM chunks) OR model NOT IN (SELECT id FROM vector_models)"
    " OR length(vector) <> (SELECT dimensions FROM vector_models"
    " WHERE vector_models.id = vectors.model)"
    " * (CASE WHEN scale IS NULL THEN 4 ELSE 1 END)"
)
_MOST_PROBLEMS = 20


def damage(db: sqlite3.Connection) -> list[str]:
    """What SQLite finds wrong with the file itself; nothing can be derived from a damaged one."""
    try:
        found = [row[0] for row in db.execute(f"PRAGMA quick_check({_MOST_PROBLEMS})")]
    except FAILURES as error:
        return [str(error)]
    return [] if found == ["ok"] else found


def totals_are_right(db: sqlite3.Connection) -> bool:
    """Whether the totals of the collections are those of their documents."""
    return bool(db.execute(_WRONG_TOTALS).fetchone()[0] == 0)


def rebuild_totals(db: sqlite3.Connection) -> None:
    db.execute("DELETE FROM collections")
    db.execute(f"INSERT INTO collections(collection, documents, chunks, bytes) {_TOTALS}")


def vectors_are_right(db: sqlite3.Connection) -> bool:
    """Whether each vector has a chunk, a model, and as many numbers as that says."""
    return db.execute(f"SELECT 1 FROM vectors WHERE {_STRAY} LIMIT 1").fetchone() is None


def drop_stray_vectors(db: sqlite3.Connection) -> None:
    rows = [chunk for (chunk,) in db.execute(f"SELECT chunk FROM vectors WHERE {_STRAY}")]
    for chunk in rows:
        keeping.remove(db, chunk, chunk + 1)


def miscounted_jobs(db: sqlite3.Connection) -> list[str]:
    """Planned jobs whose counters are not those of their ledger rows."""
    planned = [job_id for (job_id,) in db.execute("SELECT job_id FROM plans")]
    return [
        job_id
        for job_id in planned
        if counters.counts(db, job_id, 0, None) != counters.counted(db, job_id, 0, None)
    ]


def ledger_jobs(db: sqlite3.Connection) -> Iterator[str]:
    """Every job that has ledger rows or a plan, by id."""
    after = ""
    while (job_id := ledger.next_job(db, after)) is not None:
        yield job_id
        after = job_id
