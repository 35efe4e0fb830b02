"""DOCX."""

import pytest
from support.writers.office_writer import W, docx, paragraph, word_part

from gristmill.pipeline.parsers.office.word import docx as parser
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.outcomes.structure import Cell
from gristmill.schemas.problems.errors import DocumentError

HEADING, TEXT, LIST, TABLE = BlockKind.HEADING, BlockKind.TEXT, BlockKind.LIST, BlockKind.TABLE
STYLES = word_part(
    "styles",
    '<w:style w:styleId="T"><w:name w:val="Title"/></w:style>'
    '<w:style w:styleId="H2"><w:name w:val="heading 2"/></w:style>'
    '<w:style w:styleId="Own"><w:name w:val="Ours"/><w:basedOn w:val="H2"/></w:style>'
    '<w:style w:styleId="X"><w:basedOn w:val="Y"/></w:style>'
    '<w:style w:styleId="Y"><w:basedOn w:val="X"/></w:style>'
    '<w:style w:styleId="C"><w:name w:val="Source Code"/></w:style>',
)
NUMBERING = word_part(
    "numbering",
    '<w:abstractNum w:abstractNumId="1"><w:lvl w:ilvl="0"><w:start w:val="3"/>'
    '<w:numFmt w:val="decimal"/><w:lvlText w:val="%1."/></w:lvl><w:lvl w:ilvl="1">'
    '<w:numFmt w:val="lowerLetter"/><w:lvlText w:val="%1.%2)"/></w:lvl></w:abstractNum>'
    '<w:abstractNum w:abstractNumId="2"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/></w:lvl>'
    '</w:abstractNum><w:num w:numId="7"><w:abstractNumId w:val="1"/></w:num>'
    '<w:num w:numId="8"><w:abstractNumId w:val="2"/></w:num>',
)


def read(body: str, **parts: str) -> Parsed:
    others: dict[str, str | bytes] = {f"word/{name}.xml": part for name, part in parts.items()}
    return parser.parse(Blob(docx(body, others)), Limits())


def styled(style: str, text: str) -> str:
    return paragraph(text, f'<w:pStyle w:val="{style}"/>')


def item(text: str, identity: int, level: int = 0) -> str:
    properties = f'<w:numPr><w:ilvl w:val="{level}"/><w:numId w:val="{identity}"/></w:numPr>'
    return paragraph(text, properties)


def table(*rows: str) -> str:
    return "<w:tbl>" + "".join(f"<w:tr>{row}</w:tr>" for row in rows) + "</w:tbl>"


def cell(text: str, properties: str = "") -> str:
    return f"<w:tc><w:tcPr>{properties}</w:tcPr>{paragraph(text)}</w:tc>"


def test_headings_come_from_styles_what_they_are_based_on_and_outline_levels() -> None:
    outline = paragraph("Stones", '<w:outlineLvl w:val="0"/>')
    body = styled("H2", "Wheel") + styled("Own", "Gears") + outline + styled("X", "Turns.")
    assert read(body, styles=STYLES).blocks == (
        Block(HEADING, "Wheel", 2),
        Block(HEADING, "Gears", 2),
        Block(HEADING, "Stones", 1),
        Block(TEXT, "Turns."),
    )


def test_a_title_in_the_text_stands_above_all_headings() -> None:
    blocks = read(styled("T", "The Mill") + styled("H2", "Wheel"), styles=STYLES).blocks
    assert [(block.text, block.level) for block in blocks] == [("The Mill", 1), ("Wheel", 3)]


def test_properties_become_title_and_metadata() -> None:
    parsed = read(paragraph("x"), header=word_part("hdr", paragraph("Alder Mill Trust")))
    assert parsed.title == "The Mill"
    assert parsed.metadata["author"] == "Ada Miller"
    assert parsed.metadata["language"] == "en-GB"
    assert parsed.metadata["created"] == "2024-05-01T10:00:00Z"
    assert parsed.metadata["header"] == "Alder Mill Trust"


def test_items_gather_to_a_list_with_their_numbers() -> None:
    body = item("grain", 7) + item("wheat", 7, 1) + item("rye", 7, 1) + item("stone", 7)
    blocks = read(body + item("dust", 8) + paragraph("end"), numbering=NUMBERING).blocks
    assert blocks[0] == Block(LIST, "3. grain\n  3.a) wheat\n  3.b) rye\n4. stone\n- dust")
    assert blocks[1].text == "end"


