"""One run of a mirror: looks and jobs by turns, until the collection is in step with its folder.

Reading comes first and what is gone last: by then it is known which of it was moved. Each step may
be the last one of this process; the next run compares with what is kept, and misses nothing.
"""

import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import NamedTuple

import msgspec

from gristmill.pool.intake.job_ids import new_job_id
from gristmill.pool.mirrors.braking import Loss, brake
from gristmill.pool.mirrors.comparing import Plan, compare
from gristmill.pool.mirrors.following import Follower
from gristmill.pool.mirrors.reading import AGAIN, CHANGED, FILES_A_JOB, NEW, Reader, Settled
from gristmill.pool.mirrors.stillness import Stillness
from gristmill.schemas.mirrors import Delete, MirrorRun, MirrorSpec
from gristmill.storage.library import KnownFiles
from gristmill.storage.mirrors.files import Seen
from gristmill.storage.mirrors.walking import Walker
from gristmill.storage.walking.ignoring import Filter

MOST_AT_ONCE = 10 * FILES_A_JOB
"""Files that are read between two looks."""
_WAITS_S = 20.0
"""For files that are being written; a log would keep a run for ever."""
_JOBS_NAMED = 20


class Asked(NamedTuple):
    """What a run is for: some paths, or (None) all. `confirmed`: what is gone is meant to be."""

    paths: frozenset[str] | None = None
    confirmed: bool = False


class Held(NamedTuple):
    """What the brake holds: so many files, and why."""

    gone: int
    why: str


class Run:
    """`step` does what can be done now. `lately` is how many files were removed shortly before,
    `device` the file system of the last run."""

    def __init__(
        self,
        spec: MirrorSpec,
        known: KnownFiles,
        reader: Reader,
        follower: Follower,
        stillness: Stillness,
        asked: Asked,
        *,
        share: float,
        device: int | None,
        lately: Callable[[], int] = lambda: 0,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._spec, self._known, self._reader = spec, known, reader
        self._follower, self._stillness, self.asked = follower, stillness, asked
        self._share, self._device, self._lately, self._clock = share, device, lately, clock
        self._paths = asked.paths
        self._put_off: set[str] = set()
        self._new: set[str] = set()
        self._looked = False
        self._until = clock() + _WAITS_S
        self.run = MirrorRun(datetime.now(UTC))
        follower.begin(self.run.started_at)
        self.held: Held | None = None
        self.removed = 0
        self.unsettled: frozenset[str] = frozenset()
        self.device = device

    def extend(self, paths: frozenset[str] | None) -> None:
        """More paths to look at; None: all of them."""
        self._paths = None if paths is None or self._paths is None else self._paths | paths

    def step(self) -> bool:
        """Whether the run is over. Raises OSError where the folder cannot be read, GristmillError:
        what is left is for the next step."""
        if not self._settle_all():
            return False
        plan, walker = self._look()
        self._count_look(plan)
        if plan.moved:
            self._count(moved=self._follower.moved(plan.moved))
        if plan.to_read:
            self._begin(plan)
            return False
        if not self._let_go(plan, walker):
            return False
        if plan.young and self._clock() < self._until:
            self._paths = frozenset(each.path for each in plan.young)
            return False
        self.unsettled = frozenset(each.path for each in plan.young)
        self._count(unsettled=len(plan.young))
        self._stillness.forget()
        self.run = msgspec.structs.replace(self.run, finished_at=datetime.now(UTC))
        return True

    def _settle_all(self) -> bool:
        """Whether no job of ours goes on."""
        settled = [self._reader.settled(job_id) for job_id in self._known.jobs()]
        for each in settled:
            if each is not None:
                self._note(each)
        return None not in settled

    def _note(self, settled: Settled) -> None:
        self._count(new=settled.new, changed=settled.changed, failed=settled.failed)
        self._put_off.update(settled.put_off)
        self._new.update(settled.new_paths)

    def _look(self) -> tuple[Plan, Walker]:
        spec = self._spec
        wanted = Filter(spec.include, spec.exclude, gitignore=spec.gitignore)
        walker = Walker(spec.path, wanted)
        self.device = walker.device()

        def is_still(file: Seen) -> bool:
            return file.path not in self._put_off and self._stillness.is_still(file)

        if self._paths is None:
            seen, known = walker.files(), self._known.files()
        else:
            paths = self._paths.union(self._known.marked())
            seen, known = walker.below(paths), self._known.below(paths)
        plan = compare(seen, known, is_still=is_still, most=MOST_AT_ONCE)
        if plan.renumbered:
            self._known.renumber(plan.renumbered)
        young = [each for each in plan.young if each.path not in self._put_off]
        return plan._replace(young=young), walker

    def _count_look(self, plan: Plan) -> None:
        if not self._looked:
            failed = plan.failing + len(plan.unread)
            self._count(unchanged=plan.unchanged - plan.failing, failed=failed)
        self._looked = True

    def _begin(self, plan: Plan) -> None:
        kinds = ((NEW, plan.new), (CHANGED, plan.changed), (AGAIN, plan.again))
        files = [(each, kind) for kind, some in kinds for each in some]
        for start in range(0, len(files), FILES_A_JOB):
            job_id = new_job_id()
            self._reader.begin(job_id, files[start : start + FILES_A_JOB])
            jobs = (*self.run.jobs, job_id)[-_JOBS_NAMED:]
            self.run = msgspec.structs.replace(self.run, jobs=jobs)

    def _let_go(self, plan: Plan, walker: Walker) -> bool:
        """What is gone comes last. False where that leaves files to be looked at."""
        gone = plan.gone
        if gone and self._spec.delete is Delete.REMOVE and not self.asked.confirmed:
            loss = self._loss(plan, walker)
            if loss.absent and self._paths is not None:
                self._paths = None  # only a whole look tells which file systems are there
                return False
            if why := brake(loss, self._share):
                self.held = Held(len(gone), why)
                return True
        removed, heirs = self._follower.gone(gone)
        self.removed += removed
        self._count(moved=len(heirs), new=-sum(path in self._new for path in heirs))
        self._count(gone=len(gone) - len(heirs))
        # Others may have had the content of what was removed.
        return not (removed and self._known.marked())

    def _loss(self, plan: Plan, walker: Walker) -> Loss:
        here = walker.devices | {self.device}
        absent = sum(bool(each.device) and each.device not in here for each in plan.gone)
        looked = None
        if self._paths is None:
            looked = plan.unchanged + len(plan.young) + len(plan.unread)
        exchanged = self._device is not None and self._device != self.device
        known = self._known.count()
        return Loss(len(plan.gone), known, self._lately(), looked, absent, exchanged)

    def _count(self, **more: int) -> None:
        counts = self.run.counts
        values = {name: max(0, getattr(counts, name) + number) for name, number in more.items()}
        self.run = msgspec.structs.replace(
            self.run, counts=msgspec.structs.replace(counts, **values)
        )
