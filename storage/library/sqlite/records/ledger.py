"""The ledger: what became of each document of each job."""

import logging
import os
from collections import Counter
from collections.abc import Sequence
from typing import Any

import msgspec

from gristmill.schemas.jobs.states import DocumentState
from gristmill.schemas.outcomes.documents import LedgerRow
from gristmill.schemas.outcomes.results import MEMBER_MARK, DocumentResult, PlannedDocument
from gristmill.schemas.outcomes.retry import struck
from gristmill.schemas.outcomes.structure import DocumentWarning
from gristmill.storage.library.database import Database
from gristmill.storage.library.sqlite.database.storable import (
    json_text,
    storable,
    storable_or_none,
    storable_size,
)
from gristmill.storage.library.sqlite.records import counters, fences, parts

UNPLANNED = -1
"""`PlannedDocument.source` of a row that no plan has located: its job was never planned."""

_NO_END = 1 << 62
_log = logging.getLogger(__name__)
_decode_warnings = msgspec.json.Decoder(tuple[DocumentWarning, ...]).decode
_decode = msgspec.json.Decoder(dict[str, int]).decode
# Rows of an earlier run that was never planned may be there: what ended stays as it is, unless
# the plan found another document at its place.
_PLAN = """
INSERT INTO ledger(job_id, ordinal, uri, state, source, path, member, parent, bytes, attempts,
    strikes, code, message)
VALUES(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
ON CONFLICT(job_id, ordinal) DO UPDATE SET uri = excluded.uri, state = excluded.state,
    source = excluded.source, path = excluded.path, bytes = excluded.bytes,
    attempts = CASE WHEN excluded.attempts > ledger.attempts THEN excluded.attempts
        ELSE ledger.attempts END,
    strikes = excluded.strikes, code = excluded.code, message = excluded.message,
    document_id = NULL, media_type = NULL, pages = NULL, chunks = NULL, seconds = NULL,
    warnings = NULL
WHERE ledger.state = 'pending' OR ledger.uri <> excluded.uri
"""
_PENDING = (
    "SELECT ordinal, uri, coalesce(source, ?), path, member, parent, bytes, attempts, strikes"
    " FROM ledger WHERE job_id = ? AND state = 'pending'"
)
_FIELDS = ", ".join(LedgerRow.__struct_fields__)


def is_planned(db: Database, job_id: str) -> bool:
    return db.execute("SELECT 1 FROM plans WHERE job_id = ?", (job_id,)).fetchone() is not None


def planned(db: Database, job_id: str) -> int | None:
    """Documents of a planned job; None where it is not planned."""
    return counters.counts(db, job_id, 0, None).total if is_planned(db, job_id) else None


def plan(
    db: Database,
    job_id: str,
    documents: Sequence[PlannedDocument],
    token: int | None = None,
) -> int:
    """Write a job's plan unless it has one, or the lease with that token is over. Inside a
    transaction."""
    if token is not None and token < max(fences.mark_of_job(db, job_id), fences.least(db)):
        _log.warning(
            "job %s: a worker came with its plan after its lease was taken away; it is refused",
            job_id,
        )
    elif not is_planned(db, job_id):
        counters.begin(db, job_id)
        db.executemany(
            _PLAN, (_planned_row(job_id, each, path_value(each.path)) for each in documents)
        )
        # Documents that were there in an earlier run, waited for a retry, and are gone now.
        db.execute(
            "DELETE FROM ledger WHERE job_id = ? AND state = 'pending' AND source IS NULL",
            (job_id,),
        )
        return counters.recount(db, job_id).total
    return counters.counts(db, job_id, 0, None).total


def _planned_row(
    job_id: str, document: PlannedDocument, path: str | bytes | None
) -> tuple[object, ...]:
    state = DocumentState.PENDING if document.code is None else DocumentState.FAILED
    return (
        job_id,
        document.ordinal,
        storable(document.uri),
        state.value,
        document.source,
        path,
        document.member,
        document.parent,
        storable_size(document.size),
        document.attempts,
        json_text(document.strikes) if document.strikes else None,
        document.code,
        storable_or_none(document.message),
    )


def path_value(path: str | None) -> str | bytes | None:
    """A path must come back exactly; one that is no UTF-8 is kept as its bytes."""
    if path is None or storable(path) == path:
        return path
    return os.fsencode(path)


def path_of(value: str | bytes | None) -> str | None:
    """The path that `path_value` made a value of."""
    return None if value is None else os.fsdecode(value)


def pending(db: Database, job_id: str, first: int, last: int | None) -> list[PlannedDocument]:
    """Pending documents with `first <= ordinal < last`, by ordinal."""
    rows = db.execute(
        f"{_PENDING} AND ordinal >= ? AND ordinal < ? ORDER BY ordinal",
        (UNPLANNED, job_id, first, _NO_END if last is None else last),
    )
    return [_planned_document(row) for row in rows]


def _planned_document(row: tuple[Any, ...]) -> PlannedDocument:
    ordinal, uri, source, path, member, parent, size, attempts, strikes = row
    return PlannedDocument(
        ordinal,
        uri,
        source,
        path=path_of(path),
        member=member,
        parent=parent,
        size=size,
        attempts=attempts,
        strikes=_decode(strikes) if strikes else {},
    )


def pending_sizes(db: Database, job_id: str) -> list[tuple[int, int | None]]:
    """(ordinal, bytes) of the pending documents, by ordinal."""
    return db.execute(
        "SELECT ordinal, bytes FROM ledger WHERE job_id = ? AND state = 'pending' ORDER BY ordinal",
        (job_id,),
    ).fetchall()


