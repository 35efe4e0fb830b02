"""What mutations begin with: the example documents, and small ones of what has no example."""

import bz2
import gzip
import io
import lzma
import tarfile
from functools import cache
from pathlib import Path
from typing import NamedTuple

from support import scanning
from support.writers import (
    binary_office_writer,
    office_writer,
    outlook_writer,
    pdf_writer,
    xlsb_writer,
)

from gristmill.pipeline.detecting.detect import detect

EXAMPLES = Path(__file__).parents[3] / "examples" / "documents"
TEXT = b"The mill stands by the river.\n\nIts wheel turns at night.\n"
WORD_2003 = (
    b"<?xml version='1.0'?><w:wordDocument "
    b"xmlns:w='http://schemas.microsoft.com/office/word/2003/wordml'><w:lists><w:listDef "
    b"w:listDefId='0'><w:lvl w:ilvl='0'><w:lvlText w:val='%1.'/></w:lvl></w:listDef><w:list "
    b"w:ilfo='1'><w:ilst w:val='0'/></w:list></w:lists><w:body><w:p><w:pPr><w:listPr><w:ilvl "
    b"w:val='0'/><w:ilfo w:val='1'/></w:listPr></w:pPr><w:r><w:t>The mill.</w:t></w:r></w:p>"
    b"</w:body></w:wordDocument>"
)
EXCEL_2003 = (
    b"<?xml version='1.0'?><Workbook xmlns='urn:schemas-microsoft-com:office:spreadsheet'>"
    b"<Worksheet Name='Flour'><Table><Row Index='2'><Cell Index='2'><Data Type='Number'>5</Data>"
    b"</Cell><Cell><Data Type='String'>rye</Data></Cell></Row></Table></Worksheet></Workbook>"
)
FLAT_OPC = (
    b"<?xml version='1.0'?><pkg:package "
    b"xmlns:pkg='http://schemas.microsoft.com/office/2006/xmlPackage'><pkg:part "
    b"pkg:name='/word/document.xml'><pkg:xmlData><document><body><p><r><t>The mill.</t></r></p>"
    b"</body></document></pkg:xmlData></pkg:part></pkg:package>"
)
MAIL = (
    b"From: a@mill.example\r\nTo: =?utf-8?B?w4lsw6luYQ==?= <b@mill.example>\r\nSubject: =?utf-8?Q?"
    b"Pl=C3=A4ne?=\r\nDate: Tue, 3 Nov 2026 10:00:00 +0100\r\nMIME-Version: 1.0\r\n"
    b"Content-Type: multipart/mixed; boundary=X\r\n\r\n--X\r\nContent-Type: multipart/alternative;"
    b" boundary=Y\r\n\r\n--Y\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Enc"
    b"oding: quoted-printable\r\n\r\nSee the pl=C3=A4n.=\r\n\r\n--Y\r\nContent-Type: text/html\r\n"
    b"\r\n<p>See the <b>plan</b>.</p>\r\n--Y--\r\n--X\r\nContent-Type: message/rfc822\r\n\r\n"
    b"Subject: Inside\r\n\r\nOld news.\r\n--X\r\nContent-Type: application/gzip; name*=utf-8''pl%C3"
    b"%A4n.gz\r\nContent-Disposition: attachment\r\nContent-Transfer-Encoding: base64\r\n\r\n"
    b"H4sIAAAAAAAC//PILFGozC8tUihJLS5RSFTIBdEAm9GhyxYAAAA=\r\n--X--\r\n"
)
FEED = (
    b"<?xml version='1.0' encoding='utf-8'?><rss version='2.0'><channel><title>Mill</title>"
    b"<item><title>Flood</title><description>&lt;p&gt;High water&lt;/p&gt;</description></item>"
    b"</channel></rss>"
)
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nX-WR-CALNAME:Mill\r\nBEGIN:VEVENT\r\nSUMMARY:Sharpen\r\n  the stones\r\n"
    b'DTSTART;TZID=Europe/Berlin:20261103T100000\r\nDURATION:PT1H\r\nATTENDEE;CN="A: b":mailto:a@b'
    b"\r\nRRULE:FREQ=WEEKLY\r\nDESCRIPTION:It\\nturns.\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
CARD = (
    b"BEGIN:VCARD\r\nVERSION:3.0\r\nFN:Ada M\xc3\xbcller\r\nN:M;Ada;;;\r\nTEL;TYPE=home:1\r\n"
    b"NOTE;ENCODING=QUOTED-PRINTABLE:M=C3=BCh=\r\nle\r\nEND:VCARD\r\n"
)
SAVED_PAGE = (
    b"From: <Saved by Blink>\r\nSnapshot-Content-Location: http://a.example/\r\nContent-Type: "
    b"multipart/related; boundary=X\r\n\r\n--X\r\nContent-Type: text/html\r\nContent-Transfer-Encod"
    b"ing: quoted-printable\r\n\r\n<h1>The mill</h1><p>It=\r\n turns.</p>\r\n--X--\r\n"
)
WINMAIL = outlook_writer.tnef(
    outlook_writer.attribute(1, 0x0002800C, b"The mill turns.\0"),
    outlook_writer.tnef_attachment(b"plan.txt", TEXT),
)
OUTLOOK = outlook_writer.message(
    {0x37: "Plan", 0x1000: "It turns.", 0x1013: b"<p>It turns by <b>night</b>.</p>"},
    (outlook_writer.file_attached("plan.txt", TEXT),),
)
SUBTITLES = b"WEBVTT\n\nNOTE a tour\n\n1\n00:00:01.000 --> 00:00:04.000\n<v Ada>The mill.</v>\n"
DOCBOOK = (
    b"<!DOCTYPE book [<!ENTITY mill 'Alder'>]><book xmlns='http://docbook.org/ns/docbook'><info>"
    b"<title>&mill;</title></info><chapter><title>A</title><para>x<footnote><para>y</para>"
    b"</footnote></para><table><tgroup><tbody><row><entry morerows='1'>a</entry><entry>b</entry>"
    b"</row><row><entry>c</entry></row></tbody></tgroup></table><itemizedlist><listitem><para>d"
    b"</para></listitem></itemizedlist></chapter></book>"
)
ORG = b"#+TITLE: Mill\n* TODO Water :a:\n- one\n| a | b |\n#+begin_src c\nx\n#+end_src\n[fn:1] n\n"
ASCIIDOC = (
    b"= Mill\nAda\n:a: b\n\n== Water\n* one\n.T\n|===\n|a |b\n2+|c\n|===\n----\nx\n----\n{a}\n"
)
WIKI = b"{{a|{{b}}}}\n== A ==\n== B ==\n* ''one''\n{|\n! a\n|-\n| c\n|}\nx<ref>y</ref> [[z|q]]\n"
PYTHON = b"#!/usr/bin/env python3\nimport mill\n\n\ndef grind(corn):\n    return mill.turn(corn)\n"


