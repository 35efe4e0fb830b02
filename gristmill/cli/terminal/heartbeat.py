"""What a web process tells the supervisor that started it: that it is ready, and that it lives."""

import contextlib
import os
import time

from gristmill.cli.terminal.stop_flag import StopFlag

_EVERY_S = 1.0


class Heartbeat:
    """A stop flag whose loop is watched: each time that the loop asks for it, a second or more
    after the last time, a byte goes to `descriptor`. So a process that was stopped gives no sign,
    and neither does one whose loop stands still."""

    def __init__(self, flag: StopFlag, descriptor: int) -> None:
        self._flag, self._descriptor, self._at = flag, descriptor, 0.0
        # A supervisor that stands still reads nothing; that must not stop us.
        os.set_blocking(descriptor, False)

    def say_ready(self) -> None:
        os.write(self._descriptor, b"ready\n")

    def is_set(self) -> bool:
        now = time.monotonic()
        if now - self._at >= _EVERY_S:
            self._at = now
            # A full pipe, or nobody at its other end: then our standard input ends, too.
            with contextlib.suppress(OSError):
                os.write(self._descriptor, b".")
        return self._flag.is_set()
