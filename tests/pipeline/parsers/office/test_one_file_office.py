"""Office documents that are one file of XML."""

import base64

import pytest
from support.writers.office_writer import ODF, OFFICE, A, P, W

from gristmill.pipeline.detecting.detect import detect
from gristmill.pipeline.registry import parser_for
from gristmill.pipeline.shapes import Blob, BlockKind, Limits, Parsed
from gristmill.schemas.problems.errors import DocumentError

WORD = (
    '<?xml version="1.0"?><?mso-application progid="Word.Document"?>'
    '<w:wordDocument xmlns:w="http://schemas.microsoft.com/office/word/2003/wordml" '
    'xmlns:wx="u:wx" xmlns:aml="u:aml" xmlns:o="u:o">'
    "<o:DocumentProperties><o:Title>The Mill</o:Title></o:DocumentProperties>{}</w:wordDocument>"
)
EXCEL = (
    '<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?><Workbook '
    'xmlns="urn:schemas-microsoft-com:office:spreadsheet" '
    'xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">{}</Workbook>'
)
PACKAGE = (
    '<?xml version="1.0"?><pkg:package '
    'xmlns:pkg="http://schemas.microsoft.com/office/2006/xmlPackage">{}</pkg:package>'
)
FLAT = (
    '<?xml version="1.0"?><office:document '
    + " ".join(
        f'xmlns:{name}="{ODF}:{name}:1.0"' for name in ("office", "text", "table", "meta", "style")
    )
    + f' xmlns:draw="{ODF}:drawing:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    ' office:mimetype="application/vnd.oasis.opendocument.{kind}"><office:meta>'
    "<dc:title>The Mill</dc:title></office:meta><office:body><office:{kind}>{body}"
    "</office:{kind}></office:body></office:document>"
)


def read(text: str) -> Parsed:
    data = text.encode()
    parser = parser_for(detect(data, "a.xml"))
    assert parser is not None
    return parser.parse(Blob(data), Limits())


def texts(text: str) -> list[str]:
    return [block.text for block in read(text).blocks]


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def test_word_2003_has_headings_lists_notes_changes_and_headers() -> None:
    lists = (
        '<w:lists><w:listDef w:listDefId="0"><w:lvl w:ilvl="0"><w:start w:val="1"/>'
        '<w:lvlText w:val="%1."/></w:lvl></w:listDef><w:list w:ilfo="1"><w:ilst w:val="0"/>'
        '</w:list></w:lists><w:styles><w:style w:styleId="H"><w:name w:val="heading 1"/></w:style>'
        "</w:styles>"
    )
    item = '<w:listPr><w:ilvl w:val="0"/><w:ilfo w:val="1"/></w:listPr>'
    note = f"<w:r><w:footnote>{paragraph('By hand.')}</w:footnote></w:r>"
    gone = '<aml:annotation w:type="Word.Deletion"><aml:content><w:r><w:delText>x</w:delText>'
    comment = '<aml:annotation w:type="Word.Comment" aml:author="Ada"><aml:content>{}'
    body = (
        "<w:body><wx:sect>"
        + paragraph("Wheel", '<w:pStyle w:val="H"/>')
        + paragraph("lift", item)
        + paragraph("cut", item)
        + f"<w:p><w:r><w:t>Dressed</w:t></w:r>{note}{gone}</w:r></aml:content></aml:annotation>"
        + comment.format(paragraph("Sure?"))
        + "</aml:content></aml:annotation></w:p>"
        + f'<w:sectPr><w:hdr w:type="odd">{paragraph("Alder Mill")}</w:hdr></w:sectPr>'
        + "</wx:sect></w:body>"
    )
    parsed = read(WORD.format(lists + body))
    assert parsed.title == "The Mill"
    assert [block.text for block in parsed.blocks] == [
        "Wheel",
        "1. lift\n2. cut",
        "Dressed[1]",
        "[1] By hand.",
        "[Comment by Ada] Sure?",
        "Alder Mill",
    ]


