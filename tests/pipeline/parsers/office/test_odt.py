"""ODT and ODP."""

import pytest
from support.writers.office_writer import ODF, odf

from gristmill.pipeline.parsers.office.opendocument import odt
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.problems.errors import DocumentError

HEADING, TEXT, LIST, TABLE = BlockKind.HEADING, BlockKind.TEXT, BlockKind.LIST, BlockKind.TABLE


def read(body: str, kind: str = "text", styles: str = "") -> Parsed:
    return odt.parse(Blob(odf(kind, body, styles)), Limits())


def p(text: str, style: str = "") -> str:
    return f'<text:p text:style-name="{style}">{text}</text:p>'


def test_headings_text_lists_and_blanks() -> None:
    inner = f"<text:list><text:list-item>{p('rye')}</text:list-item></text:list>"
    body = (
        '<text:h text:outline-level="2">Wheel</text:h>'
        + p("It   <text:span>turns</text:span><text:s text:c='2'/>slow<text:line-break/>ly")
        + f"<text:list><text:list-item>{p('grain')}{inner}</text:list-item></text:list>"
        + "<text:tracked-changes><text:p>gone</text:p></text:tracked-changes>"
    )
    assert read(body).blocks == (
        Block(HEADING, "Wheel", 2),
        Block(TEXT, "It turns  slow\nly"),
        Block(LIST, "- grain\n  - rye"),
    )


def test_a_title_is_found_through_automatic_styles() -> None:
    styles = '<style:style style:name="P1" style:parent-style-name="Title"/>'
    body = p("The Old Mill", "P1") + '<text:h text:outline-level="1">Wheel</text:h>'
    parsed = read(body, styles=styles)
    assert [block.level for block in parsed.blocks] == [1, 2]
    assert parsed.title == "The Mill"
    assert parsed.metadata == {"author": "Ada Miller", "keywords": "flour"}
    assert parsed.pages == 4


def test_tables_boxes_and_notes_stand_where_they_belong() -> None:
    note = f"<text:note><text:note-citation>9</text:note-citation><text:note-body>{p('By hand.')}"
    box = f"<draw:frame><draw:text-box>{p('Mind the wheel')}</draw:text-box></draw:frame>"
    row = f"<table:table-cell>{p('pit')}</table:table-cell><table:table-cell>{p('80')}"
    body = (
        p(f"Dressed{note}</text:note-body></text:note>{box}")
        + f"<table:table><table:table-row>{row}</table:table-cell></table:table-row></table:table>"
    )
    texts = [block.text for block in read(body).blocks]
    assert texts == [
        "Dressed[1]",
        "Mind the wheel",
        "[1] By hand.",
        "| pit | 80 |\n| --- | --- |",
    ]


def test_slides_are_pages_with_headings_and_notes() -> None:
    title = f'<draw:frame presentation:class="title"><draw:text-box>{p("Wheel")}</draw:text-box>'
    page = f"<draw:page>{title}</draw:frame><draw:frame><draw:text-box>{p('Turns')}"
    notes = f"<presentation:notes><draw:frame>{p('Speak up')}</draw:frame></presentation:notes>"
    body = f"{page}</draw:text-box></draw:frame>{notes}</draw:page>" * 2
    parsed = read(body, "presentation")
    assert [(block.text, block.page) for block in parsed.blocks[:3]] == [
        ("Wheel", 1),
        ("Turns", 1),
        ("Notes: Speak up", 1),
    ]
    assert parsed.blocks[3].page == 2
    assert parsed.pages == 2


def test_an_encrypted_document_says_so() -> None:
    manifest = "<m:manifest xmlns:m='u'><m:file-entry><m:encryption-data/></m:file-entry>"
    data = odf("text", "", others={"META-INF/manifest.xml": manifest + "</m:manifest>"})
    with pytest.raises(DocumentError) as caught:
        odt.parse(Blob(data), Limits())
    assert caught.value.document_code == "encrypted"


def test_blanks_and_columns_that_are_repeated_without_end_are_cut() -> None:
    body = p("a<text:s text:c='999999999'/>b") + (
        "<table:table><table:table-row><table:table-cell table:number-columns-repeated='999999999'>"
        f"{p('x')}</table:table-cell></table:table-row></table:table>"
    )
    assert sum(len(block.text) for block in read(body).blocks) < 2000


def test_deep_nesting_is_a_parse_error() -> None:
    with pytest.raises(DocumentError) as caught:
        read("<text:section>" * 5000 + "</text:section>" * 5000)
    assert caught.value.document_code == "parse_error"


def test_cells_of_wide_text_that_are_repeated_are_refused_before_they_are_made() -> None:
    text = p("\U0001f600" * 100_000)
    cell = f'<table:table-cell table:number-columns-repeated="64">{text}</table:table-cell>'
    with pytest.raises(DocumentError, match="bytes") as caught:
        read(f"<table:table><table:table-row>{cell * 4}</table:table-row></table:table>")
    assert caught.value.document_code == "too_large"


