"""Who is next: priorities first, then turn and turn about between old jobs and new ones."""

from collections import deque

from gristmill.pool.dispatch.pending_job import PendingJob


class Rotation:
    """Jobs that have tasks to hand out.

    Within a priority, started jobs take turns (round robin) and every other turn goes to the
    oldest waiting job. So one huge job never keeps a small one waiting, and ten thousand small
    ones never stop the huge one.

    A job that got a task back, whose worker was lost, comes before all of them: the task has had
    its turn. That is one turn a return, and what is returned again and again has its waits
    (`schemas.outcomes.retry`), so those who never had a turn get theirs.
    """

    def __init__(self) -> None:
        self._waiting: dict[int, deque[PendingJob]] = {}
        self._started: dict[int, deque[PendingJob]] = {}
        self._returned: dict[int, deque[PendingJob]] = {}
        self._favour_waiting = False

    def __len__(self) -> int:
        """How many jobs wait for a turn."""
        sides = (self._returned, self._waiting, self._started)
        return sum(len(queue) for side in sides for queue in side.values())

    def add(self, entry: PendingJob) -> None:
        """Give a job with tasks its place; one that has a place already keeps it."""
        if not entry.in_rotation:
            entry.in_rotation = True
            side = self._started if entry.started else self._waiting
            side.setdefault(entry.priority, deque()).append(entry)

    def add_returned(self, entry: PendingJob) -> None:
        """Give a job whose first task came back its turn before all others of its priority, for
        that task alone."""
        if not entry.in_returned:
            entry.in_returned = True
            self._returned.setdefault(entry.priority, deque()).append(entry)

    def take(self) -> PendingJob | None:
        """Remove and return the job whose turn it is. Its tasks may have been dropped since it
        was added (cancelled): such a job only loses its place."""
        while (queue := self._next_queue()) is not None:
            entry = self._pop(queue)
            if entry.waiting:
                return entry
        return None

    def take_small(self, priority: int) -> PendingJob | None:
        """Remove and return the oldest waiting job of a priority, if it is a small one."""
        queue = self._waiting.get(priority)
        while queue and not queue[0].waiting:
            self._pop(queue)
        return self._pop(queue) if queue and queue[0].small else None

    def _next_queue(self) -> deque[PendingJob] | None:
        sides = (self._waiting, self._started)
        every = (self._returned, *sides)
        priorities = [key for side in every for key, queue in side.items() if queue]
        if not priorities:
            return None
        highest = max(priorities)
        if returned := self._returned.get(highest):
            return returned
        self._favour_waiting = not self._favour_waiting
        first, second = sides if self._favour_waiting else reversed(sides)
        return first.get(highest) or second[highest]

    def _pop(self, queue: deque[PendingJob]) -> PendingJob:
        entry = queue.popleft()
        if queue is self._returned.get(entry.priority):
            entry.in_returned = False
        else:
            entry.in_rotation = False
        return entry
