"""What of a chunk a model is given, with and without the headings above it."""

import pytest

from gristmill.pipeline.steps.embedding.embedded_text import embedded_text
from gristmill.schemas.outcomes.results import ChunkDraft

_PATH = ("Mill", "Stones", "Burr")


def embedded(text: str, table_header: str = "", *, headings: bool = True) -> str:
    chunk = ChunkDraft(text, _PATH, None, 0, len(text), table_header=table_header)
    return embedded_text(chunk, headings=headings)


@pytest.mark.parametrize(
    ("text", "above"),
    [
        ("They grind.", "Mill > Stones > Burr\n\n"),
        ("Burr\n\nThey grind.", "Mill > Stones\n\n"),
        ("Stones\n\nBurr\n\nThey grind.", "Mill\n\n"),
        ("Mill\n\nStones\n\nBurr", ""),
        ("Burrs are cut by hand.", "Mill > Stones > Burr\n\n"),
    ],
)
def test_headings_stand_before_the_text_and_none_twice(text: str, above: str) -> None:
    assert embedded(text) == above + text
    assert embedded(text, headings=False) == text


def test_header_rows_stand_between_the_headings_and_the_rows() -> None:
    assert embedded("| b |", "| a |\n| --- |") == "Mill > Stones > Burr\n\n| a |\n| --- |\n| b |"
    assert embedded("| b |", "| a |\n| --- |", headings=False) == "| a |\n| --- |\n| b |"
