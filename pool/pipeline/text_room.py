"""How much text a document may give that says its parts again and again: long paths, repeated
cells, shared texts. Counted before the text is made."""

import sys

from gristmill.pool.pipeline.inflating import FREE_BYTES
from gristmill.pool.pipeline.shapes import Limits
from gristmill.schemas.documents import DocumentCode
from gristmill.schemas.errors import DocumentError

_TWO_BYTES = sys.getsizeof("\u0100") - 2
_MOST_BYTES_FOR_ONE = 4


class TextRoom:
    """What is left for a document of `size` bytes: `limits.max_text_chars`, and as many bytes as
    it might inflate to. Characters are kept as one to four bytes, so few of them may be much."""

    def __init__(self, limits: Limits, size: int, what: str) -> None:
        self._what = what
        self._chars = limits.max_text_chars
        self._bytes = max(
            min(limits.max_text_chars, max(FREE_BYTES, limits.max_inflation * size)),
            _MOST_BYTES_FOR_ONE * size,  # for text that is no longer than the document
        )

    def take(self, text: str, times: int = 1) -> None:
        """Raises DocumentError `too_large` where there is no room for so much."""
        self._chars -= len(text) * times
        self._bytes -= (len(text) if text.isascii() else _kept_bytes(text)) * times
        if self._chars < 0 or self._bytes < 0:
            raise DocumentError(DocumentCode.TOO_LARGE, f"{self._what} has too much text")


def _kept_bytes(text: str) -> int:
    return max(len(text), sys.getsizeof(text) - _TWO_BYTES)
