"""A cluster of this machine with two nodes, and a service on it."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from support.dask_cluster import DaskCluster, dask_cluster
from support.node_jobs import SILENCE_S, joined
from support.running import Service, until


@pytest.fixture
def cluster(tmp_path: Path) -> Iterator[DaskCluster]:
    with dask_cluster(tmp_path / "cluster", nodes=2) as cluster:
        yield cluster


@pytest.fixture
def service(cluster: DaskCluster, make_service: Callable[..., Service], tmp_path: Path) -> Service:
    """A service whose two nodes have joined, and share `tmp_path`."""
    flags = ("--engine", "dask", "--scheduler", cluster.address, "--node-silence-s", SILENCE_S)
    roots = ("--allow-root", str(tmp_path.parent), "--shared-root", str(tmp_path))
    service = make_service("--workers", "1", *flags, *roots).start()
    until(lambda: len(joined(service)) == 2, "two nodes")
    return service