def test_a_table_becomes_rows_with_spans_left_empty() -> None:
    rows = (
        cell("Gear") + cell("Teeth | pitch") + cell("Note"),
        cell("wide", '<w:gridSpan w:val="2"/>') + cell("oak"),
    )
    (block,) = read(table(*rows)).blocks
    assert block.kind is TABLE
    assert block.text == (
        "| Gear | Teeth \\| pitch | Note |\n| --- | --- | --- |\n| wide |  | oak |"
    )
    assert block.cells[-2:] == (Cell("wide", 1, 0, 1, 2), Cell("oak", 1, 2))


def test_a_table_of_one_cell_is_a_frame_around_its_content() -> None:
    framed = f"<w:tc>{styled('H2', 'Wheel')}{paragraph('It turns.')}</w:tc>"
    kinds = [block.kind for block in read(table(framed), styles=STYLES).blocks]
    assert kinds == [HEADING, TEXT]


def test_text_boxes_follow_their_paragraph_once() -> None:
    box = f"<w:txbxContent>{paragraph('Mind the wheel')}</w:txbxContent>"
    body = (
        "<w:p><w:r><w:t>At the door:</w:t></w:r><w:r>"
        '<mc:AlternateContent xmlns:mc="u:mc">'
        f"<mc:Choice><w:drawing>{box}</w:drawing></mc:Choice>"
        f"<mc:Fallback><w:pict>{box}</w:pict></mc:Fallback></mc:AlternateContent></w:r></w:p>"
    )
    texts = [block.text for block in read(body + paragraph("after")).blocks]
    assert texts == ["At the door:", "Mind the wheel", "after"]


def test_notes_and_comments_follow_where_they_are_referred_to() -> None:
    notes = word_part("footnotes", f'<w:footnote w:id="2">{paragraph("By hand.")}</w:footnote>')
    comments = word_part(
        "comments", f'<w:comment w:id="0" w:author="Ben">{paragraph("Sure?")}</w:comment>'
    )
    body = (
        '<w:p><w:r><w:t>Dressed</w:t></w:r><w:r><w:footnoteReference w:id="2"/></w:r>'
        '<w:r><w:commentReference w:id="0"/></w:r></w:p>'
    )
    texts = [block.text for block in read(body, footnotes=notes, comments=comments).blocks]
    assert texts == ["Dressed[1]", "[1] By hand.", "[Comment by Ben] Sure?"]


def test_what_was_deleted_or_hidden_is_not_said_and_what_was_inserted_is() -> None:
    body = (
        "<w:p><w:del><w:r><w:delText>old</w:delText></w:r></w:del>"
        "<w:ins><w:r><w:t>new</w:t><w:tab/><w:t>wheel</w:t><w:br/></w:r></w:ins>"
        "<w:r><w:rPr><w:vanish/></w:rPr><w:t>secret</w:t></w:r>"
        "<w:r><w:instrText>PAGE</w:instrText></w:r></w:p>"
    )
    assert [block.text for block in read(body).blocks] == ["new\twheel"]


def test_code_keeps_its_lines_and_pages_are_counted() -> None:
    turn = "<w:p><w:r><w:lastRenderedPageBreak/><w:t>over</w:t></w:r></w:p>"
    parsed = read(styled("C", "a = 1") + styled("C", "  b = 2") + turn, styles=STYLES)
    assert parsed.blocks[0] == Block(BlockKind.CODE, "a = 1\n  b = 2", 0, 1)
    assert parsed.blocks[1].page == 2
    assert parsed.pages == 2


def test_deep_nesting_ends_with_a_code() -> None:
    body = "<w:tbl><w:tr><w:tc>" * 80 + paragraph("x") + "</w:tc></w:tr></w:tbl>" * 80
    assert read(body).blocks[0].text == "x"
    with pytest.raises(DocumentError) as caught:
        read("<w:sdt>" * 5000 + "</w:sdt>" * 5000)
    assert caught.value.document_code == "parse_error"


