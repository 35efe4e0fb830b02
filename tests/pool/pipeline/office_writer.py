"""Small office documents, written by hand, for tests."""

import io
import zipfile

OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
S = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
P = "http://schemas.openxmlformats.org/presentationml/2006/main"
A = "http://schemas.openxmlformats.org/drawingml/2006/main"
ODF = "urn:oasis:names:tc:opendocument:xmlns"

CORE = (
    f'<c:coreProperties xmlns:c="{PACKAGE}/metadata/core-properties" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:t="http://purl.org/dc/terms/">'
    "<dc:title>The Mill</dc:title><dc:creator>Ada Miller</dc:creator>"
    "<dc:language>en-GB</dc:language><t:created>2024-05-01T10:00:00Z</t:created>"
    "</c:coreProperties>"
)


def zipped(members: dict[str, str | bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as archive:
        for name, content in members.items():
            archive.writestr(name, content, zipfile.ZIP_STORED if name == "mimetype" else method)
    return buffer.getvalue()


def relationships(*targets: tuple[str, str, str]) -> str:
    """(id, kind, target) of each."""
    items = "".join(
        f'<Relationship Id="{name}" Type="{OFFICE}/{kind}" Target="{target}"/>'
        for name, kind, target in targets
    )
    return f'<Relationships xmlns="{PACKAGE}/relationships">{items}</Relationships>'


def docx(body: str, others: dict[str, str | bytes] | None = None, start: str = "") -> bytes:
    """A document of this body; `others` are members beside it, `start` precedes its root."""
    kinds = ("styles", "numbering", "footnotes", "comments", "header")
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relationships(("r1", "officeDocument", "word/document.xml")),
            "word/_rels/document.xml.rels": relationships(
                *((f"r{kind}", kind, f"{kind}.xml") for kind in kinds)
            ),
            "word/document.xml": f'{start}<w:document xmlns:w="{W}"><w:body>{body}</w:body>'
            "</w:document>",
            "docProps/core.xml": CORE,
            **(others or {}),
        }
    )


def paragraph(text: str, properties: str = "") -> str:
    return f"<w:p><w:pPr>{properties}</w:pPr><w:r><w:t>{text}</w:t></w:r></w:p>"


def word_part(name: str, content: str) -> str:
    return f'<w:{name} xmlns:w="{W}">{content}</w:{name}>'


def xlsx(sheets: dict[str, str], others: dict[str, str | bytes] | None = None) -> bytes:
    """A workbook; each value is the inside of a sheetData element."""
    listed = "".join(
        f'<sheet name="{name}" sheetId="{at}" r:id="s{at}"/>' for at, name in enumerate(sheets)
    )
    parts = [(f"s{at}", "worksheet", f"worksheets/{at}.xml") for at in range(len(sheets))]
    shared = [("t", "sharedStrings", "sharedStrings.xml"), ("f", "styles", "styles.xml")]
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relationships(("r1", "officeDocument", "xl/workbook.xml")),
            "xl/_rels/workbook.xml.rels": relationships(*parts, *shared),
            "xl/workbook.xml": f'<workbook xmlns="{S}" xmlns:r="{OFFICE}"><sheets>{listed}</sheets>'
            "</workbook>",
            **{
                f"xl/worksheets/{at}.xml": f'<worksheet xmlns="{S}"><sheetData>{rows}</sheetData>'
                "</worksheet>"
                for at, rows in enumerate(sheets.values())
            },
            **(others or {}),
        }
    )