def strike(
    db: Database, job_id: str, ordinal: int, kind: str, token: int | None = None
) -> PlannedDocument | None:
    """One more attempt, and one more strike of a kind, for a document if it is pending; returns
    it as it is then. A worker whose lease is over has nothing to say. Inside a transaction."""
    if token is not None and fences.is_over(db, job_id, ordinal, token):
        return None
    for document in pending(db, job_id, ordinal, ordinal + 1):
        strikes = struck(document.strikes, kind)
        db.execute(
            "UPDATE ledger SET attempts = attempts + 1, strikes = ?"
            " WHERE job_id = ? AND ordinal = ?",
            (json_text(strikes), job_id, ordinal),
        )
        return msgspec.structs.replace(document, attempts=document.attempts + 1, strikes=strikes)
    return None


def add_members(db: Database, container: DocumentResult) -> Counter[tuple[str, str, int]]:
    """Rows for the documents inside of a document, behind all others of its job; returns how its
    counters move. Their bytes are where those of the container are. Those that an earlier run of
    a failed container has found have their rows already. Inside a transaction."""
    job_id = container.job_id
    source, path, way, last = db.execute(
        "SELECT source, path, member, (SELECT max(ordinal) FROM ledger WHERE job_id = :job)"
        " FROM ledger WHERE job_id = :job AND ordinal = :ordinal",
        {"job": job_id, "ordinal": container.ordinal},
    ).fetchone()
    rows = [
        PlannedDocument(
            ordinal,
            container.uri + MEMBER_MARK + member.path,
            source,
            path=path,
            member=member.path if way is None else way + MEMBER_MARK + member.path,
            parent=container.ordinal,
            size=member.size,
            code=member.code,
            message=member.message,
        )
        for ordinal, member in enumerate(container.members, last + 1)
    ]
    known = {
        uri
        for (uri,) in db.execute(
            "SELECT uri FROM ledger WHERE job_id = ? AND parent = ?", (job_id, container.ordinal)
        )
    }
    rows = [row for row in rows if storable(row.uri) not in known]
    db.executemany(_PLAN, (_planned_row(job_id, row, row.path) for row in rows))
    failed = sum(row.code is not None for row in rows)
    return Counter({(job_id, "failed", 1): failed, (job_id, "pending", 1): len(rows) - failed})


def make_way(db: Database, job_id: str, ordinal: int) -> None:
    """Remove the row of an archive: its members stand for it. Inside a transaction."""
    db.execute("DELETE FROM ledger WHERE job_id = ? AND ordinal = ?", (job_id, ordinal))


def pending_members(db: Database, job_id: str, first: int, last: int) -> list[PlannedDocument]:
    """Pending documents that were found inside of those with `first <= ordinal < last`."""
    rows = db.execute(
        f"{_PENDING} AND parent >= ? AND parent < ? ORDER BY ordinal",
        (UNPLANNED, job_id, first, last),
    )
    return [_planned_document(row) for row in rows]


def cancel_pending(db: Database, job_id: str) -> int:
    """Pending documents become cancelled; returns how many. Inside a transaction."""
    count = db.execute(
        "UPDATE ledger SET state = 'cancelled' WHERE job_id = ? AND state = 'pending'", (job_id,)
    ).rowcount
    counters.move(db, Counter({(job_id, "pending", -1): count, (job_id, "cancelled", 1): count}))
    parts.drop(db, job_id)
    return count


def reopen(db: Database, job_id: str, token: int) -> int:
    """Failed and cancelled documents become pending again, with fresh budgets, and no lease with
    a smaller token than this may end them; returns how many. Inside a transaction."""
    fences.fence(db, job_id, 0, None, token)
    count = db.execute(
        "UPDATE ledger SET state = 'pending', code = NULL, message = NULL, seconds = NULL,"
        " strikes = NULL"
        " WHERE job_id = ? AND state IN ('failed', 'cancelled')",
        (job_id,),
    ).rowcount
    counters.recount(db, job_id)
    return count


def page(
    db: Database, job_id: str, state: DocumentState | None, after: int | None, limit: int
) -> list[LedgerRow]:
    """Rows of a job after an ordinal, by ordinal."""
    values: list[object] = [job_id, -1 if after is None else after]
    index = condition = ""
    if state is not None:
        # Left to itself, SQLite walks the whole job: a few failures among many would be slow.
        index, condition = "INDEXED BY ledger_by_state", "AND state = ?"
        values.append(state.value)
    rows = db.execute(
        f"SELECT {_FIELDS} FROM ledger {index} WHERE job_id = ? AND ordinal > ? {condition}"
        " ORDER BY ordinal LIMIT ?",
        (*values, limit),
    )
    return [_row(*row) for row in rows]


def _row(ordinal: int, uri: str, state: str, *others: Any) -> LedgerRow:
    plain = [*others[:-1], warnings_of(others[-1])]
    return LedgerRow(ordinal, uri, DocumentState(state), *plain)


def warnings_of(stored: str | None) -> tuple[DocumentWarning, ...]:
    """The warnings of a document from the text that holds them."""
    return () if stored is None else _decode_warnings(stored)


def drop(db: Database, job_id: str) -> None:
    """Forget a job's plan and rows; its documents stay. Inside a transaction."""
    db.execute("DELETE FROM ledger WHERE job_id = ?", (job_id,))
    counters.drop(db, job_id)
    parts.drop(db, job_id)
    fences.drop(db, job_id)


def next_job(db: Database, after: str) -> str | None:
    """The first job after an id that has ledger rows or a plan."""
    row = db.execute(
        "SELECT min(job_id) FROM (SELECT min(job_id) AS job_id FROM ledger WHERE job_id > :after"
        " UNION ALL SELECT min(job_id) FROM plans WHERE job_id > :after) AS jobs",
        {"after": after},
    ).fetchone()
    return str(row[0]) if row[0] is not None else None
