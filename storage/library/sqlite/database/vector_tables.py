"""The tables of vectors, as schema 2 had them and as schema 8 has them."""

_VECTORS = """
CREATE TABLE vector_models(
    id INTEGER PRIMARY KEY,
    model TEXT NOT NULL UNIQUE{more}
);

CREATE TABLE vectors(
    chunk INTEGER PRIMARY KEY,
    model INTEGER NOT NULL,
    vector BLOB NOT NULL{scale}
);
"""
_DIMENSIONS = "dimensions INTEGER NOT NULL DEFAULT 0"
_QUERY_PREFIX = "query_prefix TEXT NOT NULL DEFAULT ''"
_SCALE = "scale REAL"
OF_2 = _VECTORS.format(more="", scale="")
VECTORS = _VECTORS.format(
    more=f",\n    {_DIMENSIONS},\n    {_QUERY_PREFIX}", scale=f",\n    {_SCALE}"
)

CHANGES = """
CREATE TABLE vector_changes(
    number INTEGER PRIMARY KEY,
    first INTEGER NOT NULL,
    stop INTEGER NOT NULL
);

CREATE TABLE vector_move(
    first INTEGER NOT NULL,
    stop INTEGER NOT NULL
);

CREATE TABLE collection_models(
    collection TEXT PRIMARY KEY,
    model INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE library_id(
    id TEXT NOT NULL
);

INSERT INTO library_id SELECT lower(hex(randomblob(16)));
"""

VECTORS_TO_MOVE = (
    "INSERT INTO vector_move SELECT first, stop FROM (SELECT min(chunk) AS first,"
    " max(chunk) + 1 AS stop FROM vectors WHERE scale IS NULL) WHERE first IS NOT NULL"
)
# Of a collection that has vectors of several models, that of its newest document.
COLLECTION_MODELS = (
    "INSERT INTO collection_models SELECT collection, model FROM (SELECT collection, model,"
    " max(ingested_at) FROM documents JOIN vectors ON vectors.chunk = documents.first_chunk"
    " GROUP BY collection)"
)

TO_8 = (
    f"ALTER TABLE vector_models ADD COLUMN {_DIMENSIONS}",
    f"ALTER TABLE vector_models ADD COLUMN {_QUERY_PREFIX}",
    f"ALTER TABLE vectors ADD COLUMN {_SCALE}",
    CHANGES,
    "UPDATE vector_models SET dimensions = coalesce((SELECT length(vector) / 4 FROM vectors"
    " WHERE vectors.model = vector_models.id LIMIT 1), 0)",
    VECTORS_TO_MOVE,
    COLLECTION_MODELS,
)
