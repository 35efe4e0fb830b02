"""The last resort for a piece that is larger than its parts together: what a tokenizer counts in
two parts says little of the whole."""

from collections.abc import Iterator

from gristmill.pipeline.chunking.gauges import Gauge

_BREAKS = ("\n", " ")


def halved(text: str, start: int, end: int, size: int, gauge: Gauge) -> Iterator[tuple[int, int]]:
    """Parts of `text[start:end]`, in order, each at most `size` or one character."""
    left = [(start, end)]
    while left:
        start, end = left.pop()
        if end - start <= 1 or gauge.size(text, start, end) <= size:
            yield start, end
        else:
            middle = _middle(text, start, end)
            left += [(middle, end), (start, middle)]


def _middle(text: str, start: int, end: int) -> int:
    """After the line end, or else the blank, that is the last of the first half."""
    half = (start + end + 1) // 2
    for mark in _BREAKS:
        found = text.rfind(mark, start, half)
        if found > start:
            return found + 1
    return half
