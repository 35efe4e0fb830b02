"""An export as an Apache Parquet file (https://parquet.apache.org/docs/file-format)."""

import io
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import msgspec

from gristmill.schemas.outcomes.documents import ExportRow
from gristmill.schemas.problems.errors import UnsupportedOption

if TYPE_CHECKING:
    import pyarrow

_ROWS, _CHARS = 5_000, 8_000_000
"""Of a row group, which is what is held in memory: whichever is reached first."""
_encode = msgspec.json.Encoder().encode


def parquet(rows: Iterable[ExportRow]) -> Iterator[bytes]:
    """The file, in a piece for each row group. Metadata and annotations are JSON; `vector` is a
    list of 32-bit floats, null where there is none. Raises UnsupportedOption."""
    try:
        import pyarrow as pa
        import pyarrow.parquet as pq
    except ImportError:
        raise UnsupportedOption(
            "format=parquet needs the package pyarrow: pip install 'gristmill[parquet]' where the "
            "export is made, or use format=jsonl"
        ) from None
    return _pieces(rows, pa, pq)


def _pieces(rows: Iterable[ExportRow], pa: Any, pq: Any) -> Iterator[bytes]:
    schema, sink = _schema(pa), _Sink()
    with pq.ParquetWriter(sink, schema, compression="zstd") as writer:
        for group in _groups(rows):
            writer.write_table(pa.Table.from_pylist(group, schema=schema))
            yield sink.taken()
    yield sink.taken()


def _groups(rows: Iterable[ExportRow]) -> Iterator[list[dict[str, Any]]]:
    group, chars = list[dict[str, Any]](), 0
    for row in rows:
        group.append(_values(row))
        chars += len(row.text) + 4 * len(row.vector or ())
        if len(group) >= _ROWS or chars >= _CHARS:
            yield group
            group, chars = [], 0
    if group:
        yield group


def _values(row: ExportRow) -> dict[str, Any]:
    return {
        **msgspec.structs.asdict(row),
        "metadata": _encode(row.metadata).decode(),
        "annotations": _encode(row.annotations).decode(),
        "regions": [{"page": region.page, "box": list(region.box)} for region in row.regions],
    }


def _schema(pa: Any) -> "pyarrow.Schema":
    text, whole = pa.string(), pa.int64()
    region = pa.struct([("page", pa.int32()), ("box", pa.list_(pa.float32()))])
    return pa.schema(
        [
            *((name, text) for name in ("chunk_id", "document_id")),
            ("ordinal", pa.int32()),
            ("text", text),
            ("headings", pa.list_(text)),
            ("page", pa.int32()),
            ("start", whole),
            ("end", whole),
            *((name, text) for name in ("uri", "title", "media_type", "collection")),
            *((name, text) for name in ("metadata", "annotations")),
            ("vector", pa.list_(pa.float32())),
            ("vector_model", text),
            ("regions", pa.list_(region)),
            ("table_header", text),
        ]
    )


class _Sink(io.RawIOBase):
    """What has been written since it was looked at last. `tell` counts all of it."""

    def __init__(self) -> None:
        self._new, self._at = bytearray(), 0

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:
        self._new += data
        size = memoryview(data).nbytes
        self._at += size
        return size

    def tell(self) -> int:
        return self._at

    def taken(self) -> bytes:
        """The new bytes."""
        taken = bytes(self._new)
        self._new.clear()
        return taken
