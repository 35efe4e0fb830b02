"""Small PDFs with fields, notes, files and odd fonts, written by hand."""

from collections.abc import Mapping, Sequence

from support.writers.pdf_writer import pdf_file

HELVETICA = b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding >>"


def pdf_stream(data: bytes, entries: bytes = b"") -> bytes:
    return b"<< /Length %d %s >>\nstream\n%s\nendstream" % (len(data), entries, data)


def one_page(
    content: bytes,
    objects: Sequence[bytes] = (),
    *,
    annotations: Sequence[int] = (),
    fields: Sequence[int] = (),
    catalog: bytes = b"",
    page: bytes = b"",
    font: bytes = HELVETICA,
) -> bytes:
    """A page whose font is `/F1`. `objects` have numbers from 6 on; `annotations` and `fields` are
    numbers of them."""
    named = b"/Annots [%s]" % _references(annotations) if annotations else b""
    form = b"/AcroForm << /Fields [%s] >>" % _references(fields) if fields else b""
    all_objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s %s >>" % (form, catalog),
        b"<< /Type /Pages /Count 1 /Kids [3 0 R] >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R"
        b" /Resources << /Font << /F1 5 0 R >> >> %s %s >>" % (named, page),
        pdf_stream(content),
        font,
        *objects,
    ]
    return pdf_file(all_objects)


def lines_at(lines: Mapping[tuple[int, int], str]) -> bytes:
    """A content stream with texts at places: left, baseline."""
    shown = (
        b"1 0 0 1 %d %d Tm (%s) Tj" % (*place, text.encode("cp1252"))
        for place, text in lines.items()
    )
    return b"BT /F1 12 Tf %s ET" % b" ".join(shown)


def annotation(subtype: str, box: tuple[int, int, int, int], entries: bytes = b"") -> bytes:
    rectangle = b"%d %d %d %d" % box
    kind = subtype.encode()
    return b"<< /Type /Annot /Subtype /%s /Rect [%s] /F 4 %s >>" % (kind, rectangle, entries)


def widget(box: tuple[int, int, int, int], entries: bytes) -> bytes:
    return annotation("Widget", box, entries)


def appearance(text: str) -> bytes:
    """A form object that shows a text, for `/AP << /N .. >>`."""
    shown = b"BT /F1 12 Tf 2 6 Td (%s) Tj ET" % text.encode("cp1252")
    return pdf_stream(
        shown,
        b"/Type /XObject /Subtype /Form /BBox [0 0 200 30] /Resources << /Font << /F1 5 0 R >> >>",
    )


def _references(numbers: Sequence[int]) -> bytes:
    return b" ".join(b"%d 0 R" % number for number in numbers)
