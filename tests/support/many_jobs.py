"""Jobs on disk and in the index, without a service, for what is done with many of them."""

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import msgspec
from support.job_samples import new_id, queued
from support.server_fakes import FakeClient, moved

from gristmill.pool.bulk.keeper import Asker, BulkKeeper
from gristmill.schemas.bulk import BulkAction, BulkPreview, BulkView, JobQuery
from gristmill.schemas.jobs.manifest import Manifest, Moment
from gristmill.schemas.jobs.sources import InlineText
from gristmill.schemas.jobs.states import JobEvent, JobState
from gristmill.storage.library import JobIndexRow
from gristmill.storage.library.job_text import text_of
from gristmill.storage.records.keys import KeyRecord
from gristmill.storage.stores import Stores

ENDS = {
    JobState.SUCCEEDED: JobEvent.SUCCEEDED,
    JobState.PARTIAL: JobEvent.MIXED,
    JobState.FAILED: JobEvent.FAILED,
}
SOMEBODY = Asker()


class ManyJobs:
    """A data folder that jobs are put into as they are wanted."""

    def __init__(self, data: Path) -> None:
        self.stores = Stores.open(data)
        self.client = FakeClient(self.stores.folder)
        self.keeper = BulkKeeper(self.stores, self.client)
        self._numbers = iter(range(1, 1000))

    def add(self, state: JobState = JobState.FAILED, **fields: object) -> str:
        """A job in a state, and its id."""
        number = next(self._numbers)
        name = str(fields.pop("name", f"{number}.txt"))
        at = datetime.now(UTC) - timedelta(minutes=1)
        values = {
            "job_id": new_id(number),
            "key": f"{number:064x}",
            "submitted_at": at,
            "history": (Moment(JobState.QUEUED, at),),
            **fields,
        }
        manifest = queued(InlineText(name, "some words"), **values)  # type: ignore[arg-type]
        self.stores.manifests.create_all([manifest])
        if state is not JobState.QUEUED:
            manifest = moved(manifest, JobEvent.LEASED)
            self.stores.manifests.write_running(manifest)
        if state.terminal:
            manifest = moved(manifest, ENDS.get(state, JobEvent.CANCELLED))
            self.stores.manifests.settle(manifest)
        self.index(manifest)
        return manifest.job_id

    def index(self, *manifests: Manifest) -> None:
        with self.stores.library() as library, self.stores.job_words() as words:
            library.index_jobs(map(JobIndexRow.of, manifests))
            words.add(text_of(each) for each in manifests if each.state.terminal)

    def retry(self, job_id: str) -> None:
        """As the supervisor does, whose queue nobody works on."""
        again = moved(self.client.manifest(job_id), JobEvent.RETRIED)
        self.stores.manifests.reopen(msgspec.structs.replace(again, run=again.run + 1))
        self.index(again)

    def cancel(self, job_id: str) -> bool:
        if self.client.manifest(job_id).state.terminal:
            return False
        self.index(self.client.end(job_id, JobEvent.CANCELLED))
        return True

    def preview(self, action: BulkAction, asker: Asker = SOMEBODY, **query: Any) -> BulkPreview:
        wanted = JobQuery(**query)
        with self.stores.library(readonly=True) as library:
            return self.keeper.preview(library, action, wanted, asker)

    def start(self, action: BulkAction, asker: Asker = SOMEBODY, **query: Any) -> str:
        preview = self.preview(action, asker, **query)
        record = self.keeper.start(action, preview.query, asker, preview.confirm, None)
        return record.bulk_id

    def view(self, bulk_id: str) -> BulkView:
        return self.keeper.find(bulk_id, SOMEBODY)

    def states(self, job_ids: Sequence[str]) -> Iterator[JobState | None]:
        for job_id in job_ids:
            manifest = self.stores.manifests.read(job_id)
            yield None if manifest is None else manifest.state

    def key_of(self, job_id: str, key: str) -> None:
        """An idempotency key that stands for a job."""
        with self.stores.keys.hold([key]):
            self.stores.keys.write(key, KeyRecord(job_id, "ab" * 32))
