"""Jobs that have not begun, counted in all and for each key that submitted some."""

from gristmill.pool.dispatch.admission import Occupancy
from gristmill.pool.dispatch.pending_job import PendingJob


class Waiting:
    """Guarded by the queue's lock. `depth` of them may wait, `quota` of one key (0: any); a key of
    whose jobs none waits takes no room."""

    def __init__(self, depth: int, quota: int) -> None:
        self.depth, self._quota = depth, quota
        self.count = 0
        self._owned: dict[str, int] = {}

    def occupancy(self, owner: str | None, draining: bool, paused: bool) -> Occupancy:
        """How the queue stands for who offers another job; `owner` None is no key's."""
        owned = self._owned.get(owner, 0) if owner is not None else 0
        return Occupancy(self.count, self.depth, draining, paused, owned, self._quota)

    def add(self, entry: PendingJob) -> None:
        self.count += 1
        if entry.owner is not None:
            self._owned[entry.owner] = self._owned.get(entry.owner, 0) + 1

    def drop(self, entry: PendingJob) -> None:
        """A job begins, or ends without having begun."""
        self.count -= 1
        if entry.owner is not None:
            self._owned[entry.owner] -= 1
            if not self._owned[entry.owner]:
                del self._owned[entry.owner]
