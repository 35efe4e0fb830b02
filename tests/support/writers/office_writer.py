"""Small office documents, written by hand, for tests."""

import io
import struct
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
            "<meta:initial-creator>Ada Miller</meta:initial-creator>"
            "<meta:keyword>flour</meta:keyword>"
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


def compound(name: str, content: bytes = b"") -> bytes:
    """An OLE compound file with one stream in its root. Sectors of 512 bytes: the table of
    sectors, the directory, then the stream."""
    content = content.ljust(4096, b"\0")  # smaller streams are kept in another way
    sectors = -(-len(content) // 512)
    free, end, table = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
    header = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    header += struct.pack("<5H6x", 0x3E, 3, 0xFFFE, 9, 6)
    header += struct.pack("<9I", 0, 1, 1, 0, 4096, end, 0, end, 0) + struct.pack("<I", 0)
    chain = [table, end, *range(3, sectors + 2), end]
    return (
        header.ljust(512, b"\xff")
        + struct.pack(f"<{len(chain)}I", *chain).ljust(512, struct.pack("<I", free)[:1])
        + _entry("Root Entry", 5, 1, end, 0)
        + _entry(name, 2, free, 2, len(content))
        + bytes(256)
        + content.ljust(sectors * 512, b"\0")
    )


def _entry(name: str, kind: int, child: int, start: int, size: int) -> bytes:
    text = (name + "\0").encode("utf-16-le")
    links = struct.pack("<3I", 0xFFFFFFFF, 0xFFFFFFFF, child)
    head = text.ljust(64, b"\0") + struct.pack("<HBB", len(text), kind, 1) + links
    return head + bytes(36) + struct.pack("<IQ", start, size)


def xls(
    rows: list[tuple[int, int, float]], locked: bool = False, codes: tuple[str, ...] = ()
) -> bytes:
    """A workbook of one sheet `Gears` with these numbers: (row, column, number). Those of a
    column have the format of its place in `codes`."""

    def record(kind: int, data: bytes) -> bytes:
        return struct.pack("<HH", kind, len(data)) + data

    def opening(kind: int) -> bytes:
        return record(0x0809, struct.pack("<HHHHII", 0x0600, kind, 0, 0, 0, 6))

    lock = record(0x002F, struct.pack("<HHH", 0, 1, 2)) if locked else b""
    name = b"\x05\x00Gears"
    before = opening(5) + lock
    for number, code in enumerate(codes, 164):
        text = struct.pack("<HHB", number, len(code), 1) + code.encode("utf-16-le")
        before += record(0x041E, text)
    for number in range(164, 164 + len(codes)):
        before += record(0x00E0, struct.pack("<HH", 0, number) + bytes(16))
    start = len(before) + 4 + 6 + len(name) + 4
    bound = record(0x0085, struct.pack("<IBB", start, 0, 0) + name)
    cells = b"".join(record(0x0203, struct.pack("<HHHd", r, c, c, n)) for r, c, n in rows)
    end = record(0x000A, b"")
    return compound("Workbook", before + bound + end + opening(16) + cells + end)
