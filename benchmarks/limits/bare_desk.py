"""The desk by itself: the supervisor's side of nodes, without Dask's scheduler and without jobs.

    python -m benchmarks.limits.bare_desk DATA TASKS NODES [CERTIFICATES]

Holds one job of so many tasks. Prints a line of JSON, the desk's address and the nodes' names, and
serves until its standard input ends. `benchmarks.limits.pretend_nodes` are the nodes. With a folder
of certificates all is said over TLS.
"""

import secrets
import sys
import time
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.dispatch.pending_job import PendingJob
from gristmill.pool.engines.dask.cluster import Cluster
from gristmill.pool.engines.dask.desk import Desk
from gristmill.pool.engines.dask.dispatcher import Dispatcher
from gristmill.pool.engines.dask.nodes import Nodes
from gristmill.schemas.cluster import Commission, Identity
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.ids import uuid7
from gristmill.schemas.jobs.manifest import Manifest, Moment
from gristmill.schemas.jobs.offers import offer_of
from gristmill.schemas.jobs.sources import Located
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.jobs.tasks import Group, Report, WorkerId
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests

_SILENCE_S = 300.0


def _ignore(entry: PendingJob) -> None:
    pass


def desk_settings(certificates: str) -> Settings:
    """Of a service that nobody's scheduler has; "" for one without TLS."""
    # Nobody is there: nodes find the desk without a scheduler.
    if not certificates:
        return Settings(scheduler="tcp://127.0.0.1:9", desk_host="127.0.0.1")
    place = Path(certificates)
    return Settings(
        scheduler="tls://127.0.0.1:9",
        desk_host="127.0.0.1",
        tls_ca_file=str(place / "ca.pem"),
        tls_cert_file=str(place / "tls.pem"),
        tls_key_file=str(place / "tls.key"),
    )


def main(data: str, tasks: str, count: str, certificates: str = "") -> None:
    folder = DataFolder.open(Path(data))
    queue = JobQueue(1_000_000, _SILENCE_S, on_started=_ignore, on_finished=_ignore)
    manifests = Manifests(folder)
    job = _job()
    manifests.write_running(job)
    _fill(queue, job, int(tasks))
    nodes = Nodes(_SILENCE_S)
    asked: list[Dispatcher] = []
    desk = Desk(nodes, queue, Identity(), lambda worker: asked[0].ask_for(worker))
    settings = desk_settings(certificates)
    commission = Commission("", "", b"{}", data, "", _SILENCE_S)
    cluster = Cluster(settings, nodes, desk, commission, folder.run)
    asked.append(Dispatcher(queue, manifests, nodes, cluster.in_loop))
    cluster.start()
    asked[0].start()
    names = [nodes.add(f"tcp://pretended:{number}").name for number in range(int(count))]
    sys.stdout.write(msgspec.json.encode([cluster.address, names]).decode() + "\n")
    sys.stdout.flush()
    sys.stdin.read()
    asked[0].stop()
    cluster.stop()


def _job() -> Manifest:
    now = datetime.now(UTC)
    return Manifest(
        job_id=uuid7(time.time_ns(), secrets.randbits(62)),
        state=JobState.RUNNING,
        collection="default",
        priority=0,
        submitted_at=now,
        key="ab" * 32,
        explicit_key=False,
        request="cd" * 32,
        sources=(Located("/grist", "/grist"),),
        history=(Moment(JobState.QUEUED, now), Moment(JobState.RUNNING, now)),
    )


def _fill(queue: JobQueue, job: Manifest, tasks: int) -> None:
    """As a planned job of so many dear documents leaves the queue."""
    planner = WorkerId(0, 0.0)
    queue.enrol(planner)
    queue.offer(offer_of(job))
    (plan,) = queue.lease(planner, [], 0.0) or []
    groups = tuple(Group(number, number + 1) for number in range(tasks))
    queue.leave(planner, [Report(plan.task_id, groups=groups)])


if __name__ == "__main__":
    main(*sys.argv[1:])
