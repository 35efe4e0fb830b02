"""Runs mirrors, beside the service: whatever is due or asked for, a step of each at a time."""

import logging
import time
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import msgspec

from gristmill.pool.mirrors.following import Follower
from gristmill.pool.mirrors.permission import expect_allowed
from gristmill.pool.mirrors.reading import Reader, Submit
from gristmill.pool.mirrors.run import Asked, Run
from gristmill.pool.mirrors.stillness import Stillness
from gristmill.pool.mirrors.watching import Watch, can_watch
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.mirrors import MirrorSpec, MirrorState
from gristmill.schemas.problems.errors import GristmillError
from gristmill.storage.library import KnownFiles
from gristmill.storage.mirrors.files import DamagedKnown
from gristmill.storage.stores import Stores

WHOLE_S = 3_600.0
"""Between two whole comparisons of a mirror that is watched and says nothing else."""
_BLOCKED_S = 30.0
_LATELY_S = 600.0
_log = logging.getLogger(__name__)


class MirrorMover:
    """The supervisor's hand on mirrors: `look` is called again and again. `may`: whether jobs may
    be submitted now."""

    def __init__(
        self,
        stores: Stores,
        settings: Settings,
        submit: Submit,
        *,
        may: Callable[[], bool] = lambda: True,
        clock: Callable[[], float] = time.monotonic,
        now_ns: Callable[[], int] = time.time_ns,
    ) -> None:
        self._stores, self._settings, self._submit = stores, settings, submit
        self._may, self._clock, self._now_ns = may, clock, now_ns
        self._mirrors: dict[MirrorSpec, _Mirror] = {}

    def look(self) -> None:
        """Do a step of each mirror that has something to do. What goes wrong with one keeps no
        other from going on, and is said of it."""
        names = self._stores.mirrors.names()
        if not names and not self._mirrors:
            return
        specs = [spec for name in names if (spec := self._stores.mirrors.find(name)) is not None]
        self._keep(specs)
        if self._may():
            for spec in specs:
                self._mirrors[spec].step()

    def close(self) -> None:
        for each in self._mirrors.values():
            each.close()
        self._mirrors.clear()

    def _keep(self, specs: list[MirrorSpec]) -> None:
        """One that was changed or removed is no longer the same."""
        gone = [spec for spec in self._mirrors if spec not in specs]
        for spec in gone:
            self._mirrors.pop(spec).close()
        for spec in specs:
            if spec not in self._mirrors:
                self._mirrors[spec] = _Mirror(self, spec)
        if gone:
            self._stores.mirrors.tidy(specs)


