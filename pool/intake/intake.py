"""Accepting jobs: after `submit` returns, the job survives everything."""

from collections.abc import Callable, Mapping, Sequence

from gristmill.pool.client import PoolClient
from gristmill.pool.intake import preparing
from gristmill.pool.intake.accepting import Accepting
from gristmill.pool.intake.drafts import (
    NOBODY,
    Draft,
    Request,
    Submission,
    Submitter,
    deciding,
    drafts_of,
    rounds,
    undecided,
)
from gristmill.pool.intake.inherited import Inherited
from gristmill.pool.intake.room import Room
from gristmill.pool.intake.sharing import Sharing
from gristmill.pool.intake.sources import discard
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import Located, Refreshed, Spooled
from gristmill.schemas.problems.errors import GristmillError
from gristmill.storage.stores import Stores


class Intake:
    """Turns requests into jobs. Thread-safe; any number of processes may work on one folder."""

    def __init__(self, stores: Stores, settings: Settings, client: PoolClient) -> None:
        self._settings, self._client = settings, client
        self._inherited = Inherited(stores)
        self._room = Room(stores.folder.root, settings)
        self._manifests, self._spool = stores.manifests, stores.spool
        self._accept = Accepting(stores, settings, client)
        self._accept_shared = Sharing(self._accept)

    def submit(
        self,
        task: IngestionTask,
        *,
        key: str | None = None,
        uploads: Sequence[Spooled | Refreshed | Located] = (),
        job_id: str | None = None,
        trusted: bool = False,
        submitter: Submitter = NOBODY,
        texts: Mapping[int, bytes] | None = None,
    ) -> Submission:
        """Accept a job durably and offer it to the queue.

        `uploads` are documents that are in the spool already; they belong to the job from here
        on and are dropped when it is not accepted. `job_id` is the new job's id, where its uploads
        carry it in their claims. `trusted` callers may name any path. `texts`: see `Request`.
        Raises DuplicateJob, KeyConflict, QueueFull, Draining, SupervisorAway, StorageFull,
        StorageFailed, InvalidRequest, TooManySources, TextTooLarge, PathForbidden,
        PathNotShared, PathNotFound, PathEmpty, UrlsDisabled, UnsupportedOption, UnknownStep,
        StepUnavailable.
        """
        request = Request(task, key, uploads, job_id, submitter, texts or {})
        (outcome,) = self.submit_all([request], trusted=trusted)
        if isinstance(outcome, GristmillError):
            raise outcome
        return outcome

    def submit_later(
        self, request: Request, done: Callable[[Submission | BaseException], None]
    ) -> bool:
        """Accept a job without a thread that waits for it: `done` is called in some thread with
        what came of it. Returns at once; False where it is refused already, and `submit` would say
        why. For texts that fit into a manifest: nothing of them is left where they are refused."""
        (draft,) = drafts_of([request])
        self._prepare([draft], trusted=False)
        if draft.outcome is not None:
            return False
        self._accept_shared.later(draft, lambda error: done(error or draft.decided))
        return True

    def submit_all(
        self, requests: Sequence[Request], *, trusted: bool = False
    ) -> list[Submission | GristmillError]:
        """Accept jobs, each as safely as `submit` does and with the error that it would raise.

        One that has the key of an earlier one is its duplicate. They share their waits for the
        disk: better a few dozen at a time than thousands, for until all are on disk and
        offered, other submitters wait for the keys they hold.
        """
        drafts = drafts_of(requests)
        try:
            self._prepare(drafts, trusted)
            if len(drafts) == 1:
                for draft in undecided(drafts):
                    self._accept_shared(draft)
            else:
                for some in rounds(undecided(drafts)):
                    self._accept(some)
        finally:
            for draft in drafts:
                self._tidy(draft)
        return [draft.outcome for draft in drafts if draft.outcome is not None]

    def _prepare(self, drafts: Sequence[Draft], trusted: bool) -> None:
        for draft in drafts:
            with deciding([draft]):
                preparing.check(draft, self._settings, self._inherited)
        if waiting := undecided(drafts):
            with deciding(waiting):
                if shortage := self._room.shortage():
                    raise shortage
        for draft in undecided(drafts):
            with deciding([draft]):
                preparing.store(draft, self._settings, self._spool, trusted=trusted)

    def _tidy(self, draft: Draft) -> None:
        """Drop the bytes of a draft that is no job."""
        if isinstance(draft.outcome, Submission):
            if not draft.outcome.created:
                discard(draft.stored, self._spool)
        # An interrupt after the manifest leaves an accepted job, which needs its bytes.
        elif draft.prepared is None or not self._manifests.is_pending(draft.job_id):
            discard(draft.stored, self._spool)
