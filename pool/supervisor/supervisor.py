"""The supervisor: owns the queue, the workers and every state transition after acceptance.

Its parts, in the order of a drain: the queue stops handing out, the workers end what they are
at, the settlers write what that came to, the index follows, and the web processes go last, so
that reads are answered to the end.
"""

import gc
import logging
import time
from collections.abc import Callable, Sequence

from gristmill.pool.bulk.acts import acts
from gristmill.pool.bulk.mover import BulkMover
from gristmill.pool.engines.choice import make_engine, seats
from gristmill.pool.mirrors.chore import MirrorChore
from gristmill.pool.processes.machine import worker_count
from gristmill.pool.processes.web_life import WebProcess
from gristmill.pool.processes.web_processes import WebProcesses
from gristmill.pool.recovery.batch_keeper import BatchKeeper
from gristmill.pool.recovery.index_mover import IndexMover
from gristmill.pool.recovery.janitor import Janitor
from gristmill.pool.recovery.periodic import Periodic
from gristmill.pool.recovery.remover import Remover
from gristmill.pool.recovery.words_filler import WordsFiller
from gristmill.pool.serving.served import served
from gristmill.pool.supervisor.control import Control
from gristmill.pool.supervisor.core import Core
from gristmill.pool.supervisor.damage_watch import DamageWatch
from gristmill.pool.supervisor.health import Health
from gristmill.pool.supervisor.looks import Looks
from gristmill.pool.supervisor.ownership import owned
from gristmill.pool.supervisor.presence import Presence
from gristmill.pool.supervisor.reserve_keeper import ReserveKeeper
from gristmill.pool.supervisor.sampler import Sampler
from gristmill.pool.supervisor.stopping import StopSignals
from gristmill.pool.telemetry.counting import Counting
from gristmill.pool.telemetry.job_spans import spans_of
from gristmill.pool.telemetry.sizing import Sizing
from gristmill.pool.telemetry.telling import tell
from gristmill.pool.telemetry.tracing import tracing_of
from gristmill.pool.watch.limits import LimitKeeper, worker_memory
from gristmill.pool.watch.losses import Losses
from gristmill.pool.watch.roster import Roster
from gristmill.pool.webhooks.mover import WebhookMover
from gristmill.pool.worker.confined.protections import protections
from gristmill.schemas.bulk import BulkAction
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.workers import Loss
from gristmill.schemas.problems.errors import DataFolderUnusable, ServiceFailed
from gristmill.schemas.telemetry.service_measures import SUPERVISOR_LAYOUT, SUPERVISOR_METER
from gristmill.schemas.version import VERSION
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.records.meters import Meter
from gristmill.storage.records.samples import Samples
from gristmill.storage.stores import Stores
from gristmill.storage.upkeep.leftovers import remove_most_leftovers
from gristmill.storage.upkeep.privacy import make_private
from gristmill.storage.written_by import note_version

TICK_S = 0.1
OK, FAILED, GONE = 0, 1, 6
_SETTLE_S, _WEBHOOKS_S = 10.0, 1.0
_log = logging.getLogger(__name__)


def run_supervisor(
    settings: Settings,
    *,
    web_processes: Sequence[WebProcess] = (),
    on_ready: Callable[[], None] | None = None,
    stop_with_stdin: bool = False,
) -> int:
    """Supervise the data folder until TERM or INT (or, if so asked, the end of standard input).

    `on_ready` is called once jobs are accepted and every web process is ready. Returns an exit
    code: 0 after a drain, 1 when the service failed, 6 when its data folder has vanished. Raises
    DataFolderUnusable, DataFolderBusy, SettingsError and ServiceFailed when it cannot start.
    """
    stores = Stores.of(settings)
    stopping = StopSignals(with_stdin=stop_with_stdin)
    with owned(stores.folder):
        _keep_others_out(stores.folder)
        return Supervisor(stores, settings, web_processes).run(stopping, on_ready)


