"""Content streams for PDFs of `pdf_writer` whose pages have a layout: sizes, weights, columns."""

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from support.writers.pdf_writer import pdf_file


class Line(NamedTuple):
    """A line of text at a place from the upper left corner of an A4 page, in points."""

    text: str
    x: float
    y: float
    size: float = 10
    font: str = "F1"


HEIGHT = 842
BOLD, PLAIN, ITALIC, FIXED = "F2", "F1", "F3", "F4"
_FONTS = {
    PLAIN: b"Helvetica",
    BOLD: b"Helvetica-Bold",
    ITALIC: b"Helvetica-Oblique",
    FIXED: b"Courier",
}


def paragraph(text: str, x: float, y: float, width: int = 80, size: float = 10) -> list[Line]:
    """Lines of about `width` characters, one below the other."""
    lines: list[str] = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) > width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return [Line(line, x, y + n * size * 1.2, size) for n, line in enumerate(lines)]


def drawn(lines: Iterable[Line], rules: Sequence[tuple[float, float, float, float]] = ()) -> bytes:
    """A content stream with these lines of text, and with rules from one point to another."""
    parts = [
        b"BT /%s %g Tf 1 0 0 1 %g %g Tm (%s) Tj ET"
        % (each.font.encode(), each.size, each.x, HEIGHT - each.y - each.size, _escaped(each.text))
        for each in lines
    ]
    parts += [b"%g %g m %g %g l S" % (x, HEIGHT - y, u, HEIGHT - v) for x, y, u, v in rules]
    return b"\n".join(parts)


def layout_pdf(
    pages: Sequence[bytes], *, page: bytes = b"", catalog: bytes = b"", more: Sequence[bytes] = ()
) -> bytes:
    """A PDF with a page for each content stream. `page` and `catalog` go into the dictionaries of
    each page and of the document; `more` are further objects, the first of which is 3 plus twice
    the number of pages."""
    fonts = b" ".join(
        b"/%s << /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
        % (key.encode(), name)
        for key, name in _FONTS.items()
    )
    kids = b" ".join(b"%d 0 R" % (3 + 2 * index) for index in range(len(pages)))
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R %s >>" % catalog,
        b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(pages), kids),
    ]
    for index, content in enumerate(pages):
        objects.append(
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R %s"
            b" /Resources << /Font << %s >> >> >>" % (4 + 2 * index, page, fonts)
        )
        objects.append(b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content))
    return pdf_file([*objects, *more])


def _escaped(text: str) -> bytes:
    raw = text.encode("cp1252")
    return raw.replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
