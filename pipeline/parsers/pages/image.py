"""Images of pages: PNG, JPEG, and TIFF with any number of them. Only a reader makes them text."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from gristmill.pipeline.paging.page_warnings import warnings_of
from gristmill.pipeline.paging.paged_shapes import (
    PagedDocument,
    PageImage,
    PageReader,
    PageText,
)
from gristmill.pipeline.paging.pages import no_text, recognised, said_of, whole
from gristmill.pipeline.parsers.pages.image_headers import Frame, frames_of
from gristmill.pipeline.progress import at_page
from gristmill.pipeline.shapes import Blob, Block, BlockKind, Limits, Parsed
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

media_types = ("image/jpeg", "image/png", "image/tiff")
version = "1"


def parse(blob: Blob, limits: Limits) -> Parsed:
    """Raises DocumentError `needs_ocr`, or `parse_error` where the image has no sound header."""
    with open_pages(blob, limits) as document:
        return whole(document)


@contextmanager
def open_pages(
    blob: Blob, limits: Limits, reader: PageReader | None = None
) -> Iterator[PagedDocument]:
    """The images of a file as pages. Raises DocumentError as `parse` does, and `too_large`."""
    frames = frames_of(blob.data, limits.max_pages)
    if not frames:
        raise DocumentError(DocumentCode.EMPTY, "the file holds no image")
    if all(_is_too_large(frame, limits) for frame in frames):
        raise DocumentError(DocumentCode.TOO_LARGE, f"the image {_over(frames[0], limits)}")
    if reader is None:
        message = "an image has no text of its own: choose the step 'ocr' to have it read"
        raise DocumentError(DocumentCode.NEEDS_OCR, message)
    yield _Images(blob.data, frames, limits, reader)


class _Images:
    def __init__(
        self, data: bytes, frames: Sequence[Frame], limits: Limits, reader: PageReader
    ) -> None:
        self.count = len(frames)
        self._data, self._frames, self._limits, self._reader = data, frames, limits, reader

    def read(self, first: int, last: int) -> list[PageText]:
        return [self._page(number) for number in range(first, last)]

    def _page(self, number: int) -> PageText:
        at_page(number)
        frame = self._frames[number - 1]
        if _is_too_large(frame, self._limits):
            trouble = f"page {number} {_over(frame, self._limits)}"
            return PageText(number, broken=True, marked=True, trouble=trouble)
        return recognised(number, PageImage(self._data, frame=frame.place), self._reader)

    def joined(self, pages: Sequence[PageText]) -> Parsed:
        if not any(page.text.strip() for page in pages):
            raise no_text("image", pages)
        blocks = [Block(BlockKind.TEXT, page.text, 0, page.number) for page in pages]
        said = said_of(pages, self._reader)
        return Parsed(blocks, None, said, self.count, warnings_of(pages))


def _is_too_large(frame: Frame, limits: Limits) -> bool:
    return frame.width * frame.height > limits.max_pixels


def _over(frame: Frame, limits: Limits) -> str:
    size = f"has {frame.width} x {frame.height} pixels"
    return f"{size}, the limit is {limits.max_pixels} in all"
