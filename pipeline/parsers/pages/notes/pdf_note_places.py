"""Notes put to where they are read on a page: form values behind their labels, marks before.

Where no label is near, and comments, come at the end of the page.
"""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

from gristmill.pipeline.parsers.pages.notes.pdf_labels import Label, label_of
from gristmill.pipeline.parsers.pages.notes.pdf_note_shapes import Note, NoteKind
from gristmill.pipeline.parsers.pages.notes.pdf_runs import runs_of

if TYPE_CHECKING:
    import pypdfium2

_MOST_COMPARISONS, _MOST_CHARS_COMPARED = 2_000_000, 20_000_000
"""A form with more to compare has its values at the end of the page."""


def with_notes(
    text: str, page_text: "pypdfium2.PdfTextpage", notes: Sequence[Note], *, in_place: bool = True
) -> str:
    """A page's text, which pdfium gave, with its notes; where it is that of a picture of the page,
    they come last. Each is there once: what the text has at the place of a value, or anywhere of
    another note, is not repeated."""
    if not notes:
        return text
    values = [note for note in notes if note.kind is not NoteKind.COMMENT]
    others = [note for note in notes if note.kind is NoteKind.COMMENT]
    if text and not in_place:
        others = [note for note in values if note.kind is NoteKind.VALUE] + others
        values = []
    alone: list[Note] = []
    if text:
        text, alone = _with_values(text, labelled(page_text, values))
    last = [*lines_alone(alone if text else values), *new_in(text, others)]
    return "\n\n".join([part for part in (text.rstrip(), "\n".join(last)) if part])


def labelled(
    page_text: "pypdfium2.PdfTextpage", values: Sequence[Note]
) -> Iterator[tuple[Note, Label | None]]:
    """Values and marks with their labels, but for values that are printed at their place."""
    if len(values) * page_text.count_chars() < _MOST_CHARS_COMPARED:
        values = [note for note in values if not _is_printed(page_text, note)]
    runs = runs_of(page_text) if values else []
    if len(runs) * len(values) > _MOST_COMPARISONS:
        runs = []
    for note in values:
        yield note, label_of(note, runs)


def lines_alone(notes: Iterable[Note]) -> Iterator[str]:
    """What is said of values and marks that have no label near."""
    for note in notes:
        if note.kind is NoteKind.VALUE:
            yield f"{note.label}: {note.text}" if note.label else note.text
        elif note.label:
            yield f"{note.text} {note.label}"


def new_in(text: str, notes: Iterable[Note]) -> Iterator[str]:
    """What notes say and a text does not."""
    said = squeezed(text)
    for each in dict.fromkeys(note.text for note in notes):
        if squeezed(each) not in said:
            yield each


def squeezed(text: str) -> str:
    """A text for comparing: no blanks, no difference of case."""
    return "".join(text.split()).casefold()


def _with_values(text: str, values: Iterable[tuple[Note, Label | None]]) -> tuple[str, list[Note]]:
    """Values and marks put beside their labels, and those that have none."""
    insertions: list[tuple[int, str]] = []
    alone: list[Note] = []
    for note, label in values:
        place = label.place_in(text) if label else None
        if label is None or place is None:
            alone.append(note)
        else:
            insertions.append((place, f" {note.text} " if label.follows else f"{note.text} "))
    parts, end = [], 0
    for place, added in sorted(insertions, key=lambda each: each[0]):
        parts += [text[end:place], added]
        end = place
    return "".join([*parts, text[end:]]), alone


def _is_printed(page_text: "pypdfium2.PdfTextpage", note: Note) -> bool:
    """Whether the page's own text has a value at its place already."""
    if note.kind is not NoteKind.VALUE:
        return False
    return squeezed(note.text) in squeezed(page_text.get_text_bounded(*note.area))
