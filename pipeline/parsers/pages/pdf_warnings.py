"""What of a PDF's pages was not read, or not as it was meant to be."""

from collections.abc import Iterator, Sequence

from gristmill.pipeline.paging import page_warnings
from gristmill.pipeline.paging.paged_shapes import PageText
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode


def warnings_of(pages: Sequence[PageText], *, wanted: bool) -> tuple[DocumentWarning, ...]:
    """`wanted`: whether pages were to be read with their structure."""
    return (*page_warnings.warnings_of(pages), *(_plain(pages) if wanted else ()))


def _plain(pages: Sequence[PageText]) -> Iterator[DocumentWarning]:
    plain = [
        page.number
        for page in pages
        if page.has_text and not page.blocks and not page.recognised and not _is_garbled(page)
    ]
    if plain:
        what = f"page {plain[0]} was" if len(plain) == 1 else f"{len(plain)} pages were"
        message = f"{what} read as plain text, without headings and tables"
        page = plain[0] if len(plain) == 1 else None
        yield DocumentWarning(WarningCode.STRUCTURE_LEFT_OUT, message, page, len(plain))


def _is_garbled(page: PageText) -> bool:
    """What is left of such a page are its notes, and that it is garbled has been said."""
    return any(each.code is WarningCode.TEXT_GARBLED for each in page.warnings)
