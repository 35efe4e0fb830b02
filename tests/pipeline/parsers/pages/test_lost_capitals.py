"""A heading has its first letter, also where liteparse drops it."""

import pytest

from gristmill.pipeline.parsers.pages.layout.blocks.drafts import Draft
from gristmill.pipeline.parsers.pages.layout.blocks.wording.retelling import with_capital
from gristmill.schemas.outcomes.structure import BlockKind, Box


class Reading:
    """What another reader has in any place."""

    def __init__(self, text: str) -> None:
        self._text = text

    def is_bold(self, number: int, x: float, y: float, /) -> bool | None:
        return None

    def text(self, number: int, box: Box, /) -> str:
        return self._text


@pytest.mark.parametrize(
    ("kind", "text", "read", "shown"),
    [
        (BlockKind.HEADING, "he Lost Mill", "The Lost\r\nMill", "The Lost Mill"),
        (BlockKind.HEADING, "he Lost Mill", "1 he Lost Mill", "he Lost Mill"),
        (BlockKind.HEADING, "he Lost Mill", "", "he Lost Mill"),
        (BlockKind.TEXT, "he lost", "The lost", "he lost"),
    ],
)
def test_the_capital_is_another_readers(kind: BlockKind, text: str, read: str, shown: str) -> None:
    draft = Draft(kind, text, Box(100, 50, 300, 70))
    assert with_capital(draft, 1, Reading(read)).text == shown
