"""The tables of `library.db`, and how its files are tuned.

The ids of a document's chunks are the range that begins with `first_chunk` and has `chunks` of
them, so neither the place of a chunk in its document nor an index on it is stored. `structure` of
a document is the size of its blocks in `structures`, so that none is missed unseen. One with
`deleted_at` (microseconds since the epoch) is taken out soon.
"""

from gristmill.storage.library.sqlite.database import trash_table, vector_tables

SCHEMA = 10
"""`PRAGMA user_version`. Raised when an older version could no longer use the file."""

SEPARATOR = "\x1f"
"""Between the headings of a path, where they are stored as one text."""

TABLE_MARK = "\x1e"
"""After the path, before the header rows of the table that a chunk goes on with: they are searched
like headings, and not shown among them."""

_LEDGER = """
CREATE TABLE plans(
    job_id TEXT PRIMARY KEY,
    pending INTEGER NOT NULL DEFAULT 0,
    succeeded INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    duplicate INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0,
    warnings INTEGER NOT NULL DEFAULT 0,
    skipped INTEGER NOT NULL DEFAULT 0
) WITHOUT ROWID;

CREATE TABLE ledger(
    job_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    uri TEXT NOT NULL,
    state TEXT NOT NULL,
    source INTEGER,
    path TEXT,
    bytes INTEGER,
    attempts INTEGER NOT NULL DEFAULT 0,
    code TEXT,
    message TEXT,
    document_id TEXT,
    media_type TEXT,
    pages INTEGER,
    chunks INTEGER,
    seconds REAL,
    member TEXT,
    parent INTEGER,
    strikes TEXT,
    warnings TEXT,
    PRIMARY KEY(job_id, ordinal)
) WITHOUT ROWID;

CREATE INDEX ledger_by_state ON ledger(job_id, state, ordinal);
"""

_CONTENTS = """
CREATE TABLE documents(
    id INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL UNIQUE,
    collection TEXT NOT NULL,
    uri TEXT NOT NULL,
    content_key INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    pipeline TEXT NOT NULL,
    media_type TEXT NOT NULL,
    title TEXT,
    metadata TEXT NOT NULL,
    pages INTEGER,
    bytes INTEGER NOT NULL,
    first_chunk INTEGER NOT NULL,
    chunks INTEGER NOT NULL,
    ingested_at INTEGER NOT NULL,
    job_id TEXT NOT NULL,
    warnings TEXT,
    structure INTEGER,
    deleted_at INTEGER
);

CREATE INDEX documents_by_content ON documents(content_key);
CREATE INDEX documents_by_time ON documents(ingested_at);
CREATE INDEX documents_by_collection ON documents(collection, ingested_at);

CREATE TABLE chunks(
    id INTEGER PRIMARY KEY,
    document INTEGER NOT NULL,
    headings TEXT,
    page INTEGER,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    text TEXT NOT NULL,
    annotations TEXT,
    regions BLOB
);

CREATE TABLE collections(
    collection TEXT PRIMARY KEY,
    documents INTEGER NOT NULL,
    chunks INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) WITHOUT ROWID;

"""

_WORDS = """
CREATE VIEW worded AS
    SELECT chunks.id AS id, words_of(documents.title) AS title,
        words_of(chunks.headings) AS headings, words_of(chunks.text) AS text
    FROM chunks JOIN documents ON documents.id = chunks.document;

CREATE VIRTUAL TABLE word_index USING fts5(
    title, headings, text,
    content='worded', content_rowid='id',
    tokenize="porter unicode61 remove_diacritics 0 categories 'L* N* Co Mn Mc'"
);

CREATE TABLE index_move(
    first INTEGER NOT NULL,
    stop INTEGER NOT NULL
);
"""

_JOBS = """
CREATE TABLE jobs(
    job_id TEXT PRIMARY KEY,
    state TEXT NOT NULL,
    collection TEXT NOT NULL,
    submitted_at INTEGER NOT NULL,
    finished_at INTEGER
) WITHOUT ROWID;

CREATE INDEX jobs_by_state ON jobs(state, job_id);
CREATE INDEX jobs_by_collection ON jobs(collection, job_id);
CREATE INDEX jobs_by_both ON jobs(collection, state, job_id);
"""

_SIGNATURES = """
CREATE TABLE signatures(
    document INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    minhash BLOB NOT NULL
);

CREATE TABLE signature_bands(
    band INTEGER NOT NULL,
    document INTEGER NOT NULL,
    PRIMARY KEY(band, document)
) WITHOUT ROWID;
"""

_PARTS = """
CREATE TABLE parts(
    job_id TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    number INTEGER NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    content TEXT NOT NULL,
    pages BLOB,
    PRIMARY KEY(job_id, ordinal, number)
);
"""

