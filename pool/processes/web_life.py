"""One life of a web process: its birth, its signs of life, its end."""

import os
import subprocess
from collections.abc import Sequence
from typing import NamedTuple

from gristmill.pool.processes.held_signals import signals_held

STILL_S = 5.0
"""A ready one gives a sign of life each second, from its event loop. After so long without any it
is stopped, or its loop stands still: nobody gets an answer from it."""
START_S = 60.0
"""One that is not ready gives no sign yet."""
_READ_BYTES = 65536
_READY = b"\n"


class WebProcess(NamedTuple):
    """A program to keep alive. To the descriptor that `--ready-fd` names it writes a line when it
    is ready, and a byte each second after that; it ends when its standard input does: so none
    outlives a killed supervisor. It is born with TERM and INT held back
    (`pool.processes.held_signals`)."""

    name: str
    argv: Sequence[str]
    pass_fds: tuple[int, ...] = ()


class WebLife:
    """A process from its birth to its end. Raises OSError where it cannot be born."""

    def __init__(self, web_process: WebProcess) -> None:
        self.is_ready = False
        self.silent_s = self.ready_s = 0.0
        self.pipe, writer = os.pipe()
        try:
            os.set_blocking(self.pipe, False)
            with signals_held():
                self.process = subprocess.Popen(
                    [*web_process.argv, "--ready-fd", str(writer)],
                    stdin=subprocess.PIPE,
                    pass_fds=(*web_process.pass_fds, writer),
                )
        except BaseException:
            os.close(self.pipe)
            raise
        finally:
            os.close(writer)

    def look(self, seconds: float) -> None:
        """Take in its signs of life. `seconds`: how long we could have seen one since the last
        look. Our own sleep is not its silence: a terminal may stop all of us at once."""
        signs = b""
        try:
            signs = os.read(self.pipe, _READ_BYTES)
        except BlockingIOError:
            pass
        self.is_ready = self.is_ready or _READY in signs
        self.silent_s = 0.0 if signs else self.silent_s + seconds
        self.ready_s += seconds if self.is_ready else 0.0

    @property
    def stands_still(self) -> bool:
        """Whether it gives no sign of life for too long."""
        return self.silent_s > (STILL_S if self.is_ready else START_S)

    @property
    def exit_code(self) -> int | None:
        """None while it lives."""
        return self.process.poll()

    def close(self) -> None:
        """Its end was seen."""
        os.close(self.pipe)
        if self.process.stdin:
            self.process.stdin.close()