class _Mirror:
    """One of them, from when it was met."""

    def __init__(self, mover: MirrorMover, spec: MirrorSpec) -> None:
        self._mover, self._spec, self._records = mover, spec, mover._stores.mirrors
        self._status = self._records.status(spec)
        self._stillness = Stillness(mover._settings.mirror_still_s, mover._now_ns, mover._clock)
        self._known: KnownFiles | None = None
        self._run: Run | None = None
        self._watch: Watch | None = None
        self._removed: deque[tuple[float, int]] = deque()
        self._not_before = 0.0
        # What an earlier supervisor was at was asked for, or due.
        was_running = self._status.state is MirrorState.RUNNING
        self._again = Asked() if was_running else None
        self._before = self._status.run

    def step(self) -> None:
        if self._spec.paused:
            self.close()
            return
        self._listen()
        if self._mover._clock() < self._not_before and not self._records.is_asked(self._spec.name):
            return
        try:
            if self._run is None:
                asked = self._asked()
                if asked is None:
                    return
                self._begin(asked)
            self._go_on()
        except DamagedKnown as error:
            _log.warning("mirror %s: %s; it is made anew", self._spec.name, error)
            self._drop()
            self._mover._stores.forget_known(self._spec)
        except (OSError, GristmillError) as error:
            self._blocked(error)

    def close(self) -> None:
        self._drop()
        if self._watch is not None:
            self._watch.close()
            self._watch = None

    def _drop(self) -> None:
        if self._known is not None:
            self._known.close()
        self._known = self._run = None

    def _listen(self) -> None:
        if not self._spec.watch or not can_watch():
            return
        if self._watch is None or (not self._watch.alive and self._is_due()):
            self._watch = Watch(self._spec.path)

    def _asked(self) -> Asked | None:
        """What there is to run now."""
        again, self._again = self._again, None
        confirmed = self._records.asked(self._spec.name)
        if confirmed is not None:
            return Asked(confirmed=confirmed or (again is not None and again.confirmed))
        if again is not None or self._is_due():
            return again or Asked()
        if self._watch is not None and self._watch.has_some():
            return Asked(self._watch.take())
        return None

    def _is_due(self) -> bool:
        due = self._status.due_at
        if self._spec.every_s is None and not self._spec.watch:
            return False
        return due is None or due <= datetime.now(UTC)

    def _begin(self, asked: Asked) -> None:
        spec, mover = self._spec, self._mover
        expect_allowed(spec, mover._settings)
        if self._watch is not None and asked.paths is None:
            self._watch.take()
        self._known = mover._stores.known_files(spec)
        has_trash = mover._settings.trash_days > 0
        follower = Follower(mover._stores, spec, self._known, has_trash=has_trash)
        if self._known.is_new:
            follower.expect()
        reader = Reader(mover._stores, spec, self._known, follower, mover._submit)
        self._run = Run(
            spec,
            self._known,
            reader,
            follower,
            self._stillness,
            asked,
            share=mover._settings.mirror_brake_share,
            device=self._status.device,
            lately=self._lately,
            clock=mover._clock,
        )
        self._before = self._status.run
        self._tell(MirrorState.RUNNING)
        # Nobody who asks again from here on is answered with what this run has seen.
        self._records.taken(spec.name)

    def _go_on(self) -> None:
        run = self._run
        assert run is not None and self._known is not None
        if self._watch is not None and self._watch.has_some():
            run.extend(self._watch.take())
        is_over = run.step()
        if not is_over:
            if run.run != self._status.run:
                self._tell(MirrorState.RUNNING)
            return
        self._removed.append((self._mover._clock(), run.removed))
        files = self._known.count()
        if self._watch is not None and run.unsettled:
            self._watch.put_back(run.unsettled)
        self._drop()
        held = run.held
        if run.asked.paths is not None and not _has_changes(run):
            # Somebody has looked at a file: the last run that found something says more.
            run.run = self._before or run.run
        self._status = msgspec.structs.replace(
            self._status,
            device=run.device if held is None else self._status.device,
            files=files,
            run=run.run,
            due_at=self._next(),
            gone=0 if held is None else held.gone,
            why=None if held is None else held.why,
        )
        self._tell(MirrorState.WAITING if held is None else MirrorState.ASKING)
        self._log(run)

    def _next(self) -> datetime | None:
        every = self._spec.every_s or (WHOLE_S if self._spec.watch else None)
        return None if every is None else datetime.now(UTC) + timedelta(seconds=every)

    def _lately(self) -> int:
        """How many files were removed shortly before: a folder that empties slowly empties, too."""
        since = self._mover._clock() - _LATELY_S
        while self._removed and self._removed[0][0] < since:
            self._removed.popleft()
        return sum(number for _, number in self._removed)

    def _blocked(self, error: OSError | GristmillError) -> None:
        confirmed = self._records.asked(self._spec.name)
        self._again = Asked(confirmed=bool(confirmed)) if self._run is None else self._run.asked
        self._drop()
        why = error.message if isinstance(error, GristmillError) else _told(error)
        if why != self._status.why:
            _log.warning("mirror %s does not go on, trying again: %s", self._spec.name, why)
        self._not_before = self._mover._clock() + _BLOCKED_S
        self._status = msgspec.structs.replace(self._status, why=why)
        self._tell(MirrorState.BLOCKED)
        self._records.taken(self._spec.name)

    def _tell(self, state: MirrorState) -> None:
        run = self._status.run if self._run is None else self._run.run
        self._status = msgspec.structs.replace(self._status, state=state, run=run)
        self._records.tell(self._spec, self._status)

    def _log(self, run: Run) -> None:
        counts = run.run.counts
        level = logging.INFO if _has_changes(run) else logging.DEBUG
        _log.log(
            level,
            "mirror %s: %d new, %d changed, %d moved, %d unchanged, %d gone, %d failed",
            *(self._spec.name, counts.new, counts.changed, counts.moved),
            *(counts.unchanged, counts.gone, counts.failed),
        )


def _has_changes(run: Run) -> bool:
    counts = run.run.counts
    return any((counts.new, counts.changed, counts.moved, counts.gone, counts.failed))


def _told(error: OSError) -> str:
    named = f"{error.filename}: " if error.filename else ""
    return f"{named}{error.strerror or error}"
