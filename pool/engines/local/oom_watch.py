"""Has the kernel just killed somebody for want of memory?"""

import time
from collections.abc import Callable

from gristmill.pool.processes.machine import oom_kills

RECENT_S = 2.0
"""The kernel counts first and kills then; the death is seen within a tick or two. What it killed
longer ago was somebody else."""
_LOOK_EVERY_S = 0.5


class OomWatch:
    """Remembers when the kernel's counter last grew. Used by the supervisor's loop alone."""

    def __init__(
        self,
        read: Callable[[], int] = oom_kills,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._read, self._clock = read, clock
        self._count, self._looked_at = read(), clock()
        self._grew_at = float("-inf")

    def tick(self) -> None:
        """Keep what we know fresh, so that an old kill is not taken for a new one."""
        if self._clock() - self._looked_at >= _LOOK_EVERY_S:
            self._look()

    def has_just_killed(self) -> bool:
        """Whether somebody was killed for want of memory a moment ago."""
        self._look()
        return self._clock() - self._grew_at <= RECENT_S

    def _look(self) -> None:
        count, self._looked_at = self._read(), self._clock()
        if count > self._count:
            self._grew_at = self._looked_at
        self._count = count
