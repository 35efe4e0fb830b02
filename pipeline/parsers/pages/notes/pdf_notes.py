"""What stands on a PDF page beside its content: form values, and notes that people made.

PDF 1.7, 12.5 (annotations) and 12.7 (interactive forms). Read from a document of its own, which
is opened where a page has any: for the text of a stamp, the page has to be changed.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from gristmill.pipeline.parsers.pages.notes.pdf_fields import said_by_field
from gristmill.pipeline.parsers.pages.notes.pdf_note_shapes import Area, Note, NoteKind
from gristmill.pipeline.parsers.pages.pdfium.pdf_raw import utf16_of

if TYPE_CHECKING:
    import pypdfium2

_MOST_NOTES = 10_000
"""On one page; the rest is not looked at."""

# fpdf_annot.h
_LINK, _FREE_TEXT, _STAMP, _POPUP, _WIDGET, _WATERMARK = 2, 3, 13, 16, 20, 24
_SIGNATURE = 7
_PLAYED = frozenset({18, 19, 21, 25, 26})
"""Sound, movie, screen, 3D, rich media."""
_UNSEEN = 0b10 | 0b100000  # PDF 1.7, table 165: Hidden, NoView
_FLATTENED = 1  # fpdf_flatten.h: FLATTEN_SUCCESS


class PageNotes(NamedTuple):
    """`played` counts what is seen or heard only when it is played, as films are."""

    notes: tuple[Note, ...] = ()
    played: int = 0


class Notes:
    """The notes of a document's pages. To be closed before its bytes go."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._document: pypdfium2.PdfDocument | None = None
        self._bare: set[int] = set()

    def close(self) -> None:
        if self._document is not None:
            self._document.close()
            self._document = None

    def of(self, page: "pypdfium2.PdfPage", number: int) -> PageNotes:
        """The notes of a page (`number` from 1), which is open elsewhere. Raises PdfiumError."""
        if _has_any(page):
            return self._read(number)
        self._bare.add(number)
        return PageNotes()

    def none_in(self, count: int) -> bool:
        """Whether all of a document's `count` pages were asked about, and none has any."""
        return len(self._bare) == count

    def _read(self, number: int) -> PageNotes:
        document = self._opened()
        page = document[number - 1]
        try:
            found = [_seen(page, document.formenv, index) for index in _indices(page)]
            notes = [each for each in found if isinstance(each, Note)]
            drawn = {at: each for at, each in enumerate(found) if isinstance(each, _Drawn)}
            is_flat = bool(drawn) and _is_reduced(page, drawn)
        finally:
            page.close()
        if is_flat:
            notes.extend(self._drawn(number, list(drawn.values())))
        return PageNotes(tuple(notes), sum(each is _Played for each in found))

    def _drawn(self, number: int, drawn: "list[_Drawn]") -> Iterator[Note]:
        """The texts of notes that are drawn, now that they are all that is on their page."""
        page = self._opened()[number - 1]
        text_page = page.get_textpage()
        try:
            for each in drawn:
                text = text_page.get_text_bounded(*each.area).strip() or each.otherwise
                if text:
                    yield Note(NoteKind.COMMENT, text, each.area)
        finally:
            text_page.close()
            page.close()

    def _opened(self) -> "pypdfium2.PdfDocument":
        if self._document is None:
            self._document = _with_form(self._data)
        return self._document


class _Drawn(NamedTuple):
    """A note whose text is in its appearance; `otherwise` is what it says where that has none."""

    area: Area
    otherwise: str = ""


class _Played:
    """A note that is a sound, a film or a model."""


def _with_form(data: bytes) -> "pypdfium2.PdfDocument":
    import pypdfium2
    from pypdfium2 import raw
    from pypdfium2._helpers.document import PdfFormEnv

    document = pypdfium2.PdfDocument(data)
    config = raw.FPDF_FORMFILLINFO(version=2)
    # Not `init_forms`, which writes a warning of its own where a form is made of XFA.
    if form := raw.FPDFDOC_InitFormFillEnvironment(document, config):
        document.formenv = PdfFormEnv(form, config)
    return document


