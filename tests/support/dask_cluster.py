"""A Dask scheduler and nodes of this machine, each a process of its own, ended with the context."""

import json
import subprocess
import sys
from pathlib import Path

import psutil
from support.running import until

from gristmill.pool.processes.ladder import is_alive

_QUIET = ("--no-dashboard",)


class DaskCluster:
    """`address` is the scheduler's. `flags` and `env` go to each process."""

    def __init__(self, place: Path) -> None:
        self.place = place
        place.mkdir(parents=True, exist_ok=True)
        self._log = open(place / "log", "ab")  # noqa: SIM115
        self.nodes: list[subprocess.Popen[bytes]] = []
        self.address = ""
        self.start_scheduler()

    def start_scheduler(self) -> None:
        """Start it, on its port of before if it had one."""
        file = self.place / "scheduler.json"
        file.unlink(missing_ok=True)
        port = self.address.rpartition(":")[2] or "0"
        self.scheduler = self._started(
            *("distributed.cli.dask_scheduler", "--host", "127.0.0.1", "--port", port),
            *("--scheduler-file", str(file), *_QUIET),
        )
        until(lambda: file.exists() and file.stat().st_size, "the scheduler's address")
        self.address = json.loads(file.read_text())["address"]

    def start_node(self) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", "gristmill", "node", "--scheduler", self.address]
        node = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log
        )
        self.nodes.append(node)
        return node

    def close(self) -> None:
        for process in (*self.nodes, self.scheduler):
            for each in _family(process.pid):
                if is_alive(each):
                    each.kill()
            process.wait(20)
        self._log.close()

    def log(self) -> str:
        return (self.place / "log").read_text(encoding="utf-8", errors="replace")

    def _started(self, module: str, *arguments: str) -> subprocess.Popen[bytes]:
        command = [sys.executable, "-m", module, *arguments]
        return subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=self._log, stderr=self._log
        )


def _family(pid: int) -> list[psutil.Process]:
    try:
        root = psutil.Process(pid)
        return [root, *root.children(recursive=True)]
    except psutil.Error:
        return []
