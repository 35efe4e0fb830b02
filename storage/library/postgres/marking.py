"""Documents that pass a filter are marked, to be taken out."""

import time

from gristmill.schemas.filters.tree import Filter
from gristmill.schemas.problems.collection_errors import ConfirmationNeeded
from gristmill.storage.library.postgres.database import PostgresDatabase
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.catalogue import deleting
from gristmill.storage.library.sqlite.database.connection import Connection

_MARK = "UPDATE documents SET deleted_at = ? WHERE id = ANY(CAST(? AS bigint[]))"


def mark_found(
    db: PostgresDatabase,
    index: Connection,
    collection: Within,
    where: Filter,
    expected: int | None,
) -> int:
    """Mark those that `index` finds, whose rows have the same numbers; returns how many. Inside a
    transaction. Raises ConfirmationNeeded where they are some, and not as many as `expected`."""
    rows = deleting.rows(index, collection, where)
    if rows and len(rows) != expected:
        raise ConfirmationNeeded.of(len(rows), expected)
    db.execute(_MARK, (time.time_ns() // 1000, rows))
    return len(rows)
