"""What else a DOCX document shows: chunks, symbols, fields, drawings, headers."""

import io
import zipfile

import pytest
from support.writers.office_writer import (
    OFFICE,
    A,
    W,
    docx,
    paragraph,
    relationships,
    word_part,
    xlsx,
)

from gristmill.pipeline.parsers.office.word import docx as parser
from gristmill.pipeline.shapes import Blob, Limits, Parsed
from gristmill.schemas.outcomes.structure import WarningCode

R = f'xmlns:r="{OFFICE}"'


def read(
    body: str, parts: dict[str, str | bytes] | None = None, *links: tuple[str, str, str]
) -> Parsed:
    relations = {"word/_rels/document.xml.rels": relationships(*links)}
    return parser.parse(Blob(docx(body, {**relations, **(parts or {})})), Limits())


def texts(
    body: str, parts: dict[str, str | bytes] | None = None, *links: tuple[str, str, str]
) -> list[str]:
    return [block.text for block in read(body, parts, *links).blocks]


def run(inside: str, properties: str = "") -> str:
    return f"<w:r><w:rPr>{properties}</w:rPr>{inside}</w:r>"


def said(text: str, properties: str = "") -> str:
    return run(f'<w:t xml:space="preserve">{text}</w:t>', properties)


CHUNKS: dict[str, bytes] = {
    "a.html": b"<html><body><h2>Annex</h2><p>Rye is dry.</p></body></html>",
    "a.txt": b"Annex\n\nRye is dry.",
    "a.rtf": rb"{\rtf1\ansi Annex\par Rye is dry.}",
    "a.mht": b"MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary=b\r\n\r\n--b\r\n"
    b"Content-Type: text/html; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n"
    b"\r\n<html><body><h2>Annex</h2><p>Rye is =\r\ndry.</p></body></html>\r\n--b--\r\n",
    "a.docx": docx(paragraph("Annex") + paragraph("Rye is dry.")),
}


@pytest.mark.parametrize("name", CHUNKS)
def test_a_chunk_of_another_format_stands_at_its_place(name: str) -> None:
    body = paragraph("before") + f'<w:altChunk {R} r:id="c"/>' + paragraph("after")
    found = texts(body, {f"word/{name}": CHUNKS[name]}, ("c", "aFChunk", name))
    assert " ".join(" ".join(found).split()) == "before Annex Rye is dry. after"


def test_a_chunk_that_cannot_be_read_is_a_warning() -> None:
    parsed = read(f'<w:altChunk {R} r:id="c"/>', {"word/c": b"\0\1"}, ("c", "aFChunk", "c"))
    assert [each.code for each in parsed.warnings] == [WarningCode.PART_UNREADABLE]


def test_documents_inside_of_each_other_end_at_a_depth_and_at_a_number() -> None:
    data = docx(paragraph("innermost"))
    for depth in range(5):
        others: dict[str, str | bytes] = {
            "word/_rels/document.xml.rels": relationships(("c", "aFChunk", "c.docx")),
            "word/c.docx": data,
        }
        data = docx(paragraph(f"depth {depth}") + f'<w:altChunk {R} r:id="c"/>', others)
    found = parser.parse(Blob(data), Limits())
    assert [block.text for block in found.blocks] == ["depth 4", "depth 3", "depth 2"]
    many: dict[str, str | bytes] = {f"word/{n}.txt": f"chunk {n}" for n in range(30)}
    body = "".join(f'<w:altChunk {R} r:id="{n}"/>' for n in range(30))
    parsed = read(body, many, *((str(n), "aFChunk", f"{n}.txt") for n in range(30)))
    assert len(parsed.blocks) == 20
    assert [each.count for each in parsed.warnings] == [10]


def test_signs_of_symbol_fonts_are_read_as_what_they_show() -> None:
    signs = run('<w:sym w:font="Symbol" w:char="F0B1"/>') + run(
        '<w:sym w:font="Wingdings" w:char="00FC"/>'
    )
    letters = said("ab", '<w:rFonts w:ascii="Symbol"/>') + said("\uf0b7 ab")
    assert texts(f"<w:p>{signs}{letters}</w:p>") == ["±✓αβ• ab"]


