"""XLSX, XLS and ODS."""

import struct

import pytest
from support.selection import rest_slow
from support.writers.office_writer import S, odf, xlsx
from support.writers.office_writer import xls as old_workbook

from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.parsers.office.sheets import ods, xls
from gristmill.pipeline.parsers.office.sheets import xlsx as parser
from gristmill.pipeline.parsers.office.sheets.xls_extent import (
    cells_of_rectangles,
    with_true_sizes,
)
from gristmill.pipeline.parsers.office.sheets.xls_numbers import XlsNumbers
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.problems.errors import DocumentError

HEADING, TABLE = BlockKind.HEADING, BlockKind.TABLE
STYLES = (
    f'<styleSheet xmlns="{S}"><numFmts><numFmt numFmtId="164" formatCode="[Red]d/m/yy h:mm"/>'
    '<numFmt numFmtId="165" formatCode="&quot;day&quot; 0.0"/></numFmts><cellXfs>'
    + "".join(f'<xf numFmtId="{n}"/>' for n in (0, 14, 10, 164, 165, 20))
    + "</cellXfs></styleSheet>"
)
TEXTS = (
    f'<sst xmlns="{S}"><si><t>Gear</t></si><si><r><t>pit </t></r><r><t>wheel</t></r>'
    "<rPh><t>piii</t></rPh></si></sst>"
)


def read(
    rows: str, others: dict[str, str | bytes] | None = None, limits: Limits | None = None
) -> Parsed:
    return parser.parse(Blob(xlsx({"Gears": rows}, others)), limits or Limits())


def sheet(rows: str) -> bytes:
    return odf("spreadsheet", f'<table:table table:name="Gears">{rows}</table:table>')


def ods_cell(text: str, attributes: str = "") -> str:
    return f"<table:table-cell {attributes}><text:p>{text}</text:p></table:table-cell>"


def too_large(data: bytes, limits: Limits | None = None) -> str:
    module = ods if b"content.xml" in data else parser
    with pytest.raises(DocumentError) as caught:
        module.parse(Blob(data), limits or Limits())
    assert caught.value.document_code == "too_large"
    return caught.value.message


def test_a_sheet_is_a_heading_with_its_rows_and_empty_edges_are_trimmed() -> None:
    rows = (
        '<row r="3"><c r="C3" t="s"><v>0</v></c><c r="E3" t="inlineStr"><is><t>a|b</t></is></c>'
        "</row>"
        '<row r="4"><c r="C4" t="s"><v>1</v></c><c r="E4"><v>80</v></c><c r="F4" s="1"/></row>'
    )
    parsed = read(rows, {"xl/sharedStrings.xml": TEXTS})
    assert parsed.blocks == (
        Block(HEADING, "Gears", 1),
        Block(TABLE, "| Gear | a\\|b |\n| --- | --- |\n| pit wheel | 80 |"),
    )
    assert parsed.metadata["sheets"] == ["Gears"]


def test_numbers_are_shown_as_people_see_them() -> None:
    cells = [("0", "0.30000000000000004"), ("1", "45000"), ("2", "0.125"), ("3", "45000.75")]
    cells += [("4", "2.5"), ("5", "0.5"), ("0", "1E3"), ("0", "13.0"), ("0", "x")]
    row = "".join(f'<c s="{style}"><v>{value}</v></c>' for style, value in cells)
    row += '<c t="b"><v>1</v></c><c t="e"><v>#REF!</v></c><c t="str"><f>A1</f><v>sum</v></c>'
    (_, block) = read(f"<row>{row}</row>", {"xl/styles.xml": STYLES}).blocks
    assert block.text.split("\n")[0] == (
        "| 0.3 | 2023-03-15 | 12.50% | 2023-03-15 18:00:00 | day 2.5 | 12:00:00 | 1000 | 13 | x |"
        " TRUE | #REF! | sum |"
    )


