"""Writes small PDF files for tests: only what ISO 32000-1 asks of a readable file."""

from collections.abc import Sequence

_FONT = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"
_ENCRYPT = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"ab" * 32, b"cd" * 32)


def write_pdf(
    contents: Sequence[bytes],
    *,
    title: str | None = None,
    language: str | None = None,
    locked: bool = False,
) -> bytes:
    """A page for each content stream. `locked` asks for a password that nobody knows."""
    said = b" /Lang (%s)" % language.encode("ascii") if language else b""
    kids = b" ".join(b"%d 0 R" % (4 + 2 * index) for index in range(len(contents)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R%s >>" % said,
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(contents), kids),
        _FONT,
    ]
    for index, content in enumerate(contents):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R"
            b" /Resources << /Font << /F1 3 0 R >> >> >>" % (5 + 2 * index)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    objects.append(b"<< /Title (%s) >>" % (title or "").encode("cp1252"))
    extra = b" /Info %d 0 R" % len(objects)
    if locked:
        objects.append(_ENCRYPT)
        extra += b" /Encrypt %d 0 R /ID [<00> <00>]" % len(objects)
    return pdf_file(objects, extra)


def text_page(*lines: str) -> bytes:
    """A content stream with a line of text for each of `lines`."""
    shown = (b"(%s) Tj T*" % line.encode("cp1252") for line in lines)
    return b"BT /F1 12 Tf 14 TL 72 780 Td %s ET" % b" ".join(shown)


def with_broken_page(data: bytes, number: int) -> bytes:
    """What `write_pdf` wrote, with the object of one page damaged."""
    obj = 4 + 2 * (number - 1)
    return data.replace(b"\n%d 0 obj\n" % obj, b"\n%d 0 xyz\n" % obj)


def pdf_file(objects: Sequence[bytes], extra: bytes = b"") -> bytes:
    """Objects from number 1, which is the catalog; `extra` goes into the trailer."""
    out = bytearray(b"%PDF-1.4\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    size = len(objects) + 1
    trailer = b"trailer\n<< /Size %d /Root 1 0 R%s >>\nstartxref\n%d\n%%%%EOF\n"
    return (
        bytes(out)
        + b"xref\n0 %d\n0000000000 65535 f \n%s" % (size, table)
        + trailer % (size, extra, len(out))
    )
