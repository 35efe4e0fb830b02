"""Jobs of mirrors are submitted as any other's are."""

from collections.abc import Sequence
from functools import cached_property

from gristmill.pool.client import PoolClient
from gristmill.pool.intake.drafts import Submitter
from gristmill.pool.intake.intake import Intake
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import Located
from gristmill.schemas.mirrors import MirrorSpec
from gristmill.storage.stores import Stores


class Submitting:
    """Submits for mirrors. Called by one thread at a time."""

    def __init__(self, stores: Stores, settings: Settings) -> None:
        self._stores, self._settings = stores, settings

    def __call__(self, spec: MirrorSpec, job_id: str, sources: Sequence[Located]) -> None:
        """Raises what `Intake.submit` does."""
        task = IngestionTask(sources=[], collection=spec.collection)
        # A key of its own: who submits the same files elsewhere has another job.
        self._intake.submit(
            task,
            key=f"mirror {job_id}",
            uploads=sources,
            job_id=job_id,
            trusted=True,
            submitter=Submitter(spec.created_by),
        )

    @cached_property
    def _intake(self) -> Intake:
        return Intake(self._stores, self._settings, PoolClient(self._stores))
