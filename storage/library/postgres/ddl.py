"""The tables of a library in PostgreSQL.

Names and meanings are those of `sqlite/database/ddl.py`, so most questions are the same. Beside
them:

    plans, collections   views: counters are rows of differences, which many writers add at once and
                         one folds into one now and then; a row of one's own would be waited for
    documents.changed    the transaction that last wrote the row, and
    removed              those that are gone, with the one that took them: what a copy has to follow
    first_chunk          the row's number times 2^24, so that nobody waits for chunks' numbers

Texts are compared by their bytes, as SQLite does.
"""

import re

SCHEMA = 2
"""Of `library_schema`. Raised when an older version could no longer use the tables."""

CHUNK_BITS = 24
_TEXT = re.compile(r"(?<=\w) text\b")
"""The type of a column."""
_XID = "pg_current_xact_id()::text::bigint"
_COUNTERS = ("pending", "succeeded", "unchanged", "duplicate", "failed", "cancelled")
COUNTED = (*_COUNTERS, "warnings", "skipped")
TOTALS = ("documents", "chunks", "bytes")


def _counting(names: tuple[str, ...]) -> str:
    return ", ".join(f"{name} bigint NOT NULL DEFAULT 0" for name in names)


def _summed(names: tuple[str, ...]) -> str:
    return ", ".join(f"sum({name})::bigint AS {name}" for name in names)


_LEDGER = f"""
CREATE TABLE plan_counts(job_id text NOT NULL, {_counting(COUNTED)});
CREATE INDEX plan_counts_by_job ON plan_counts(job_id);
CREATE VIEW plans AS SELECT job_id, {_summed(COUNTED)} FROM plan_counts GROUP BY job_id;

CREATE TABLE ledger(
    job_id text NOT NULL, ordinal bigint NOT NULL, uri text NOT NULL, state text NOT NULL,
    source bigint, path bytea, bytes bigint, attempts bigint NOT NULL DEFAULT 0, code text,
    message text, document_id text, media_type text, pages bigint, chunks bigint,
    seconds double precision, member text, parent bigint, strikes text, warnings text,
    PRIMARY KEY(job_id, ordinal)
);
CREATE INDEX ledger_by_state ON ledger(job_id, state, ordinal);
CREATE INDEX ledger_by_parent ON ledger(job_id, parent) WHERE parent IS NOT NULL;
CREATE INDEX ledger_with_warnings ON ledger(job_id, ordinal) WHERE warnings IS NOT NULL;
CREATE INDEX ledger_by_document ON ledger(document_id) WHERE document_id IS NOT NULL;

CREATE TABLE parts(
    job_id text NOT NULL, ordinal bigint NOT NULL, number bigint NOT NULL, first bigint NOT NULL,
    last bigint NOT NULL, content text NOT NULL, pages bytea,
    PRIMARY KEY(job_id, ordinal, number)
);
CREATE TABLE terms(term bigint NOT NULL);
CREATE TABLE fences(
    job_id text NOT NULL, first bigint NOT NULL, last bigint NOT NULL, token bigint NOT NULL,
    PRIMARY KEY(job_id, first, last)
);
CREATE TABLE jobs(
    job_id text PRIMARY KEY, state text NOT NULL, collection text NOT NULL,
    submitted_at bigint NOT NULL, finished_at bigint
);
CREATE INDEX jobs_by_state ON jobs(state, job_id);
CREATE INDEX jobs_by_collection ON jobs(collection, job_id);
CREATE INDEX jobs_by_both ON jobs(collection, state, job_id);
"""