_MEMBERS = """
CREATE INDEX ledger_by_parent ON ledger(job_id, parent) WHERE parent IS NOT NULL;
"""

_FENCES = """
CREATE TABLE terms(
    term INTEGER NOT NULL
);

CREATE TABLE fences(
    job_id TEXT NOT NULL,
    first INTEGER NOT NULL,
    last INTEGER NOT NULL,
    token INTEGER NOT NULL,
    PRIMARY KEY(job_id, first, last)
) WITHOUT ROWID;
"""

_STRUCTURES = """
CREATE TABLE structures(
    document INTEGER PRIMARY KEY,
    blocks BLOB NOT NULL
);

CREATE INDEX ledger_with_warnings ON ledger(job_id, ordinal) WHERE warnings IS NOT NULL;
"""

_SETTINGS = """
CREATE TABLE collection_settings(
    id INTEGER PRIMARY KEY,
    collection TEXT NOT NULL UNIQUE,
    options TEXT NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL
);

CREATE INDEX documents_deleted ON documents(id) WHERE deleted_at IS NOT NULL;
"""

_CHUNK_RANGES = """
CREATE INDEX documents_by_chunks ON documents(first_chunk) WHERE chunks > 0;
"""

_VERSIONS = """
CREATE TABLE versions(
    document INTEGER PRIMARY KEY,
    sha256 TEXT NOT NULL,
    ingested_at INTEGER NOT NULL,
    job_id TEXT NOT NULL,
    text BLOB NOT NULL
);
"""

MIGRATIONS = {
    1: ("ALTER TABLE chunks ADD COLUMN annotations TEXT", vector_tables.OF_2, _SIGNATURES),
    2: (
        "ALTER TABLE ledger ADD COLUMN member TEXT",
        "ALTER TABLE ledger ADD COLUMN parent INTEGER",
        "ALTER TABLE ledger ADD COLUMN strikes TEXT",
        _MEMBERS,
        _PARTS,
    ),
    3: (_FENCES,),
    4: (
        "ALTER TABLE plans ADD COLUMN warnings INTEGER NOT NULL DEFAULT 0",
        "ALTER TABLE ledger ADD COLUMN warnings TEXT",
        "ALTER TABLE documents ADD COLUMN warnings TEXT",
        "ALTER TABLE documents ADD COLUMN structure INTEGER",
        "ALTER TABLE chunks ADD COLUMN regions BLOB",
        _STRUCTURES,
    ),
    5: (
        _WORDS,
        "INSERT INTO word_index(word_index, rank) VALUES('automerge', 8)",
        "INSERT INTO index_move SELECT coalesce(min(id), 0), coalesce(max(id) + 1, 0) FROM chunks",
    ),
    6: ("ALTER TABLE documents ADD COLUMN deleted_at INTEGER", _SETTINGS),
    7: (
        "ALTER TABLE plans ADD COLUMN skipped INTEGER NOT NULL DEFAULT 0",
        *vector_tables.TO_8,
        _CHUNK_RANGES,
    ),
    8: (_VERSIONS,),
    9: (trash_table.TRASH,),
}
"""What makes a file of this schema one of the next."""

FTS_OPTIONS = {"automerge": 8}
"""Kept in the file by FTS5 itself."""


def script() -> str:
    """SQL that makes everything in an empty file."""
    options = [
        f"INSERT INTO word_index(word_index, rank) VALUES('{name}', {value});"
        for name, value in FTS_OPTIONS.items()
    ]
    version = f"PRAGMA user_version={SCHEMA}"
    tables = (_LEDGER, _CONTENTS, _JOBS, vector_tables.VECTORS, _SIGNATURES, _MEMBERS, _PARTS)
    late = (_FENCES, _STRUCTURES, _WORDS, _SETTINGS, vector_tables.CHANGES, _CHUNK_RANGES)
    return "\n".join((*tables, *late, _VERSIONS, trash_table.TRASH, *options, version))


def migration(version: int) -> list[str]:
    """Statements, for one transaction, that make a file of schema `version` one of the next."""
    return [
        statement
        for part in MIGRATIONS[version]
        for statement in part.split(";")
        if statement.strip()
    ]


FILE_PRAGMAS = ("page_size=4096", "auto_vacuum=NONE", "journal_mode=WAL")
"""Only the connection that makes the file sets these: they stay with it."""

WRITER_PRAGMAS = (
    "synchronous=FULL",
    # A checkpoint costs the committing writer two fsyncs and a pass over the changed pages.
    "wal_autocheckpoint=4000",
    "cache_size=-16384",
    # Some builds zero what they delete by default; FTS5 deletes a lot when it merges.
    "secure_delete=OFF",
    "temp_store=MEMORY",
)
READER_PRAGMAS = ("query_only=ON", "cache_size=-4096", "temp_store=MEMORY")
