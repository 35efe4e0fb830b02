"""Which leases are over: what a worker brings that no longer has its lease is refused.

A lease's token is a number that only grows (`schemas.jobs.tasks.first_token`). Whoever leases
again what another has lost raises the mark over those documents to its own token first, and a
retry raises it over the whole job. The marks are kept beside the rows that they guard, and so are
the terms from which tokens are made: whoever puts an older library in the place of this one has
both as they were. A clock would not do; it may go back between two starts.
"""

import logging
import sqlite3
from collections.abc import Callable
from contextlib import AbstractContextManager

from gristmill.schemas.jobs.tasks import first_token, term_of
from gristmill.schemas.problems.library_errors import LibraryTrouble
from gristmill.storage.library.database import Database

_NO_END = 1 << 62
_log = logging.getLogger(__name__)
_ROW = """
SELECT (SELECT state FROM ledger WHERE job_id = :job AND ordinal = :ordinal),
    coalesce((SELECT max(token) FROM fences
        WHERE job_id = :job AND first <= :ordinal AND last > :ordinal), 0)
"""


def _next_term(db: Database) -> int:
    """The term to come: greater than the one that is noted, and than that of every mark."""
    (term,) = db.execute("SELECT coalesce(max(term), 0) FROM terms").fetchone()
    (mark,) = db.execute("SELECT coalesce(max(token), 0) FROM fences").fetchone()
    return max(int(term), term_of(mark)) + 1


def begin_term(db: Database, writing: Callable[[], AbstractContextManager[None]]) -> int:
    """The next term, which ends the one before it; a transaction of its own."""
    try:
        with writing():
            term = _next_term(db)
            db.execute("DELETE FROM terms")
            db.execute("INSERT INTO terms(term) VALUES(?)", (term,))
            return term
    except (OSError, sqlite3.OperationalError, LibraryTrouble) as error:
        # On a full disk the service still has jobs to end, and on a damaged library it answers. The
        # marks that this term leaves keep the next one above it.
        _log.warning("the library cannot note that a new term begins: %s", error)
        return _next_term(db)


def least(db: Database) -> int:
    """The least token of this term: who has a smaller one worked for a supervisor that is gone."""
    row = db.execute("SELECT max(term) FROM terms").fetchone()
    return first_token(row[0] or 0)


def state_and_mark(db: Database, job_id: str, ordinal: int) -> tuple[str | None, int]:
    """The state of a document (None: it has no row), and the mark over it (0: none)."""
    state, mark = db.execute(_ROW, {"job": job_id, "ordinal": ordinal}).fetchone()
    return state, int(mark)


def is_over(db: Database, job_id: str, ordinal: int, token: int) -> bool:
    """Whether the lease with a token is over for a document."""
    return token < max(state_and_mark(db, job_id, ordinal)[1], least(db))


def mark_of_job(db: Database, job_id: str) -> int:
    """The highest mark over a job as a whole; 0 where there is none."""
    row = db.execute(
        "SELECT coalesce(max(token), 0) FROM fences WHERE job_id = ? AND last = ?",
        (job_id, _NO_END),
    ).fetchone()
    return int(row[0])


def fence(db: Database, job_id: str, first: int, last: int | None, token: int) -> None:
    """Leases with a smaller token are over for `first <= ordinal < last`. Inside a transaction."""
    end = _NO_END if last is None else last
    # Marks that say nothing any more: a document that is lost again and again keeps one.
    db.execute(
        "DELETE FROM fences WHERE job_id = ? AND first >= ? AND last <= ? AND token <= ?",
        (job_id, first, end, token),
    )
    db.execute(
        "INSERT INTO fences(job_id, first, last, token) VALUES(?, ?, ?, ?)"
        " ON CONFLICT(job_id, first, last) DO UPDATE SET token ="
        " CASE WHEN excluded.token > fences.token THEN excluded.token ELSE fences.token END",
        (job_id, first, end, token),
    )


def drop(db: Database, job_id: str) -> None:
    """Forget the marks of a job that is forgotten. Inside a transaction."""
    db.execute("DELETE FROM fences WHERE job_id = ?", (job_id,))
