"""Images of pages: files with one image, and TIFF with any number. Only a reader makes them text.

PNG, JPEG and TIFF are given to the reader as they are; of the other formats Pillow makes what each
reader takes, where it is installed. HEIC is not read: what decodes it is under the LGPL.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from gristmill.pipeline.detecting.image_kinds import image_kind
from gristmill.pipeline.paging.page_warnings import warnings_of
from gristmill.pipeline.paging.paged_shapes import (
    PagedDocument,
    PageImage,
    PageReader,
    PageText,
    UnreadablePage,
)
from gristmill.pipeline.paging.pages import no_text, recognised, said_of, whole
from gristmill.pipeline.parsers.pages.image_headers import Frame, frames_of
from gristmill.pipeline.progress import at_page
from gristmill.pipeline.recognition.opening import opened, said_by
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode
from gristmill.schemas.problems.errors import DocumentError

_BY_US = ("image/jpeg", "image/png", "image/tiff")
_BY_PILLOW = (
    *("image/avif", "image/bmp", "image/gif", "image/jp2", "image/webp"),
    "image/x-portable-anymap",
)
_NOT_READ = "image/heic"
media_types = (*_BY_US, *_BY_PILLOW, _NOT_READ)
version = "2"

_SIGNS_OF_OURS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_USUAL_DPI = 300
_REASON_CHARS = 200


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Raises DocumentError `needs_ocr`, or `parse_error` where the image has no sound header."""
    with open_pages(blob, limits) as document:
        return whole(document)


@contextmanager
def open_pages(
    blob: Blob, limits: Limits, reader: PageReader | None = None
) -> Iterator[PagedDocument]:
    """The images of a file as pages. Raises DocumentError as `parse` does, and `too_large`;
    `unsupported` for what no library here decodes."""
    if image_kind(blob.data) == _NOT_READ:
        message = "HEIC images are not read: save it as JPEG or PNG"
        raise DocumentError(DocumentCode.UNSUPPORTED, message, foreign=True)
    is_ours = blob.data.startswith(_SIGNS_OF_OURS)
    moving = 0
    frames: Sequence[Frame] = ()
    if is_ours:
        frames = frames_of(blob.data, limits.max_pages)
    elif reader is not None:
        frames, moving = _by_pillow(blob.data)
    if not frames and (is_ours or reader is not None):
        raise DocumentError(DocumentCode.EMPTY, "the file holds no image")
    if frames and all(_is_too_large(frame, limits) for frame in frames):
        raise DocumentError(DocumentCode.TOO_LARGE, f"the image {_over(frames[0], limits)}")
    if reader is None:
        message = "an image has no text of its own: choose the step 'ocr' to have it read"
        raise DocumentError(DocumentCode.NEEDS_OCR, message, foreign=True)
    yield _Images(blob.data, frames, limits, reader, None if is_ours else moving)


def _by_pillow(data: bytes) -> tuple[Sequence[Frame], int]:
    """The first image of a file, and how many come after it: those of an animation."""
    try:
        with opened(data) as image:
            return (Frame(0, *image.size),), getattr(image, "n_frames", 1) - 1
    except ImportError:
        message = "images of this format need Pillow: pip install 'gristmill[ocr]'"
        raise DocumentError(DocumentCode.UNSUPPORTED, message) from None
    except MemoryError:
        raise
    except Exception:
        message = "the image is broken: it has no sound header"
        raise DocumentError(DocumentCode.PARSE_ERROR, message) from None


class _Images:
    """`moving` counts the images of an animation after its first; None for what a reader takes as
    it is."""

    def __init__(
        self,
        data: bytes,
        frames: Sequence[Frame],
        limits: Limits,
        reader: PageReader,
        moving: int | None,
    ) -> None:
        self.count = len(frames)
        self._data, self._frames, self._limits, self._reader = data, frames, limits, reader
        self._moving = moving

    def read(self, first: int, last: int) -> list[PageText]:
        return [self._page(number) for number in range(first, last)]

    def _page(self, number: int) -> PageText:
        at_page(number)
        frame = self._frames[number - 1]
        if _is_too_large(frame, self._limits):
            trouble = f"page {number} {_over(frame, self._limits)}"
            return PageText(number, broken=True, marked=True, trouble=trouble)
        if self._moving is None:
            return recognised(number, PageImage(self._data, frame=frame.place), self._reader)
        try:
            image = PageImage(_converted(self._data), _USUAL_DPI)
        except UnreadablePage as error:
            return PageText(number, broken=True, marked=True, trouble=str(error))
        return recognised(number, image, self._reader)

    def joined(self, pages: Sequence[PageText]) -> Parsed:
        if not any(page.text.strip() for page in pages):
            raise no_text("image", pages)
        blocks = [Block(BlockKind.TEXT, page.text, 0, page.number) for page in pages]
        metadata = _said(self._data)
        title = metadata.pop("title", None)
        metadata.update(said_of(pages, self._reader))
        warnings = warnings_of(pages)
        if self._moving:
            message = "of an animation only the first image was read"
            cut = DocumentWarning(WarningCode.CONTENT_CUT, message, count=self._moving)
            warnings = (*warnings, cut)
        return Parsed(blocks, title, metadata, self.count, warnings)


def _converted(data: bytes) -> bytes:
    """As PNM, which every reader takes. Raises UnreadablePage."""
    from gristmill.pipeline.recognition.grey import pnm_of

    try:
        return pnm_of(data)
    except MemoryError:
        raise
    except Exception as error:
        reason = f"the image is damaged ({type(error).__name__}: {error})"
        raise UnreadablePage(reason[:_REASON_CHARS]) from None


def _said(data: bytes) -> dict[str, Any]:
    """What the file says of itself; nothing without Pillow, or where that is broken."""
    with suppress(Exception), opened(data) as image:
        return dict(said_by(image))
    return {}


def _is_too_large(frame: Frame, limits: Limits) -> bool:
    return frame.width * frame.height > limits.max_pixels


def _over(frame: Frame, limits: Limits) -> str:
    size = f"has {frame.width} x {frame.height} pixels"
    return f"{size}, the limit is {limits.max_pixels} in all"
