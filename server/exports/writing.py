"""An export as pieces of bytes, in flat memory."""

import csv
import io
from collections.abc import Iterable, Iterator

import msgspec

from gristmill.schemas.exports import ExportForm, ExportShape
from gristmill.schemas.outcomes.documents import ExportRow
from gristmill.server.exports.shaping import flat, named

_PIECE_BYTES = 64 * 1024
_AS_JSON = ("metadata", "annotations")
_COLUMNS = (
    *("chunk_id", "document_id", "ordinal", "text", "headings", "page", "start", "end"),
    *("uri", "title", "media_type", "collection", *_AS_JSON, "table_header"),
)


def written(rows: Iterable[ExportRow], shape: ExportShape) -> Iterator[bytes]:
    """Rows in the form that is asked for, in pieces of about 64 KiB (Parquet: a row group).
    Raises UnsupportedOption where a package is missing, before the first piece."""
    named_rows = (named(row, shape.ids) for row in rows)
    if shape.format is ExportForm.PARQUET:
        from gristmill.server.exports.parquet import parquet

        return parquet(named_rows)
    if shape.format is ExportForm.CSV:
        return _csv(named_rows)
    return _lines(map(flat, named_rows) if shape.format is ExportForm.FLAT else named_rows)


def _lines(rows: Iterable[object]) -> Iterator[bytes]:
    encode_into = msgspec.json.Encoder().encode_into
    piece = bytearray()
    for row in rows:
        encode_into(row, piece, -1)
        piece += b"\n"
        if len(piece) >= _PIECE_BYTES:
            yield bytes(piece)
            piece.clear()
    if piece:
        yield bytes(piece)


def _csv(rows: Iterable[ExportRow]) -> Iterator[bytes]:
    """RFC 4180 with a header line: the same columns in each export, vectors and regions are not
    among them. `headings` are joined by ` > `; metadata and annotations are JSON."""
    encode = msgspec.json.Encoder().encode
    piece = io.StringIO(newline="")
    writer = csv.writer(piece)
    writer.writerow(_COLUMNS)
    for row in rows:
        values = msgspec.structs.asdict(row)
        values["headings"] = " > ".join(row.headings)
        values |= {name: encode(values[name]).decode() for name in _AS_JSON}
        writer.writerow([values[name] for name in _COLUMNS])
        if piece.tell() >= _PIECE_BYTES:
            yield piece.getvalue().encode()
            piece.seek(0)
            piece.truncate()
    yield piece.getvalue().encode()
