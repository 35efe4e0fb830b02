"""From the text of a binary Word file and its paragraphs' properties to blocks."""

import re
from collections.abc import Iterator
from typing import NamedTuple

from gristmill.pipeline.parsers.office.binary.doc_file import DocFile
from gristmill.pipeline.parsers.office.binary.doc_lists import DocLists
from gristmill.pipeline.parsers.office.binary.doc_properties import Runs, changed
from gristmill.pipeline.parsers.office.binary.doc_styles import DocStyle, read_styles
from gristmill.pipeline.parsers.office.binary.doc_text import HIDDEN, DocText
from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.symbols import without_private
from gristmill.pipeline.shapes import Limits
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

_PARAGRAPH = re.compile("[^\r\x07\x0c]*[\r\x07\x0c]?")
_BODY_TEXT = 9
_STYLE, _IN_TABLE, _ROW_ENDS, _OUTLINE = 0x4600, 0x2416, 0x2417, 0x2640
_LIST, _LEVEL = 0x460B, 0x260A
_SIGNS = {
    "\x0b": "\n",
    "\x0e": "\n",
    "\x1e": "-",
    "\x1f": "",
    "\xa0": " ",
    HIDDEN: "",
    **dict.fromkeys("\x01\x02\x03\x04\x05\x06\x08\x0c\x07\r", ""),
}
_TRANSLATED = str.maketrans(_SIGNS)
_FIELD_BEGINS, _FIELD_SEPARATES, _FIELD_ENDS = "\x13", "\x14", "\x15"


class _Paragraph(NamedTuple):
    text: str
    end: str
    style: DocStyle
    changes: dict[int, bytes]

    def flag(self, code: int) -> bool:
        return self.changes.get(code, b"\0")[:1] == b"\1"

    def number(self, code: int) -> int:
        return int.from_bytes(self.changes.get(code, b""), "little")


class DocWriter:
    """Writes the parts of one document, the main text first."""

    def __init__(self, file: DocFile, text: DocText, flow: Flow, limits: Limits) -> None:
        self._file = file
        self._text = text
        self._flow = flow
        self._styles = read_styles(file.styles)
        self._properties = Runs(file.paragraphs, file.stream, paragraphs=True)
        self._lists = DocLists(file.lists, file.overrides)
        self._cells_left = limits.max_cells
        self._open: list[bool] = []  # the fields around a place: whether their code comes next
        self._codes = 0

    def write(self) -> None:
        """Raises DocumentError `too_large`."""
        counts = self._file.counts
        at = counts.main
        self._main(0, at)
        for name, count in zip(counts._fields[1:], counts[1:], strict=True):
            lines = [each.text for each in self._paragraphs(at, at + count) if each.text.strip()]
            at += count
            if name in ("footnotes", "endnotes"):
                for line in lines:
                    self._flow.footnote(line)
            elif name == "comments":
                for line in lines:
                    self._flow.text(f"[Comment] {line}")
            elif name != "macros":
                for line in dict.fromkeys(lines):
                    self._flow.text(line)

    def _main(self, start: int, end: int) -> None:
        rows: list[list[str]] = []
        cells: list[str] = []
        inside: list[str] = []
        for each in self._paragraphs(start, end):
            if each.flag(_IN_TABLE):
                mark, _ = self._mark(each)
                text = each.text.strip()
                inside.append(f"{mark} {text}" if mark not in ("", "-") else text)
                if each.flag(_ROW_ENDS):
                    rows.append(cells)
                    cells, inside = [], []
                elif each.end == "\x07":
                    self._take_cell()
                    cells.append(" ".join(filter(None, inside)))
                    inside = []
                continue
            self._table(rows, cells, inside)
            rows, cells, inside = [], [], []
            self._paragraph(each)
        self._table(rows, cells, inside)

    def _table(self, rows: list[list[str]], cells: list[str], inside: list[str]) -> None:
        if inside:
            cells.append(" ".join(filter(None, inside)))
        if cells:
            rows.append(cells)
        if rows:
            self._flow.table(rows)

    def _paragraph(self, each: _Paragraph) -> None:
        if not each.text.strip():
            return
        mark, depth = self._mark(each)
        outline = each.number(_OUTLINE) if _OUTLINE in each.changes else each.style.outline
        if each.style.is_title:
            self._flow.main_title(each.text)
        elif outline is not None and outline < _BODY_TEXT:
            numbered = f"{mark} {each.text}" if mark not in ("", "-") else each.text
            self._flow.heading(numbered, outline + 1)
        elif mark:
            self._flow.item(each.text, depth, mark)
        elif each.style.is_caption:
            self._flow.caption(each.text)
        else:
            self._flow.text(each.text)

    def _mark(self, each: _Paragraph) -> tuple[str, int]:
        depth = each.number(_LEVEL)
        return self._lists.mark(each.number(_LIST), depth), depth

    def _paragraphs(self, start: int, end: int) -> Iterator[_Paragraph]:
        self._forget_fields()
        for match in _PARAGRAPH.finditer(self._text.text, start, end):
            raw = match[0]
            if not raw:
                continue
            text = without_private(self._without_codes(raw).translate(_TRANSLATED))
            style, changes = self._looks(match.end() - 1)
            yield _Paragraph(_joined(text), raw[-1], style, changes)

    def _looks(self, mark: int) -> tuple[DocStyle, dict[int, bytes]]:
        run = self._properties.at(self._text.marks[mark]) if mark in self._text.marks else None
        if run is None:
            return DocStyle(), {}
        own = changed(run.changes)
        number = int.from_bytes(own[_STYLE], "little") if _STYLE in own else run.style
        style = self._styles[number] if number < len(self._styles) else DocStyle()
        return style, {**changed(style.changes), **own}

    def _without_codes(self, text: str) -> str:
        """Fields without their code, which may go over several paragraphs."""
        if not self._open and _FIELD_BEGINS not in text:
            return text
        out = []
        for part in re.split(f"([{_FIELD_BEGINS}-{_FIELD_ENDS}])", text):
            if part == _FIELD_BEGINS:
                self._open.append(True)
                self._codes += 1
            elif part in (_FIELD_SEPARATES, _FIELD_ENDS) and self._open:
                self._codes -= self._open[-1]
                self._open[-1] = False
                if part == _FIELD_ENDS:
                    self._open.pop()
            elif not self._codes:
                out.append(part)
        if self._codes and text[-1:] in "\r\x07":
            self._forget_fields()  # a code that does not end in its paragraph is a broken one
        return "".join(out)

    def _forget_fields(self) -> None:
        self._open.clear()
        self._codes = 0

    def _take_cell(self) -> None:
        self._cells_left -= 1
        if self._cells_left < 0:
            raise DocumentError(DocumentCode.TOO_LARGE, "the document's tables are too large")


def _joined(text: str) -> str:
    """A character beyond 16 bits is two of them in the file."""
    if text.isascii() or not any("\ud800" <= each <= "\udfff" for each in text):
        return text
    return text.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
