"""Documents that are more than they look like: each ends by a limit, with its code, soon."""

import base64
import io
import json
import struct
import zipfile

import pytest
from support.cpu_time import within
from support.writers.office_writer import docx, odf, paragraph, word_part, xls, xlsx

from gristmill.pipeline.containers.members import members
from gristmill.pipeline.normalise import MAX_HEADING_LEVEL
from gristmill.pipeline.process import process
from gristmill.pipeline.shapes import Blob, Limits
from gristmill.pipeline.unpacking.compound_writing import compound_of
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.outcomes.results import DocumentContent
from gristmill.schemas.problems.errors import DocumentError

LIMITS = Limits()
MAIL = b"From: a@mill.example\nTo: b@mill.example\nSubject: The mill\nMIME-Version: 1.0\n"


def run(data: bytes, name: str = "", limits: Limits = LIMITS) -> DocumentContent:
    return process(Blob(data, name), Options(), limits)


def code(data: bytes, name: str = "", limits: Limits = LIMITS) -> str:
    with pytest.raises(DocumentError) as caught:
        run(data, name, limits)
    assert caught.value.__cause__ is None, "an accident of the parser, no refusal"
    return caught.value.document_code


def listing(data: bytes, name: str) -> int:
    return len(list(members(Blob(data, name), LIMITS)))


