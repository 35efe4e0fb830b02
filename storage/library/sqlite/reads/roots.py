"""What came of an upload or file so far, all that was found inside of it together; and which
documents of a job have cost workers. Both are read from the ledger, so a crash forgets nothing."""

from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.results import PlannedDocument, Spent
from gristmill.storage.library.database import Database
from gristmill.storage.library.sqlite.database.trouble import in_plain_words
from gristmill.storage.library.sqlite.records.ledger import path_of, path_value

_LETHAL = (DocumentCode.CRASHED, DocumentCode.TIMEOUT, DocumentCode.OUT_OF_MEMORY)
_SPENT = """
SELECT count(*), total(CASE WHEN state NOT IN ('pending', 'cancelled') THEN bytes END),
    total(coalesce(seconds, CASE WHEN code = 'timeout' THEN CAST(? AS DOUBLE PRECISION) END))
FROM ledger WHERE job_id = ? AND parent IS NOT NULL AND source = ? AND path IS ?
"""


def spent(db: Database, job_id: str, source: int, path: str | None, timeout_s: float) -> Spent:
    """What the documents inside of one source, or of one file of it, have come to. One that was
    over its time has cost `timeout_s`, and nobody was left to note it."""
    row = db.execute(_SPENT, (timeout_s, job_id, source, path_value(path))).fetchone()
    return Spent(row[0], int(row[1]), row[2])


def lethal(db: Database, job_id: str, most: int) -> list[PlannedDocument]:
    """Documents of a job over which workers were lost until they were given up, with their code."""
    rows = db.execute(
        "SELECT ordinal, uri, source, path, member, parent, bytes, code"
        " FROM ledger INDEXED BY ledger_by_state WHERE job_id = ? AND state = 'failed'"
        f" AND code IN ({', '.join('?' * len(_LETHAL))}) AND source IS NOT NULL LIMIT ?",
        (job_id, *_LETHAL, most),
    )
    return [
        PlannedDocument(
            ordinal,
            uri,
            source,
            path=path_of(path),
            member=member,
            parent=parent,
            size=size,
            code=code,
        )
        for ordinal, uri, source, path, member, parent, size, code in rows
    ]


@in_plain_words
class RootCosts:
    """The part of a library that asks what roots have cost."""

    _db: Database

    def spent(self, job_id: str, source: int, path: str | None, timeout_s: float) -> Spent:
        """What came so far of all that is inside of one source, or of one file of it."""
        return spent(self._db, job_id, source, path, timeout_s)

    def lethal(self, job_id: str, most: int) -> list[PlannedDocument]:
        """Up to `most` documents of a job that were given up after they had cost workers."""
        return lethal(self._db, job_id, most)
