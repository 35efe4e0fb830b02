"""The real program, started and stopped for tests."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, TypeVar
from unittest.mock import patch

import httpx
import psutil
from click.testing import CliRunner
from support.patience import WAIT_S

from gristmill.cli.app import gristmill

T = TypeVar("T")
QUIET = {"PYTHONUNBUFFERED": "1", "GRISTMILL_SPARE_WORKERS": "0"}
"""For all that tests start. A test counts workers; what a spare one does has tests of its own."""
_PROGRAM = (sys.executable, "-m", "gristmill")


def until(look: Callable[[], T], what: str, timeout_s: float = WAIT_S) -> T:
    """What `look` returns once it is true. A condition is awaited, never a time."""
    deadline = time.monotonic() + timeout_s
    pause = 0.002
    while not (found := look()):
        assert time.monotonic() < deadline, f"{what} did not happen within {timeout_s:g} s"
        time.sleep(pause)
        pause = min(pause * 1.5, 0.05)
    return found


class Service:
    """`gristmill serve` on a data folder. May be killed and started again."""

    def __init__(
        self, data: Path, *flags: str, env: Mapping[str, str] | None = None, command: str = "serve"
    ) -> None:
        self.data, self.flags, self.command = data, flags, command
        self.env = {**os.environ, **QUIET, **(env or {})}
        self.log = data.parent / f"{data.name}.log"
        self.process: subprocess.Popen[str] | None = None
        self.groups: list[int] = []
        # What speaks plain HTTP need not load certificates, which takes longer than a test may.
        self.http = httpx.Client(timeout=WAIT_S, verify=False)

    def start(self, **env: str) -> "Service":
        port = ["--port", "0"] if self.command != "supervise" else []
        with open(self.log, "a") as log:
            self.process = subprocess.Popen(
                [*_PROGRAM, self.command, "--data", str(self.data), *port, *self.flags],
                env={**self.env, **env},
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
                start_new_session=True,
            )
        self.groups.append(self.process.pid)
        assert self.process.stdout is not None
        line = self.process.stdout.readline().strip()
        assert line, f"the service did not start: {self.log.read_text()}"
        if self.command != "supervise":
            self.http.base_url = line.removeprefix("listening on ")
        return self

    @property
    def pid(self) -> int:
        assert self.process is not None
        return self.process.pid

    def signal(self, number: int) -> None:
        os.kill(self.pid, number)

    def wait(self, timeout_s: float = WAIT_S) -> int:
        assert self.process is not None
        code = self.process.wait(timeout_s)
        assert self.process.stdout is not None
        self.process.stdout.close()
        self.process = None
        return code

    def stop(self) -> int:
        """Drain and return the exit code."""
        self.signal(signal.SIGTERM)
        return self.wait()

    def kill(self) -> None:
        """SIGKILL the supervisor and wait for the kernel to agree."""
        self.signal(signal.SIGKILL)
        self.wait()

    def family(self) -> list[psutil.Process]:
        """Every living process below the service."""
        return psutil.Process(self.pid).children(recursive=True)

    def workers(self) -> list[int]:
        """The pids of the workers, from the board's point of view of who is a grandchild."""
        found: list[int] = []
        for child in psutil.Process(self.pid).children():
            with suppress(psutil.NoSuchProcess):  # It has ended since it was listed.
                if "forkserver" in " ".join(child.cmdline()):
                    found += [worker.pid for worker in child.children()]
        return found

    # -- as a client --------------------------------------------------------------------------

    def submit(self, *sources: Mapping[str, Any], **fields: Any) -> httpx.Response:
        headers = fields.pop("headers", {})
        return self.http.post("/ingest", json={"sources": list(sources), **fields}, headers=headers)

    def accepted(self, *sources: Mapping[str, Any], **fields: Any) -> str:
        """Submit and return the job's id."""
        answer = self.submit(*sources, **fields)
        assert answer.status_code == 202, answer.text
        job_id: str = answer.json()["job_id"]
        return job_id

    def job(self, job_id: str) -> dict[str, Any]:
        job: dict[str, Any] = self.http.get(f"/ingest/{job_id}").json()
        return job

    def ended(self, job_id: str, timeout_s: float = WAIT_S) -> dict[str, Any]:
        """The job once it is terminal."""
        deadline = time.monotonic() + timeout_s
        while time.monotonic() < deadline:
            answer = self.http.get(f"/ingest/{job_id}", params={"wait": "10"})
            if answer.status_code == 200:
                job: dict[str, Any] = answer.json()
                return job
        raise AssertionError(f"job {job_id} has not ended: {answer.text}")

    def all(self, path: str) -> list[dict[str, Any]]:
        """What a list has on all its pages."""
        items: list[dict[str, Any]] = []
        after: dict[str, str] = {}
        while True:
            page = self.http.get(path, params={"limit": "1000", **after}).json()
            items += page["items"]
            if page["next"] is None:
                return items
            after = {"after": page["next"]}

    def ledger(self, job_id: str, **params: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.http.get(
            f"/ingest/{job_id}/documents", params={"limit": "1000", **params}
        ).json()["items"]
        return items

    def search(self, query: str, **params: str) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = self.http.get(
            "/search", params={"q": query, **params}
        ).json()["items"]
        return items


def at_work(process: psutil.Process) -> bool:
    """Whether a process lives; an orphan's zombie, which init collects some time, does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def is_stopped(process: psutil.Process) -> bool:
    try:
        return bool(process.status() == psutil.STATUS_STOPPED)
    except psutil.NoSuchProcess:
        return False


def stop(process: psutil.Process) -> None:
    """Have a process stand still. A signal is on its way for a moment: what is done meanwhile may
    still be answered by it."""
    process.suspend()
    until(lambda: is_stopped(process), "a process that stands still")


def stopped_workers(service: Service) -> list[psutil.Process]:
    """The workers that stand still. One that a fault point stops leaves the mark that it was there
    before it stops: wait for it here (`until`), and let it go on (`resume`) only then. A signal
    that comes before makes it go on from nowhere, and it stands still for ever."""
    found: list[psutil.Process] = []
    for pid in service.workers():
        with suppress(psutil.NoSuchProcess):
            found.append(psutil.Process(pid))
    return [worker for worker in found if is_stopped(worker)]


def text(content: str, name: str | None = None) -> dict[str, Any]:
    source = {"type": "text", "text": content}
    return source if name is None else {**source, "name": name}


def path(where: Path, glob: str | None = None) -> dict[str, Any]:
    source = {"type": "path", "path": str(where)}
    return source if glob is None else {**source, "glob": glob}


@contextmanager
def running(data: Path, *flags: str, env: Mapping[str, str] | None = None) -> Iterator[Service]:
    """A service for one test; whatever is left of it afterwards is killed."""
    service = Service(data, *flags, env=env)
    try:
        yield service.start()
    finally:
        end(service)


def end(service: Service) -> None:
    """Kill what is left of a service, all of it."""
    service.http.close()
    family = []
    if service.process is not None:
        family = service.family()
        service.kill()
    for group in service.groups:
        # Also what a dead supervisor left: a stopped worker cannot end by itself.
        with suppress(ProcessLookupError):
            os.killpg(group, signal.SIGKILL)
    until(lambda: not any(map(at_work, family)), "the end of the service's processes")


def run(*args: str, data: Path | None = None, timeout_s: float = WAIT_S) -> tuple[int, str, str]:
    """Run a CLI command; returns (exit code, stdout, stderr)."""
    command = [*_PROGRAM, *args]
    if data is not None:
        command += ["--data", str(data)]
    done = subprocess.run(
        command, capture_output=True, text=True, timeout=timeout_s, stdin=subprocess.DEVNULL
    )
    return (done.returncode, done.stdout, done.stderr)


def ask(
    *args: str, data: Path | None = None, env: Mapping[str, str] | None = None
) -> tuple[int, str, str]:
    """As `run`, without a process: for what is about a command's answer, and starts nothing. What
    `serve` leaves to the processes that it would start is taken back."""
    command = args if data is None else (*args, "--data", str(data))
    with patch.dict(os.environ), contextlib.chdir(Path.cwd()):
        done = CliRunner(env=env).invoke(gristmill, command)
    return done.exit_code, done.stdout, done.stderr
