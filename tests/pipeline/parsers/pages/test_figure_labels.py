"""Labels of figures are no headings; what may head the section of a figure is."""

from gristmill.pipeline.paging.paged_shapes import PageBlock
from gristmill.pipeline.parsers.pages.layout.whole.headings import with_headings
from gristmill.schemas.outcomes.structure import BlockKind

BODY = (1, PageBlock(BlockKind.TEXT, "The wheel turns the stones. " * 20, size=10.0, lines=9))
CAPTION = (1, PageBlock(BlockKind.CAPTION, "Figure 1: The mill.", size=9.0, lines=1))


def large(text: str) -> tuple[int, PageBlock]:
    return 1, PageBlock(BlockKind.HEADING, text, size=14.0, bold=True, lines=1)


def headings(*blocks: tuple[int, PageBlock], outline: str = "") -> list[str]:
    found = with_headings(list(blocks), lambda _, text: int(text == outline))
    return [block.text for _, block in found if block.kind is BlockKind.HEADING]


def test_labels_before_a_caption_are_no_headings() -> None:
    drawn = (large("Results"), large("Wheel"), large("Stones"), CAPTION)
    assert headings(BODY, *drawn, BODY, large("Rest")) == ["Results", "Rest"]


def test_what_the_outline_names_stays() -> None:
    drawn = (large("Results"), large("Wheel"), CAPTION)
    assert headings(BODY, *drawn, outline="Wheel") == ["Results", "Wheel"]


def test_without_a_caption_or_with_prose_between_all_stay() -> None:
    assert headings(BODY, large("Results"), large("Wheel"), BODY, CAPTION) == ["Results", "Wheel"]
