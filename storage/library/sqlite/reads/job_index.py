"""The job index: what lists and filters need to know of a job. Derived from the manifests."""

from collections.abc import Iterable, Iterator

from gristmill.schemas.jobs.states import JobState
from gristmill.storage.library.chosen_jobs import ChosenJobs
from gristmill.storage.library.database import Database
from gristmill.storage.library.job_index_row import JobIndexRow
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.database.within import within
from gristmill.storage.library.sqlite.filters.filtering import compiled
from gristmill.storage.library.sqlite.reads.reading import from_micros, to_micros

_AT_ONCE = 1000
_ROW = "SELECT job_id, state, collection, submitted_at, finished_at FROM jobs"


def write(db: Database, rows: Iterable[JobIndexRow]) -> None:
    """Add rows, or replace those of the same jobs. Inside a transaction."""
    db.executemany(
        "INSERT INTO jobs(job_id, state, collection, submitted_at, finished_at)"
        " VALUES(?, ?, ?, ?, ?) ON CONFLICT(job_id) DO UPDATE SET state = excluded.state,"
        " collection = excluded.collection, submitted_at = excluded.submitted_at,"
        " finished_at = excluded.finished_at",
        [
            (
                row.job_id,
                row.state.value,
                row.collection,
                to_micros(row.submitted_at),
                None if row.finished_at is None else to_micros(row.finished_at),
            )
            for row in rows
        ],
    )


def page(
    db: Database,
    state: JobState | None,
    collection: Within,
    after: str | None,
    limit: int,
) -> list[str]:
    """Job ids before `after`, newest first. Each filter has its index, ordered by job id."""
    where, values = _passing(state, collection)
    rows = db.execute(
        f"SELECT job_id FROM jobs WHERE job_id < ?{where} ORDER BY job_id DESC LIMIT ?",
        (after if after is not None else "~", *values, limit),
    )
    return [job_id for (job_id,) in rows]


def chosen(db: Database, wanted: ChosenJobs, after: str | None, limit: int) -> list[str]:
    """Ids of jobs before `after` that are wanted, newest first."""
    sql, values = _wanted(wanted)
    rows = db.execute(
        f"SELECT job_id FROM jobs WHERE job_id < ?{sql} ORDER BY job_id DESC LIMIT ?",
        (after if after is not None else "~", *values, limit),
    )
    return [job_id for (job_id,) in rows]


def count_chosen(db: Database, wanted: ChosenJobs) -> int:
    """How many are wanted."""
    sql, values = _wanted(wanted)
    (found,) = db.execute(f"SELECT count(*) FROM jobs WHERE job_id > ''{sql}", values).fetchone()
    return int(found)


def _wanted(wanted: ChosenJobs) -> tuple[str, tuple[object, ...]]:
    sql, values = _passing(wanted.state, wanted.collection)
    if wanted.until is not None:
        sql += " AND coalesce(finished_at, submitted_at) <= ?"
        values += (to_micros(wanted.until),)
    if wanted.where is not None:
        condition = compiled(wanted.where, "jobs")
        sql, values = f"{sql} AND {condition.sql}", values + condition.values
    return sql, values


def count(db: Database, state: JobState | None, collection: Within, since: str, most: int) -> int:
    """How many jobs have an id from `since` on, as far as `most`: nobody counts a million."""
    where, values = _passing(state, collection)
    (found,) = db.execute(
        f"SELECT count(*) FROM (SELECT 1 FROM jobs WHERE job_id >= ?{where} LIMIT ?) AS found",
        (since, *values, most),
    ).fetchone()
    return int(found)


def oldest(db: Database, state: JobState, collection: Within) -> JobIndexRow | None:
    """The job in a state that came first."""
    where, values = _passing(state, collection)
    found = db.execute(
        f"{_ROW} WHERE job_id > ''{where} ORDER BY job_id LIMIT 1", values
    ).fetchone()
    return _row(*found) if found else None


def _passing(state: JobState | None, collection: Within) -> tuple[str, tuple[object, ...]]:
    """What is added to a WHERE."""
    sql, values = "", tuple[object, ...]()
    if state is not None:
        sql, values = " AND state = ?", (state.value,)
    if (condition := within(collection)) is not None:
        sql, values = f"{sql} AND {condition.sql}", values + condition.values
    return sql, values


def one(db: Database, job_id: str) -> JobIndexRow | None:
    """The row of one job."""
    found = db.execute(f"{_ROW} WHERE job_id = ?", (job_id,)).fetchone()
    return _row(*found) if found else None


def rows(db: Database) -> Iterator[JobIndexRow]:
    """All rows, oldest job first, in flat memory."""
    after = ""
    while found := db.execute(
        f"{_ROW} WHERE job_id > ? ORDER BY job_id LIMIT ?", (after, _AT_ONCE)
    ).fetchall():
        for values in found:
            yield _row(*values)
        after = found[-1][0]


def _row(
    job_id: str, state: str, collection: str, submitted: int, finished: int | None
) -> JobIndexRow:
    return JobIndexRow(
        job_id,
        JobState(state),
        collection,
        from_micros(submitted),
        None if finished is None else from_micros(finished),
    )


def drop(db: Database, job_id: str) -> None:
    """Forget one row. Inside a transaction."""
    db.execute("DELETE FROM jobs WHERE job_id = ?", (job_id,))


def clear(db: Database) -> None:
    """Forget all rows. Inside a transaction."""
    db.execute("DELETE FROM jobs")
