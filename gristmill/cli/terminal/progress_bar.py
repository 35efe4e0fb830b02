"""A live progress bar on stderr, where that is a terminal."""

import sys
from contextlib import AbstractContextManager
from types import TracebackType
from typing import Protocol

from gristmill.schemas.printable import clean


class Bar(Protocol):
    """Shows how many of `total` are done; a total of 0 is not known yet. `now` is what is at hand.
    One that is not `seen` needs not be told much."""

    seen: bool

    def show(self, text: str, done: int, total: int, aside: str = "", now: str = "") -> None: ...


class _Silent:
    """No terminal, no bar."""

    seen = False

    def show(self, text: str, done: int, total: int, aside: str = "", now: str = "") -> None:
        pass

    def __enter__(self) -> Bar:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        pass


class _Drawn:
    """Drawn by rich; gone when it ends, so that the summary stands alone."""

    seen = True

    def __init__(self) -> None:
        from rich.console import Console
        from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn
        from rich.progress import TimeElapsedColumn as Elapsed
        from rich.table import Column

        self._progress = Progress(
            TextColumn("{task.description}", markup=False),
            BarColumn(bar_width=20),
            MofNCompleteColumn(),
            Elapsed(),
            TextColumn("{task.fields[aside]}", style="red", markup=False),
            TextColumn(
                "{task.fields[now]}",
                style="dim",
                markup=False,
                table_column=Column(no_wrap=True, overflow="ellipsis"),
            ),
            console=Console(stderr=True),
            transient=True,
        )
        self._task = self._progress.add_task("", total=None, aside="", now="")

    def show(self, text: str, done: int, total: int, aside: str = "", now: str = "") -> None:
        self._progress.update(
            self._task,
            description=clean(text),
            completed=done,
            total=total or None,
            aside=clean(aside),
            now=clean(now),
        )

    def __enter__(self) -> Bar:
        self._progress.start()
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._progress.stop()


def progress_bar() -> AbstractContextManager[Bar]:
    """A bar to hold while something is under way."""
    return _Drawn() if sys.stderr.isatty() else _Silent()