_CONTENTS = f"""
CREATE SEQUENCE document_rows;
CREATE TABLE documents(
    id bigint PRIMARY KEY, document_id text NOT NULL UNIQUE, collection text NOT NULL,
    uri text NOT NULL, content_key bigint NOT NULL, sha256 text NOT NULL, pipeline text NOT NULL,
    media_type text NOT NULL, title text, metadata text NOT NULL, pages bigint,
    bytes bigint NOT NULL, first_chunk bigint NOT NULL, chunks bigint NOT NULL,
    ingested_at bigint NOT NULL, job_id text NOT NULL, warnings text, structure bigint,
    deleted_at bigint, changed bigint NOT NULL DEFAULT ({_XID})
);
CREATE INDEX documents_by_content ON documents(content_key);
CREATE INDEX documents_by_collection ON documents(collection, ingested_at);
CREATE INDEX documents_by_change ON documents(changed, id);
CREATE INDEX documents_deleted ON documents(id) WHERE deleted_at IS NOT NULL;

CREATE TABLE removed(document bigint NOT NULL, changed bigint NOT NULL);
CREATE INDEX removed_by_change ON removed(changed, document);

CREATE FUNCTION note_change() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN NEW.changed := {_XID}; RETURN NEW; END $$;
CREATE TRIGGER document_changes BEFORE UPDATE ON documents
    FOR EACH ROW EXECUTE FUNCTION note_change();
CREATE FUNCTION note_removal() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN INSERT INTO removed VALUES(OLD.id, {_XID}); RETURN NULL; END $$;
CREATE TRIGGER document_removals AFTER DELETE ON documents
    FOR EACH ROW EXECUTE FUNCTION note_removal();

CREATE TABLE chunks(
    id bigint PRIMARY KEY, document bigint NOT NULL, headings text, page bigint,
    first bigint NOT NULL, last bigint NOT NULL, text text NOT NULL, annotations text,
    regions bytea
);
CREATE TABLE structures(document bigint PRIMARY KEY, blocks bytea NOT NULL);
CREATE TABLE versions(
    document bigint PRIMARY KEY, sha256 text NOT NULL, ingested_at bigint NOT NULL,
    job_id text NOT NULL, text bytea NOT NULL
);
CREATE TABLE collection_counts(collection text NOT NULL, {_counting(TOTALS)});
CREATE INDEX collection_counts_by_name ON collection_counts(collection);
CREATE VIEW collections AS
    SELECT collection, {_summed(TOTALS)} FROM collection_counts GROUP BY collection;
CREATE TABLE collection_settings(
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, collection text NOT NULL UNIQUE,
    options text NOT NULL, created_at bigint NOT NULL, changed_at bigint NOT NULL
);
"""

_TRASH = """
CREATE TABLE trash(
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, document_id text NOT NULL,
    collection text NOT NULL, uri text NOT NULL, content_key bigint NOT NULL, sha256 text NOT NULL,
    pipeline text NOT NULL, media_type text NOT NULL, title text, metadata text NOT NULL,
    pages bigint, bytes bigint NOT NULL, chunks bigint NOT NULL, ingested_at bigint NOT NULL,
    job_id text NOT NULL, warnings text, structure bigint, trashed_at bigint NOT NULL, mirror text,
    run bigint, restore_at bigint, contents bytea NOT NULL
);
CREATE INDEX trash_by_document ON trash(document_id);
CREATE INDEX trash_by_time ON trash(trashed_at);
CREATE INDEX trash_to_restore ON trash(id) WHERE restore_at IS NOT NULL;
"""

_STEPS = """
CREATE TABLE signatures(document bigint PRIMARY KEY, kind text NOT NULL, minhash bytea NOT NULL);
CREATE TABLE signature_bands(
    band bigint NOT NULL, document bigint NOT NULL, PRIMARY KEY(band, document)
);
CREATE TABLE vector_models(
    id bigint GENERATED BY DEFAULT AS IDENTITY PRIMARY KEY, model text NOT NULL UNIQUE,
    dimensions bigint NOT NULL DEFAULT 0, query_prefix text NOT NULL DEFAULT ''
);
CREATE TABLE vectors(
    chunk bigint PRIMARY KEY, model bigint NOT NULL, vector bytea NOT NULL, scale double precision
);
CREATE TABLE collection_models(collection text PRIMARY KEY, model bigint NOT NULL);
"""

# As SQLite has it: 0 where there is nothing to add up.
_FUNCTIONS = """
CREATE AGGREGATE total(double precision) (sfunc = float8pl, stype = float8, initcond = '0');
"""

_ABOUT = f"""
CREATE TABLE library_id(id text NOT NULL);
INSERT INTO library_id VALUES(replace(gen_random_uuid()::text, '-', ''));
CREATE TABLE library_schema(version bigint NOT NULL);
INSERT INTO library_schema VALUES({SCHEMA});
"""


def _spelled(made: str) -> str:
    return _TEXT.sub(' text COLLATE "C"', made)


MIGRATIONS = {1: _spelled(_TRASH)}
"""What makes the tables of a schema those of the next."""


def script() -> str:
    """SQL that makes everything, for one transaction."""
    return _spelled(_LEDGER + _CONTENTS + _TRASH + _STEPS + _FUNCTIONS + _ABOUT)
