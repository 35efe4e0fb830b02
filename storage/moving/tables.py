"""The tables of a library as they are copied: the same columns in SQLite and in PostgreSQL."""

from typing import NamedTuple


class Table(NamedTuple):
    """`keys` put its rows in one order, in both. `view`: in PostgreSQL it is a view of sums, whose
    rows are in the table of this name."""

    name: str
    keys: tuple[str, ...]
    others: tuple[str, ...]
    view: str = ""

    @property
    def columns(self) -> str:
        return ", ".join((*self.keys, *self.others))

    def page(self, begins: bool) -> str:
        """A question for the next rows, after the keys of the last one unless it is the first."""
        keys = ", ".join(self.keys)
        marks = ", ".join("?" * len(self.keys))
        after = "" if begins else f" WHERE ({keys}) > ({marks})"
        return f"SELECT {self.columns} FROM {self.name}{after} ORDER BY {keys} LIMIT ?"

    def insert(self, into_postgres: bool) -> str:
        target = self.view if self.view and into_postgres else self.name
        marks = ", ".join("?" * (len(self.keys) + len(self.others)))
        return f"INSERT INTO {target}({self.columns}) VALUES({marks})"


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split())


_COUNTERS = _names("pending succeeded unchanged duplicate failed cancelled warnings skipped")
RECORDS = (
    Table(
        "ledger",
        ("job_id", "ordinal"),
        _names(
            "uri state source path bytes attempts code message document_id media_type pages chunks"
            " seconds member parent strikes warnings"
        ),
    ),
    Table("plans", ("job_id",), _COUNTERS, "plan_counts"),
    Table("parts", _names("job_id ordinal number"), _names("first last content pages")),
    Table("terms", ("term",), ()),
    Table("fences", _names("job_id first last"), ("token",)),
    Table("jobs", ("job_id",), _names("state collection submitted_at finished_at")),
    Table("structures", ("document",), ("blocks",)),
    Table("versions", ("document",), _names("sha256 ingested_at job_id text")),
    Table(
        "trash",
        ("id",),
        _names(
            "document_id collection uri content_key sha256 pipeline media_type title metadata pages"
            " bytes chunks ingested_at job_id warnings structure trashed_at mirror run restore_at"
            " contents"
        ),
    ),
    Table("collection_settings", ("id",), _names("collection options created_at changed_at")),
    Table("signatures", ("document",), _names("kind minhash")),
    Table("signature_bands", _names("band document"), ()),
)
"""All that is beside documents and chunks."""
CONTENTS = (
    Table(
        "documents",
        ("id",),
        _names(
            "document_id collection uri content_key sha256 pipeline media_type title metadata pages"
            " bytes first_chunk chunks ingested_at job_id warnings structure deleted_at"
        ),
    ),
    Table("chunks", ("id",), _names("document headings page first last text annotations regions")),
    Table("vector_models", ("id",), _names("model dimensions query_prefix")),
    Table("vectors", ("chunk",), _names("model vector scale")),
    Table("collection_models", ("collection",), ("model",)),
    Table("collections", ("collection",), _names("documents chunks bytes"), "collection_counts"),
)
"""What a copy for searching has as well, with chunks' numbers of its own."""
