"""The line to a cluster: what goes wrong with it is seen, and told."""

import threading
from pathlib import Path

import pytest
from support.running import until

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.engines.dask.nodes import Nodes
from gristmill.schemas.cluster import Commission, Identity
from gristmill.schemas.configuration.settings import Settings

pytestmark = pytest.mark.cluster


class Broken(Nodes):
    """Its watch fails once the line has started: before, the start itself says what is wrong."""

    started = threading.Event()

    def lose_silent(self) -> None:
        if self.started.is_set():
            raise RuntimeError("the watch is broken")


def test_a_line_whose_watch_failed_is_not_alive(tmp_path: Path) -> None:
    pytest.importorskip("distributed")
    # Only here: Dask is an extra.
    from gristmill.pool.engines.dask.cluster import Cluster
    from gristmill.pool.engines.dask.desk import Desk

    nodes = Broken(8.0)
    queue = JobQueue(10, 60.0, on_started=lambda _: None, on_finished=lambda _: None)
    desk = Desk(nodes, queue, Identity(), lambda worker: None)
    settings = Settings(scheduler="tcp://127.0.0.1:9", desk_host="127.0.0.1")
    commission = Commission("", "", b"{}", str(tmp_path), "mark", 8.0)
    line = Cluster(settings, nodes, desk, commission, tmp_path)
    line.start()
    try:
        nodes.started.set()
        until(lambda: not line.alive(), "the end of the line")
    finally:
        line.stop()
