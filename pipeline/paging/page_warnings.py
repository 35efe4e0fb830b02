"""What the pages of a document were read without, told once for all pages of a kind."""

from collections.abc import Iterator, Sequence

from gristmill.pipeline.paging.paged_shapes import PageText
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode

_MOST_NAMED = 10


def warnings_of(pages: Sequence[PageText]) -> tuple[DocumentWarning, ...]:
    """One for each code and sentence, in the order of pages: with the first page, with how often,
    and, where it is on several, on which."""
    found: dict[tuple[WarningCode, str], list[DocumentWarning]] = {}
    for warning in _each(pages):
        found.setdefault((warning.code, warning.message), []).append(warning)
    return tuple(map(_one, found.values()))


def _each(pages: Sequence[PageText]) -> Iterator[DocumentWarning]:
    for page in pages:
        if page.broken:
            message = page.trouble or "its content is damaged"
            yield DocumentWarning(
                WarningCode.PAGE_UNREADABLE, f"a page cannot be read: {message}", page.number
            )
        yield from page.warnings


def _one(several: Sequence[DocumentWarning]) -> DocumentWarning:
    first = several[0]
    if len(several) == 1:
        return first
    numbers = [str(each.page) for each in several if each.page is not None]
    named = ", ".join(numbers[:_MOST_NAMED]) + (" ..." if len(numbers) > _MOST_NAMED else "")
    message = f"{first.message} (pages {named})" if numbers else first.message
    return DocumentWarning(first.code, message, first.page, sum(each.count for each in several))
