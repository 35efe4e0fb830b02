"""CSV and TSV: the dialect judged on a sample, rows written as Markdown rows."""

import csv
import io
from collections import Counter

from gristmill.pipeline.decoding import decode
from gristmill.pipeline.parsers.tables import filled_width
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

media_types = ("text/csv", "text/tab-separated-values")
version = "1"

_DELIMITERS = ",;\t|"
_SAMPLE_CHARS = 64 * 1024
_SAMPLE_ROWS = 200
_MAX_FIELD_CHARS = 64 * 1024 * 1024
_MAX_NAMED_COLUMNS = 200


def parse(blob: Blob, limits: Limits) -> Parsed:
    """The first row that has any text is the header. Cells with line ends become one line."""
    text, encoding = decode(blob.data)
    tabs = blob.name.lower().endswith((".tsv", ".tab")) and "\t" in text[:_SAMPLE_CHARS]
    delimiter = "\t" if tabs else sniff(text)
    csv.field_size_limit(_MAX_FIELD_CHARS)
    try:
        rows = _rows(text, delimiter)
    except csv.Error as error:
        raise DocumentError(DocumentCode.PARSE_ERROR, f"the table is broken: {error}") from None
    if not rows:
        return Parsed((), None, {"encoding": encoding})
    header, width = rows[0], max(map(len, rows))
    filled = filled_width(rows, width)
    rendered = [_rendered(row, filled) for row in rows]
    rendered.insert(1, "|" + " --- |" * width)
    metadata = {
        "encoding": encoding,
        "delimiter": delimiter,
        "columns": [name.strip() for name in header[:_MAX_NAMED_COLUMNS]],
        "rows": len(rows) - 1,
    }
    return Parsed((Block(BlockKind.TABLE, "\n".join(rendered)),), None, metadata)


def sniff(text: str) -> str:
    """The delimiter that gives a sample's rows the most even width above one; else a comma."""
    sample = text[:_SAMPLE_CHARS]
    if len(text) > _SAMPLE_CHARS:
        sample = sample[: sample.rfind("\n") + 1] or sample
    scores = {delimiter: _evenness(sample, delimiter) for delimiter in _DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 0 else ","


def _evenness(sample: str, delimiter: str) -> float:
    reader = csv.reader(io.StringIO(sample, newline=""), delimiter=delimiter)
    widths: Counter[int] = Counter()
    try:
        for row, _ in zip(reader, range(_SAMPLE_ROWS), strict=False):
            if row:
                widths[len(row)] += 1
    except csv.Error:
        return 0.0
    if not widths:
        return 0.0
    (width, often), *_ = widths.most_common(1)
    return often / widths.total() * min(width, 8) if width > 1 else 0.0


def _rows(text: str, delimiter: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    return [row for row in reader if any(map(str.strip, row))]


def _rendered(row: list[str], width: int) -> str:
    """One line; a short row is filled up."""
    if len(row) < width:
        row = row + [""] * (width - len(row))
    if any("|" in cell or "\n" in cell or "\r" in cell for cell in row):
        row = [" ".join(cell.replace("|", "\\|").split()) for cell in row]
    return "| " + " | ".join(map(str.strip, row)) + " |"
