"""Where in a document a parser is, for whoever watches: told, never asked."""

from collections.abc import Callable

_listener: Callable[[int], None] = lambda page: None  # noqa: E731


def listen(listener: Callable[[int], None]) -> None:
    """Have `listener` called with each page number (from 1) that a parser of this process comes
    to. It must be cheap and must not raise."""
    global _listener
    _listener = listener


def at_page(number: int) -> None:
    """A parser comes to a page. Call it before the page is touched: should the page kill the
    process, its document's failure names it."""
    _listener(number)
