"""Made-up scans with the words that are on them: pages, receipts, and pages that lie wrong."""

import ctypes
import io
import random
import textwrap
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pypdfium2
from pypdfium2 import raw

_PAGE, _RECEIPT = (595.0, 842.0), (210.0, 420.0)
_DPI = {"pages": 200, "receipts": 160, "turned": 200}
_TEXTS = ("waterwheel.md", "history.txt", "bread.md", "millstones.rst")
_GOODS = (
    "RYE FLOUR 5KG", "OAT BRAN 1KG", "SIEVE NO 40", "MILL GREASE", "SACK JUTE 50L",
    "SPELT WHOLE 2KG", "BAKING STONE", "YEAST DRY 7G", "BREAD BASKET", "MALT SYRUP 450G",
)  # fmt: skip
_RECEIPTS = 8


class Scan(NamedTuple):
    """An image file, and the text on it. `kind` is "pages", "receipts" or "turned"."""

    kind: str
    name: str
    image: bytes
    text: str


def scans(examples: Path) -> Iterator[Scan]:
    """The same ones each time."""
    chance = random.Random(14)
    for name in _TEXTS:
        lines = _lines((examples / name).read_text("utf-8"))[:50]
        image = _photographed(_set(lines, _PAGE, "Times-Roman", 11, 15), "pages", chance)
        text = "\n".join(lines)
        yield Scan("pages", name, _file(image), text)
        for angle in (90, 180, 270):
            turned = image.rotate(angle, expand=True)
            yield Scan("turned", f"{name} by {angle}", _file(turned), text)
    for number in range(_RECEIPTS):
        lines = _receipt(chance)
        image = _photographed(_set(lines, _RECEIPT, "Courier", 8, 11), "receipts", chance)
        yield Scan("receipts", f"receipt {number}", _file(image), "\n".join(lines))


def _lines(text: str) -> list[str]:
    plain = text.encode("cp1252", "ignore").decode("cp1252")
    return [line for each in plain.splitlines() for line in textwrap.wrap(each, 80) or [""]]


def _receipt(chance: random.Random) -> list[str]:
    bought = [(chance.choice(_GOODS), chance.randint(45, 2995)) for _ in range(12)]
    total = sum(cents for _, cents in bought)
    return [
        "     ALDER MILL SHOP",
        "  12 Weir Lane, Norbury",
        f"Receipt {chance.randint(10_000, 99_999)}   2026-03-{chance.randint(10, 31)}",
        "",
        *(f"{name:<22}{cents / 100:>8.2f}" for name, cents in bought),
        "",
        f"{'TOTAL':<22}{total / 100:>8.2f}",
        f"{'CASH':<22}{total / 100 + 5:>8.2f}",
        f"{'CHANGE':<22}{5:>8.2f}",
        "",
        "  Thank you, come again",
    ]


def _set(
    lines: list[str], size: tuple[float, float], font: str, points: float, leading: float
) -> "pypdfium2.PdfDocument":
    """One page with a line of text for each of `lines`."""
    document = pypdfium2.PdfDocument.new()
    page = document.new_page(*size)
    for at, line in enumerate(lines):
        text = raw.FPDFPageObj_NewTextObj(document, font.encode(), points)
        raw.FPDFText_SetText(text, _wide(line))
        raw.FPDFPageObj_Transform(text, 1, 0, 0, 1, size[0] * 0.07, size[1] - 40 - leading * at)
        raw.FPDFPage_InsertObject(page, text)
    page.gen_content()
    return document


def _wide(line: str) -> Any:
    written = (line + "\0").encode("utf-16-le")
    return (ctypes.c_ushort * (len(written) // 2)).from_buffer_copy(written)


def _photographed(document: "pypdfium2.PdfDocument", kind: str, chance: random.Random) -> Any:
    """As a scanner gives it: a little askew, grey, with specks."""
    from PIL import Image, ImageFilter

    page = document[0].render(scale=_DPI[kind] / 72, grayscale=True).to_pil()
    askew = page.rotate(chance.uniform(-0.8, 0.8), fillcolor=255, resample=Image.Resampling.BICUBIC)
    specks = Image.effect_noise(askew.size, 40)
    return Image.blend(askew.filter(ImageFilter.GaussianBlur(0.6)), specks, 0.12)


def _file(image: Any) -> bytes:
    out = io.BytesIO()
    image.convert("L").save(out, "JPEG", quality=70)
    return out.getvalue()
