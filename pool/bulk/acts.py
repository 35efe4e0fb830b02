"""What can be done with many jobs: the same as with one, one after the other or some at a time."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

from gristmill.pool.bulk.mover import Act
from gristmill.pool.bulk.outcomes import Outcome, is_trouble
from gristmill.schemas.bulk import BulkAction
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.problems.errors import GristmillError, IllegalTransition
from gristmill.storage.disk.reserve import with_reserve
from gristmill.storage.stores import Stores
from gristmill.storage.upkeep.retention import drop_ended


def acts(
    stores: Stores,
    retry: Callable[[str], object],
    cancel: Callable[[str], bool],
    tell_deleted: Callable[[Sequence[tuple[str, str]]], None] = lambda jobs: None,
) -> Mapping[BulkAction, Act]:
    """`retry` and `cancel` are the supervisor's, of one job. `tell_deleted` gets jobs that are
    gone, each with its collection."""

    def stop(job_id: str) -> None:
        if not cancel(job_id):
            raise IllegalTransition(f"job {job_id} has ended: there is nothing to cancel")

    def delete(jobs: Sequence[Manifest], over: Callable[[], bool]) -> Iterable[Outcome]:
        dropped = set(with_reserve(stores.folder.root, lambda: drop_ended(stores.folder, jobs)))
        tell_deleted([(job.job_id, job.collection) for job in jobs if job.job_id in dropped])
        return [Outcome(job.job_id, left_out=job.job_id not in dropped) for job in jobs]

    return {
        BulkAction.RETRY: lambda jobs, over: _one_by_one(jobs, over, retry),
        BulkAction.CANCEL: lambda jobs, over: _one_by_one(jobs, over, stop),
        BulkAction.DELETE: delete,
    }


def _one_by_one(
    jobs: Sequence[Manifest], over: Callable[[], bool], act: Callable[[str], object]
) -> Iterator[Outcome]:
    for job in jobs:
        if over():
            return
        try:
            act(job.job_id)
        except (OSError, GristmillError) as error:
            if is_trouble(error):
                raise
            yield Outcome(job.job_id, error)
        else:
            yield Outcome(job.job_id)
