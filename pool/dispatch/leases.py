"""Who has what: the tasks that each enrolled worker has leased."""

from gristmill.schemas.tasks import Task, WorkerId


class Leases:
    """Guarded by the queue's lock."""

    def __init__(self) -> None:
        self._held: dict[WorkerId, dict[int, Task]] = {}

    def enrol(self, worker: WorkerId) -> None:
        self._held[worker] = {}

    def of(self, worker: WorkerId) -> dict[int, Task] | None:
        """What a worker holds, by task id, to be changed; None where it is not enrolled (any
        more)."""
        return self._held.get(worker)

    def revoke(self, worker: WorkerId) -> list[Task]:
        """A worker is gone; returns what it held."""
        return list(self._held.pop(worker, {}).values())

    @property
    def workers(self) -> int:
        return len(self._held)

    @property
    def tasks(self) -> int:
        return sum(map(len, self._held.values()))

    def busy(self) -> set[WorkerId]:
        """The workers that hold anything."""
        return {worker for worker, held in self._held.items() if held}

    def holders(self, job_id: str) -> list[WorkerId]:
        """The workers that hold a part of a job."""
        return [
            worker
            for worker, held in self._held.items()
            if any(task.job_id == job_id for task in held.values())
        ]
