"""What the supervisor asks of an engine."""

from typing import NamedTuple, Protocol

from gristmill.pool.watch.roster import Enrolled


class Loss(NamedTuple):
    """A worker process is gone. `exit_code` is negative for a signal, None when unknown."""

    pid: int
    exit_code: int | None


class Engine(Protocol):
    """Keeps `size` workers at the queue. Not thread-safe: the supervisor's loop drives it."""

    def start(self) -> None:
        """Bring the workers up. Returns before they have joined."""

    def wait(self, timeout_s: float) -> list[Loss]:
        """Wait up to `timeout_s` for workers to end; returns those that did, each once."""

    def tick(self) -> None:
        """Keep the workers coming."""

    def trouble(self) -> str | None:
        """Why no worker can be kept alive at present; None when all is well. The engine goes on
        trying by itself."""

    def end(self, member: Enrolled) -> None:
        """End one worker, which is over a limit or at a cancelled job; returns at once."""

    def stop(self, timeout_s: float) -> list[Loss]:
        """End: workers that were told to stop get `timeout_s`, then they are killed."""
