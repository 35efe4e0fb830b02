"""Programs that a benchmark starts: web servers that say where they listen, and our service."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

import psutil

from benchmarks.plan import Plan
from gristmill.pool.client import PoolClient
from gristmill.storage.layout import DataFolder

_START_S, _STOP_S = 30.0, 30.0


class Address(NamedTuple):
    host: str
    port: int


@contextmanager
def listening(module: str, *args: str) -> Iterator[tuple[Address, int]]:
    """Run a module that prints `listening on http://HOST:PORT`; yields its address and pid. It
    gets a TERM at the end, and whatever of it outlives that is killed."""
    process = subprocess.Popen(
        [sys.executable, "-m", module, *args], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    family: list[psutil.Process] = []
    try:
        line = process.stdout.readline().strip()
        if not line:
            raise RuntimeError(f"{module} did not start: exit code {process.wait(_STOP_S)}")
        host, _, port = line.rpartition("/")[2].rpartition(":")
        yield Address(host, int(port)), process.pid
        family = psutil.Process(process.pid).children(recursive=True)
    finally:
        process.send_signal(signal.SIGTERM)
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        _end(family)


def _end(processes: Sequence[psutil.Process]) -> None:
    for left in psutil.wait_procs(processes, 5.0)[1]:
        try:
            left.kill()
        except psutil.NoSuchProcess:
            pass


class Service(NamedTuple):
    """A running `gristmill serve`. `pid` is its supervisor."""

    address: Address
    pid: int
    client: PoolClient
    folder: DataFolder

    def workers(self) -> list[psutil.Process]:
        return [
            worker
            for child in psutil.Process(self.pid).children()
            if role_of(child) == "forkserver"
            for worker in child.children()
        ]


@contextmanager
def service(plan: Plan, data: Path, *flags: str) -> Iterator[Service]:
    """The whole service on a fresh data folder, all of its workers ready."""
    counts = ("--workers", str(plan.workers), "--web-processes", str(plan.web_processes))
    depth = ("--queue-depth", "1000000")
    where = ("--data", str(data), "--port", "0")
    with listening("gristmill", "serve", *where, *counts, *depth, *flags) as (address, pid):
        folder = DataFolder.at(str(data))
        running = Service(address, pid, PoolClient(folder), folder)
        deadline = time.monotonic() + _START_S
        while running.client.stats().workers < plan.workers:
            if time.monotonic() > deadline:
                raise RuntimeError("the workers did not start")
            time.sleep(0.01)
        try:
            yield running
        finally:
            running.client.close()


def role_of(process: psutil.Process) -> str:
    """What a direct child of the supervisor is for."""
    command = process.cmdline()
    if "web" in command:
        return "web"
    return "forkserver" if any("forkserver" in word for word in command) else "other"


@contextmanager
def paused(processes: Sequence[psutil.Process]) -> Iterator[None]:
    """Stop processes for a while, wherever they are."""
    for process in processes:
        os.kill(process.pid, signal.SIGSTOP)
    try:
        yield
    finally:
        for process in processes:
            os.kill(process.pid, signal.SIGCONT)
