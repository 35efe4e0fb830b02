"""What the workers are at, for people who look at the overview."""

from collections.abc import Iterable

from gristmill.pool.processes.vitals import Vitals, vitals_of
from gristmill.schemas.events import AtWork
from gristmill.schemas.jobs.workers import Glimpse
from gristmill.schemas.overview import WorkerLook


class Looks:
    """The supervisor's loop sees, and whoever asks looks at what it saw last. What costs a call of
    the system is asked of it only then."""

    def __init__(self) -> None:
        self._last: tuple[Glimpse, ...] = ()

    def see(self, glimpses: Iterable[Glimpse]) -> None:
        self._last = tuple(glimpses)

    def all(self) -> list[WorkerLook]:
        return sorted(_look_at(glimpse) for glimpse in self._last)

    def at_work(self) -> tuple[AtWork, ...]:
        """What those are at that have a document in hand; it costs no call of the system."""
        return tuple(
            AtWork(each.job_id, each.ordinal, each.stage, each.page, each.elapsed_s)
            for each in self._last
            if each.job_id is not None
        )


def _look_at(glimpse: Glimpse) -> WorkerLook:
    worker = glimpse.worker
    vitals = Vitals(0, 0.0) if worker.host else vitals_of(worker.pid, worker.birth)
    return WorkerLook(
        worker.pid,
        worker.host,
        glimpse.job_id,
        glimpse.ordinal,
        glimpse.elapsed_s,
        glimpse.stage,
        glimpse.page,
        glimpse.documents,
        vitals.memory,
        vitals.cpu_s,
    )
