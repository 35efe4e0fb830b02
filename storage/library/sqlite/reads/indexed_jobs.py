"""The job index, as the library offers it."""

from collections.abc import Iterable, Iterator
from contextlib import AbstractContextManager

from gristmill.schemas.jobs.states import JobState
from gristmill.storage.library import locks
from gristmill.storage.library.chosen_jobs import ChosenJobs
from gristmill.storage.library.database import Database
from gristmill.storage.library.job_index_row import JobIndexRow
from gristmill.storage.library.locks import Lock
from gristmill.storage.library.roles import Within
from gristmill.storage.library.sqlite.database.trouble import in_plain_words
from gristmill.storage.library.sqlite.reads import job_index


@in_plain_words
class IndexedJobs:
    """Beside the rest of `Library`, whose connection it has."""

    _db: Database

    def _writing(self, *_: Lock) -> AbstractContextManager[None]:
        raise NotImplementedError

    def _hurrying(self, *_: Lock) -> AbstractContextManager[None]:
        """A write that need not be durable yet."""
        raise NotImplementedError

    def index_jobs(self, rows: Iterable[JobIndexRow]) -> None:
        """Add or replace rows. Not durable by itself: the manifests can tell it all again."""
        found = list(rows)
        if not found:
            return
        with self._hurrying(locks.JOB_INDEX):
            job_index.write(self._db, found)

    def jobs_page(
        self, *, state: JobState | None, collection: Within, after: str | None, limit: int
    ) -> list[str]:
        """Up to `limit` job ids before `after`, newest first."""
        return job_index.page(self._db, state, collection, after, limit)

    def chosen_jobs(self, wanted: ChosenJobs, *, after: str | None, limit: int) -> list[str]:
        """Up to `limit` ids of jobs that are wanted, before `after`, newest first."""
        return job_index.chosen(self._db, wanted, after, limit)

    def count_chosen_jobs(self, wanted: ChosenJobs) -> int:
        """How many jobs are wanted."""
        return job_index.count_chosen(self._db, wanted)

    def count_jobs(
        self, *, state: JobState | None, collection: Within, since: str, most: int
    ) -> int:
        """How many jobs have an id from `since` on, as far as `most`."""
        return job_index.count(self._db, state, collection, since, most)

    def oldest_job(self, *, state: JobState, collection: Within) -> JobIndexRow | None:
        """The job in a state that came first."""
        return job_index.oldest(self._db, state, collection)

    def job_rows(self) -> Iterator[JobIndexRow]:
        """All rows of the job index, oldest job first."""
        return job_index.rows(self._db)

    def job_ids(self) -> Iterator[str]:
        """All job ids of the index, oldest first."""
        return (row.job_id for row in job_index.rows(self._db))

    def job_row(self, job_id: str) -> JobIndexRow | None:
        """What the job index says of one job."""
        return job_index.one(self._db, job_id)

    def clear_job_index(self) -> None:
        with self._writing(locks.JOB_INDEX):
            job_index.clear(self._db)
