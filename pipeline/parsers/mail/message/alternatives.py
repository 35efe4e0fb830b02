"""Which version of a text is the mail, where it is sent in several (RFC 2046, 5.1.4)."""

import re
from collections import Counter
from collections.abc import Sequence
from typing import NamedTuple

from gristmill.pipeline.shapes import Block

_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3]|[^\W_]+")
_ADDRESS = re.compile(
    r"<?\b(?:https?://|mailto:|www\.)[^\s<>]{1,2000}>?|\[(?:image|cid):[^\]\n]{0,200}\]"
)
_COMPARED_CHARS = 200_000
_MISSING = 0.1
"""What a table may cost: so much of the plain words may be missing beside it."""


class Version(NamedTuple):
    """`has_table` where it has one with a header row, which no layout has."""

    is_plain: bool
    blocks: list[Block]
    has_table: bool = False

    @property
    def says_something(self) -> bool:
        return any(block.text.strip() for block in self.blocks)


def best(versions: Sequence[Version]) -> Version | None:
    """The plain one, which is the cleanest, as long as it says all that the other does; one that
    only says that there is another says less. None where none says anything."""
    speaking = [version for version in versions if version.says_something]
    plain = next((version for version in speaking if version.is_plain), None)
    rich = next((version for version in reversed(speaking) if not version.is_plain), None)
    if plain is None or rich is None:
        return plain or rich
    return rich if _says_more(rich, plain) else plain


def _says_more(rich: Version, plain: Version) -> bool:
    ours, theirs = _words(rich), _words(plain)
    more, less = (ours - theirs).total(), (theirs - ours).total()
    if rich.has_table and less <= _MISSING * theirs.total():
        return True
    return more > less


def _words(version: Version) -> Counter[str]:
    text = "\n".join(block.text for block in version.blocks)[:_COMPARED_CHARS]
    return Counter(_WORD.findall(_ADDRESS.sub(" ", text).casefold()))
