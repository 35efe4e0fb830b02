"""The characters of RTF: bytes in the code page of their font, numbers, and named signs."""

import codecs
from contextlib import suppress

from gristmill.pipeline.parsers.office.symbols import in_font, is_symbol_font

SIGNS = {
    "tab": "\t",
    "line": "\n",
    "lbr": "\n",
    "emdash": "\u2014",
    "endash": "\u2013",
    "emspace": " ",
    "enspace": " ",
    "qmspace": " ",
    "lquote": "\u2018",
    "rquote": "\u2019",
    "ldblquote": "\u201c",
    "rdblquote": "\u201d",
    "bullet": "\u2022",
    "~": " ",
    "_": "-",
}

_BY_CHARSET = {
    0: "cp1252",
    77: "mac-roman",
    78: "shift_jis",
    79: "euc_kr",
    80: "gb2312",
    81: "big5",
    89: "mac-cyrillic",
    85: "mac-greek",
    86: "mac-turkish",
    130: "johab",
    238: "cp1250",
    254: "cp437",
    255: "cp850",
    128: "cp932",
    129: "cp949",
    134: "gb18030",
    136: "cp950",
    161: "cp1253",
    162: "cp1254",
    163: "cp1258",
    177: "cp1255",
    178: "cp1256",
    186: "cp1257",
    204: "cp1251",
    222: "cp874",
}
_PAGES = {"ansi": "cp1252", "mac": "mac-roman", "pc": "cp437", "pca": "cp850"}

_MOST_FONTS = 10_000
_NAME_CHARS = 100


class CodePages:
    """The document's code page and those of its fonts."""

    def __init__(self) -> None:
        self.document = "cp1252"
        self._fonts: dict[int, str] = {}
        self._font = 0
        self._names: dict[int, str] = {}

    def control(self, word: str, number: int | None) -> None:
        """What a control word says of the document or of the font table."""
        if word in _PAGES:
            self.document = _PAGES[word]
        elif word == "ansicpg" and number:
            with suppress(LookupError):
                self.document = codecs.lookup(f"cp{number}" if number != 65001 else "utf-8").name
        elif word == "f":
            self._font = number or 0
        elif word == "fcharset" and number in _BY_CHARSET and number:
            self._fonts.setdefault(self._font, _BY_CHARSET[number])
        elif word == "cpg" and number:
            with suppress(LookupError):
                self._fonts[self._font] = codecs.lookup(f"cp{number}").name

    def named(self, name: str) -> None:
        """What the font table calls the font that it last spoke of."""
        so_far = self._names.get(self._font, "")
        if len(self._names) < _MOST_FONTS and len(so_far) < _NAME_CHARS:
            self._names[self._font] = so_far + name[:_NAME_CHARS]

    def symbols_of(self, font: int | None) -> str:
        """The name of a font of signs, "" for any other."""
        name = self._names.get(font, "").partition(";")[0].strip() if font is not None else ""
        return name if is_symbol_font(name) else ""

    def of_font(self, font: int | None) -> str:
        """The code page for text in a font."""
        return self.document if font is None else self._fonts.get(font, self.document)


def decoded(data: bytes, code_page: str, symbols: str = "") -> str:
    """Text of a run; what its code page does not have is marked. `symbols` is the name of a font
    of signs, whose codes are no letters."""
    if symbols:
        return in_font(data.decode("latin-1"), symbols)
    return data.decode("ascii") if data.isascii() else data.decode(code_page, "replace")


def joined(text: str) -> str:
    """RTF writes a character beyond 16 bits as two numbers."""
    if text.isascii() or not any("\ud800" <= each <= "\udfff" for each in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