def _indices(page: "pypdfium2.PdfPage") -> range:
    from pypdfium2 import raw

    return range(min(_MOST_NOTES, raw.FPDFPage_GetAnnotCount(page)))


@contextmanager
def _annotation(page: "pypdfium2.PdfPage", index: int) -> Iterator[Any]:
    from pypdfium2 import raw

    annotation = raw.FPDFPage_GetAnnot(page, index)
    try:
        yield annotation
    finally:
        if annotation:
            raw.FPDFPage_CloseAnnot(annotation)


def _has_any(page: "pypdfium2.PdfPage") -> bool:
    """Whether there are any beside links: asked of each page, so without `_annotation`."""
    from pypdfium2 import raw

    for index in _indices(page):
        if annotation := raw.FPDFPage_GetAnnot(page, index):
            subtype = raw.FPDFAnnot_GetSubtype(annotation)
            raw.FPDFPage_CloseAnnot(annotation)
            if subtype not in (_LINK, _POPUP):
                return True
    return False


def _seen(
    page: "pypdfium2.PdfPage", form: Any, index: int
) -> "Note | _Drawn | type[_Played] | None":
    """What a reader of the page sees of one annotation."""
    from pypdfium2 import raw

    with _annotation(page, index) as annotation:
        if not annotation or raw.FPDFAnnot_GetFlags(annotation) & _UNSEEN:
            return None
        subtype = raw.FPDFAnnot_GetSubtype(annotation)
        area = _area(annotation)
        if subtype in _PLAYED:
            return _Played
        if subtype in (_LINK, _POPUP) or area is None:
            return None
        if subtype == _WIDGET:
            if form and raw.FPDFAnnot_GetFormFieldType(form, annotation) == _SIGNATURE:
                return _Drawn(area)
            return said_by_field(form, annotation, area) if form else None
        return _said(annotation, subtype, area)


def _said(annotation: Any, subtype: int, area: Area) -> "Note | _Drawn | None":
    text = _string(annotation, b"Contents").strip()
    if subtype in (_STAMP, _WATERMARK):
        return _Drawn(area, text or _string(annotation, b"Name"))
    if subtype == _FREE_TEXT:
        return Note(NoteKind.VALUE, text, area) if text else _Drawn(area)
    # A `StateModel` is a mark that somebody made on a note: "accepted", "read".
    if not text or _string(annotation, b"StateModel"):
        return None
    return Note(NoteKind.COMMENT, text, area)


def _string(annotation: Any, key: bytes) -> str:
    from pypdfium2 import raw

    return utf16_of(
        lambda buffer, size: raw.FPDFAnnot_GetStringValue(annotation, key, buffer, size)
    )


def _area(annotation: Any) -> Area | None:
    from pypdfium2 import raw

    rect = raw.FS_RECTF()
    if not raw.FPDFAnnot_GetRect(annotation, rect):
        return None
    left, right = sorted((rect.left, rect.right))
    bottom, top = sorted((rect.bottom, rect.top))
    return left, bottom, right, top


def _is_reduced(page: "pypdfium2.PdfPage", drawn: "dict[int, _Drawn]") -> bool:
    """Whether these notes have become the page's content, and the only one."""
    from pypdfium2 import raw

    while content := raw.FPDFPage_GetObject(page, 0):
        if not raw.FPDFPage_RemoveObject(page, content):
            return False
        raw.FPDFPageObj_Destroy(content)
    page.gen_content()
    for index in _indices(page):
        if index not in drawn:
            with _annotation(page, index) as annotation:
                raw.FPDFAnnot_SetFlags(annotation, _UNSEEN)
    return bool(raw.FPDFPage_Flatten(page, raw.FLAT_NORMALDISPLAY) == _FLATTENED)
