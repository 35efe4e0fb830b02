"""What the supervisor asks of an engine."""

from collections.abc import Collection
from typing import Protocol

from gristmill.schemas.cluster import NodeLook
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Glimpse, Loss, Trouble


class Engine(Protocol):
    """Keeps workers at the queue. Not thread-safe, but for `join`, `cancel` and `forget_cancel`:
    the supervisor's loop drives it."""

    def start(self) -> None:
        """Bring the workers up. Returns before they have joined."""

    def join(self, worker: WorkerId) -> int:
        """A worker of this machine begins its life and is enrolled with the queue; returns its
        slot on the board. Raises ServiceFailed when there is no room for it."""

    def wait(self, timeout_s: float) -> list[Loss]:
        """Wait up to `timeout_s` for workers to end; returns those that did, each once. Only
        workers that have joined are told of."""

    def tick(self) -> None:
        """Keep the workers coming."""

    def trouble(self) -> Trouble | None:
        """Why no worker can be kept alive at present; None when all is well. The engine goes on
        trying by itself."""

    def workers(self) -> set[WorkerId]:
        """The workers that have joined and are not known to be gone."""

    def glimpses(self) -> list[Glimpse]:
        """What the workers are at, as far as they show it."""

    def nodes(self) -> list[NodeLook]:
        """The machines that workers run on, where that is not this one alone."""

    def retire(self, node: str) -> bool:
        """Let a node end what it holds, and give it nothing more; False where there is none of
        that name."""

    def end(self, worker: WorkerId) -> None:
        """End one worker, which is over a limit or at a cancelled job; returns at once."""

    def cancel(self, job_id: str, workers: Collection[WorkerId]) -> None:
        """Ask workers to leave out what is left of a job."""

    def forget_cancel(self, job_id: str) -> None:
        """A job that was cancelled runs again: the workers that were asked to leave it out may be
        given it once more."""

    def stop(self, timeout_s: float) -> list[Loss]:
        """End: workers that were told to stop get `timeout_s`, then they are killed."""