def test_an_empty_row_ends_a_table() -> None:
    rows = "".join(
        f'<row r="{n}"><c r="A{n}"><v>{n}</v></c><c r="B{n}"><v>0</v></c></row>' for n in (1, 2, 5)
    )
    tables = [block.text for block in read(rows).blocks if block.kind is TABLE]
    assert tables == ["| 1 | 0 |\n| --- | --- |\n| 2 | 0 |", "| 5 | 0 |\n| --- | --- |"]


@pytest.mark.slow
def test_a_sheet_of_100_000_rows_is_read_to_its_end() -> None:
    rows = "".join(f"<row><c><v>{n}</v></c><c><v>{n * 7}</v></c></row>" for n in range(100_000))
    (_, block) = read(rows).blocks
    assert block.text.endswith("\n| 99999 | 699993 |")


def test_too_many_cells_are_too_large_even_when_they_are_empty() -> None:
    row = "<row>" + "<c/>" * 600 + "</row>"
    assert "1000 cells" in too_large(xlsx({"a": row * 2}), Limits(max_cells=1000))


def test_a_cell_far_away_costs_nothing_and_one_outside_is_a_parse_error() -> None:
    last = '<row r="1048576"><c r="XFD1048576"><v>2</v></c></row>'
    far = f'<row r="1"><c r="A1"><v>1</v></c></row>{last}'
    assert [block.text for block in read(far).blocks] == ["Gears", "1", "2"]
    for outside in ('<row><c r="ZZZZ1"><v>1</v></c></row>', '<row r="99999999"/>'):
        with pytest.raises(DocumentError) as caught:
            read(outside)
        assert caught.value.document_code == "parse_error"


def test_a_long_text_shown_by_many_cells_ends_at_the_limit_of_text() -> None:
    texts = f'<sst xmlns="{S}"><si><t>{"grain " * 2000}</t></si></sst>'
    rows = '<row><c t="s"><v>0</v></c></row>' * 1000
    data = xlsx({"a": rows}, {"xl/sharedStrings.xml": texts})
    assert "characters" in too_large(data, Limits(max_text_chars=1_000_000))


@pytest.mark.parametrize(
    ("text", "cells"), [("\U0001f600" * 500_000, 64), ("grain " * 50_000, 400)]
)
def test_a_small_workbook_that_shows_a_text_again_and_again_is_refused(
    text: str, cells: int
) -> None:
    shared = f'<sst xmlns="{S}"><si><t>{text}</t></si></sst>'
    row = "<row>" + '<c t="s"><v>0</v></c>' * cells + "</row>"
    assert "bytes" in too_large(xlsx({"a": row}, {"xl/sharedStrings.xml": shared}))
    cell = ods_cell(text, f'table:number-columns-repeated="{cells}"')
    assert "bytes" in too_large(sheet(f"<table:table-row>{cell}</table:table-row>"))


@pytest.mark.slow
def test_a_workbook_that_inflates_too_much_is_too_large() -> None:
    assert "200 times" in too_large(xlsx({"a": "<x/>" * 10_000_000}))


def test_ods_cells_are_read_as_shown_and_repeated_ones_as_often() -> None:
    rows = (
        "<table:table-row>" + ods_cell("Gear") + ods_cell("Teeth") + "</table:table-row>"
        '<table:table-row table:number-rows-repeated="2">'
        + ods_cell("pit")
        + ods_cell("80<text:s text:c='2'/>teeth")
        + '<table:table-cell table:number-columns-repeated="1000"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000"><table:table-cell/>'
        "</table:table-row>"
    )
    parsed = ods.parse(Blob(sheet(rows)), Limits())
    assert parsed.blocks == (
        Block(HEADING, "Gears", 1),
        Block(
            TABLE,
            "| Gear | Teeth |\n| --- | --- |\n| pit | 80  teeth |\n| pit | 80  teeth |",
        ),
    )
    assert parsed.title == "The Mill"


def test_every_ods_sheet_has_its_heading() -> None:
    row = f"<table:table-row>{ods_cell('a')}{ods_cell('b')}</table:table-row>"
    tables = "".join(f'<table:table table:name="S{n}">{row * 2}</table:table>' for n in range(3))
    parsed = ods.parse(Blob(odf("spreadsheet", tables)), Limits())
    assert [block.text for block in parsed.blocks if block.kind is HEADING] == ["S0", "S1", "S2"]
    assert len(parsed.blocks) == 6