def test_the_text_of_a_cell_is_put_together_once_however_deep_it_stands() -> None:
    deep = "<text:section>" * 230 + p("a " * 1_000_000) + "</text:section>" * 230
    cells = f"<table:table-cell>{deep}</table:table-cell><table:table-cell>{p('b')}"
    row = f"<table:table-row>{cells}</table:table-cell></table:table-row>"
    (block,) = read(f"<table:table>{row}</table:table>").blocks
    assert block.text.startswith("| a a a ")


def odf_texts(
    body: str, others: dict[str, str | bytes] | None = None, styles: str = ""
) -> list[str]:
    data = odf("text", body, styles, others)
    return [block.text for block in odt.parse(Blob(data), Limits()).blocks]


MATH = '<math xmlns="http://www.w3.org/1998/Math/MathML"><mfrac><mi>a</mi><mi>b</mi></mfrac></math>'


def test_formulas_stand_in_their_sentence() -> None:
    linked = '<draw:frame><draw:object xlink:href="./Object 1" xmlns:xlink="u:x"/></draw:frame>'
    inside = f"<draw:frame><draw:object>{MATH}</draw:object></draw:frame>"
    body = f"<text:p>Now {linked} or {inside}.</text:p>"
    assert odf_texts(body, {"Object 1/content.xml": MATH}) == ["Now \\frac{a}{b} or \\frac{a}{b}."]


def test_charts_inside_are_read() -> None:
    chart = (
        f'<office:document-content xmlns:office="{ODF}:office:1.0" xmlns:table="{ODF}:table:1.0" '
        f'xmlns:text="{ODF}:text:1.0" xmlns:chart="{ODF}:chart:1.0"><office:body><office:chart>'
        "<chart:chart><chart:heading><text:p>Flour</text:p></chart:heading></chart:chart>"
        "</office:chart></office:body></office:document-content>"
    )
    frame = '<draw:frame><draw:object xlink:href="./Object 2" xmlns:xlink="u:x"/></draw:frame>'
    found = odf_texts(f"<text:p>See {frame}</text:p>", {"Object 2/content.xml": chart})
    assert found == ["See", "Flour"]


def test_items_have_the_numbers_of_their_style() -> None:
    levels = "".join(
        f'<text:list-level-style-number text:level="{n}" style:num-format="{form}" '
        f'style:num-suffix="." text:display-levels="{n}" text:start-value="{start}"/>'
        for n, form, start in ((1, "1", 3), (2, "a", 1))
    )
    styles = f'<text:list-style style:name="L">{levels}</text:list-style>'

    def item(text: str, more: str = "") -> str:
        return f"<text:list-item><text:p>{text}</text:p>{more}</text:list-item>"

    inner = f"<text:list>{item('dry')}{item('wet')}</text:list>"
    first = f'<text:list text:style-name="L">{item("rye", inner)}{item("oats")}</text:list>'
    second = f'<text:list text:style-name="L">{item("bran")}</text:list>'
    more = second.replace("L", "L", 1).replace(
        "text:style-name", 'text:continue-numbering="true" text:style-name'
    )
    body = f"{first}<text:p>x</text:p>{more}<text:p>y</text:p>{second}"
    assert odf_texts(body, styles=styles) == [
        "3. rye\n  3.a. dry\n  3.b. wet\n4. oats",
        "x",
        "5. bran",
        "y",
        "3. bran",
    ]


def test_headers_come_once_and_hidden_sections_never() -> None:
    pages = "".join(
        f"<style:master-page><style:{name}><text:p>{text}</text:p></style:{name}></style:master-page>"
        for name, text in (("header", "Alder Mill"), ("footer", "Draft"), ("header", "Alder Mill"))
    )
    spaces = f'xmlns:style="{ODF}:style:1.0" xmlns:text="{ODF}:text:1.0"'
    others: dict[str, str | bytes] = {"styles.xml": f"<x {spaces}>{pages}</x>"}
    hidden = '<text:section text:display="none"><text:p>no</text:p></text:section>'
    assert odf_texts(f"<text:p>x</text:p>{hidden}", others) == ["x", "Alder Mill", "Draft"]


def test_shapes_of_a_slide_are_read_as_they_are_seen() -> None:
    svg = 'xmlns:svg="u:svg"'
    shapes = "".join(
        f'<draw:frame {svg} svg:x="1cm" svg:y="{top}" svg:width="5cm" svg:height="1cm">'
        f"<text:p>{text}</text:p></draw:frame>"
        for text, top in (("low", "9cm"), ("high", "0.5in"), ("middle", "50mm"))
    )
    parsed = odt.parse(Blob(odf("presentation", f"<draw:page>{shapes}</draw:page>")), Limits())
    assert [block.text for block in parsed.blocks] == ["high", "middle", "low"]
