"""CSV and TSV: the dialect judged on a sample, rows written as Markdown rows."""

import re
from typing import Any

from gristmill.pipeline.decoding import read_text
from gristmill.pipeline.parsers.tables import filled_width, table_row
from gristmill.pipeline.parsers.text.data.delimited_rows import Rows, read_rows
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode

media_types = ("text/csv", "text/tab-separated-values")
version = "2"

_DELIMITERS = ",;\t|"
_SAMPLE_CHARS = 64 * 1024
_SAMPLE_ROWS = 200
_WIDE = 8  # more columns than that make a delimiter no likelier
_MAX_NAMED_COLUMNS = 200
_MOST_ABOVE = 30
_SEP = re.compile(r"\A\"?sep=([^\n\"]|\t)\"?[ \t]*(?:\n|\Z)", re.IGNORECASE)


def parse(blob: Blob, limits: Limits) -> Parsed:
    """The first row that has any text is the header, after Excel's line `sep=;` and lines of
    comment or title. Cells with line ends become one line."""
    text, encoding, warnings = read_text(blob.data)
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    told = _SEP.match(text)
    text = text[told.end() :] if told else text
    delimiter = told[1] if told else _delimiter(text, blob.name)
    found = read_rows(text, delimiter)
    above, rows = _apart(found, delimiter)
    blocks = [Block(BlockKind.TEXT, "\n".join(above))] if above else []
    metadata: dict[str, Any] = {"encoding": encoding}
    if rows:
        blocks.append(Block(BlockKind.TABLE, "\n".join(_rendered(rows))))
        columns = [name.strip() for name in rows[0][:_MAX_NAMED_COLUMNS]]
        metadata |= {"delimiter": delimiter, "columns": columns, "rows": len(rows) - 1}
    return Parsed(blocks, None, metadata, warnings=(*warnings, *_told(found.open_quotes)))


def sniff(text: str) -> str:
    """The delimiter that gives a sample's rows the most even width above one; else a comma."""
    sample = text[:_SAMPLE_CHARS]
    if len(text) > _SAMPLE_CHARS:
        sample = sample[: sample.rfind("\n") + 1] or sample
    scores = {delimiter: _evenness(sample, delimiter) for delimiter in _DELIMITERS}
    best = max(scores, key=lambda delimiter: scores[delimiter])
    return best if scores[best] > 0 else ","


def _delimiter(text: str, name: str) -> str:
    tabs = name.lower().endswith((".tsv", ".tab")) and "\t" in text[:_SAMPLE_CHARS]
    return "\t" if tabs else sniff(text)


def _evenness(sample: str, delimiter: str) -> float:
    rows, width, open_quotes = read_rows(sample, delimiter)
    rows = rows[:_SAMPLE_ROWS]
    if width < 2:
        return 0.0
    often = sum(len(row) == width for row in rows)
    return (often - min(often, open_quotes) / 2) / len(rows) * min(width, _WIDE)


def _apart(found: Rows, delimiter: str) -> tuple[list[str], list[list[str]]]:
    """Lines of comment or title, and the table that they are above of."""
    start = 0
    while start < min(len(found.rows) - 1, _MOST_ABOVE) and _is_above(found, start):
        start += 1
    above = [delimiter.join(row).strip(f" {delimiter}") for row in found.rows[:start]]
    return above, found.rows[start:]


def _is_above(found: Rows, at: int) -> bool:
    if found.width < 2:
        return False
    row = found.rows[at]
    filled = sum(map(bool, map(str.strip, row)))
    is_comment = row[0].startswith("#") and len(row) != found.width
    return (filled == 1 and bool(row[0].strip())) or is_comment


def _rendered(rows: list[list[str]]) -> list[str]:
    """A line for each row; short ones are filled up."""
    width = max(map(len, rows))
    filled = filled_width(rows, width)
    lines = [table_row([*row, *[""] * (filled - len(row))]) for row in rows]
    lines.insert(1, "|" + " --- |" * width)
    return lines


def _told(open_quotes: int) -> tuple[DocumentWarning, ...]:
    if not open_quotes:
        return ()
    message = f"{open_quotes} quotation marks do not close and are taken for text"
    return (DocumentWarning(WarningCode.MARKUP_BROKEN, message, count=open_quotes),)
