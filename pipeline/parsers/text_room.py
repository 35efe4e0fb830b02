"""How much text a document may give that says its parts again and again: long paths, repeated
cells, shared texts. Counted before the text is made."""

import sys

from gristmill.pipeline.shapes import Limits
from gristmill.pipeline.unpacking.inflating import FREE_BYTES
from gristmill.schemas.outcomes.documents import DocumentCode
from gristmill.schemas.problems.errors import DocumentError

_TWO_BYTES = sys.getsizeof("\u0100") - 2
_MOST_BYTES_FOR_ONE = 4


class TextRoom:
    """What is left for a document of `size` bytes: `limits.max_text_chars`, and as many bytes as
    it might inflate to. Characters are kept as one to four bytes, so few of them may be much."""

    def __init__(self, limits: Limits, size: int, what: str) -> None:
        self._what = what
        self._chars = self._most_chars = limits.max_text_chars
        self._bytes = self._most_bytes = max(
            min(limits.max_text_chars, max(FREE_BYTES, limits.max_inflation * size)),
            _MOST_BYTES_FOR_ONE * size,  # for text that is no longer than the document
        )

    def take(self, *texts: str, between: int = 0) -> None:
        """Count texts, and as many characters between them. Raises DocumentError `too_large`
        where there is no room for so much."""
        chars = sum(map(len, texts)) + between * len(texts)
        self._chars -= chars
        self._bytes -= chars
        if not all(map(str.isascii, texts)):
            self._bytes -= sum(_kept_bytes(text) - len(text) for text in texts)
        if self._chars < 0:
            raise self._too_large(f"is over {self._most_chars} characters")
        if self._bytes < 0:
            raise self._too_large(f"would take over {self._most_bytes} bytes")

    def _too_large(self, reason: str) -> DocumentError:
        return DocumentError(DocumentCode.TOO_LARGE, f"{self._what}'s text {reason}")


def _kept_bytes(text: str) -> int:
    return len(text) if text.isascii() else max(len(text), sys.getsizeof(text) - _TWO_BYTES)
