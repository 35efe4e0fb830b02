"""What collections are set to, and which there are."""

from collections.abc import Callable
from datetime import datetime

import msgspec

from gristmill.schemas.collections_told import CollectionState
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.jobs.states import JobState
from gristmill.storage.library.database import Database
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.database.within import within as in_any
from gristmill.storage.library.sqlite.reads.reading import from_micros
from gristmill.storage.library.sqlite.records import collection_model

_PENDING = tuple(state.value for state in JobState if not state.terminal)
_HAS_PENDING = f"state IN ({', '.join('?' * len(_PENDING))})"
_NOTHING = GivenOptions()
_decode = msgspec.json.Decoder(GivenOptions).decode
_encode = msgspec.json.Encoder(order="deterministic").encode


def options(db: Database, collection: str) -> GivenOptions:
    """What the jobs of a collection inherit."""
    row = db.execute(
        "SELECT options FROM collection_settings WHERE collection = ?", (collection,)
    ).fetchone()
    return _decode(row[0]) if row else _NOTHING


def is_set(db: Database, collection: str) -> bool:
    """Whether anybody has set a collection to something, be it nothing."""
    found = db.execute("SELECT 1 FROM collection_settings WHERE collection = ?", (collection,))
    return found.fetchone() is not None


def put(db: Database, collection: str, given: GivenOptions, now_us: int) -> None:
    """Set a collection to this, all that was said before forgotten. Inside a transaction."""
    db.execute(
        "INSERT INTO collection_settings(collection, options, created_at, changed_at)"
        " VALUES(?, ?, ?, ?) ON CONFLICT(collection) DO UPDATE SET options = excluded.options,"
        " changed_at = excluded.changed_at",
        (collection, _encode(given).decode(), now_us, now_us),
    )


def exists(db: Database, collection: str) -> bool:
    """Whether a collection has documents, settings, or a job that is not done."""
    found = db.execute(
        "SELECT EXISTS(SELECT 1 FROM collections WHERE collection = ? AND documents > 0)"
        " OR EXISTS(SELECT 1 FROM collection_settings WHERE collection = ?)",
        (collection, collection),
    ).fetchone()[0]
    return bool(found) or bool(pending_jobs(db, collection, 1))


def pending_jobs(db: Database, collection: str, most: int) -> list[str]:
    """The first jobs of a collection that are not done, as far as the job index knows."""
    rows = db.execute(
        f"SELECT job_id FROM jobs WHERE collection = ? AND {_HAS_PENDING} ORDER BY job_id LIMIT ?",
        (collection, *_PENDING, most),
    )
    return [job_id for (job_id,) in rows]


def names(db: Database, within: Within, most: int) -> list[str]:
    """The first collections that there are, by name."""
    condition = in_any(within)
    where, values = ("", ()) if condition is None else (f" AND {condition.sql}", condition.values)
    rows = db.execute(
        f"SELECT collection FROM collections WHERE documents > 0{where}"
        f" UNION SELECT collection FROM collection_settings WHERE true{where}"
        f" UNION SELECT DISTINCT collection FROM jobs WHERE {_HAS_PENDING}{where}"
        " ORDER BY 1 LIMIT ?",
        (*values, *values, *_PENDING, *values, most),
    )
    return [name for (name,) in rows]


def jobs_of_documents(db: Database, collection: str) -> list[str]:
    """The jobs that have brought its documents, the newest first."""
    rows = db.execute(
        "SELECT DISTINCT job_id FROM documents WHERE collection = ? ORDER BY job_id DESC",
        (collection,),
    )
    return [job_id for (job_id,) in rows]


def state(db: Database, collection: str) -> CollectionState | None:
    """All that is known of a collection; None where there is none of that name."""
    if not exists(db, collection):
        return None
    counted = db.execute(
        "SELECT documents, chunks, bytes FROM collections WHERE collection = ?", (collection,)
    ).fetchone()
    documents, chunks, size = counted or (0, 0, 0)
    settings = db.execute(
        "SELECT options, created_at, changed_at FROM collection_settings WHERE collection = ?",
        (collection,),
    ).fetchone()
    given, created, changed = settings or (b"{}", None, None)
    first, last = _ingested(db, collection)
    (leaving,) = db.execute(
        "SELECT count(*) FROM documents WHERE deleted_at IS NOT NULL AND collection = ?",
        (collection,),
    ).fetchone()
    (pending,) = db.execute(
        f"SELECT count(*) FROM jobs WHERE collection = ? AND {_HAS_PENDING}",
        (collection, *_PENDING),
    ).fetchone()
    return CollectionState(
        collection,
        documents,
        chunks,
        size,
        options=_decode(given),
        pending_jobs=pending,
        leaving=leaving,
        created_at=_moment(min, created, first),
        changed_at=_moment(max, changed, last),
        embedding_model=collection_model.of(db, collection) if documents else None,
    )


def _ingested(db: Database, collection: str) -> tuple[int | None, int | None]:
    """When the oldest and the newest of its documents came."""
    # Apart: SQLite takes one of the two from the end of an index, and scans for both.
    (first,), (last,) = (
        db.execute(
            f"SELECT {least}(ingested_at) FROM documents WHERE collection = ?", (collection,)
        ).fetchone()
        for least in ("min", "max")
    )
    return first, last


def forget(db: Database, collection: str) -> None:
    """As if nothing had been set. Inside a transaction."""
    db.execute("DELETE FROM collection_settings WHERE collection = ?", (collection,))


def _moment(choose: Callable[[list[int]], int], *micros: int | None) -> datetime | None:
    known = [each for each in micros if each is not None]
    return from_micros(choose(known)) if known else None
