"""XLSB, and what sheets show beside their cells."""

import io

import pytest
from python_calamine import CalamineWorkbook
from support.writers.office_writer import OFFICE, A, S, relationships, xlsx
from support.writers.xlsb_writer import xlsb

from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.parsers.office.sheets import xlsb as binary
from gristmill.pipeline.parsers.office.sheets import xlsx as parser
from gristmill.pipeline.parsers.office.sheets.sheet_extras import margin_text
from gristmill.pipeline.parsers.office.sheets.xlsb_records import packed_number, records
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.problems.errors import DocumentError

ROW = '<row r="1"><c t="str"><v>rye</v></c><c><v>1</v></c></row>'
TABLE = "| rye | 1 |\n| --- | --- |"
C = f'xmlns:c="u:c" xmlns:a="{A}" xmlns:x="u:x" xmlns:r="{OFFICE}"'


def test_an_xlsb_is_read_as_people_see_it() -> None:
    data = xlsb(
        {
            0: {0: ("=Code", 0), 2: ("Share", 0)},
            1: {0: (1234, 1), 2: (0.5, 2)},
            5: {1: (45000.0, 3), 2: (True, 0)},
        },
        ("00000", "0.0%", "d/m/yyyy"),
    )
    assert detect(data) == binary.media_types[0]
    assert [block.text for block in binary.parse(Blob(data), Limits()).blocks] == [
        "Gears",
        "| Code | Share |\n| --- | --- |\n| 01234 | 50.0% |",
        "| 2023-03-15 | TRUE |\n| --- | --- |",
    ]
    other = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    assert other[0] == ["Code", "", "Share"]
    assert other[1] == [1234.0, "", 0.5]


def test_days_of_an_xlsb_may_count_from_1904() -> None:
    data = xlsb({0: {0: (0.0, 1), 1: ("x", 0)}}, ("yyyy-mm-dd",), since_1904=True)
    assert "1904-01-01" in binary.parse(Blob(data), Limits()).blocks[1].text


@pytest.mark.parametrize("rows", [{2_000_000: {0: ("a", 0)}}, {0: {20_000: ("a", 0)}}])
def test_a_cell_of_an_xlsb_outside_of_any_sheet_is_a_parse_error(
    rows: dict[int, dict[int, tuple[str, int]]],
) -> None:
    with pytest.raises(DocumentError) as caught:
        binary.parse(Blob(xlsb(rows)), Limits())
    assert caught.value.document_code == "parse_error"


def test_a_far_cell_of_an_xlsb_is_counted() -> None:
    rows = {n: {16_000: ("a", 0)} for n in range(200)}
    with pytest.raises(DocumentError, match="cells"):
        binary.parse(Blob(xlsb(rows)), Limits())


@pytest.mark.parametrize(
    ("code", "number"), [(0x3FF00000, 1.0), (0xA, 2.0), (0xFFFFFFFE, -1.0), (0xB, 0.02)]
)
def test_packed_numbers(code: int, number: float) -> None:
    assert packed_number(code) == number


def test_records_that_are_cut_off_end() -> None:
    assert list(records(b"\x81")) == []
    assert list(records(b"\x05\xff\xff\xff\xff")) == [(5, b"")]
    assert list(records(b"\x05\x04ab")) == [(5, b"ab")]


def read(others: dict[str, str | bytes], *links: tuple[str, str, str], more: str = "") -> Parsed:
    parts: dict[str, str | bytes] = {"xl/worksheets/_rels/0.xml.rels": relationships(*links)}
    if more:
        parts["xl/worksheets/0.xml"] = (
            f'<worksheet xmlns="{S}"><sheetData>{ROW}</sheetData>{more}</worksheet>'
        )
    return parser.parse(Blob(xlsx({"Gears": ROW}, {**parts, **others})), Limits())


