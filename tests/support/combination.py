"""A service whose workers are on nodes, its library in PostgreSQL, its uploads in S3; no node sees
the service's data folder."""

import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import pytest
from support.dask_cluster import DaskCluster
from support.node_jobs import SILENCE_S, joined
from support.object_store import ObjectStore, object_store
from support.postgres_server import PostgresServer, postgres_server
from support.running import Service, running, until

PLACE = "mill/all"
_HIDES = 'mount -t tmpfs none "$0" && exec "$@"'
"""What a shell does in a mount namespace of its own, before it becomes a node."""


class Combination(NamedTuple):
    """`library` is the address of the service's own in `server`."""

    service: Service
    cluster: DaskCluster
    store: ObjectStore
    server: PostgresServer
    library: str

    def uploads(self) -> list[str]:
        return self.store.keys(f"{PLACE}/spool")

    def originals(self) -> list[str]:
        return self.store.keys(f"{PLACE}/originals")

    def add_node(self) -> "subprocess.Popen[bytes]":
        return start_apart(self.cluster, self.service.data, self.store.env)


def start_apart(
    cluster: DaskCluster, data: Path, env: Mapping[str, str]
) -> "subprocess.Popen[bytes]":
    """A node that finds an empty folder where the service has its own."""
    hidden = ("unshare", "--mount", "sh", "-ec", _HIDES, str(data))
    return cluster.start_node(env=env, within=hidden)


def no_hiding() -> str | None:
    """Why nothing can be hidden from a process here; None where it can."""
    try:
        done = subprocess.run(
            ["unshare", "--mount", "mount", "-t", "tmpfs", "none", "/mnt"],
            capture_output=True,
            check=False,
        )
    except OSError as error:
        return f"there is no unshare here: {error}"
    return f"nothing can be mounted here: {done.stderr.decode()}" if done.returncode else None


@contextmanager
def combination(
    place: Path, *flags: str, nodes: int = 2, env: Mapping[str, str] | None = None
) -> Iterator[Combination]:
    """All of it, with so many nodes of one worker, which have `env` as well."""
    if (why := no_hiding()) is not None:
        pytest.skip(why)
    data = place / "data"
    data.mkdir(parents=True)
    with postgres_server() as server, object_store() as store:
        cluster = DaskCluster(place / "cluster")
        try:
            for _ in range(nodes):
                start_apart(cluster, data, {**store.env, **(env or {})})
            library = server.new_library()
            kept = ("--library", library, "--spool", f"s3://{ObjectStore.bucket}/{PLACE}")
            line = ("--engine", "dask", "--scheduler", cluster.address)
            more = ("--node-silence-s", SILENCE_S, "--workers", "1", *flags)
            with running(data, *kept, *line, *more, env=store.env) as service:
                until(lambda: len(joined(service)) == nodes, "all nodes")
                yield Combination(service, cluster, store, server, library)
        finally:
            cluster.close()
