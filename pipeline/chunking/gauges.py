"""How much a chunk may hold: characters, or tokens of the operator's tokenizer."""

from functools import lru_cache
from typing import Protocol

from semantic_text_splitter import TextSplitter

from gristmill.pipeline.chunking.tokenizing import TokenCounter

CHARS_FOR_A_TOKEN = 16
"""So many characters count as a token at least. Some tokenizers take a word of any length for one,
and a chunk of 512 tokens could be a megabyte."""

_WINDOW_CHARS, _WINDOW_PIECES = 16_384, 40
_USUAL_CHARS_FOR_A_TOKEN = 4


class Gauge(Protocol):
    """Sizes of parts of a text, in units of its own; `most` is a chunk's limit."""

    most: int
    overlap: int

    def size(self, text: str, start: int, end: int) -> int:
        """Of `text[start:end]`. The whole is never larger than the sum of its parts, or only by
        what `exact` says no to."""
        ...

    @property
    def exact(self) -> bool:
        """Whether sizes of parts can be added up."""
        ...

    def reach(self, text: str, start: int) -> int:
        """Where the part begins that ends at `start` and is as large as an overlap may be."""
        ...

    def splitter(self, size: int) -> TextSplitter:
        """Cuts text into pieces of at most `size`."""
        ...

    def window(self, size: int) -> int:
        """How many characters the splitter is shown at once: its time is quadratic in the pieces
        of a text without line ends."""
        ...


class InCharacters:
    """Sizes in characters."""

    exact = True

    def __init__(self, most: int, overlap: int) -> None:
        self.most, self.overlap = most, overlap

    def size(self, text: str, start: int, end: int) -> int:
        return end - start

    def reach(self, text: str, start: int) -> int:
        return start - self.overlap

    def splitter(self, size: int) -> TextSplitter:
        return _by_characters(size)

    def window(self, size: int) -> int:
        return max(min(_WINDOW_CHARS, _WINDOW_PIECES * size), 4 * size)


class InTokens:
    """Sizes in tokens, without those that the tokenizer puts around each text, for which a chunk
    leaves room."""

    exact = False

    def __init__(self, counter: TokenCounter, most: int, overlap: int) -> None:
        self._counter = counter
        self.most, self.overlap = max(1, most - counter.around), overlap

    def size(self, text: str, start: int, end: int) -> int:
        least = -(-(end - start) // CHARS_FOR_A_TOKEN)
        if least > self.most:
            return least
        return max(least, self._counter.count(text[start:end]))

    def reach(self, text: str, start: int) -> int:
        first = max(0, start - self.overlap * CHARS_FOR_A_TOKEN)
        reached = first + self._counter.start_of_last(text[first:start], self.overlap)
        return reached if self._counter.count(text[reached:start]) <= self.overlap else start

    def splitter(self, size: int) -> TextSplitter:
        def measured(piece: str) -> int:
            return self.size(piece, 0, len(piece))

        return TextSplitter.from_callback(measured, size, trim=False)

    def window(self, size: int) -> int:
        usual = _WINDOW_PIECES * _USUAL_CHARS_FOR_A_TOKEN * size
        return max(min(_WINDOW_CHARS, usual), CHARS_FOR_A_TOKEN * size)


@lru_cache(maxsize=16)
def _by_characters(size: int) -> TextSplitter:
    return TextSplitter(size, trim=False)
