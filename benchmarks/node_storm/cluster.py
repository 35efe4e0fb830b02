"""What a storm over nodes strikes beside the service: scheduler, nodes, and an object store."""

import shutil
import socket
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import httpx
import psutil

from benchmarks.harness.network import FarMachine, FarNetwork
from benchmarks.harness.programs import role_of
from benchmarks.node_storm.kept import KeptProcess

_BUCKET = "storm"
_READY_S = 60.0


class Cluster:
    """Everything has its place from the start; `start` makes it run. With a `network`, each node is
    a machine of its own that can be cut off; without, all are on loopback."""

    def __init__(self, root: Path, network: FarNetwork | None, nodes: int) -> None:
        self.host = "127.0.0.1" if network is None else network.address
        self.machines: list[FarMachine] = []
        if network is not None:
            self.machines = [network.machine() for _ in range(nodes)]
        self._root, self._temp, self._size = root, root / "temp", nodes
        self._ports = [_free_port(self.host) for _ in range(3)]
        self.scheduler_address = f"tcp://{self.host}:{self._ports[0]}"
        self.spool = f"s3://{_BUCKET}/mill"
        self._kept: dict[str, KeptProcess] = {}
        self.nodes: list[KeptProcess] = []

    @property
    def env(self) -> Mapping[str, str]:
        """What names the object store."""
        return {
            "AWS_ENDPOINT_URL": f"http://{self.host}:{self._ports[1]}",
            "AWS_ALLOW_HTTP": "true",
            "AWS_ACCESS_KEY_ID": "storm",
            "AWS_SECRET_ACCESS_KEY": "only-for-a-storm",
            "AWS_REGION": "us-east-1",
            "AWS_SHARED_CREDENTIALS_FILE": "/nowhere",
            "AWS_CONFIG_FILE": "/nowhere",
        }

    def flags(self) -> list[str]:
        """Of the service."""
        flags = ["--engine", "dask", "--scheduler", self.scheduler_address, "--spool", self.spool]
        return [*flags, "--desk-host", self.host, *self._openly()]

    def start(self, env: Mapping[str, str]) -> None:
        """All of it, with `env`. Raises RuntimeError where the object store does not come."""
        store, gate = str(self._ports[2]), str(self._ports[1])
        self._keep("store", [*_python("moto.server"), "-H", "127.0.0.1", "-p", store], env)
        self._keep("gate", [*_python("benchmarks.node_storm.gate"), self.host, gate, store], env)
        scheduler = [*_python("distributed.cli.dask_scheduler"), "--host", self.host]
        scheduler += ["--port", str(self._ports[0]), "--no-dashboard"]
        self._keep("scheduler", scheduler, env)
        for number in range(self._size):
            self.nodes.append(self._keep(f"node-{number}", self._node(number), env))
        _make_bucket(f"{self.env['AWS_ENDPOINT_URL']}/{_BUCKET}")

    def stop(self) -> None:
        """Nodes first: they say good-bye to their scheduler."""
        for kept in reversed(self._kept.values()):
            kept.stop()
        # Dask's own: it takes away what killed workers left when the next one starts.
        shutil.rmtree(self._temp / "dask-scratch-space", ignore_errors=True)

    # -- its processes -------------------------------------------------------------------------

    def schedulers(self) -> list[psutil.Process]:
        return self._kept["scheduler"].found()

    def gates(self) -> list[psutil.Process]:
        return self._kept["gate"].found()

    def node_processes(self) -> list[psutil.Process]:
        return [process for node in self.nodes for process in node.found()]

    def lives(self) -> list[psutil.Process]:
        found: list[psutil.Process] = []
        for node in self.node_processes():
            try:
                for child in node.children():
                    if role_of(child) == "forkserver":
                        found += child.children()
            except psutil.Error:
                continue
        return sorted(found, key=lambda process: process.pid)

    def _openly(self) -> Sequence[str]:
        return ("--insecure-scheduler", "yes") if self.machines else ()

    def _node(self, number: int) -> list[str]:
        node = [*_python("gristmill"), "node", "--scheduler", self.scheduler_address]
        if not self.machines:
            return node
        machine = self.machines[number]
        return [*machine.command, *node, "--host", machine.address, *self._openly()]

    def _keep(self, name: str, argv: Sequence[str], env: Mapping[str, str]) -> KeptProcess:
        kept = self._kept[name] = KeptProcess(name, argv, env, self._root / f"{name}.log")
        kept.start()
        return kept


def _python(module: str) -> list[str]:
    return [sys.executable, "-m", module]


def _make_bucket(url: str) -> None:
    deadline = time.monotonic() + _READY_S
    while time.monotonic() < deadline:
        try:
            if httpx.put(url, timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.1)
    raise RuntimeError("the object store does not answer")


def _free_port(host: str) -> int:
    with socket.create_server((host, 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