def field(code: str, result: str = "", data: str = "") -> str:
    return (
        run(f'<w:fldChar w:fldCharType="begin">{data}</w:fldChar>')
        + run(f"<w:instrText>{code}</w:instrText>")
        + (run('<w:fldChar w:fldCharType="separate"/>') + result if result else "")
        + run('<w:fldChar w:fldCharType="end"/>')
    )


def test_results_of_fields_are_shown_and_not_what_their_code_is_made_of() -> None:
    inner = run('<w:fldChar w:fldCharType="begin"/>') + said("7")
    inner += run('<w:fldChar w:fldCharType="end"/>')
    nested = run('<w:fldChar w:fldCharType="begin"/>') + field("PAGE", said("3"))
    nested += run('<w:fldChar w:fldCharType="separate"/>') + said("odd")
    nested += run('<w:fldChar w:fldCharType="end"/>')
    assert texts(f"<w:p>{said('page ')}{nested}{field('REF', said(' two'))}</w:p>") == [
        "page odd two"
    ]


def test_a_field_that_never_ends_hides_nothing_of_what_follows() -> None:
    begin = run('<w:fldChar w:fldCharType="begin"/>')
    body = f"<w:p>{begin}</w:p>" + paragraph("after")
    assert texts(body) == ["after"]


def test_boxes_and_lists_of_old_forms_show_their_state() -> None:
    def box(inside: str) -> str:
        return field("FORM", data=f"<w:ffData>{inside}</w:ffData>")

    ticked = box('<w:checkBox><w:default w:val="0"/><w:checked/></w:checkBox>')
    empty = box('<w:checkBox><w:default w:val="0"/></w:checkBox>')
    entries = '<w:listEntry w:val="rye"/><w:listEntry w:val="oats"/>'
    choice = box(f'<w:ddList><w:result w:val="1"/>{entries}</w:ddList>')
    assert texts(f"<w:p>{ticked}{said('dry ')}{empty}{said('wet ')}{choice}</w:p>") == [
        "☒dry ☐wet oats"
    ]


def test_what_a_style_hides_is_hidden_and_what_a_run_shows_again_is_not() -> None:
    styles = word_part(
        "styles",
        '<w:style w:styleId="S"><w:rPr><w:vanish/></w:rPr></w:style>'
        '<w:style w:styleId="T"><w:basedOn w:val="S"/></w:style>',
    )
    body = "<w:p>" + said("no", '<w:rStyle w:val="T"/>') + said("yes")
    body += said(" again", '<w:rStyle w:val="S"/><w:vanish w:val="0"/>') + "</w:p>"
    found = texts(body, {"word/styles.xml": styles}, ("s", "styles", "styles.xml"))
    assert found == ["yes again"]


def test_a_large_first_letter_belongs_to_its_word() -> None:
    frame = '<w:framePr w:dropCap="drop" w:lines="3"/>'
    assert texts(paragraph("T", frame) + paragraph("he wheel turns.")) == ["The wheel turns."]


def test_a_paragraph_whose_end_was_deleted_goes_on_in_the_next_one() -> None:
    joined = paragraph("It turns ", "<w:rPr><w:del/></w:rPr>")
    assert texts(joined + paragraph("slowly.") + joined) == ["It turns slowly.", "It turns"]


def test_deleted_rows_are_not_shown() -> None:
    def row(text: str, more: str = "") -> str:
        return f"<w:tr><w:trPr>{more}</w:trPr><w:tc>{paragraph(text)}</w:tc><w:tc/></w:tr>"

    (table,) = texts(f"<w:tbl>{row('rye')}{row('bran', '<w:del/>')}{row('oats')}</w:tbl>")
    assert "bran" not in table
    assert "oats" in table


def test_merged_cells_are_cells_that_span() -> None:
    def cell(text: str, more: str) -> str:
        return f"<w:tc><w:tcPr>{more}</w:tcPr>{paragraph(text)}</w:tc>"

    first = cell("oak", '<w:vMerge w:val="restart"/>') + cell("1", "")
    second = cell("", "<w:vMerge/>") + cell("2", "")
    (block,) = read(f"<w:tbl><w:tr>{first}</w:tr><w:tr>{second}</w:tr></w:tbl>").blocks
    assert [(each.text, each.rows, each.row) for each in block.cells] == [
        ("oak", 2, 0),
        ("1", 1, 0),
        ("2", 1, 1),
    ]