def archive_of(names: list[str]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name in names:
            archive.writestr(name, b"")
    return buffer.getvalue()


def bare_archive(name: bytes, times: int) -> bytes:
    """A zip archive of one empty member that its index names so many times, though it says once."""
    first = b"PK\x03\x04" + struct.pack("<5H3I2H", 20, *[0] * 7, len(name), 0) + name
    entry = b"PK\x01\x02" + struct.pack("<6H3I5H2I", 20, 20, *[0] * 7, len(name), *[0] * 6) + name
    end = b"PK\x05\x06" + struct.pack("<4H2IH", 0, 0, 1, 1, len(entry), len(first), 0)
    return first + entry * times + end


def test_a_million_members_are_refused_before_any_is_looked_at() -> None:
    with within(5), pytest.raises(DocumentError, match="members") as caught:
        listing(bare_archive(b"a", 1_000_000), "a.zip")
    assert caught.value.document_code == "too_large"


def test_ten_thousand_members_of_one_name_take_no_time() -> None:
    invisible = str.maketrans("01", "\x01\x02")
    names = [f"a{n:014b}".translate(invisible) for n in range(10_000)]
    data = archive_of(names)
    with within(10):
        assert listing(data, "a.zip") == 10_000


def test_a_member_without_a_name_is_no_accident() -> None:
    for name in (b"", b"\x01"):
        assert listing(bare_archive(name, 1), "a.zip") == 1
        assert code(bare_archive(name, 1), "a.docx") == "unsupported"


def test_a_package_whose_type_is_made_up_is_an_archive() -> None:
    for declared in ("application/x]]", "application/ x", "application/\x85", "text/plain"):
        data = odf("text", "<text:p>It turns.</text:p>", others={"mimetype": declared})
        with pytest.raises(DocumentError, match="application/zip"):
            run(data, "a.odt")


def test_a_compound_file_whose_sectors_bite_their_tail_is_read_or_refused() -> None:
    good = xls([(0, 0, 1.5)])
    assert run(good, "a.xls").chunks
    table = 512  # where the table of sectors begins
    looped = good[: table + 8] + struct.pack("<I", 2) * 60 + good[table + 248 :]
    with within(10):
        try:
            assert run(looped, "a.xls").chunks
        except DocumentError as error:
            assert error.document_code in ("parse_error", "empty", "unsupported")


def test_a_large_compound_file_is_written_as_it_is_read() -> None:
    import olefile

    content = bytes(range(256)) * 20_000  # over a thousand sectors: more than one table lists
    with olefile.OleFileIO(io.BytesIO(compound_of("Workbook", content))) as ole:
        assert ole.openstream("Workbook").read() == content
    with pytest.raises(ValueError, match="too large"):
        compound_of("Workbook", _Huge())


class _Huge(bytes):
    """As long as half a gigabyte, without being it."""

    def __len__(self) -> int:
        return 500_000_000

    def ljust(self, *_: object) -> "_Huge":
        return self


@pytest.mark.parametrize(
    "data",
    [
        docx(
            paragraph("It turns.", "<w:pStyle w:val='s'/><w:outlineLvl w:val='{0}'/>")
            + paragraph("x", "<w:numPr><w:ilvl w:val='{0}'/><w:numId w:val='1'/></w:numPr>"),
            {
                "word/styles.xml": word_part(
                    "styles",
                    "<w:style w:styleId='s'><w:name w:val='heading {0}'/></w:style>",
                ),
                "word/numbering.xml": word_part(
                    "numbering",
                    "<w:abstractNum w:abstractNumId='1'><w:lvl w:ilvl='{0}'/></w:abstractNum>"
                    "<w:num w:numId='1'><w:abstractNumId w:val='1'/></w:num>",
                ),
            },
        ),
        xlsx({"a": "<row r='{0}'><c t='s' s='{0}'><v>{0}</v></c><c><v>1</v></c></row>"}),
        xlsx({"a": "<row><c s='{0}'><v>{0}</v></c><c t='s'><v>{0}</v></c></row>"}),
        odf("text", "<text:h text:outline-level='{0}'>It turns.</text:h>"),
        odf(
            "spreadsheet",
            "<table:table><table:table-row><table:table-cell table:number-columns-repeated='{0}'>"
            "<text:p>a</text:p></table:table-cell></table:table-row></table:table>",
        ),
    ],
    ids=["docx", "xlsx row", "xlsx style", "odt", "ods"],
)
def test_numbers_of_five_thousand_digits_are_no_accident(data: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, content in parts.items():
            archive.writestr(name, content.replace(b"{0}", b"9" * 5_000))
    try:
        assert run(buffer.getvalue()).chunks
    except DocumentError as error:
        assert error.__cause__ is None
        assert error.document_code in ("parse_error", "too_large")


@pytest.mark.slow
def test_text_over_the_limit_is_too_large_in_every_format_that_can_blow_it_up() -> None:
    limits = Limits(max_text_chars=100_000)
    wide = b"," * 150 + b"\n" + b"a\n" * 40_000
    documents = {
        "a.txt": b"x" * 100_001,
        "a.csv": wide,
        "a.json": json.dumps({"k" * 90: {"k" * 90: list(range(30_000))}}).encode(),
        "a.xml": b"<?xml version='1.0'?><a>" + b"<b><c>d</c></b>" * 40_000 + b"</a>",
        "a.mbox": b"From a Tue Nov  3 10:00:00 2026\nSubject: x\n\nIt turns.\n\n" * 5_000,
        "a.xlsx": xlsx(
            {"a": "<row>" + "<c t='inlineStr'><is><t>ab</t></is></c>" * 30_000 + "</row>"}
        ),
    }
    for name, data in documents.items():
        assert code(data, name, limits) == "too_large", name


@pytest.mark.slow
def test_short_rows_below_a_wide_one_stay_short() -> None:
    rows = b"," * 150 + b"z\n" + b"a\n" * 50_000
    assert sum(len(chunk.text) for chunk in run(rows, "a.csv").chunks) < 2_000_000
    sheet = "<row>" + "<c><v>1</v></c>" * 150 + "</row>"
    sheet += "<row><c><v>1</v></c></row>" * 20_000
    text = sum(len(chunk.text) for chunk in run(xlsx({"a": sheet})).chunks)
    assert text < 1_000_000


def test_headings_ever_deeper_do_not_grow_the_paths() -> None:
    cells = [
        cell
        for level in range(1, 2_000)
        for cell in (
            {"cell_type": "heading", "level": level, "source": f"Part {level}"},
            {"cell_type": "raw", "source": "It turns."},
        )
    ]
    content = run(json.dumps({"nbformat": 3, "worksheets": [{"cells": cells}]}).encode(), "a.ipynb")
    assert max(len(chunk.headings) for chunk in content.chunks) <= MAX_HEADING_LEVEL


def test_the_output_of_a_cell_is_cut() -> None:
    output = [{"output_type": "stream", "text": "0123456789" * 50_000}] * 20
    cell = {"cell_type": "code", "source": "loop()", "outputs": output}
    content = run(json.dumps({"nbformat": 4, "cells": [cell]}).encode(), "a.ipynb")
    assert sum(len(chunk.text) for chunk in content.chunks) < 30_000


def test_lists_inside_lists_are_not_indented_without_end() -> None:
    deep = b"\\documentclass{a}\n" + b"\\begin{itemize}\\item x" * 3_000
    assert sum(len(chunk.text) for chunk in run(deep, "a.tex").chunks) < 200_000


@pytest.mark.slow
def test_a_hundred_thousand_cues_are_read() -> None:
    cue = b"%d\n00:00:01,000 --> 00:00:02,000\nTurn %d.\n\n"
    with within(20):
        content = run(b"".join(cue % (n, n) for n in range(100_000)), "a.srt")
    assert content.metadata["cues"] == 100_000


@pytest.mark.parametrize("encoding", ["base64", "quoted-printable", "uuencode"])
def test_a_body_of_any_transfer_encoding_is_no_larger_than_it_came(encoding: str) -> None:
    body = {
        "base64": base64.encodebytes(b"turn " * 400_000),
        "quoted-printable": b"=74=75=72=6E=\n" * 100_000,
        "uuencode": b"begin 644 a\n" + b"#='5R\n" * 100_000 + b"`\nend\n",
    }[encoding]
    data = MAIL + b"Content-Transfer-Encoding: %s\n\n" % encoding.encode() + body
    with within(10):
        content = run(data, "a.eml")
    assert sum(len(chunk.text) for chunk in content.chunks) <= len(data)


@pytest.mark.parametrize(
    "header",
    [
        b"X: y\n" * 40_000,
        b"Subject: " + b"=?utf-8?B?w6k=?= " * 20_000,
        b"Subject: " + b"\n " * 50_000,
        b"To: " + b"<a@b.c>," * 30_000,
        b"To: " + b"(" * 100_000,
        b"Content-Type: text/plain" + b";a=b" * 50_000,
        b'Content-Type: text/plain; a="' + b";" * 100_000,
        b"Content-Disposition: attachment" + b";filename*0*=a" * 10_000,
        b"Date: " + b"1 " * 50_000,
        b"Content-Type: multipart/mixed; boundary=" + b"a" * 100_000,
        b"Content-Type: " + b"\xff" * 5_000,
    ],
    ids=lambda header: header[:36].decode("latin-1").strip(),
)
def test_headers_without_end_take_no_time(header: bytes) -> None:
    data = MAIL + header + b"\n\nIt turns.\n"
    with within(5):
        run(data, "a.eml")
        listing(data, "a.eml")


def test_a_control_character_in_a_formula_costs_no_page() -> None:
    page = "<html><body><nav>Menu</nav><h1>Wheel</h1><p>{}</p></body></html>"
    words = "The force is $F = m &#1; a$ and the wheel turns on. " * 30
    assert "the wheel turns on" in run(page.format(words).encode(), "a.html").chunks[0].text


def test_the_number_of_a_surrogate_in_broken_xml_is_no_accident() -> None:
    content = run(b"<?xml version='1.0'?><a><b>It &#xD800; &#55555; turns.</b><c></a>", "a.xml")
    assert "turns." in content.chunks[0].text


def test_metadata_of_any_size_is_bounded() -> None:
    long = "x" * 100_000
    documents = {
        "a.rst": f":Author: {long}\n:Date: 2026\n\nIt turns.\n",
        "a.md": f"---\nauthor: {long}\ntags: [{'a, ' * 20_000}]\n---\nIt turns.\n",
        "b.md": f"+++\nnumber = {'9' * 30}\nnan = nan\ndeep = {'[' * 30}{']' * 30}\n+++\nIt.\n",
        "c.md": f"+++\nnumber = {'9' * 5_000}\n+++\nIt turns.\n",
        "a.csv": ",".join([long] * 5) + "\n1,2,3,4,5\n",
    }
    for name, text in documents.items():
        content = run(text.encode(), name)
        assert len(json.dumps(content.metadata)) < 70_000, name
