"""What PostgreSQL does otherwise than SQLite: each is a function of `sqlite`, for its database.

Counters and totals are rows of differences. Whoever adds one folds those of its key now and then,
unless another does: it takes out what it can see, and puts in the sum.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator

from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.manifest import Counts
from gristmill.schemas.problems.collection_errors import CollectionExists
from gristmill.storage.library.postgres.database import PostgresDatabase
from gristmill.storage.library.postgres.ddl import CHUNK_BITS, COUNTED, TOTALS
from gristmill.storage.library.sqlite.catalogue import collection_settings, renaming
from gristmill.storage.library.sqlite.database import word_index
from gristmill.storage.library.sqlite.records import (
    collection_model,
    contents,
    counters,
    ledger,
    signatures,
)
from gristmill.storage.library.sqlite.records.contents import Growth
from gristmill.storage.library.sqlite.trash import choosing, following
from gristmill.storage.library.sqlite.vectors import keeping
from gristmill.storage.library.trash_role import TrashChoice

FOLD_EVERY = 64
"""Differences of a key, about, between two foldings."""
_FOLDING = "SELECT pg_try_advisory_xact_lock(7310033)"


def _fold_sql(table: str, key: str, names: tuple[str, ...]) -> str:
    columns = ", ".join(names)
    sums = ", ".join(f"sum({name})" for name in names)
    return (
        f"WITH gone AS (DELETE FROM {table} WHERE {key} = ? RETURNING *) INSERT INTO {table}"
        f"({key}, {columns}) SELECT {key}, {sums} FROM gone GROUP BY {key} RETURNING 1"
    )


_FOLD_PLAN = _fold_sql("plan_counts", "job_id", COUNTED)
_FOLD_COLLECTION = _fold_sql("collection_counts", "collection", TOTALS)
_COUNT = (
    f"INSERT INTO plan_counts(job_id, {', '.join(COUNTED)})"
    f" SELECT ?, {', '.join('CAST(? AS bigint)' for _ in COUNTED)}"
    " WHERE EXISTS (SELECT 1 FROM plan_counts WHERE job_id = ?)"
)
_GROW = "INSERT INTO collection_counts(collection, documents, chunks, bytes) VALUES(?, ?, ?, ?)"


@counters.begin.register(PostgresDatabase)
def _begin(db: PostgresDatabase, job_id: str) -> None:
    db.execute("INSERT INTO plan_counts(job_id) VALUES(?)", (job_id,))


@counters.drop.register(PostgresDatabase)
def _drop(db: PostgresDatabase, job_id: str) -> None:
    db.execute("DELETE FROM plan_counts WHERE job_id = ?", (job_id,))


@counters.move.register(PostgresDatabase)
def _move(db: PostgresDatabase, moves: Counter[tuple[str, str, int]]) -> None:
    changes: dict[str, Counter[str]] = {}
    for (job_id, counter, sign), times in moves.items():
        changes.setdefault(job_id, Counter())[counter] += sign * times
    for job_id, counted in sorted(changes.items()):
        db.execute(_COUNT, (job_id, *(counted[name] for name in COUNTED), job_id))
    _fold(db, _FOLD_PLAN, changes)


@counters.recount.register(PostgresDatabase)
def _recount(db: PostgresDatabase, job_id: str) -> Counts:
    found = counters.counted(db, job_id, 0, None)
    if ledger.is_planned(db, job_id):
        _drop(db, job_id)
        _begin(db, job_id)
        db.execute(_COUNT, (job_id, *(getattr(found, name) for name in COUNTED), job_id))
    return found


@contents.grow.register(PostgresDatabase)
def _grow(db: PostgresDatabase, growths: list[Growth]) -> None:
    totals = contents.totalled(growths)
    for collection, total in sorted(totals.items()):
        db.execute(_GROW, (collection, *total))
    _fold(db, _FOLD_COLLECTION, totals)


def _fold(db: PostgresDatabase, sql: str, keys: Iterable[str]) -> None:
    for key in keys:
        # One at a time in all: two that take out each other's rows would wait for each other.
        if random.randrange(FOLD_EVERY) == 0 and db.execute(_FOLDING).fetchone()[0]:
            db.execute(sql, (key,))


@contents.numbers.register(PostgresDatabase)
def _numbers(db: PostgresDatabase) -> tuple[int | None, int]:
    (row,) = db.execute("SELECT nextval('document_rows')").fetchone()
    return row, row << CHUNK_BITS


@word_index.add.register(PostgresDatabase)
def _add(
    db: PostgresDatabase, title: str | None, chunks: Iterable[tuple[int, str | None, str]]
) -> None:
    """The words are in the copies that are searched, which follow."""


@word_index.forget.register(PostgresDatabase)
def _forget(db: PostgresDatabase, first: int, end: int) -> None:
    """As above."""


@keeping.note.register(PostgresDatabase)
def _note(db: PostgresDatabase, first: int, end: int) -> None:
    """The document's row changes with its vectors, and that is what is followed."""


@choosing.ids.register(PostgresDatabase)
def _ids_in_trash(
    db: PostgresDatabase, choice: TrashChoice, after: int | None = None, limit: int = 1 << 62
) -> list[int]:
    if choice.where is not None:
        return choosing.ids_in_memory(db, choice, after, limit)
    return choosing.ids.dispatch(object)(db, choice, after, limit)


@renaming.rename.register(PostgresDatabase)
def _rename(db: PostgresDatabase, old: str, new: str, now_us: int) -> int:
    if collection_settings.exists(db, new) or renaming.has_any(db, new):
        raise CollectionExists(f"there is a collection {new!r} already; choose another name")
    rows = db.execute(
        "SELECT id, document_id, uri, sha256, metadata FROM documents WHERE collection = ?", (old,)
    ).fetchall()
    db.execute(
        'CREATE TEMP TABLE renamed(old text COLLATE "C" PRIMARY KEY, new text, sha256 text)'
        " ON COMMIT DROP"
    )
    db.executemany(
        "INSERT INTO renamed VALUES(?, ?, ?)",
        [(before, document_id(new, uri), sha256) for _, before, uri, sha256, _ in rows],
    )
    signatures.rename(db, old, new)
    db.executemany(
        "UPDATE documents SET collection = ?, document_id = ?, metadata = ? WHERE id = ?",
        [
            (new, document_id(new, uri), renaming.renamed_metadata(metadata, new), row)
            for row, _, uri, _, metadata in rows
        ],
    )
    db.execute(
        "UPDATE ledger SET document_id = renamed.new FROM renamed"
        " WHERE ledger.document_id = renamed.old"
    )
    db.execute("UPDATE collection_counts SET collection = ? WHERE collection = ?", (new, old))
    db.execute(
        "UPDATE collection_settings SET collection = ?, changed_at = ? WHERE collection = ?",
        (new, now_us, old),
    )
    collection_model.rename(db, old, new)
    following.rename(db, old, new, renaming.renamed_metadata)
    return len(rows)


@renaming.renamed.register(PostgresDatabase)
def _renamed(db: PostgresDatabase) -> Iterator[tuple[str, str, str]]:
    yield from db.execute("SELECT old, new, sha256 FROM renamed")


@renaming.forget.register(PostgresDatabase)
def _forget_renamed(db: PostgresDatabase) -> None:
    """It goes with its transaction."""
