"""Makes a sound library of what can be read of a damaged one.

Whatever is kept is whole: a document of which a chunk is lost is lost, for otherwise the next
submission of the same bytes would find it unchanged and never bring the chunk back. So is the
ledger of a job of which a row is lost.
"""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

import msgspec

from gristmill.schemas.ids import document_id
from gristmill.schemas.jobs.manifest import Counts, Manifest
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.jobs.states import DocumentState
from gristmill.storage.library.regions_codec import unpacked
from gristmill.storage.library.sqlite.database import word_index
from gristmill.storage.library.sqlite.database.trouble import FAILURES
from gristmill.storage.library.sqlite.records import counters, signatures, versions
from gristmill.storage.library.sqlite.records.contents import content_key
from gristmill.storage.library.sqlite.repair import integrity
from gristmill.storage.library.sqlite.repair.readable import Row, Text, checked, readable, there
from gristmill.storage.library.sqlite.repair.transplant import with_sound_schema
from gristmill.storage.library.sqlite.trash import packing
from gristmill.storage.library.sqlite.vectors import keeping
from gristmill.storage.library.structure_codec import is_sound

_DOCUMENT = (
    "I:id T:document_id T:collection T:uri I:content_key T:sha256 T:pipeline T:media_type t:title"
    " J:metadata i:pages I:bytes I:first_chunk I:chunks I:ingested_at T:job_id"
    " w:warnings i:structure i:deleted_at"
)
_CHUNK = "I:id I:document t:headings i:page I:first I:last T:text j:annotations b:regions"
_LEDGER = (
    "T:job_id I:ordinal T:uri T:state i:source p:path i:bytes I:attempts t:code t:message"
    " t:document_id t:media_type i:pages i:chunks r:seconds t:member i:parent j:strikes w:warnings"
)
_VERSION = "I:document T:sha256 I:ingested_at T:job_id B:text"
_TRASH = (
    "I:id T:document_id T:collection T:uri I:content_key T:sha256 T:pipeline T:media_type t:title"
    " J:metadata i:pages I:bytes I:chunks I:ingested_at T:job_id w:warnings i:structure"
    " I:trashed_at t:mirror i:run i:restore_at B:contents"
)
_SETTINGS = "I:id T:collection J:options I:created_at I:changed_at"
_YEAR_3000_US = 32_503_680_000_000_000
_MOST_TERMS = 1 << 20
"""More starts than there can have been: a number beyond is damage, and would leave no tokens."""
_STATES = frozenset(DocumentState)
_COUNTED = tuple(state.value for state in DocumentState)
_INCOMPLETE = (
    "SELECT id, uri FROM documents WHERE chunks <> (SELECT count(*) FROM chunks"
    " WHERE chunks.id >= first_chunk AND chunks.id < first_chunk + documents.chunks"
    " AND chunks.document = documents.id)"
    " OR (SELECT count(*) FROM vectors WHERE chunk >= first_chunk"
    " AND chunk < first_chunk + documents.chunks) NOT IN (0, chunks)"
    " OR structure IS NOT (SELECT length(blocks) FROM structures WHERE document = documents.id)"
)


class Salvaged(NamedTuple):
    """What is in the new library, and what is not: `lost` are uris of documents, `nameless` counts
    those of which only chunks were found, `ledgers` are jobs that have none any more."""

    documents: int
    chunks: int
    ledger_rows: int
    lost: list[str]
    nameless: int
    ledgers: list[str]


def salvage(damaged: Path | None, fresh: sqlite3.Connection, jobs: Iterable[Manifest]) -> Salvaged:
    """Fill `fresh`, an empty library, from the file `damaged` (None: nothing is left of it).

    `jobs` are all there are. A pending job whose ledger is not whole begins anew. Raises
    sqlite3.Error, OSError where the new one cannot be written.
    """
    fresh.execute("BEGIN")
    with _opened(damaged) as (old, size):
        if old is not None:
            _copy_contents(old, size, fresh)
            _copy_term(old, fresh)
        ledgers = [job.job_id for job in jobs if not _copy_ledger(old, fresh, job)]
    lost, nameless = _drop_incomplete(fresh)
    word_index.rebuild(fresh)
    integrity.rebuild_totals(fresh)
    fresh.execute("COMMIT")
    documents, chunks, rows = (
        int(fresh.execute(f"SELECT count(*) FROM {table}").fetchone()[0])
        for table in ("documents", "chunks", "ledger")
    )
    return Salvaged(documents, chunks, rows, lost, nameless, ledgers)


