
CREATE TABLE plans(
    job_id TEXT PRIMARY KEY,
    pending INTEGER NOT NULL DEFAULT 0,
    succeeded INTEGER NOT NULL DEFAULT 0,
    unchanged INTEGER NOT NULL DEFAULT 0,
    duplicate INTEGER NOT NULL DEFAULT 0,
    failed INTEGER NOT NULL DEFAULT 0,
    cancelled INTEGER NOT NULL DEFAULT 0
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
    PRIMARY KEY(job_id, ordinal)
) WITHOUT ROWID;

CREATE INDEX ledger_by_state ON ledger(job_id, state, ordinal);


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
    job_id TEXT NOT NULL
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
    text TEXT NOT NULL
);

CREATE TABLE collections(
    collection TEXT PRIMARY KEY,
    documents INTEGER NOT NULL,
    chunks INTEGER NOT NULL,
    bytes INTEGER NOT NULL
) WITHOUT ROWID;

CREATE VIEW indexed AS
    SELECT chunks.id AS id, documents.title AS title, chunks.headings AS headings,
        chunks.text AS text
    FROM chunks JOIN documents ON documents.id = chunks.document;

CREATE VIRTUAL TABLE fts USING fts5(
    title, headings, text,
    content='indexed', content_rowid='id',
    tokenize='porter unicode61 remove_diacritics 2'
);


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

INSERT INTO fts(fts, rank) VALUES('automerge', 8);
PRAGMA user_version=1;