def test_entities_are_refused() -> None:
    data = docx("<w:p>&x;</w:p>", start="<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>")
    with pytest.raises(DocumentError, match="document type declaration"):
        parser.parse(Blob(data), Limits())


def test_a_document_without_its_main_part_is_a_parse_error() -> None:
    data = docx("").replace(b"word/document.xml", b"word/documens.xml")
    with pytest.raises(DocumentError) as caught:
        parser.parse(Blob(data), Limits())
    assert caught.value.document_code == "parse_error"


def test_a_bomb_is_too_large() -> None:
    bomb = f'<w:styles xmlns:w="{W}">' + " " * 40_000_000 + "</w:styles>"
    with pytest.raises(DocumentError, match="200 times") as caught:
        read(paragraph("x"), styles=bomb)
    assert caught.value.document_code == "too_large"


M = 'xmlns:m="http://schemas.openxmlformats.org/officeDocument/2006/math"'


def formula(inside: str) -> str:
    return f"<m:oMath {M}>{inside}</m:oMath>"


def run(text: str) -> str:
    return f"<m:r><m:t>{text}</m:t></m:r>"


@pytest.mark.parametrize(
    ("inside", "text"),
    [
        (
            '<m:nary><m:naryPr><m:chr m:val="∑"/></m:naryPr><m:sub>' + run("n=1") + "</m:sub>"
            "<m:sup>" + run("∞") + "</m:sup><m:e>" + run("n") + "</m:e></m:nary>",
            "∑_(n=1)^∞n",
        ),
        ("<m:d><m:e>" + run("a+b") + "</m:e></m:d>", "(a+b)"),
        (
            "<m:sSup><m:e><m:f><m:num>" + run("x-c") + "</m:num><m:den>" + run("v") + "</m:den>"
            "</m:f></m:e><m:sup>" + run("2") + "</m:sup></m:sSup>",
            "((x-c)/v)^2",
        ),
        (
            '<m:f><m:fPr><m:type m:val="noBar"/></m:fPr><m:num>' + run("n") + "</m:num><m:den>"
            "" + run("k") + "</m:den></m:f>",
            "n¦k",
        ),
        ("<m:rad><m:deg/><m:e>" + run("2x") + "</m:e></m:rad>", "√(2x)"),
        (
            "<m:func><m:fName>" + run("cos") + "</m:fName><m:e>" + run("x") + "</m:e></m:func>",
            "cos x",
        ),
    ],
)
def test_formulas_are_read_on_one_line(inside: str, text: str) -> None:
    assert read(f"<w:p>{formula(inside)}</w:p>").blocks[0].text == text


def test_two_formulas_are_not_one() -> None:
    body = f"<w:p>{formula(run('a=b'))}{formula(run('c=d'))}</w:p>"
    assert read(body).blocks[0].text == "a=b c=d"


@pytest.mark.slow
def test_a_hundred_thousand_notes_are_numbered() -> None:
    reference = '<w:footnoteReference w:id="1"/>'
    (line,) = read(f"<w:p><w:r>{reference * 100_000}</w:r></w:p>").blocks
    assert line.text.endswith("[99999][100000]")
    cell = f"<w:tc>{f'<w:p><w:r>{reference}</w:r></w:p>' * 50_000}</w:tc>"
    (table,) = read(f"<w:tbl><w:tr>{cell}<w:tc><w:p/></w:tc></w:tr></w:tbl>").blocks
    assert table.text.endswith("[49999] [50000]")


@pytest.mark.slow
def test_a_hundred_thousand_titles_after_a_hundred_thousand_lines_are_headings() -> None:
    lines = paragraph("a") * 100_000 + styled("H2", "b") + styled("T", "c") * 100_000
    assert read(lines, styles=STYLES).blocks[-1] == Block(HEADING, "c", 1)


@pytest.mark.slow
def test_cells_that_span_many_columns_are_counted_before_they_are_made() -> None:
    cell = '<w:tc><w:tcPr><w:gridSpan w:val="64"/></w:tcPr></w:tc>'
    with pytest.raises(DocumentError, match="tables") as caught:
        read(f"<w:tbl><w:tr>{cell * 40_000}</w:tr></w:tbl>")
    assert caught.value.document_code == "too_large"
