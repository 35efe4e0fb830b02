"""The true partition: the link between two machines is down, and both sides live (N12)."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.dask_cluster import DaskCluster
from support.node_jobs import SILENCE_S, all_once, big_job, joined
from support.running import Service, at_work, until

from benchmarks.harness.network import FarNetwork, far_network, no_network

pytestmark = pytest.mark.cluster


@pytest.fixture
def network() -> Iterator[FarNetwork]:
    if why := no_network():
        pytest.skip(why)
    with far_network() as network:
        yield network


def test_a_node_behind_a_link_that_is_down_is_given_up_and_comes_back_under_another_name(
    network: FarNetwork, make_service: Callable[..., Service], tmp_path: Path
) -> None:
    far = network.machine()
    cluster = DaskCluster(tmp_path / "cluster", host=network.address)
    open_network = ("--insecure-scheduler", "yes")
    try:
        cluster.start_node("--host", far.address, *open_network, within=far.command)
        flags = ("--engine", "dask", "--scheduler", cluster.address, *open_network)
        desk = ("--desk-host", network.address, "--node-silence-s", SILENCE_S, "--workers", "1")
        roots = ("--allow-root", str(tmp_path), "--shared-root", str(tmp_path))
        service = make_service(*flags, *desk, *roots).start()
        (before,) = until(lambda: joined(service), "the node behind the link")
        job_id = big_job(service, tmp_path / "sacks")
        lives = cluster.lives(cluster.nodes[0])
        far.cut()
        cluster.start_node("--host", network.address, *open_network)
        # Nobody tells either side: each finds by itself that it hears nothing.
        until(lambda: not any(map(at_work, lives)), "the end of the lives behind the link")
        all_once(service, job_id)
        assert before not in joined(service)
        assert "was silent for" in service.log.read_text()
        far.join()
        until(lambda: len(joined(service)) == 2, "both nodes")
        assert before not in joined(service)
        job = service.ended(service.accepted({"type": "text", "text": "After it."}))
        assert job["state"] == "succeeded"
    finally:
        cluster.close()
