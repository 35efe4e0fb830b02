"""Whole documents and their tables over HTTP."""

import csv
import io
from typing import Any

import pytest
from support.http_app import HttpApp
from support.library_samples import succeeded

from gristmill.schemas.ids import document_id
from gristmill.schemas.outcomes.structure import (
    BlockKind,
    Box,
    Cell,
    DocumentWarning,
    StructureBlock,
    WarningCode,
)
from gristmill.storage.library import Library

_TEXT = "Sluice\n\n1 < 2 & *so* on\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\nwide"
_BLOCKS = (
    StructureBlock(BlockKind.HEADER, "Yearly report", page=1),
    StructureBlock(BlockKind.HEADING, _TEXT[:6], 1, 1, Box(1, 2, 3, 4), (), 0, 6),
    StructureBlock(BlockKind.TEXT, _TEXT[8:23], page=1, start=8, end=23),
    StructureBlock(BlockKind.TABLE, _TEXT[25:58], page=2, start=25, end=58),
    StructureBlock(
        BlockKind.TABLE,
        _TEXT[60:],
        page=2,
        cells=(Cell("wide", 0, 0, 1, 2),),
        start=60,
        end=64,
    ),
)
_WARNING = DocumentWarning(WarningCode.CONTENT_CUT, "it is cut", None, 3)
_PATH = f"/documents/{document_id('default', 'a.txt')}"
_OLD = f"/documents/{document_id('default', 'old.txt')}"


@pytest.fixture
def filled(service: HttpApp) -> HttpApp:
    """A document with a structure, and one of a version that kept none."""
    with Library.open(service.folder.library) as library:
        whole = succeeded(
            texts=(_TEXT[:30], _TEXT[30:]),
            title="The <Sluice>",
            structure=_BLOCKS,
            warnings=[_WARNING],
        )
        library.commit([whole, succeeded("old", uri="old.txt", texts=("old ", "text"))])
    return service


def _get(service: HttpApp, path: str, **query: str) -> Any:
    answer = service.http.simulate_get(path, params=query)
    assert answer.status_code == 200, answer.text
    return answer


def test_a_document_is_written_as_markdown_unless_another_form_is_asked_for(
    filled: HttpApp,
) -> None:
    answer = _get(filled, f"{_PATH}/content")
    assert answer.headers["content-type"] == "text/markdown; charset=utf-8"
    assert answer.text == (
        "# Sluice\n\n1 < 2 & \\*so\\* on\n\n| a | b |\n| --- | --- |\n| 1 | 2 |\n\n"
        '<table>\n<tr><td colspan="2">wide</td></tr>\n</table>\n'
    )
    assert _get(filled, f"{_PATH}/content", format="markdown").text == answer.text


def test_a_documents_html_is_escaped_and_kept_apart_from_the_service(filled: HttpApp) -> None:
    answer = _get(filled, f"{_PATH}/content", format="html")
    assert answer.headers["content-type"] == "text/html; charset=utf-8"
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "<title>The &lt;Sluice&gt;</title>" in answer.text
    assert '<p data-page="1">1 &lt; 2 &amp; *so* on</p>' in answer.text
    assert "Yearly" not in answer.text


def test_a_documents_json_has_every_block_with_its_place(filled: HttpApp) -> None:
    found = _get(filled, f"{_PATH}/content", format="json").json
    assert (found["uri"], found["title"]) == ("a.txt", "The <Sluice>")
    assert found["warnings"] == [{"code": "content_cut", "message": "it is cut", "count": 3}]
    kinds = [block["kind"] for block in found["blocks"]]
    assert kinds == ["header", "heading", "text", "table", "table"]
    assert found["blocks"][1]["box"] == [1.0, 2.0, 3.0, 4.0]
    assert [cell["text"] for cell in found["blocks"][3]["cells"]] == ["a", "b", "1", "2"]


def test_a_documents_text_is_what_offsets_count_in(filled: HttpApp) -> None:
    assert _get(filled, f"{_PATH}/content", format="text").text == _TEXT


def test_of_what_an_older_version_read_there_is_the_text_and_a_clear_word_else(
    filled: HttpApp,
) -> None:
    assert _get(filled, f"{_OLD}/content", format="text").text == "old text"
    for path in (f"{_OLD}/content", f"{_OLD}/tables", f"{_OLD}/tables/1"):
        answer = filled.http.simulate_get(path)
        assert (answer.status_code, answer.json["code"]) == (409, "no_structure")
        assert "ingest it again" in answer.json["detail"]


def test_tables_are_told_with_their_cells(filled: HttpApp) -> None:
    first, second = _get(filled, f"{_PATH}/tables").json["items"]
    assert (first["number"], first["page"], first["rows"], first["columns"]) == (1, 2, 2, 2)
    assert (second["number"], second["cells"][0]["columns"]) == (2, 2)
    (only,) = _get(filled, f"{_PATH}/tables/2").json["items"]
    assert only == second


def test_tables_as_csv_and_html(filled: HttpApp) -> None:
    text = _get(filled, f"{_PATH}/tables", format="csv").text
    rows = list(csv.reader(io.StringIO(text, newline="")))
    assert rows == [["a", "b"], ["1", "2"], [], ["wide", ""]]
    assert _get(filled, f"{_PATH}/tables/2", format="csv").text == "wide,\r\n"
    html = _get(filled, f"{_PATH}/tables", format="html").text
    assert html.count("<table>") == 2 and '<td colspan="2">wide</td>' in html


@pytest.mark.parametrize("number", ["0", "3", "x", "-1", "9" * 30])
def test_a_table_that_is_not_there_is_not_found(filled: HttpApp, number: str) -> None:
    answer = filled.http.simulate_get(f"{_PATH}/tables/{number}")
    assert (answer.status_code, answer.json["code"]) == (404, "table_not_found")


def test_what_is_no_document_or_no_form_is_refused(filled: HttpApp) -> None:
    for path in ("content", "tables", "tables/1"):
        answer = filled.http.simulate_get(f"/documents/{'0' * 32}/{path}")
        assert (answer.status_code, answer.json["code"]) == (404, "document_not_found")
        answer = filled.http.simulate_get(f"{_PATH}/{path}", params={"format": "pdf"})
        assert (answer.status_code, answer.json["code"]) == (400, "invalid_request")


def test_a_document_tells_its_warnings_and_pages(filled: HttpApp) -> None:
    found = _get(filled, _PATH).json
    assert found["warnings"] == [{"code": "content_cut", "message": "it is cut", "count": 3}]
    assert found["pages"] is None
    assert _get(filled, _OLD).json["warnings"] == []
