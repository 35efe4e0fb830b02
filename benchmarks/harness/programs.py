"""Programs that a benchmark starts: web servers that say where they listen, and our service."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import MappingProxyType
from typing import Any, NamedTuple

import httpx
import psutil

from benchmarks.harness.plan import Plan
from gristmill.pool.client import PoolClient
from gristmill.storage.layout import DataFolder
from gristmill.storage.stores import Stores

_START_S, _STOP_S, _LONGEST_S = 60.0, 60.0, 600.0


class Address(NamedTuple):
    host: str
    port: int


@contextmanager
def listening(
    module: str,
    *args: str,
    before: Sequence[str] = (),
    env: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[tuple[Address, int]]:
    """Run a module that prints `listening on http://HOST:PORT`; yields its address and pid. It
    gets a TERM at the end, and whatever of it outlives that is killed."""
    process = subprocess.Popen(
        [*before, sys.executable, "-m", module, *args],
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, **env},
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
    """A running `gristmill serve`. `pid` is its supervisor; `ready_s` how many seconds after its
    start it said that it listens."""

    address: Address
    pid: int
    client: PoolClient
    folder: DataFolder
    http: httpx.Client
    ready_s: float

    def submit(self, *sources: Mapping[str, Any], **fields: Any) -> str:
        """Submit a job; returns its id. Raises RuntimeError where it is not accepted."""
        return accepted(self.http.post("/ingest", json={"sources": sources, **fields}))

    def ended(self, job_id: str) -> dict[str, Any]:
        """The job once it is terminal. Raises RuntimeError after ten minutes."""
        deadline = time.monotonic() + _LONGEST_S
        while time.monotonic() < deadline:
            answer = self.http.get(f"/ingest/{job_id}", params={"wait": "30"})
            if answer.status_code == 200:
                job: dict[str, Any] = answer.json()
                return job
        raise RuntimeError(f"job {job_id} did not end: {answer.text}")

    def until_idle(self) -> None:
        """Wait until no job is pending. Raises RuntimeError after ten minutes."""
        # A job is forgotten by the queue only when its terminal manifest is durable.
        if not self.client.wait_for_idle(_LONGEST_S):
            raise RuntimeError(f"the queue was not empty after {_LONGEST_S:g} s")

    @property
    def url(self) -> str:
        return f"http://{self.address.host}:{self.address.port}"

    def workers(self) -> list[psutil.Process]:
        return [
            worker
            for child in psutil.Process(self.pid).children()
            if role_of(child) == "forkserver"
            for worker in child.children()
        ]


def accepted(answer: httpx.Response) -> str:
    """The id of the job that was accepted with this answer. Raises RuntimeError for another."""
    if answer.status_code != 202:
        raise RuntimeError(f"not accepted: {answer.status_code} {answer.text}")
    job_id: str = answer.json()["job_id"]
    return job_id


@contextmanager
def service(
    plan: Plan,
    data: Path,
    *flags: str,
    before: Sequence[str] = (),
    env: Mapping[str, str] = MappingProxyType({}),
) -> Iterator[Service]:
    """The whole service on a data folder, all of its workers ready. `before` is a command that
    runs it, as `strace` does, and leaves it our own child."""
    counts = ("--workers", str(plan.workers), "--web-processes", str(plan.web_processes))
    where = ("--data", str(data), "--port", "0", "--queue-depth", "1000000")
    began = time.monotonic()
    command = (*where, *counts, *flags)
    with listening("gristmill", "serve", *command, before=before, env=env) as (address, pid):
        ready_s = time.monotonic() - began
        folder = DataFolder.at(str(data))
        url = f"http://{address.host}:{address.port}"
        with httpx.Client(base_url=url, timeout=60.0) as http:
            running = Service(address, pid, PoolClient(Stores(folder)), folder, http, ready_s)
            _await_workers(running, plan.workers)
            try:
                yield running
            finally:
                running.client.close()


def _await_workers(running: Service, workers: int) -> None:
    deadline = time.monotonic() + _START_S
    while running.client.stats().workers < workers:
        if time.monotonic() > deadline:
            raise RuntimeError("the workers did not start")
        time.sleep(0.01)


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