class Seed(NamedTuple):
    """A document that is as it should be; `kind` is its media type."""

    name: str
    data: bytes
    kind: str


@cache
def seeds() -> tuple[Seed, ...]:
    """Sorted by name."""
    found = {path.name: path.read_bytes() for path in EXAMPLES.iterdir()} | _small()
    return tuple(Seed(name, data, detect(data, name)) for name, data in sorted(found.items()))


def _small() -> dict[str, bytes]:
    table = (
        "<table:table table:name='Flour'><table:table-row><table:table-cell><text:p>wheat</text:p>"
        "</table:table-cell><table:table-cell office:value-type='float' office:value='2'/>"
        "</table:table-row></table:table>"
    )
    files = {
        "notes.txt": TEXT,
        "folder/plan.eml": MAIL,
        "corn.csv.gz": gzip.compress(b"a,b\n1,2\n"),
    }
    archive = office_writer.zipped({**files, "inner.zip": office_writer.zipped({"a.md": b"# A"})})
    return {
        "small.xls": office_writer.xls([(0, 0, 1.5), (1, 3, 44000.0), (2, 1, -7.0)]),
        "locked.xls": office_writer.xls([(0, 0, 1)], locked=True),
        "small.doc": binary_office_writer.doc([("The mill.\r", 1, b""), ("It turns.\r", 0, b"")]),
        "small.word-2003.xml": WORD_2003,
        "small.excel-2003.xml": EXCEL_2003,
        "small.opc.xml": FLAT_OPC,
        "small.xlsb": xlsb_writer.xlsb({0: {0: ("=Code", 0), 1: (1234, 1)}}, ("00000",)),
        "small.ppt": binary_office_writer.ppt([binary_office_writer.text_box(0, "The mill.")]),
        "locked.docx": office_writer.compound("EncryptedPackage"),
        "small.ods": office_writer.odf("spreadsheet", table),
        "small.odt": office_writer.odf("text", "<text:h>Mill</text:h><text:p>Wheel</text:p>"),
        "small.docx": office_writer.docx(office_writer.paragraph("The mill.")),
        "small.xlsx": office_writer.xlsx({"Flour": "<row><c r='B2'><v>2</v></c></row>"}),
        "small.pptx": office_writer.pptx([office_writer.slide(office_writer.shape("title", "M"))]),
        "small.epub": office_writer.epub({"one.xhtml": "<h1>One</h1><p>The mill.</p>"}),
        "small.pdf": pdf_writer.write_pdf([pdf_writer.text_page("The mill."), b""], title="Mill"),
        "scan.tiff": scanning.as_file([scanning.blank(40), scanning.blank(30)], "TIFF"),
        "scan.jpg": scanning.as_file([scanning.blank(40)], "JPEG"),
        "scan.png": scanning.as_file([scanning.blank(40)], "PNG"),
        "small.zip": archive,
        "small.tar": _tar(files, "w"),
        "small.tgz": _tar(files, "w:gz"),
        "small.tar.xz": _tar(files, "w:xz"),
        "notes.txt.gz": gzip.compress(TEXT),
        "notes.txt.bz2": bz2.compress(TEXT),
        "notes.txt.xz": lzma.compress(TEXT),
        "small.eml": MAIL,
        "small.mbox": b"".join(b"From a Tue Nov  3 10:00:00 2026\n" + MAIL + b"\n" for _ in "ab"),
        "small.msg": outlook_writer.compound(OUTLOOK),
        "small.tnef": WINMAIL,
        "small.pst": b"!BDN" + bytes(508),
        "small.ics": CALENDAR,
        "small.vcf": CARD,
        "small.mht": SAVED_PAGE,
        "small.rss": FEED,
        "tour.vtt": SUBTITLES,
        "book.dbk": DOCBOOK,
        "mill.org": ORG,
        "mill.adoc": ASCIIDOC,
        "mill.wiki": WIKI,
        "grind.py": PYTHON,
        "wide.txt": TEXT.decode().encode("utf-16"),
        "latin.txt": "Crème brûlée, señor. Über große Mühlen.\n".encode("cp1252") * 3,
        "japanese.txt": "\u6c34\u8eca\u306f\u5ddd\u306e\u305d\u3070\u3002\n".encode("cp932") * 4,
    }


def _tar(files: dict[str, bytes], mode: str) -> bytes:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=mode, format=tarfile.PAX_FORMAT) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            info = tarfile.TarInfo(name.replace("notes", "n\u00f6tes"))
            info.size = len(data)
            archive.addfile(info, io.BytesIO(data))
    return buffer.getvalue()