@pytest.mark.parametrize(
    "row",
    rest_slow(
        "<table:table-row>{cell}</table:table-row>",
        '<table:table-row table:number-rows-repeated="999999999">{plain}</table:table-row>',
    ),
)
def test_repeating_ods_cells_without_end_is_too_large(row: str) -> None:
    many = ods_cell("x", 'table:number-columns-repeated="999999999"')
    assert "cells" in too_large(sheet(row.format(cell=many, plain=ods_cell("x"))))


def records(*cells: tuple[int, int]) -> bytes:
    return b"".join(struct.pack("<HHHH", 0x0203, 14, *at) + bytes(10) for at in cells)


def test_the_size_of_xls_sheets_is_told_from_their_records() -> None:
    start, end = struct.pack("<HHI", 0x0809, 4, 0), struct.pack("<HH", 0x000A, 0)
    two = start + records((2, 1), (4, 3)) + end + start + records((0, 0)) + end
    assert cells_of_rectangles(two) == 9 + 1
    assert cells_of_rectangles(records((0, 0), (65535, 255))) == 65536 * 256
    assert cells_of_rectangles(b"\x03\x02") == 0


def test_an_xls_sheet_is_a_heading_with_its_rows() -> None:
    data = old_workbook([(2, 1, 80), (2, 2, 0.1 + 0.2), (3, 1, 20), (3, 2, 2.5)])
    assert detect(data) == "application/vnd.ms-excel"
    assert xls.parse(Blob(data), Limits()).blocks == (
        Block(HEADING, "Gears", 1),
        Block(TABLE, "| 80 | 0.3 |\n| --- | --- |\n| 20 | 2.5 |"),
    )


def test_an_xls_whose_two_cells_span_millions_is_refused_before_it_is_filled() -> None:
    with pytest.raises(DocumentError) as caught:
        xls.parse(Blob(old_workbook([(0, 0, 1), (65535, 255, 2)])), Limits())
    assert caught.value.document_code == "too_large"


def test_a_locked_xls_is_encrypted() -> None:
    with pytest.raises(DocumentError) as caught:
        xls.parse(Blob(old_workbook([(0, 0, 1)], locked=True)), Limits())
    assert caught.value.document_code == "encrypted"


def test_a_broken_xls_is_a_parse_error() -> None:
    with pytest.raises(DocumentError) as caught:
        xls.parse(Blob(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(3000)), Limits())
    assert caught.value.document_code == "parse_error"


def test_numbers_of_an_xls_are_shown_as_their_formats_say() -> None:
    cells = [(2, 0, 1234.0), (2, 1, 0.5), (2, 2, 45000.0), (3, 0, 7.0), (3, 1, 1.0)]
    data = old_workbook(cells, codes=("00000", '0.0" €"', "d/m/yyyy"))
    (_, block) = xls.parse(Blob(data), Limits()).blocks
    assert block.text == (
        "| 01234 | 0.5 € | 2023-03-15 |\n| --- | --- | --- |\n| 00007 | 1.0 € |  |"
    )


@pytest.mark.parametrize("size", [0, 3, 30, 100])
def test_formats_of_an_xls_that_is_cut_off_change_nothing(size: int) -> None:
    data = struct.pack("<HHHH", 0x0809, 4, 0x0600, 5) + struct.pack("<HHH", 0x041E, 900, 164)
    assert XlsNumbers((data * 9)[:size]).of_sheet(0) == {}


def test_sizes_that_an_xls_only_claims_make_no_room() -> None:
    dimensions = struct.pack("<HHIIHHH", 0x0200, 14, 0, 0xFFFFFFFF, 0, 0xFFFF, 0)
    texts = struct.pack("<HHII", 0x00FC, 8, 0, 0x7FFFFFFF)
    true = with_true_sizes(dimensions + texts)
    assert true[4:18] == bytes(14)
    assert int.from_bytes(true[-4:], "little") == len(true)
