"""The Dask engine, as the supervisor sees it."""

import queue as queues
import secrets
import time
from collections.abc import Callable, Collection

import msgspec

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.engines.dask.cluster import Cluster
from gristmill.pool.engines.dask.desk import Desk
from gristmill.pool.engines.dask.dispatcher import Dispatcher
from gristmill.pool.engines.dask.nodes import Nodes
from gristmill.pool.engines.dask.why_none_works import why_none_works
from gristmill.pool.engines.local.processes import keep_sockets_in
from gristmill.pool.engines.node.identity import identity_of_this_machine
from gristmill.schemas.cluster import Commission, NodeLook, Orders
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.tasks import WorkerId
from gristmill.schemas.jobs.workers import Glimpse, Loss, Trouble
from gristmill.schemas.problems.errors import ServiceFailed
from gristmill.storage.disk.durable import write_atomic
from gristmill.storage.opening import noted_place
from gristmill.storage.stores import Stores

_STOP_S = 3.0
_POLL_S = 0.05


class DaskEngine:
    """Workers on the nodes of a Dask cluster, `settings.workers` on each. They come and go with
    the machines; without one, jobs are accepted and wait."""

    def __init__(self, stores: Stores, settings: Settings, queue: JobQueue) -> None:
        self._settings = settings
        # As the local engine does: what a killed supervisor leaves lies where the next one looks.
        keep_sockets_in(stores.folder.run)
        self._mark = secrets.token_hex(16)
        self._place = stores.folder.node_mark
        self._nodes = Nodes(settings.node_silence_s)
        desk = Desk(self._nodes, queue, identity_of_this_machine(), self._ask_for)
        commission = Commission(
            name="",
            desk="",
            # Also where only the folder knows where its library is.
            settings=msgspec.json.encode(
                msgspec.structs.replace(settings, library=noted_place(stores.folder))
            ),
            data=str(stores.folder.real),
            mark=self._mark,
            silence_s=settings.node_silence_s,
        )
        self._cluster = Cluster(settings, self._nodes, desk, commission, stores.folder.run)
        self._dispatcher = Dispatcher(queue, stores.manifests, self._nodes, self._cluster.in_loop)

    def start(self) -> None:
        """Raises ServiceFailed where the desk cannot be served."""
        write_atomic(self._place, self._mark.encode(), durable=False)
        try:
            self._cluster.start()
        except OSError as error:
            raise ServiceFailed(
                f"nodes cannot be served at {self._settings.desk_host}:{self._settings.desk_port} "
                f"({error}); set desk_host and desk_port"
            ) from None
        self._dispatcher.start()

    def join(self, worker: WorkerId) -> int:
        raise ServiceFailed(f"workers run on nodes; {worker} of this machine is none of them")

    def wait(self, timeout_s: float) -> list[Loss]:
        losses: list[Loss] = []
        try:
            losses.append(self._nodes.losses.get(timeout=timeout_s))
            while True:
                losses.append(self._nodes.losses.get_nowait())
        except queues.Empty:
            return losses

    def tick(self) -> None:
        """The cluster's loop looks after the nodes."""
        if not (self._cluster.alive() and self._dispatcher.alive()):
            raise ServiceFailed("the line to the cluster ended unexpectedly; the log says why")

    def trouble(self) -> Trouble | None:
        away, scheduler = self._cluster.away, self._settings.scheduler
        why = why_none_works(self.nodes(), scheduler, away=away)
        if why is None:
            return None
        return Trouble(f"{why}; jobs are accepted, and wait", closes_intake=False)

    def workers(self) -> set[WorkerId]:
        return self._nodes.workers()

    def glimpses(self) -> list[Glimpse]:
        return self._nodes.glimpses()

    def nodes(self) -> list[NodeLook]:
        return self._nodes.looks()

    def retire(self, node: str) -> bool:
        return self._nodes.retire(node)

    def end(self, worker: WorkerId) -> None:
        self._order(lambda node, of: Orders(end=[node.local(w) for w in of]), [worker])

    def cancel(self, job_id: str, workers: Collection[WorkerId]) -> None:
        self._order(lambda _, __: Orders(cancel=[job_id]), workers)

    def forget_cancel(self, job_id: str) -> None:
        self._dispatcher.forget(job_id)

        def forget() -> None:
            for node in self._nodes.all():
                node.known.discard(job_id)
                node.order(Orders(forget_cancel=[job_id]))

        self._cluster.in_loop(forget)

    def stop(self, timeout_s: float) -> list[Loss]:
        self._dispatcher.stop()
        # Else each machine gets another node as soon as its own has ended.
        self._nodes.close()

        def stop() -> None:
            for node in self._nodes.all():
                node.order(Orders(stop=True))

        self._cluster.in_loop(stop)
        deadline = time.monotonic() + timeout_s + _STOP_S
        while self._cluster.busy() and time.monotonic() < deadline:
            time.sleep(_POLL_S)
        for node in self._nodes.all():
            self._nodes.lose(node, "the service stops")
        self._cluster.stop()
        return self.wait(_POLL_S)

    def _ask_for(self, worker: WorkerId) -> None:
        self._dispatcher.ask_for(worker)

    def _order(self, orders: Callable[..., Orders], workers: Collection[WorkerId]) -> None:
        """One order for each node that some workers are of."""
        of: dict[str, list[WorkerId]] = {}
        for worker in workers:
            of.setdefault(worker.host, []).append(worker)

        def order() -> None:
            for node in self._nodes.all():
                if node.name in of:
                    node.order(orders(node, of[node.name]))

        self._cluster.in_loop(order)