def test_excel_2003_has_sheets_formats_and_comments() -> None:
    styles = (
        '<Styles><Style ss:ID="a"><NumberFormat ss:Format="00000"/></Style>'
        '<Style ss:ID="b"><NumberFormat ss:Format="Percent"/></Style></Styles>'
    )
    rows = (
        '<Row><Cell><Data ss:Type="String">Code</Data></Cell>'
        '<Cell ss:Index="3"><Data ss:Type="DateTime">2024-05-01T00:00:00.000</Data></Cell></Row>'
        '<Row ss:Index="2"><Cell ss:StyleID="a"><Data ss:Type="Number">1234</Data>'
        '<Comment ss:Author="Ada"><Data>Sure?</Data></Comment></Cell>'
        '<Cell ss:Index="3" ss:StyleID="b"><Data ss:Type="Number">0.5</Data></Cell></Row>'
    )
    sheet = f'<Worksheet ss:Name="Gears"><Table>{rows}</Table></Worksheet>'
    assert texts(EXCEL.format(styles + sheet)) == [
        "Gears",
        "| Code | 2024-05-01 |\n| --- | --- |\n| 01234 [Comment by Ada] Sure? | 50.00% |",
    ]


@pytest.mark.parametrize(
    "row", ['<Row ss:Index="99999999"/>', '<Row><Cell ss:Index="99999"/></Row>']
)
def test_a_cell_of_excel_2003_outside_of_its_sheet_is_a_parse_error(row: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read(EXCEL.format(f"<Worksheet><Table>{row}</Table></Worksheet>"))
    assert caught.value.document_code == "parse_error"


def part(name: str, inside: str) -> str:
    return f'<pkg:part pkg:name="{name}"><pkg:xmlData>{inside}</pkg:xmlData></pkg:part>'


def test_flat_opc_is_a_docx_or_a_pptx() -> None:
    document = f'<w:document xmlns:w="{W}"><w:body>{paragraph("It turns.")}</w:body></w:document>'
    assert texts(PACKAGE.format(part("/word/document.xml", document))) == ["It turns."]
    relation = f'<Relationship Id="s" Type="{OFFICE}/slide" Target="slides/1.xml"/>'
    links = base64.b64encode(f"<Relationships>{relation}</Relationships>".encode()).decode()
    show = f'<p:presentation xmlns:p="{P}" xmlns:r="{OFFICE}"><p:sldId r:id="s"/></p:presentation>'
    words = "<p:sp><p:txBody><a:p><a:r><a:t>Wheel</a:t></a:r></a:p></p:txBody></p:sp>"
    tree = f"<p:cSld><p:spTree>{words}</p:spTree></p:cSld>"
    slide = f'<p:sld xmlns:p="{P}" xmlns:a="{A}">{tree}</p:sld>'
    packed = '<pkg:part pkg:name="/ppt/_rels/presentation.xml.rels"><pkg:binaryData>'
    assert texts(
        PACKAGE.format(
            part("/ppt/presentation.xml", show)
            + part("/ppt/slides/1.xml", slide)
            + f"{packed}{links}</pkg:binaryData></pkg:part>"
        )
    ) == ["Wheel"]


def flat(kind: str, body: str) -> str:
    return FLAT.replace("{kind}", kind).replace("{body}", body)


def test_flat_odf_is_what_its_packages_are() -> None:
    parsed = read(flat("text", '<text:h text:outline-level="1">Wheel</text:h><text:p>a</text:p>'))
    assert parsed.title == "The Mill"
    assert [(block.kind, block.text) for block in parsed.blocks] == [
        (BlockKind.HEADING, "Wheel"),
        (BlockKind.TEXT, "a"),
    ]
    cells = "<table:table-cell><text:p>rye</text:p></table:table-cell>" * 2
    rows = f"<table:table-row>{cells}</table:table-row>"
    sheet = f'<table:table table:name="Gears">{rows}</table:table>'
    assert texts(flat("spreadsheet", sheet)) == ["Gears", "| rye | rye |\n| --- | --- |"]
    slide = "<draw:page><draw:frame><text:p>b</text:p></draw:frame></draw:page>"
    assert read(flat("presentation", slide)).pages == 1


@pytest.mark.parametrize(
    "text",
    [
        "<?xml version='1.0'?><document><a/></document>",
        "<?xml version='1.0'?><Workbook xmlns='u:other'/>",
        flat("chart", ""),
    ],
)
def test_other_xml_stays_xml(text: str) -> None:
    assert detect(text.encode(), "a.xml") == "application/xml"
