"""A Dask scheduler and nodes of this machine, each a process of its own, ended with the context."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path

import psutil
from support.running import QUIET, until

_LOOPBACK = "127.0.0.1"


class DaskCluster:
    """`address` is the scheduler's, at `host`. `tls`: the flags of Dask's programs for it."""

    def __init__(
        self,
        place: Path,
        protocol: str = "tcp",
        tls: Sequence[str] = (),
        host: str = _LOOPBACK,
    ) -> None:
        place.mkdir(parents=True, exist_ok=True)
        self._place, self._protocol, self._tls, self._host = place, protocol, tls, host
        self._log = open(place / "log", "ab")  # noqa: SIM115
        self.nodes: list[subprocess.Popen[bytes]] = []
        self.address = ""
        self.start_scheduler()

    def start_scheduler(self) -> None:
        """Start it, on its port of before if it had one."""
        file = self._place / "scheduler.json"
        file.unlink(missing_ok=True)
        port = self.address.rpartition(":")[2] or "0"
        self.scheduler = self._run(
            *("distributed.cli.dask_scheduler", "--host", self._host, "--port", port),
            *("--protocol", self._protocol, "--no-dashboard", "--scheduler-file", str(file)),
            *self._tls,
        )
        until(lambda: file.exists() and file.stat().st_size, "the scheduler's address")
        self.address = json.loads(file.read_text())["address"]

    def start_node(
        self, *flags: str, env: Mapping[str, str] | None = None, within: Sequence[str] = ()
    ) -> subprocess.Popen[bytes]:
        """`gristmill node`, by the command `within` where there is one, which has to become it.
        Returns before it has joined."""
        argv = ("gristmill", "node", "--scheduler", self.address, *flags)
        node = self._run(*argv, env=env, within=within)
        self.nodes.append(node)
        return node

    def lives(self, node: subprocess.Popen[bytes]) -> list[psutil.Process]:
        """The workers of a node."""
        found: list[psutil.Process] = []
        for child in psutil.Process(node.pid).children():
            if "forkserver" in " ".join(child.cmdline()):
                found += child.children()
        return found

    def log(self) -> str:
        """What scheduler and nodes said."""
        return (self._place / "log").read_text(encoding="utf-8", errors="replace")

    def close(self) -> None:
        """End all of it at once."""
        for process in (*self.nodes, self.scheduler):
            if process.poll() is None:
                for each in psutil.Process(process.pid).children(recursive=True):
                    each.kill()
                process.kill()
            process.wait(20)
        self._log.close()

    def _run(
        self,
        module: str,
        *arguments: str,
        env: Mapping[str, str] | None = None,
        within: Sequence[str] = (),
    ) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [*within, sys.executable, "-m", module, *arguments],
            stdin=subprocess.DEVNULL,
            stdout=self._log,
            stderr=self._log,
            env={**os.environ, **QUIET, **(env or {})},
        )


@contextmanager
def dask_cluster(place: Path, nodes: int) -> Iterator[DaskCluster]:
    """A scheduler and so many nodes."""
    cluster = DaskCluster(place)
    try:
        for _ in range(nodes):
            cluster.start_node()
        yield cluster
    finally:
        cluster.close()
