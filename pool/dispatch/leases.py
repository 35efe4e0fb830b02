"""Who has what: the tasks that each enrolled worker has leased."""

from gristmill.schemas.jobs.tasks import Task, WorkerId


class Leases:
    """Guarded by the queue's lock. `seats` workers are given leases (None: as many as come);
    others are spare, and take the place of one that is gone."""

    def __init__(self, seats: int | None = None) -> None:
        self._seats = seats
        self._held: dict[WorkerId, dict[int, Task]] = {}
        self._seated: set[WorkerId] = set()

    def enrol(self, worker: WorkerId) -> None:
        self._held[worker] = {}

    def of(self, worker: WorkerId) -> dict[int, Task] | None:
        """What a worker holds, by task id, to be changed; None where it is not enrolled (any
        more)."""
        return self._held.get(worker)

    def revoke(self, worker: WorkerId) -> list[Task]:
        """A worker is gone; returns what it held."""
        self._seated.discard(worker)
        return list(self._held.pop(worker, {}).values())

    def seat(self, worker: WorkerId) -> bool:
        """Whether a worker may be given leases, now and from now on."""
        if worker not in self._seated and len(self._seated) != self._seats:
            self._seated.add(worker)
        return worker in self._seated

    @property
    def workers(self) -> int:
        """How many may have leases at once, of those that are here."""
        return len(self._held) if self._seats is None else min(self._seats, len(self._held))

    @property
    def tasks(self) -> int:
        return sum(map(len, self._held.values()))

    def has(self, task: Task) -> bool:
        """Whether a task is still leased."""
        return any(task.task_id in held for held in self._held.values())

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
