"""Warnings of a document stay few, whatever its parser says."""

from gristmill.pipeline.document_warnings import MOST_WARNINGS, gathered
from gristmill.schemas.outcomes.structure import DocumentWarning, WarningCode


def test_the_same_warning_is_told_once_with_its_count() -> None:
    image = DocumentWarning(WarningCode.IMAGE_WITHOUT_TEXT, "an image has no text")
    page = DocumentWarning(WarningCode.PAGE_UNREADABLE, "it is broken", 3)
    assert gathered([image, page, image, image]) == (
        DocumentWarning(WarningCode.IMAGE_WITHOUT_TEXT, "an image has no text", None, 3),
        page,
    )
    assert gathered([]) == ()


def test_of_very_many_none_is_lost_and_few_are_kept() -> None:
    pages = [
        DocumentWarning(WarningCode.PAGE_UNREADABLE, f"page {n} is broken", n)
        for n in range(1, 999)
    ]
    macro = DocumentWarning(WarningCode.MACRO_LEFT_OUT, "a macro", None, 2)
    found = gathered([*pages, macro])
    assert len(found) <= MOST_WARNINGS
    assert sum(each.count for each in found) == 998 + 2
    assert found[0] == pages[0] and found[-1] == macro
    assert found[-2].message.startswith("more like this: page ")
