"""A library that is asked here what is quick, and apart what is not."""

from collections.abc import Callable
from functools import partial
from typing import Any

from gristmill.pool.long_reads.long_reads import LongReads
from gristmill.schemas.problems.library_errors import LibraryFault, LibraryTrouble
from gristmill.storage.library import TimedLibrary

DEAR = frozenset({"search_answer", "facets"})
"""Methods that may take long. What they are given and return can be pickled."""
TRIAL_S = 0.05
"""What a question may compute here. Most searches take a tenth of that, and are not to wait for
another process, nor behind what takes long."""
FEW_HITS = 100
"""What is told of more takes long whatever the search costs, and no deadline ends it."""


class SteadyLibrary:
    """The methods of a library. Those that may take long are tried here for a moment and then
    asked of `apart`; they raise what it raises, too."""

    def __init__(self, here: TimedLibrary, apart: LongReads) -> None:
        self._here, self._apart = here, apart

    def __getattr__(self, name: str) -> Any:
        method = getattr(self._here, name)
        return partial(self._dear, name, method) if name in DEAR else method

    def _dear(self, name: str, method: Callable[..., Any], *args: Any, **named: Any) -> Any:
        if named.get("limit", 0) <= FEW_HITS:
            try:
                with self._here.hurried(TRIAL_S):
                    return method(*args, **named)
            except LibraryTrouble as trouble:
                if trouble.fault is not LibraryFault.TOO_LONG or self._here.deadline.is_past:
                    raise
        return self._apart.ask(name, *args, **named)