@contextmanager
def _opened(damaged: Path | None) -> Iterator[tuple[sqlite3.Connection | None, int]]:
    """A connection to what is left of a file, and its size in bytes."""
    if damaged is None or not damaged.exists():
        yield None, 0
        return
    with with_sound_schema(damaged) as path:
        connection = sqlite3.connect(f"{path.absolute().as_uri()}?mode=rw", uri=True)
        with closing(connection):
            connection.text_factory = Text
            with suppress(*FAILURES):
                # A table whose own definition is gone must not hide all others.
                connection.execute("PRAGMA writable_schema=ON")
            # What is still in the log beside it counts, too.
            pages = 0
            with suppress(*FAILURES):
                (pages,) = connection.execute("PRAGMA page_count").fetchone()
            yield connection, max(path.stat().st_size, pages * 4096)


def _copy_contents(old: sqlite3.Connection, size: int, new: sqlite3.Connection) -> None:
    documents = filter(_is_document, _rows(old, size, "documents", _DOCUMENT))
    _insert(new, "documents", 19, documents)
    _insert(new, "chunks", 9, filter(_is_chunk, _rows(old, size, "chunks", _CHUNK)))
    _copy_vectors(old, size, new)
    rows = _rows(old, size, "structures", "I:document B:blocks")
    _insert(new, "structures", 2, (row for row in rows if is_sound(row[1])))
    rows = _rows(old, size, "versions", _VERSION)
    _insert(new, "versions", 5, (row for row in rows if versions.is_sound(row[4])))
    rows = _rows(old, size, "trash", _TRASH)
    _insert(new, "trash", 22, (row for row in rows if packing.is_sound(row[-1])))
    rows = _rows(old, size, "signatures", "I:document T:kind B:minhash")
    _insert(new, "signatures", 3, rows)
    rows = _rows(old, size, "collection_settings", _SETTINGS)
    _insert(new, "collection_settings", 5, filter(_is_settings, rows))


def _copy_vectors(old: sqlite3.Connection, size: int, new: sqlite3.Connection) -> None:
    models = _rows(old, size, "vector_models", "I:id T:model i:dimensions t:query_prefix")
    told = ((id_, model, width or 0, prefix or "") for id_, model, width, prefix in models)
    _insert(new, "vector_models", 4, told)
    rows = _rows(old, size, "vectors", "I:chunk I:model B:vector r:scale")
    _insert(new, "vectors", 4, rows)
    new.execute("DELETE FROM vectors WHERE model NOT IN (SELECT id FROM vector_models)")


def _copy_term(old: sqlite3.Connection, new: sqlite3.Connection) -> None:
    """Terms go on where they were. The marks of leases need not: no worker is left."""
    with suppress(*FAILURES):
        (term,) = old.execute("SELECT max(term) FROM terms").fetchone()
        if isinstance(term, int) and 0 < term < _MOST_TERMS:
            new.execute("DELETE FROM terms")
            new.execute("INSERT INTO terms(term) VALUES(?)", (term,))


def _rows(old: sqlite3.Connection, size: int, table: str, columns: str) -> Iterator[Row]:
    with suppress(*FAILURES):
        yield from readable(old, size, table, columns)


def _insert(new: sqlite3.Connection, table: str, width: int, rows: Iterable[Row]) -> None:
    places = ", ".join("?" * width)
    new.executemany(f"INSERT OR IGNORE INTO {table} VALUES({places})", rows)


