"""Does bulk actions, some jobs at a time, beside the service.

Before something is done with some jobs, the record says with which; after it, what became of them.
So whoever takes it up after a crash looks at those first, and counts each job once.
"""

import logging
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime

import msgspec

from gristmill.pool.bulk.choosing import Chooser, Place, Wanted
from gristmill.pool.bulk.outcomes import Outcome, counted, is_done, is_trouble, with_end
from gristmill.schemas.bulk import BulkAction, BulkRecord, BulkState
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.problems.errors import GristmillError, InvalidRequest
from gristmill.storage.library import Library
from gristmill.storage.stores import Stores

Act = Callable[[Sequence[Manifest], Callable[[], bool]], Iterable[Outcome]]
"""Does it with some jobs until it is told that the time is over, and says what became of each that
it has come to. What it raises is trouble of the machine: the rest is tried again."""
_SLICE = 50
_ROUND_S, _BUSY_ROUND_S = 0.5, 0.1
"""Of each second, while nobody submits and while somebody does."""
_log = logging.getLogger(__name__)


class BulkMover:
    """The supervisor's hand on bulk actions: `look` is called once a second. They take turns, so
    that none waits for another's end. `accepted`: how many jobs were, since the start; `may`:
    whether an action may go on now."""

    def __init__(
        self,
        stores: Stores,
        acts: Mapping[BulkAction, Act],
        *,
        accepted: Callable[[], int] = lambda: 0,
        may: Callable[[BulkAction], bool] = lambda action: True,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._stores, self._records, self._acts = stores, stores.bulk, acts
        self._accepted, self._may, self._clock = accepted, may, clock
        self._chooser = Chooser(stores)
        self._known: dict[str, BulkRecord] = {}
        self._written: dict[str, BulkRecord] = {}
        self._seen = self._retried = 0

    def look(self) -> None:
        """Go on for as long as is fitting now. Raises OSError, GristmillError: what is left is for
        the next time."""
        if not self._records.has_active():
            self._known.clear()
            return
        accepted = self._accepted()
        others = accepted - self._seen - self._retried
        self._seen, self._retried = accepted, 0
        deadline = self._clock() + (_BUSY_ROUND_S if others > 0 else _ROUND_S)
        troubles = list[OSError | GristmillError]()
        with self._stores.library(readonly=True) as library:
            going = [record.bulk_id for record in self._records.active()]
            while going and self._clock() < deadline:
                going = [each for each in going if self._tried(each, library, deadline, troubles)]
        for record in self._known.values():
            self._write(record)
        if troubles:
            raise troubles[0]

    def _tried(
        self,
        bulk_id: str,
        library: Library,
        deadline: float,
        troubles: list[OSError | GristmillError],
    ) -> bool:
        """As `_goes_on`; what goes wrong with one stops no other."""
        try:
            return self._goes_on(bulk_id, library, deadline)
        except InvalidRequest as error:
            # It was taken by a version that understood it: no later try of this one will.
            return self._end(with_end(self._known[bulk_id], error), BulkState.FAILED)
        except (OSError, GristmillError) as error:
            troubles.append(error)
            return False

    def _goes_on(self, bulk_id: str, library: Library, deadline: float) -> bool:
        """Do some of one; False where there is no more to do now."""
        record = self._known.get(bulk_id) or self._taken_up(bulk_id)
        if record is None:
            return False
        if self._records.is_stopping(bulk_id):
            return self._end(record, BulkState.CANCELLED)
        if not self._may(record.action):
            return False
        if not record.in_hand:
            record, more = self._next(record, library)
            if not record.in_hand and not more:
                return self._end(record, BulkState.DONE)
        self._do(record, deadline)
        return True

    def _taken_up(self, bulk_id: str) -> BulkRecord | None:
        """One that we have not had yet: it is new, or an earlier supervisor was at it."""
        if self._records.has_ended(bulk_id):
            self._records.tidy(bulk_id)
            return None
        record = self._records.find(bulk_id)
        if record is None:
            return None
        _log.info("bulk action %s: to %s %d jobs", bulk_id, record.action, record.jobs)
        started = record.started_at or datetime.now(UTC)
        return self._keep(
            msgspec.structs.replace(record, state=BulkState.RUNNING, started_at=started)
        )

    def _next(self, record: BulkRecord, library: Library) -> tuple[BulkRecord, bool]:
        """Take some jobs in hand, durably; whether there may be more."""
        wanted = Wanted.of(record.action, record.query, record.within, record.until)
        ids, place = self._chooser.page(library, wanted, Place(*record.at), _SLICE)
        at = (len(wanted.states), None) if place is None else tuple(place)
        record = msgspec.structs.replace(record, at=at, in_hand=tuple(ids))
        if ids:
            self._write(record)
        return self._keep(record), place is not None

    def _do(self, record: BulkRecord, deadline: float) -> None:
        """What is in hand, until the time is over."""
        wanted = Wanted.of(record.action, record.query, record.within, record.until)
        jobs = list[Manifest]()
        for job_id in record.in_hand:
            manifest, error = self._read(job_id)
            if error is not None:
                record = self._keep(counted(record, Outcome(job_id, error)))
            elif manifest is not None and wanted.passes(manifest):
                jobs.append(manifest)
            else:
                done = is_done(manifest, record)
                record = self._keep(counted(record, Outcome(job_id, left_out=not done)))
        action = record.action
        for outcome in self._acts[action](
            jobs, lambda: self._clock() >= deadline or not self._may(action)
        ):
            record = self._keep(counted(record, outcome))
            self._retried += action is BulkAction.RETRY and outcome.error is None

    def _read(self, job_id: str) -> tuple[Manifest | None, GristmillError | None]:
        try:
            return self._stores.manifests.read(job_id), None
        except GristmillError as error:
            if is_trouble(error):
                raise
            return None, error

    def _end(self, record: BulkRecord, state: BulkState) -> bool:
        now = datetime.now(UTC)
        ended = msgspec.structs.replace(record, state=state, finished_at=now, in_hand=())
        self._records.write(ended)
        self._known.pop(record.bulk_id, None)
        self._written.pop(record.bulk_id, None)
        _log.info(
            "bulk action %s is %s: %d done, %d refused, %d failed",
            *(record.bulk_id, state, record.done, record.refused, record.failed),
        )
        return False

    def _write(self, record: BulkRecord) -> None:
        """Unless that is how it stands on disk."""
        if self._written.get(record.bulk_id) != record:
            self._records.write(record)
            self._written[record.bulk_id] = record

    def _keep(self, record: BulkRecord) -> BulkRecord:
        self._known[record.bulk_id] = record
        return record
