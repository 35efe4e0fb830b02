"""The table of deleted documents, which can be taken back for a time.

Its columns are those of `documents`, so that a filter asks the same of both. `contents` is all that
other tables had of the document, packed: nothing of it is in an index. One with `restore_at`
(microseconds since the epoch) is put back soon.
"""

TRASH = """
CREATE TABLE trash(
    id INTEGER PRIMARY KEY,
    document_id TEXT NOT NULL,
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
    chunks INTEGER NOT NULL,
    ingested_at INTEGER NOT NULL,
    job_id TEXT NOT NULL,
    warnings TEXT,
    structure INTEGER,
    trashed_at INTEGER NOT NULL,
    mirror TEXT,
    run INTEGER,
    restore_at INTEGER,
    contents BLOB NOT NULL
);

CREATE INDEX trash_by_document ON trash(document_id);
CREATE INDEX trash_by_time ON trash(trashed_at);
CREATE INDEX trash_to_restore ON trash(id) WHERE restore_at IS NOT NULL;
"""
