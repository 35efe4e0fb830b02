"""What pdfium says of single letters of a page: asked only where liteparse's answer is in doubt."""

import ctypes
from typing import TYPE_CHECKING

from gristmill.schemas.outcomes.structure import Box

if TYPE_CHECKING:
    import pypdfium2

_SCALE = 16
"""Of the pixels that places are counted in, to a point."""
_REACH = 3.0
_BOLD = 600
_NAME_BYTES = 200


class Letters:
    """Of the pages of one document, one page at a time. Places are as everywhere in blocks: points
    from the upper left corner of the page as it is shown."""

    def __init__(self, document: "pypdfium2.PdfDocument") -> None:
        self._document, self._number = document, 0
        self._page: pypdfium2.PdfPage | None = None
        self._text: pypdfium2.PdfTextPage | None = None

    def is_bold(self, number: int, x: float, y: float) -> bool | None:
        """Whether the letter at a place is bold; None where there is none, or nobody knows."""
        from pypdfium2 import raw

        if not self._load(number):
            return None
        left, top = self._on_page(x, y)
        index = raw.FPDFText_GetCharIndexAtPos(self._text, left, top, _REACH, _REACH)
        if index < 0:
            return None
        name = ctypes.create_string_buffer(_NAME_BYTES)
        raw.FPDFText_GetFontInfo(self._text, index, name, _NAME_BYTES, None)
        if b"bold" in name.value.lower():
            return True
        weight = raw.FPDFText_GetFontWeight(self._text, index)
        return None if weight < 0 else weight >= _BOLD and b"regular" not in name.value.lower()

    def text(self, number: int, box: Box) -> str:
        """What pdfium reads in a box; empty where it cannot."""
        if not self._load(number) or self._text is None:
            return ""
        x, y = self._on_page(box.left, box.top)
        u, v = self._on_page(box.right, box.bottom)
        return str(self._text.get_text_bounded(min(x, u), min(y, v), max(x, u), max(y, v)))

    def close(self) -> None:
        """Of the page that was looked at last."""
        if self._text is not None:
            self._text.close()
        if self._page is not None:
            self._page.close()
        self._page = self._text = None

    def _load(self, number: int) -> bool:
        import pypdfium2

        if number != self._number:
            self.close()
            self._number = number
            try:
                self._page = self._document[number - 1]
                self._text = self._page.get_textpage()
            except (pypdfium2.PdfiumError, IndexError):
                self.close()
        return self._text is not None

    def _on_page(self, x: float, y: float) -> tuple[float, float]:
        from pypdfium2 import raw

        assert self._page is not None
        width, height = (round(side * _SCALE) for side in self._page.get_size())
        left, top = ctypes.c_double(), ctypes.c_double()
        place = (0, 0, width, height, 0, round(x * _SCALE), round(y * _SCALE))
        raw.FPDF_DeviceToPage(self._page, *place, ctypes.byref(left), ctypes.byref(top))
        return left.value, top.value