def _is_document(row: Row) -> bool:
    """Whether the parts of a row that follow from others do."""
    _, id_, collection, uri, key, sha256, *_, first, chunks, ingested_at, _, _, _, _ = row
    try:
        sound = id_ == document_id(collection, uri) and key == content_key(sha256)
    except ValueError:
        return False
    return bool(sound and first >= 0 and chunks >= 0 and 0 <= ingested_at < _YEAR_3000_US)


def _is_settings(row: Row) -> bool:
    try:
        msgspec.json.decode(row[2], type=GivenOptions)
    except msgspec.ValidationError:
        return False
    return all(0 <= moment < _YEAR_3000_US for moment in row[3:])


def _is_chunk(row: Row) -> bool:
    try:
        unpacked(row[-1])
    except msgspec.DecodeError:
        return False
    return True


def _drop_incomplete(new: sqlite3.Connection) -> tuple[list[str], int]:
    """Drop what is not whole. Returns the uris of documents, and how many more there were of which
    nothing but chunks was found."""
    (nameless,) = new.execute(
        "SELECT count(DISTINCT document) FROM chunks"
        " WHERE document NOT IN (SELECT id FROM documents)"
    ).fetchone()
    incomplete = new.execute(_INCOMPLETE).fetchall()
    new.executemany("DELETE FROM documents WHERE id = ?", [(id_,) for id_, _ in incomplete])
    new.execute(
        "DELETE FROM chunks WHERE NOT EXISTS (SELECT 1 FROM documents WHERE documents.id = document"
        " AND chunks.id >= first_chunk AND chunks.id < first_chunk + documents.chunks)"
    )
    new.execute("DELETE FROM vectors WHERE chunk NOT IN (SELECT id FROM chunks)")
    keeping.recover(new)
    for table in ("signatures", "structures", "versions"):
        new.execute(f"DELETE FROM {table} WHERE document NOT IN (SELECT id FROM documents)")
    signatures.rebuild_bands(new)
    return [uri for _, uri in incomplete], nameless


def _copy_ledger(old: sqlite3.Connection | None, new: sqlite3.Connection, job: Manifest) -> bool:
    """Take a job's ledger over if it is whole. False where that of an ended job is lost: one that
    is pending loses nothing by beginning anew."""
    rows, is_planned = _ledger(old, job.job_id)
    if job.state.terminal:
        whole = rows is not None and _tally(rows) == job.counts
    else:
        whole = rows is not None and is_planned is not None
    if not whole or rows is None:
        return not job.state.terminal
    _insert(new, "ledger", 19, rows)
    if is_planned:
        new.execute("INSERT INTO plans(job_id) VALUES(?)", (job.job_id,))
        counters.recount(new, job.job_id)
    return True


def _ledger(old: sqlite3.Connection | None, job_id: str) -> tuple[list[Row] | None, bool | None]:
    """The rows of a job, None where they are not all sound, and whether it was planned: None where
    its plan counts other rows."""
    if old is None:
        return None, None
    kinds, names = zip(*(each.split(":") for each in _LEDGER.split()), strict=True)
    try:
        query = f"SELECT {there(old, 'ledger', names)} FROM ledger WHERE job_id = ?"
        found = [checked(kinds, row) for row in old.execute(query, (job_id,))]
        query = f"SELECT {there(old, 'plans', _COUNTED)} FROM plans WHERE job_id = ?"
        plan = old.execute(query, (job_id,)).fetchone()
    except (*FAILURES, OverflowError):
        return None, None
    rows = [row for row in found if row is not None and row[0] == job_id and row[3] in _STATES]
    if len(rows) < len(found):
        return None, None
    if plan is None:
        return rows, False
    numbers = [value for value in plan if isinstance(value, int)]
    return rows, True if sum(numbers) == len(rows) else None


def _tally(rows: list[Row]) -> Counts:
    states = [row[3] for row in rows]
    by_state = {state.value: states.count(state) for state in DocumentState}
    return Counts(len(rows), **by_state, warnings=sum(row[-1] is not None for row in rows))
