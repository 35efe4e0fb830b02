"""A Dask scheduler and nodes of this machine, for a service that is measured on them."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import NamedTuple

import httpx
import psutil

from benchmarks.harness.programs import role_of

_START_S, _STOP_S = 120.0, 20.0


class RunningCluster(NamedTuple):
    """`scheduler` is its address; `nodes` are the processes that are Dask workers."""

    scheduler: str
    nodes: Sequence[psutil.Process]

    def lives(self) -> list[psutil.Process]:
        return [life for node in self.nodes for life in lives_of(node)]


def lives_of(node: psutil.Process) -> list[psutil.Process]:
    """The worker processes of a node."""
    try:
        servers = [child for child in node.children() if role_of(child) == "forkserver"]
        return [life for server in servers for life in server.children()]
    except psutil.Error:
        return []


@contextmanager
def dask_nodes(
    place: Path, nodes: int, env: Mapping[str, str] = MappingProxyType({})
) -> Iterator[RunningCluster]:
    """Start so many nodes; they have not joined yet. Raises RuntimeError where the scheduler does
    not come."""
    place.mkdir(parents=True)
    file, processes = place / "scheduler.json", list[subprocess.Popen[bytes]]()

    def run(module: str, *arguments: str) -> psutil.Process:
        with open(place / "log", "ab") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", module, *arguments],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                env={**os.environ, **env},
            )
        processes.append(process)
        return psutil.Process(process.pid)

    try:
        where = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard")
        run("distributed.cli.dask_scheduler", *where, "--scheduler-file", str(file))
        address = _address(file)
        yield RunningCluster(
            address, [run("gristmill", "node", "--scheduler", address) for _ in range(nodes)]
        )
    finally:
        # Nodes first: they say good-bye to their scheduler.
        for process in reversed(processes):
            process.terminate()
        for process in reversed(processes):
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()


def joined(http: httpx.Client) -> set[str]:
    """The nodes of a service that have workers."""
    return {str(worker["host"]) for worker in http.get("/overview").json()["workers"]}


def _address(file: Path) -> str:
    import json

    deadline = time.monotonic() + _START_S
    while time.monotonic() < deadline:
        if file.exists() and (text := file.read_text()):
            return str(json.loads(text)["address"])
        time.sleep(0.02)
    raise RuntimeError("the scheduler did not start")
