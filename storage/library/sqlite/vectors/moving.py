"""Brings the vectors of an older library into the form that they have now, some at a time.

`vector_move` says which chunks are still to be looked at; each step is a transaction, so a process
that is killed leaves a whole step or none. A vector in the old form is read as well as one in the
new.
"""

import sqlite3

from gristmill.storage.library.sqlite.vectors.quantising import quantised

_WIDE = (
    "SELECT chunk, vector FROM vectors WHERE chunk >= ? AND chunk < ? AND scale IS NULL"
    " ORDER BY chunk LIMIT ?"
)


def is_moving(db: sqlite3.Connection) -> bool:
    return db.execute("SELECT 1 FROM vector_move").fetchone() is not None


def move(db: sqlite3.Connection, most: int) -> int:
    """Move up to `most` vectors; returns how many ids are left. In a transaction."""
    row = db.execute("SELECT first, stop FROM vector_move").fetchone()
    if row is None:
        return 0
    first, stop = map(int, row)
    rows = db.execute(_WIDE, (first, stop, most)).fetchall()
    moved = ((*quantised(vector), chunk) for chunk, vector in rows)
    db.executemany("UPDATE vectors SET scale = ?, vector = ? WHERE chunk = ?", moved)
    after = int(rows[-1][0]) + 1 if len(rows) == most else stop
    if after >= stop:
        db.execute("DELETE FROM vector_move")
        return 0
    db.execute("UPDATE vector_move SET first = ?", (after,))
    return stop - after
