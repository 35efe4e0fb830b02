"""Paragraphs, rows and notes of RTF, as they come to be blocks."""

from collections.abc import Sequence

from gristmill.pipeline.parsers.office.flow import Flow
from gristmill.pipeline.parsers.office.rtf.rtf_state import Paragraph
from gristmill.pipeline.shapes import Block

_BODY_TEXT = 9
_BULLETS = frozenset("\u2022\u00b7\u25cf\u25aa\uf0b7\u2013o-*\u00a7\u00fc")


class Layout:
    """Writes what has ended. `styles` are by number, None for the style of the title; `mark` is
    what stands before the next paragraph; `notes`, and the blocks of documents that are `inside`,
    follow the paragraph or the table in which they stand."""

    def __init__(self, flow: Flow) -> None:
        self.styles: dict[int, Paragraph | None] = {}
        self.mark = ""
        self.notes: list[str] = []
        self.inside: list[Sequence[Block]] = []
        self._flow = flow
        self._cells: list[str] = []
        self._rows: list[list[str]] = []

    def cell(self, text: str) -> None:
        if self.mark and self.mark not in _BULLETS:
            text = f"{self.mark} {text.strip()}"
        self.mark = ""
        self._cells.append(text)

    def row(self) -> None:
        self._rows.append(self._cells)
        self._cells = []

    def paragraph(self, text: str, at: Paragraph) -> None:
        self._end_table()
        mark, self.mark = self.mark, ""
        style = self.styles.get(at.style, Paragraph()) if at.style else Paragraph()
        outline = at.outline if at.outline is not None else style.outline if style else None
        if style is None:
            self._flow.main_title(text)
        elif outline is not None and 0 <= outline < _BODY_TEXT:
            numbered = f"{mark} {text}" if mark and mark not in _BULLETS else text
            self._flow.heading(numbered if text.strip() else "", outline + 1)
        elif mark:
            self._flow.item(text, at.depth, "-" if mark in _BULLETS else mark)
        else:
            self._flow.text(text)
        self._write_notes()

    def finish(self, text: str) -> None:
        """The end of the document, which may come in the midst of a table."""
        if self._cells:
            self.row()
        self.paragraph(text, Paragraph())
        self._end_table()

    def _end_table(self) -> None:
        if self._rows:
            self._flow.table(self._rows)
            self._rows = []
            self._write_notes()

    def _write_notes(self) -> None:
        notes, self.notes = self.notes, []
        for note in notes:
            self._flow.text(note)
        inside, self.inside = self.inside, []
        for blocks in inside:
            self._flow.extend(blocks)