def drawn(inside: str) -> str:
    return f"<w:p><w:r><w:drawing>{inside}</w:drawing></w:r></w:p>"


def test_charts_and_diagrams_are_read_where_they_stand() -> None:
    chart = (
        f'<c:chartSpace xmlns:c="u:c" xmlns:a="{A}"><c:title><a:p><a:r><a:t>Flour</a:t></a:r></a:p>'
        '</c:title><c:ser><c:tx><c:v>rye</c:v></c:tx><c:cat><c:pt idx="0"><c:v>May</c:v></c:pt>'
        '</c:cat><c:val><c:pt idx="0"><c:v>80</c:v></c:pt></c:val></c:ser></c:chartSpace>'
    )
    point = "<a:p><a:r><a:t>Sift</a:t></a:r></a:p>"
    diagram = f'<d:dataModel xmlns:d="u:d" xmlns:a="{A}">{point}</d:dataModel>'
    body = drawn(f'<c:chart xmlns:c="u:c" {R} r:id="c"/>') + drawn(
        f'<d:relIds xmlns:d="u:d" {R} r:dm="d"/>'
    )
    found = texts(
        body + paragraph("end"),
        {"word/c.xml": chart, "word/d.xml": diagram},
        ("c", "chart", "c.xml"),
        ("d", "diagramData", "d.xml"),
    )
    assert found == ["Flour", "|  | rye |\n| --- | --- |\n| May | 80 |", "- Sift", "end"]


def test_headers_that_are_shown_come_once_after_the_text() -> None:
    def header(name: str, text: str) -> tuple[str, str]:
        return f"word/{name}.xml", word_part("hdr", paragraph(text))

    def reference(kind: str, name: str) -> str:
        return f'<w:headerReference {R} w:type="{kind}" r:id="{name}"/>'

    section = f"<w:sectPr>{reference('default', 'a')}{reference('first', 'b')}</w:sectPr>"
    titled = (
        f"<w:sectPr>{reference('default', 'd')}{reference('first', 'c')}<w:titlePg/></w:sectPr>"
    )
    parts = dict([header("a", "Alder Mill"), header("b", "unseen"), header("c", "First page")])
    parts |= dict([header("d", "Alder Mill")])
    links = [(name, "header", f"{name}.xml") for name in "abcd"]
    found = texts(
        f"<w:p><w:pPr>{section}</w:pPr>{said('x')}</w:p><w:sectPr>{titled}</w:sectPr>",
        {**parts},
        *links,
    )
    assert found == ["x", "Alder Mill", "First page"]


def test_word_art_is_text() -> None:
    art = '<v:textpath xmlns:v="u:v" string="DRAFT"/>'
    assert texts(f"<w:p><w:r><w:pict>{art}</w:pict></w:r></w:p>") == ["DRAFT"]


def test_an_embedded_workbook_is_read_and_what_cannot_be_is_a_warning() -> None:
    cells = "<row>" + "".join(f'<c t="str"><v>{v}</v></c>' for v in ("grain", "rye")) + "</row>"
    body = "".join(
        f'<w:p><w:r><w:object><o:OLEObject xmlns:o="u:o" {R} r:id="{n}"/></w:object></w:r></w:p>'
        for n in ("a", "b")
    )
    parsed = read(
        body,
        {"word/a.xlsx": xlsx({"Stock": cells}), "word/b.bin": b"\0\0\1"},
        ("a", "package", "a.xlsx"),
        ("b", "oleObject", "b.bin"),
        ("m", "vbaProject", "vba.bin"),
    )
    assert parsed.blocks[0].text == "Stock"
    assert [each.code for each in parsed.warnings] == [
        WarningCode.OBJECT_LEFT_OUT,
        WarningCode.MACRO_LEFT_OUT,
    ]


def test_a_zip_that_holds_itself_is_read_once() -> None:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("word/document.xml", f'<w:document xmlns:w="{W}"><w:body/></w:document>')
    parsed = read(
        f'<w:altChunk {R} r:id="c"/>' * 1000,
        {"word/c.docx": buffer.getvalue()},
        ("c", "aFChunk", "c.docx"),
    )
    assert parsed.blocks == ()
