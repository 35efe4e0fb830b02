"""Notes put into the blocks of a page. liteparse knows those that have an appearance, as a part
of the text: their words are not repeated, and the sign in a ticked box gives way to the mark."""

import ctypes
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from msgspec import structs

from gristmill.pipeline.paging.paged_shapes import PageBlock
from gristmill.pipeline.parsers.pages.notes.pdf_labels import Label
from gristmill.pipeline.parsers.pages.notes.pdf_note_places import (
    labelled,
    lines_alone,
    new_in,
    squeezed,
)
from gristmill.pipeline.parsers.pages.notes.pdf_note_shapes import Area, Note, NoteKind
from gristmill.schemas.outcomes.structure import BlockKind, Box

if TYPE_CHECKING:
    import pypdfium2

_FINE = 16
"""Parts of a point in which pdfium is asked for places."""
_NEAR = 4.0
_ABOVE = 30.0
"""In points: a label may stand so far above its field."""
_TICKS = frozenset("✔✓✗✘●■◆★✖ 4lnuH8")
"""What ticked boxes show, as Unicode or as codes of ZapfDingbats."""


def with_notes_as_blocks(
    blocks: Sequence[PageBlock],
    page: "pypdfium2.PdfPage",
    page_text: "pypdfium2.PdfTextpage",
    notes: Sequence[Note],
) -> tuple[PageBlock, ...]:
    """Values and marks in the blocks of their labels, else in blocks of their own. Comments are at
    the end of the page: near what they are about they would cut sentences."""
    if not notes:
        return tuple(blocks)
    own = _Blocks(blocks)
    values = [note for note in notes if note.kind is not NoteKind.COMMENT]
    boxes = {note: _shown(page, note.area) for note in notes}
    own.drop_ticks([boxes[note] for note in values if note.kind is NoteKind.MARK])
    for note, label in labelled(page_text, values):
        if note.kind is NoteKind.VALUE and own.has(note, boxes[note]):
            continue
        if label is None or not own.put(note, label, boxes[note]):
            own.add(lines_alone([note]), boxes[note])
    for note in notes:
        if note.kind is NoteKind.COMMENT:
            own.end_with(new_in(own.text, [note]), boxes[note])
    return tuple(own.blocks)


class _Blocks:
    def __init__(self, blocks: Sequence[PageBlock]) -> None:
        self.blocks = list(blocks)

    @property
    def text(self) -> str:
        return "\n".join(block.text for block in self.blocks)

    def has(self, note: Note, box: Box) -> bool:
        words = squeezed(note.text)
        return any(words in squeezed(self.blocks[at].text) for at in self._at(box))

    def put(self, note: Note, label: Label, box: Box) -> bool:
        """Whether one of the blocks on the note's height has the label, and now the note."""
        for at in self._beside(box):
            block = self.blocks[at]
            place = label.place_in(block.text)
            if place is None:
                continue
            text = _inserted(block.text, place, note, label)
            cells = block.cells
            for index, cell in enumerate(cells):
                inside = label.place_in(cell.text)
                if inside is not None:
                    said = cell._replace(text=_inserted(cell.text, inside, note, label))
                    cells = (*cells[:index], said, *cells[index + 1 :])
                    break
            self.blocks[at] = structs.replace(block, text=text, cells=cells)
            return True
        return False

    def add(self, lines: Iterable[str], box: Box) -> None:
        """A block of its own, after those that begin above it."""
        if not (text := "\n".join(lines)):
            return
        above = (at for at, each in enumerate(self.blocks) if each.box and each.box.top <= box.top)
        place = max(above, default=-1) + 1
        self.blocks.insert(place, PageBlock(BlockKind.TEXT, text, box=box))

    def end_with(self, lines: Iterable[str], box: Box) -> None:
        if text := "\n".join(lines):
            self.blocks.append(PageBlock(BlockKind.TEXT, text, box=box))

    def drop_ticks(self, boxes: Sequence[Box]) -> None:
        """Blocks that are nothing but the signs in ticked boxes."""
        ticks = {
            at for box in boxes for at in self._at(box) if _TICKS.issuperset(self.blocks[at].text)
        }
        self.blocks = [each for at, each in enumerate(self.blocks) if at not in ticks]

    def _at(self, box: Box) -> Iterator[int]:
        for at, block in enumerate(self.blocks):
            own = block.box
            if own is None or own.left > box.right + _NEAR or own.right < box.left - _NEAR:
                continue
            if own.top < box.bottom + _NEAR and own.bottom > box.top - _NEAR:
                yield at

    def _beside(self, box: Box) -> Iterator[int]:
        reach = _NEAR + box.bottom - box.top + 24
        for at, block in enumerate(self.blocks):
            if (
                block.box
                and block.box.top < box.bottom + _NEAR
                and block.box.bottom > box.top - reach
            ):
                yield at


def _inserted(text: str, place: int, note: Note, label: Label) -> str:
    if label.follows:
        return f"{text[:place]} {note.text} {text[place:].lstrip(' ')}".rstrip()
    before = text[:place]
    words = before.rstrip(" ").rpartition(" ")
    if words[2] and len(words[2]) == 1 and words[2] in _TICKS:
        before = f"{words[0]} " if words[0] else ""
    return f"{before}{note.text} {text[place:]}"


def _shown(page: "pypdfium2.PdfPage", area: Area) -> Box:
    """An area of a page's own coordinates where it is shown, from the upper left corner."""
    from pypdfium2 import raw

    width, height = (round(each * _FINE) for each in page.get_size())
    found = []
    x, y = ctypes.c_int(), ctypes.c_int()
    for left, bottom in (area[:2], area[2:]):
        raw.FPDF_PageToDevice(page, 0, 0, width, height, 0, left, bottom, x, y)
        found.append((x.value / _FINE, y.value / _FINE))
    (one_x, one_y), (other_x, other_y) = found
    return Box(min(one_x, other_x), min(one_y, other_y), max(one_x, other_x), max(one_y, other_y))
