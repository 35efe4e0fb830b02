"""The fields of a PDF's form (PDF 1.7, 12.7.4): what was written, chosen and ticked."""

from collections.abc import Iterator
from typing import Any

from gristmill.pipeline.parsers.pages.notes.pdf_note_shapes import Area, Note, NoteKind
from gristmill.pipeline.parsers.pages.pdfium.pdf_raw import utf16_of

TICKED, NOT_TICKED = "[x]", "[ ]"
"""As task lists of Markdown have it."""

# fpdf_formfill.h, fpdf_annot.h
_CHECK_BOX, _RADIO, _COMBO, _LIST, _TEXT = 2, 3, 4, 5, 6
_PASSWORD = 1 << 13
_MOST_OPTIONS = 5_000


def said_by_field(form: Any, annotation: Any, area: Area) -> Note | None:
    """What one field shows, None where it is empty, a button, or keeps a password."""
    from pypdfium2 import raw

    kind = raw.FPDFAnnot_GetFormFieldType(form, annotation)
    if kind in (_CHECK_BOX, _RADIO):
        ticked = raw.FPDFAnnot_IsChecked(form, annotation)
        return Note(NoteKind.MARK, TICKED if ticked else NOT_TICKED, area, _name(form, annotation))
    if kind == _TEXT and raw.FPDFAnnot_GetFormFieldFlags(form, annotation) & _PASSWORD:
        return None
    text = ""
    if kind in (_COMBO, _LIST):
        text = ", ".join(_chosen(form, annotation))
    if kind in (_COMBO, _LIST, _TEXT):
        text = (text or _value(form, annotation)).strip()
    return Note(NoteKind.VALUE, text, area, _alternate(form, annotation)) if text else None


def _chosen(form: Any, annotation: Any) -> Iterator[str]:
    """What people see of the options that are chosen, not what is sent for them."""
    from pypdfium2 import raw

    count = raw.FPDFAnnot_GetOptionCount(form, annotation)
    for index in range(min(_MOST_OPTIONS, count)):
        if raw.FPDFAnnot_IsOptionSelected(form, annotation, index):
            yield _option(form, annotation, index)


def _option(form: Any, annotation: Any, index: int) -> str:
    from pypdfium2 import raw

    return utf16_of(
        lambda buffer, size: raw.FPDFAnnot_GetOptionLabel(form, annotation, index, buffer, size)
    )


def _value(form: Any, annotation: Any) -> str:
    from pypdfium2 import raw

    return utf16_of(
        lambda buffer, size: raw.FPDFAnnot_GetFormFieldValue(form, annotation, buffer, size)
    )


def _alternate(form: Any, annotation: Any) -> str:
    """What is shown to people beside the field; its name is for programs."""
    from pypdfium2 import raw

    return utf16_of(
        lambda buffer, size: raw.FPDFAnnot_GetFormFieldAlternateName(form, annotation, buffer, size)
    ).strip()


def _name(form: Any, annotation: Any) -> str:
    """A name of a box, for where nothing is written beside it."""
    from pypdfium2 import raw

    if said := _alternate(form, annotation):
        return said
    asked = (raw.FPDFAnnot_GetFormFieldName, raw.FPDFAnnot_GetFormFieldExportValue)
    names = [
        utf16_of(lambda buffer, size, ask=ask: ask(form, annotation, buffer, size))  # type: ignore[misc]
        for ask in asked
    ]
    return ": ".join(name.strip() for name in names if name.strip())
