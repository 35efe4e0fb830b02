"""What an export may look like."""

from enum import StrEnum
from typing import NamedTuple


class ExportForm(StrEnum):
    """How chunks are written. FLAT: JSON Lines whose members are texts, numbers and truth values,
    but for the vector."""

    JSONL = "jsonl"
    FLAT = "flat"
    CSV = "csv"
    PARQUET = "parquet"


class ExportIds(StrEnum):
    """What chunks and documents are called: as the service calls them, or by a UUID that follows
    from that (RFC 9562, version 5), for programs that take nothing else."""

    OWN = "own"
    UUID = "uuid"


EXPORT_TYPES = {
    ExportForm.JSONL: "application/x-ndjson",
    ExportForm.FLAT: "application/x-ndjson",
    ExportForm.CSV: "text/csv; charset=utf-8",
    ExportForm.PARQUET: "application/vnd.apache.parquet",
}
SUFFIXES = {
    ".jsonl": ExportForm.JSONL,
    ".ndjson": ExportForm.JSONL,
    ".csv": ExportForm.CSV,
    ".parquet": ExportForm.PARQUET,
}


class ExportShape(NamedTuple):
    """How an export is written."""

    format: ExportForm = ExportForm.JSONL
    ids: ExportIds = ExportIds.OWN


AS_LINES = ExportShape()