def anchor(row: int, inside: str) -> str:
    return f"<x:anchor><x:from><x:col>0</x:col><x:row>{row}</x:row></x:from>{inside}</x:anchor>"


def test_shapes_and_charts_follow_the_cells_in_the_order_of_their_rows() -> None:
    shape = "<x:sp><x:txBody><a:p><a:r><a:t>Mind the wheel</a:t></a:r></a:p></x:txBody></x:sp>"
    chart = '<x:graphicFrame><c:chart r:id="c"/></x:graphicFrame>'
    values = '<c:numCache><c:formatCode>0%</c:formatCode><c:pt idx="0"><c:v>0.5</c:v></c:pt>'
    series = f"<c:ser><c:tx><c:v>rye</c:v></c:tx><c:val>{values}</c:numCache></c:val></c:ser>"
    title = "<c:title><a:p><a:r><a:t>Flour</a:t></a:r></a:p></c:title>"
    parsed = read(
        {
            "xl/d.xml": f"<x:wsDr {C}>{anchor(9, shape)}{anchor(2, chart)}</x:wsDr>",
            "xl/_rels/d.xml.rels": relationships(("c", "chart", "c.xml")),
            "xl/c.xml": f"<c:chartSpace {C}>{title}{series}</c:chartSpace>",
        },
        ("d", "drawing", "../d.xml"),
    )
    texts = [block.text for block in parsed.blocks]
    assert texts == ["Gears", TABLE, "Flour", "| rye |\n| --- |\n| 50% |", "Mind the wheel"]


def test_comments_say_who_and_where_and_threads_come_once() -> None:
    old = (
        f'<comments xmlns="{S}"><authors><author>Ada</author></authors><commentList>'
        '<comment ref="B2" authorId="0"><text><r><t>Sure?</t></r></text></comment>'
        "</commentList></comments>"
    )
    parsed = read({"xl/c.xml": old}, ("c", "comments", "../c.xml"))
    assert parsed.blocks[-1].text == "[Comment by Ada at B2] Sure?"
    thread = '<t:T xmlns:t="u:t"><t:threadedComment ref="A1"><t:text>New?</t:text>'
    parsed = read(
        {"xl/c.xml": old, "xl/t.xml": f"{thread}</t:threadedComment></t:T>"},
        ("c", "comments", "../c.xml"),
        ("t", "threadedComment", "../t.xml"),
    )
    assert [block.text for block in parsed.blocks[2:]] == ["[Comment at A1] New?"]


def test_headers_come_without_their_codes() -> None:
    more = (
        '<headerFooter><oddHeader>&amp;L&amp;"Arial,Bold"&amp;12Alder Mill&amp;R&amp;D'
        "</oddHeader>"
        "<oddFooter>&amp;CPage &amp;P of &amp;N</oddFooter></headerFooter>"
    )
    parsed = read({}, more=more)
    assert [block.text for block in parsed.blocks] == ["Gears", TABLE, "Alder Mill", "Page of"]
    assert margin_text("&P/&N") == ""
    assert margin_text("&LA && B&K00FF00&CC") == "A & B C"


def test_macros_and_objects_of_a_workbook_are_warnings() -> None:
    others: dict[str, str | bytes] = {
        "xl/_rels/workbook.xml.rels": relationships(
            ("s0", "worksheet", "worksheets/0.xml"), ("m", "vbaProject", "vba.bin")
        )
    }
    parsed = read(others, ("o", "oleObject", "../o.bin"))
    assert [each.code for each in parsed.warnings] == ["object_left_out", "macro_left_out"]


def test_escaped_characters_are_what_they_stand_for() -> None:
    row = '<row><c t="str"><v>a_x000D_b</v></c><c t="inlineStr"><is><t>_x005F_x0041_</t></is></c>'
    (_, block) = parser.parse(Blob(xlsx({"Gears": f"{row}</row>"})), Limits()).blocks
    assert block.text.startswith("| a b | _x0041_ |")
