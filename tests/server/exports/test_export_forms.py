"""An export in each form, read again by whoever reads such files."""

import csv
import io
import json
import sys
import uuid
from collections.abc import Iterator

import pytest

from gristmill.schemas.exports import ExportForm, ExportIds, ExportShape
from gristmill.schemas.outcomes.documents import ExportRow
from gristmill.schemas.outcomes.structure import Box, Region
from gristmill.schemas.problems.errors import UnsupportedOption
from gristmill.server.exports import parquet as parquet_module
from gristmill.server.exports import written


def row(number: int, **more: object) -> ExportRow:
    values: dict[str, object] = {
        "chunk_id": f"d-{number}",
        "document_id": "d",
        "ordinal": number,
        "text": f'"Quoted", number {number}\nwith a line\n',
        "headings": ("Report", "Income"),
        "page": None,
        "start": 0,
        "end": 20,
        "uri": "file:///report.pdf",
        "title": None,
        "media_type": "application/pdf",
        "collection": "tax",
        "metadata": {"job": {"team": "legal", "tags": ["a", "b"]}, "pages": 3, "deep": [[1], [2]]},
    }
    return ExportRow(**{**values, **more})  # type: ignore[arg-type]


RICH = row(
    1,
    page=2,
    title="Rapport für 2026",
    annotations={"language": "de"},
    vector=[0.5, -1.0],
    vector_model="tiny",
    regions=(Region(2, Box(1.0, 2.0, 3.5, 4.0)),),
    table_header="| a |",
)


def export(form: ExportForm, *rows: ExportRow, ids: ExportIds = ExportIds.OWN) -> bytes:
    return b"".join(written(rows, ExportShape(form, ids)))


def test_lines_are_rows_as_they_are() -> None:
    lines = export(ExportForm.JSONL, row(0), RICH).splitlines()
    assert [json.loads(line)["ordinal"] for line in lines] == [0, 1]
    assert json.loads(lines[1])["metadata"] == RICH.metadata


def test_flat_lines_have_nothing_nested_but_the_vector() -> None:
    first, second = map(json.loads, export(ExportForm.FLAT, row(0), RICH).splitlines())
    assert first["metadata.job.team"] == "legal"
    assert first["metadata.job.tags"] == "a, b"
    assert first["metadata.deep"] == "[[1],[2]]"
    assert first["metadata.pages"] == 3
    assert first["headings"] == "Report > Income"
    assert not first.keys() & {"page", "title", "vector", "regions", "metadata"}
    assert second["vector"] == [0.5, -1.0]
    assert json.loads(second["regions"])[0]["page"] == 2
    assert second["annotations.language"] == "de"
    nested = [name for name, value in second.items() if isinstance(value, list | dict)]
    assert nested == ["vector"]


def test_csv_is_read_by_its_own_reader_with_line_ends_and_quotes_in_it() -> None:
    text = export(ExportForm.CSV, row(0), RICH).decode()
    first, second = csv.DictReader(io.StringIO(text, newline=""))
    assert first["text"] == row(0).text
    assert (first["page"], second["page"]) == ("", "2")
    assert json.loads(first["metadata"]) == row(0).metadata
    assert second["title"] == RICH.title


def test_an_empty_export_is_a_whole_file_in_each_form() -> None:
    assert export(ExportForm.JSONL) == b""
    assert export(ExportForm.CSV).decode().count("\n") == 1
    parquet = pytest.importorskip("pyarrow.parquet")
    assert parquet.read_table(io.BytesIO(export(ExportForm.PARQUET))).num_rows == 0


def test_parquet_keeps_types_vectors_and_boxes() -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    table = parquet.read_table(io.BytesIO(export(ExportForm.PARQUET, row(0), RICH)))
    first, second = table.to_pylist()
    assert (first["text"], first["vector"], first["page"]) == (row(0).text, None, None)
    assert first["headings"] == ["Report", "Income"]
    assert json.loads(first["metadata"]) == row(0).metadata
    assert second["vector"] == [0.5, -1.0]
    assert second["regions"] == [{"page": 2, "box": [1.0, 2.0, 3.5, 4.0]}]


def test_parquet_goes_out_in_row_groups_while_it_is_made(monkeypatch: pytest.MonkeyPatch) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    monkeypatch.setattr(parquet_module, "_ROWS", 10)
    taken: list[int] = []

    def rows() -> Iterator[ExportRow]:
        for number in range(25):
            taken.append(number)
            yield row(number)

    pieces = written(rows(), ExportShape(ExportForm.PARQUET))
    first = next(pieces)
    assert len(taken) == 10
    file = parquet.ParquetFile(io.BytesIO(first + b"".join(pieces)))
    assert [file.metadata.row_group(n).num_rows for n in range(file.num_row_groups)] == [10, 10, 5]


def test_without_its_package_parquet_is_refused_before_anything_is_sent(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setitem(sys.modules, "pyarrow", None)
    with pytest.raises(UnsupportedOption, match=r"gristmill\[parquet\]"):
        written((), ExportShape(ExportForm.PARQUET))


def test_uuids_follow_from_ids_and_from_nothing_else() -> None:
    once, again = (json.loads(export(ExportForm.JSONL, row(0), ids=ExportIds.UUID)) for _ in "ab")
    other = json.loads(export(ExportForm.JSONL, row(1), ids=ExportIds.UUID))
    assert once == again
    assert uuid.UUID(once["chunk_id"]).version == 5
    assert once["chunk_id"] != other["chunk_id"]
    assert once["document_id"] == other["document_id"]