def pptx(slides: list[str], others: dict[str, str | bytes] | None = None) -> bytes:
    """A presentation; each slide is the inside of its shape tree."""
    listed = "".join(f'<p:sldId id="{256 + n}" r:id="s{n}"/>' for n in range(len(slides)))
    parts = [(f"s{n}", "slide", f"slides/slide{n}.xml") for n in range(len(slides))]
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "_rels/.rels": relationships(("r1", "officeDocument", "ppt/presentation.xml")),
            "ppt/_rels/presentation.xml.rels": relationships(*parts),
            "ppt/presentation.xml": f'<p:presentation xmlns:p="{P}" xmlns:r="{OFFICE}">'
            f"<p:sldIdLst>{listed}</p:sldIdLst></p:presentation>",
            **{f"ppt/slides/slide{n}.xml": slide(tree) for n, tree in enumerate(slides)},
            "docProps/core.xml": CORE,
            **(others or {}),
        }
    )


def slide(tree: str, root: str = "sld") -> str:
    return (
        f'<p:{root} xmlns:p="{P}" xmlns:a="{A}" xmlns:r="{OFFICE}"><p:cSld><p:spTree>{tree}'
        f"</p:spTree></p:cSld></p:{root}>"
    )


def shape(role: str, *paragraphs: str) -> str:
    """A shape; a role of "" makes it a plain one. A paragraph's tabs are its level."""
    inside = "".join(
        f'<a:p><a:pPr lvl="{len(text) - len(text.lstrip())}"/><a:r><a:t>{text.strip()}</a:t></a:r>'
        "</a:p>"
        for text in paragraphs
    )
    place = f'<p:ph type="{role}"/>' if role else ""
    return (
        f"<p:sp><p:nvSpPr><p:nvPr>{place}</p:nvPr></p:nvSpPr><p:txBody>{inside}</p:txBody></p:sp>"
    )


def odf(
    kind: str, body: str, styles: str = "", others: dict[str, str | bytes] | None = None
) -> bytes:
    """An OpenDocument file of a kind (`text`, `spreadsheet`, `presentation`)."""
    spaces = " ".join(
        f'xmlns:{name}="{ODF}:{name}:1.0"'
        for name in ("office", "text", "table", "style", "presentation", "meta")
    )
    spaces += f' xmlns:draw="{ODF}:drawing:1.0" xmlns:dc="http://purl.org/dc/elements/1.1/"'
    return zipped(
        {
            "mimetype": f"application/vnd.oasis.opendocument.{kind}",
            "content.xml": f"<office:document-content {spaces}><office:automatic-styles>{styles}"
            f"</office:automatic-styles><office:body><office:{kind}>{body}</office:{kind}>"
            "</office:body></office:document-content>",
            "meta.xml": f"<office:document-meta {spaces}><office:meta><dc:title>The Mill</dc:title>"
            "<meta:initial-creator>Ada Miller</meta:initial-creator><meta:keyword>flour</meta:keyword>"
            '<meta:document-statistic meta:page-count="4"/></office:meta></office:document-meta>',
            **(others or {}),
        }
    )


def epub(chapters: dict[str, str], others: dict[str, str | bytes] | None = None) -> bytes:
    """A book; chapters by file name, each the whole text of its page."""
    items = "".join(
        f'<item id="{name}" href="text/{name}" media-type="application/xhtml+xml"/>'
        for name in chapters
    )
    spine = "".join(f'<itemref idref="{name}"/>' for name in chapters)
    return zipped(
        {
            "mimetype": "application/epub+zip",
            "META-INF/container.xml": '<container xmlns="urn:oasis:names:tc:opendocument:xmlns:'
            'container"><rootfiles><rootfile full-path="OPS/book.opf"/></rootfiles></container>',
            "OPS/book.opf": '<package xmlns="http://www.idpf.org/2007/opf" '
            'xmlns:dc="http://purl.org/dc/elements/1.1/"><metadata><dc:title>The Mill</dc:title>'
            "<dc:creator>Ada Miller</dc:creator><dc:creator>Ben Wright</dc:creator>"
            f"<dc:language>en</dc:language></metadata><manifest>{items}"
            '<item id="ncx" href="toc.ncx" media-type="application/x-dtbncx+xml"/></manifest>'
            f"<spine>{spine}</spine></package>",
            **{f"OPS/text/{name}": page for name, page in chapters.items()},
            **(others or {}),
        }
    )
