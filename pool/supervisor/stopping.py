"""Being told to stop. Handlers only set flags; the supervisor's loop acts."""

import os
import signal
import sys
import threading
from types import FrameType


class StopSignals:
    """TERM or INT asks for a drain, a second one for a quick end. With `with_stdin`, so does the
    end of standard input: whoever started us is gone. Made in the main thread."""

    def __init__(self, *, with_stdin: bool = False) -> None:
        self._count = 0
        signal.signal(signal.SIGTERM, self._handle)
        signal.signal(signal.SIGINT, self._handle)
        if with_stdin:
            threading.Thread(target=self._watch_stdin, name="stdin-watch", daemon=True).start()

    def ask(self) -> None:
        """Ask for a drain, as the first signal does."""
        self._count = max(self._count, 1)

    @property
    def asked(self) -> bool:
        return self._count > 0

    @property
    def asked_again(self) -> bool:
        return self._count > 1

    def _handle(self, number: int, frame: FrameType | None) -> None:
        self._count += 1

    def _watch_stdin(self) -> None:
        # Past the buffered reader: its lock, held by this thread, would abort the exit.
        while os.read(sys.stdin.fileno(), 4096):
            pass
        self._count += 1
