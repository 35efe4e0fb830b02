"""A life of a node that is killed at the worst moments costs nothing (N1 of the kill matrix)."""

from collections.abc import Callable
from pathlib import Path

import pytest
from support.dask_cluster import DaskCluster, dask_cluster
from support.node_jobs import all_once
from support.running import Service, path, until

pytestmark = pytest.mark.cluster
MOMENTS = ("document.parse", "commit.before", "library.committed", "life.report", "life.lease")
DOCUMENTS = 20


def test_lives_that_die_at_each_moment_and_while_they_idle_cost_nothing(
    make_service: Callable[..., Service], tmp_path: Path
) -> None:
    faults = "; ".join(f"{moment}=kill@2#{tmp_path / moment}" for moment in MOMENTS)
    folder = tmp_path / "sacks"
    folder.mkdir()
    for number in range(DOCUMENTS):
        (folder / f"{number}.txt").write_text(f"Sack {number}.")
    with dask_cluster(tmp_path / "cluster", nodes=0) as cluster:
        for _ in range(2):
            cluster.start_node(env={"GRISTMILL_FAULTS": faults})
        roots = ("--allow-root", str(tmp_path), "--shared-root", str(tmp_path))
        flags = ("--engine", "dask", "--scheduler", cluster.address, "--workers", "1", *roots)
        service = make_service(*flags).start()
        job_id = service.accepted(path(folder))
        all_once(service, job_id, DOCUMENTS)
        # What a life still holds when it dies is leased again, so it has come to each moment.
        for number in range(len(MOMENTS)):
            if all((tmp_path / moment).exists() for moment in MOMENTS):
                break
            service.ended(service.accepted({"type": "text", "text": f"Bran {number}."}))
        assert [moment for moment in MOMENTS if not (tmp_path / moment).exists()] == []
        _idle_ones_die(service, cluster)


def _idle_ones_die(service: Service, cluster: DaskCluster) -> None:
    idle = until(
        lambda: [life for node in cluster.nodes for life in cluster.lives(node)], "idle lives"
    )
    for life in idle:
        life.kill()
    job = service.ended(service.accepted({"type": "text", "text": "After all of them."}))
    assert (job["state"], job["counts"]["succeeded"]) == ("succeeded", 1)
