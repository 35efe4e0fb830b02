"""PDFs whose fonts say little, nothing or what is wrong of their letters."""

from collections.abc import Callable, Sequence

from support.writers.noted_pdf import one_page, pdf_stream

_SHIFT = 29
"""Between a letter and the number of its glyph in many fonts that were cut down."""


def glyph_font(lines: Sequence[str], maps_to: Callable[[int], int] | None = None) -> bytes:
    """Letters as numbers of glyphs; `maps_to` says which code point the font names for one."""
    content, font, objects = set_in(lines, maps_to)
    return one_page(content, objects, font=font)


def set_in(
    lines: Sequence[str], maps_to: Callable[[int], int] | None
) -> tuple[bytes, bytes, list[bytes]]:
    """The content, the font, and the objects from number 6 on that it needs."""
    shown = b" ".join(
        b"<%s> Tj T*" % b"".join(b"%04X" % (ord(each) - _SHIFT) for each in line) for line in lines
    )
    descendant = (
        b"<< /Type /Font /Subtype /CIDFontType2 /BaseFont /ABCDEF+Mill /FontDescriptor 7 0 R"
        b" /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> >>"
    )
    objects = [descendant, b"<< /Type /FontDescriptor /FontName /ABCDEF+Mill /Flags 4 >>"]
    font = (
        b"<< /Type /Font /Subtype /Type0 /BaseFont /ABCDEF+Mill /Encoding /Identity-H"
        b" /DescendantFonts [6 0 R] %s >>" % (b"/ToUnicode 8 0 R" if maps_to else b"")
    )
    if maps_to:
        used = sorted(set("".join(lines)))
        pairs = b"\n".join(
            b"<%04X> <%04X>" % (ord(each) - _SHIFT, maps_to(ord(each))) for each in used
        )
        objects.append(
            pdf_stream(
                b"/CIDInit /ProcSet findresource begin begincmap\n"
                b"1 begincodespacerange <0000> <FFFF> endcodespacerange\n"
                b"%d beginbfchar\n%s\nendbfchar endcmap end" % (len(used), pairs)
            )
        )
    return b"BT /F1 12 Tf 14 TL 50 780 Td %s ET" % shown, font, objects


def letter_font(lines: Sequence[str], names: str) -> bytes:
    """Letters numbered from 65 on in the order of their code points; `names` of glyphs has a
    place for the number."""
    used = sorted(set("".join(lines)))
    table = str.maketrans({each: chr(65 + at) for at, each in enumerate(used)})
    differences = b" ".join(b"/" + (names % at).encode() for at in range(len(used)))
    font = (
        b"<< /Type /Font /Subtype /Type1 /BaseFont /ABCDEF+Mill /FontDescriptor 6 0 R"
        b" /FirstChar 65 /LastChar %d /Widths [%s]"
        b" /Encoding << /Type /Encoding /Differences [65 %s] >> >>"
        % (64 + len(used), b"600 " * len(used), differences)
    )
    descriptor = b"<< /Type /FontDescriptor /FontName /ABCDEF+Mill /Flags 4 >>"
    return one_page(_shown([line.translate(table) for line in lines]), [descriptor], font=font)


def plot_font(lines: Sequence[str], *, shuffled: bool = False) -> bytes:
    """Letters that are little drawings with names of their own, as programs that plot make them.
    Their numbers are those of the letters, unless they are `shuffled`."""
    used = sorted(set("".join(lines)))
    codes = {each: chr(33 + at if shuffled else ord(each)) for at, each in enumerate(used)}
    table = str.maketrans(codes)
    differences = b" ".join(b"%d /s%d" % (ord(codes[each]), at) for at, each in enumerate(used))
    drawn = b" ".join(b"/s%d 6 0 R" % at for at in range(len(used)))
    font = (
        b"<< /Type /Font /Subtype /Type3 /FontBBox [0 0 600 700] /FontMatrix [.001 0 0 .001 0 0]"
        b" /FirstChar 0 /LastChar 255 /Widths [%s]"
        b" /Encoding << /Type /Encoding /Differences [%s] >> /CharProcs << %s >> >>"
        % (b"600 " * 256, differences, drawn)
    )
    square = pdf_stream(b"600 0 0 0 500 700 d1 0 0 500 700 re f")
    return one_page(_shown([line.translate(table) for line in lines]), [square], font=font)


def _shown(lines: Sequence[str]) -> bytes:
    escaped = (line.replace("\\", r"\\").replace("(", r"\(").replace(")", r"\)") for line in lines)
    shown = b" ".join(b"(%s) Tj T*" % line.encode("latin-1") for line in escaped)
    return b"BT /F1 12 Tf 14 TL 50 780 Td %s ET" % shown