class Supervisor:
    """Everything of one run. Its loop is the only thread that signals or reaps a process."""

    _bulk: Periodic | None

    def __init__(
        self, stores: Stores, settings: Settings, web_processes: Sequence[WebProcess]
    ) -> None:
        remove_most_leftovers(stores.folder)
        _note_version(stores.folder)
        size = worker_count(settings.workers)
        self._watched(stores.folder, settings)
        self._folder, self._settings = stores.folder, settings
        self._webhooks = WebhookMover(stores, settings)
        self._core = Core(
            *(stores, settings.queue_depth, settings.timeout_s),
            seats=seats(settings, size),
            quota=settings.quota_waiting_jobs,
            on_move=self._moved,
            webhooks=self._webhooks,
        )
        self._queue, self._recovery = self._core.queue, self._core.recovery
        roster = Roster()
        self._limits = LimitKeeper(self._queue, roster, worker_memory(settings, size))
        self._health = Health(self._queue, settings.boot_deadline_s)
        self._batches = BatchKeeper(stores, self._queue)
        self._losses = Losses(self._queue, roster, self._counting.lost_worker)
        self._engine = make_engine(stores, settings, size, self._queue)
        self._presence, self._damage = Presence(self._folder), DamageWatch(self._folder)
        self._reserve = ReserveKeeper(self._folder, settings)
        self._queue.hold(self._damage.look())
        self._janitor = Janitor(stores, settings)
        self._remover = Remover(stores, settings.trash_days)
        self._index, self._words = IndexMover(stores), WordsFiller(stores)
        self._stores, self._looks = stores, Looks()
        self._sampler = Sampler(
            Samples(stores.folder),
            self._queue,
            self._core.tally,
            on_documents=self._counting.processed,
        )
        self._bulk, self._mirrors = None, MirrorChore(stores, settings, self._queue.stats)
        self._web_processes = WebProcesses(web_processes, self._lost_web_process)

    def run(self, stopping: StopSignals, on_ready: Callable[[], None] | None) -> int:
        self._begin()
        with served(self._folder, self._queue, self._control(stopping)) as door:
            try:
                self._engine.start()
                self._web_processes.wait()
                # Whoever is told looks at once, and should find a loop that has come by.
                self._tick()
                # Asked to stop meanwhile, it has nothing to announce.
                if on_ready is not None and not stopping.asked:
                    on_ready()
                _log.info("the service has started", extra={"fields": self._told()})
                # What has been made by now stays. Out of the collector's sight, it does not put
                # off the collections of what comes: garbage of a full one would add megabytes.
                gc.freeze()
                while not stopping.asked:
                    self._presence.look()
                    self._tick()
                    door.tick()
                code = OK
            except DataFolderUnusable as error:
                _log.error("%s", error)
                code = GONE
            except ServiceFailed as error:
                _log.error("%s", error)
                code = FAILED
            except Exception:
                # Without the drain below, the Pool's own end would wait for a lock, perhaps for
                # ever, and half a service would go on accepting.
                _log.exception("the supervisor stops after an unexpected error")
                code = FAILED
            self._drain(stopping, at_once=code == GONE)
        _log.info("the service has stopped", extra={"fields": {"code": code}})
        return code

    def _watched(self, folder: DataFolder, settings: Settings) -> None:
        """What programs that watch the service are told by."""
        meter = Meter.only_of(folder, SUPERVISOR_METER, SUPERVISOR_LAYOUT)
        self._tracing = tracing_of(settings)
        self._counting, self._sizing = Counting(meter), Sizing(folder, meter)

    def _begin(self) -> None:
        self._core.start(on_end=self._limits.forget)
        self._webhooks.start()
        self._counting.started()
        _log.info("%s", protections(self._settings))
        # Their imports take longer than the recovery; until that is done they answer reads, and
        # refuse submissions.
        self._web_processes.start()
        recovered = self._recovery.at_start()
        if recovered:
            _log.info("found %d pending jobs", recovered)

    def _told(self) -> dict[str, object]:
        told: dict[str, object] = {"version": VERSION}
        if self._settings.engine == "dask":
            # How many that is on a machine with others is that machine's to say.
            told["workers_a_node"] = self._settings.workers or "cpus"
        else:
            told["workers"] = worker_count(self._settings.workers)
        return {**told, "web_processes": len(self._web_processes)}

    def _control(self, stopping: StopSignals) -> Control:
        control = Control(
            self._core,
            self._engine,
            self._limits,
            self._health,
            stopping.ask,
            self._looks,
            None if self._tracing is None else self._tracing.told,
        )
        self._bulk = self._bulk_chore(control)
        return control

    def _bulk_chore(self, control: Control) -> Periodic:
        stats = self._queue.stats

        def may(action: BulkAction) -> bool:
            """A retry takes a place in the queue: half of them stay for who submits."""
            now = stats()
            fits = action is not BulkAction.RETRY or 2 * now.waiting < now.depth
            return fits and not now.draining

        mover = BulkMover(
            self._stores,
            acts(self._stores, control.retry, control.cancel, control.tell_deleted),
            accepted=lambda: stats().accepted,
            may=may,
        )
        trouble = "bulk actions do not go on"
        return Periodic(mover.look, trouble=trouble, first_s=0.5, every_s=1.0)

    def _tick(self) -> None:
        self._handle(self._engine.wait(TICK_S))
        self._watch()
        self._engine.tick()
        trouble = self._engine.trouble()
        self._queue.pause(trouble is not None and trouble.closes_intake)
        held_up = self._damage.look() or self._reserve.short()
        self._queue.hold(held_up)
        self._web_processes.tick()
        workers, web_trouble = len(self._engine.workers()), self._web_processes.trouble()
        self._health.beat(workers, trouble, web_trouble, held_up=held_up)
        self._recovery.sweep()
        self._batches.tick()
        self._janitor.tick()
        self._index.tick()
        self._words.tick()
        self._remover.tick()
        self._sizing.tick()
        if self._bulk is not None:
            self._bulk.tick()
        self._mirrors.tick()
        if not self._core.alive():
            raise ServiceFailed("a thread of the supervisor ended unexpectedly")

    def _watch(self) -> None:
        glimpses = self._engine.glimpses()
        self._limits.tick(glimpses, self._engine.end)
        self._looks.see(glimpses)
        self._sampler.tick(glimpses)

    def _moved(self, before: Manifest, after: Manifest, library: Library) -> None:
        self._counting.moved(before, after, library)
        tell(after)
        if self._tracing is not None:
            for span in spans_of(after):
                self._tracing.told(span)

    def _lost_web_process(self) -> None:
        self._counting.lost_web_process()
        self._recovery.sweep_soon()

    def _handle(self, losses: list[Loss]) -> None:
        for loss in losses:
            self._losses.handle(loss)

    def _drain(self, stopping: StopSignals, *, at_once: bool) -> None:
        _log.info("draining: running documents may take %g s", self._settings.drain_grace_s)
        self._queue.drain()
        # Without its folder, nothing that would be waited for could be kept.
        deadline = time.monotonic() + (0.0 if at_once else self._settings.drain_grace_s)
        while self._queue.stats().leased and time.monotonic() < deadline:
            if stopping.asked_again:
                break
            self._handle(self._engine.wait(TICK_S))
            self._watch()
        self._engine.stop(0.0 if stopping.asked_again or at_once else 2.0)
        self._core.stop(0.0 if at_once else _SETTLE_S)
        self._webhooks.stop(0.0 if at_once else _WEBHOOKS_S)
        self._web_processes.stop()
        if self._tracing is not None:
            self._tracing.close()


def _keep_others_out(folder: DataFolder) -> None:
    if number := make_private(folder):
        _log.warning("%s: %d files and folders were open to other users", folder.root, number)


def _note_version(folder: DataFolder) -> None:
    """Before the library is brought up to date: from then on older versions ask who did it."""
    try:
        note_version(folder)
    except OSError as error:
        # On a full disk the service still has jobs to end.
        _log.warning("cannot note this version in %s: %s", folder.root, error.strerror)
