"""How soon the service is at work again, fault by fault, on a quiet machine.

    python -m benchmarks.recovery [--workers N] [--times T] [--pending N] [--json FILE]

`worker` kills the worker that is at a document and waits until another is at it. `supervisor` kills
the supervisor and starts it again, with nothing pending and with `--pending` jobs: until it says
that it listens, and until the first job has ended.
"""

import argparse
import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TypeVar

import httpx
import msgspec
import psutil

from benchmarks.harness.machine import machine
from benchmarks.harness.texts import texts
from gristmill import IngestionTask, Settings, TextSource
from gristmill.pool.client import PoolClient
from gristmill.pool.intake import Intake
from gristmill.pool.worker.board import Board, Slot
from gristmill.schemas.jobs.offers import Offer, OfferResult, Verdict
from gristmill.schemas.problems.errors import GristmillError
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests
from gristmill.storage.stores import Stores

_LOOK_S, _LONGEST_S = 0.001, 60.0
T = TypeVar("T")
Series = dict[str, list[float]]


def main(arguments: Sequence[str]) -> int:
    """Measure and print; returns an exit code."""
    args = _parser().parse_args(arguments)
    _say(str(machine()))
    series: Series = {}
    for measure in (_workers, _supervisors):
        with tempfile.TemporaryDirectory(prefix="gristmill-recovery-", dir=args.work) as name:
            measure(Path(name), args, series)
    for kind, times in series.items():
        _say(f"{kind:48} median {statistics.median(times):5.2f} s   worst {max(times):5.2f} s")
    if args.json:
        about = {"machine": machine(), "seconds": series}
        args.json.write_bytes(msgspec.json.format(msgspec.json.encode(about), indent=2) + b"\n")
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.recovery", description=__doc__)
    parser.add_argument("--workers", type=int, default=2, metavar="N")
    parser.add_argument("--times", type=int, default=20, metavar="T")
    parser.add_argument("--pending", type=int, default=10_000, metavar="N")
    parser.add_argument("--json", type=Path, metavar="FILE")
    parser.add_argument("--work", type=Path, metavar="DIR", help="where to make the data folders")
    return parser


class _Service:
    """`gristmill serve`, from its start to a SIGKILL."""

    def __init__(self, data: Path, workers: int, *flags: str, **env: str) -> None:
        self.folder = DataFolder.open(data)
        self.client = PoolClient(Stores(self.folder))
        self.began = time.monotonic()
        where = ["--data", str(data), "--port", "0", "--workers", str(workers)]
        self.process = subprocess.Popen(
            [sys.executable, "-m", "gristmill", "serve", *where, *flags],
            env={**os.environ, **env},
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
        )
        self.ready = 0.0
        self.url = ""
        # Beside: with jobs pending, the first one may have ended before this line comes.
        self._reader = threading.Thread(target=self._listen)
        self._reader.start()

    def _listen(self) -> None:
        assert self.process.stdout is not None
        self.url = self.process.stdout.readline().strip().removeprefix("listening on ")
        self.ready = time.monotonic()

    def wait_ready(self) -> float:
        """When it said that it listens, in seconds after its start."""
        self._reader.join()
        return self.ready - self.began

    def first_end(self) -> float:
        """When the first job had ended, in seconds after its start."""
        _until(self._has_ended_a_job)
        return time.monotonic() - self.began

    def _has_ended_a_job(self) -> bool:
        with suppress(GristmillError):
            return self.client.stats().finished > 0
        return False

    def slots(self) -> list[Slot]:
        board = Board(self.folder.board)
        try:
            return [slot for n in range(board.size) if (slot := board.read(n)) is not None]
        finally:
            board.close()

    def kill(self) -> None:
        """SIGKILL to the supervisor; waits until its last orphan has ended."""
        family = psutil.Process(self.process.pid).children(recursive=True)
        self.wait_ready()
        self.client.close()
        self.process.kill()
        self.process.communicate()
        psutil.wait_procs(family, _LONGEST_S)

    def submit(self, content: str, name: str) -> str:
        body = {"sources": [{"type": "text", "text": content, "name": name}]}
        job_id: str = httpx.post(f"{self.url}/ingest", json=body).json()["job_id"]
        return job_id


def _workers(root: Path, args: argparse.Namespace, series: Series) -> None:
    """Each document stops its worker inside the parser, once; then we kill that worker."""
    points = ";".join(
        f"document.parse:victim-{n}.txt=stop#{root}/once-{n}" for n in range(args.times)
    )
    service = _Service(root / "data", args.workers, GRISTMILL_FAULTS=points)
    service.wait_ready()
    try:
        for number, content in enumerate(texts(args.times, 1)):
            job_id = service.submit(content, f"victim-{number}.txt")
            _until((root / f"once-{number}").exists)
            victim = _until(lambda: _at(service, job_id))  # noqa: B023
            _until(lambda: psutil.Process(victim.worker.pid).status() == psutil.STATUS_STOPPED)  # noqa: B023
            struck = time.monotonic()
            os.kill(victim.worker.pid, signal.SIGKILL)
            _until(lambda: _goes_on(service, job_id, struck))  # noqa: B023
            took = time.monotonic() - struck
            series.setdefault("worker killed: its document runs again", []).append(took)
            _until(lambda: service.client.stats().workers == args.workers)
    finally:
        service.kill()


def _at(service: _Service, job_id: str) -> Slot | None:
    return next((slot for slot in service.slots() if slot.job_id == job_id), None)


def _goes_on(service: _Service, job_id: str, struck: float) -> bool:
    slot = _at(service, job_id)
    over = not Manifests(service.folder).is_pending(job_id)
    return over or (slot is not None and slot.started > struck)


def _supervisors(root: Path, args: argparse.Namespace, series: Series) -> None:
    for pending in (0, args.pending):
        data = root / f"pending-{pending}"
        _accept(data, pending)
        _Service(data, args.workers).kill()
        what = f"supervisor killed, {pending} jobs pending"
        for number in range(max(3, args.times // 4)):
            service = _Service(data, args.workers)
            try:
                if not pending:
                    service.wait_ready()
                    service.submit(f"The job of start {number}.", f"start {number}")
                ended = service.first_end()
                series.setdefault(f"{what}: ready", []).append(service.wait_ready())
                series.setdefault(f"{what}: first job ended", []).append(ended)
            finally:
                service.kill()


class _Nobody(PoolClient):
    """In the place of a supervisor that was killed just after it took each offer."""

    def ensure(self) -> None:
        pass

    def offer_many(self, offers: Sequence[Offer]) -> list[OfferResult]:
        return [OfferResult(Verdict.ACCEPTED)] * len(offers)


def _accept(data: Path, number: int) -> None:
    """Accept so many jobs durably, through the code that does so behind `POST /ingest`."""
    stores = Stores.open(data)
    intake = Intake(stores, Settings(data=str(data)), _Nobody(stores))
    for content in texts(number, 2):
        intake.submit(IngestionTask(sources=[TextSource(text=content)]))


def _until(look: Callable[[], T | None]) -> T:
    deadline = time.monotonic() + _LONGEST_S
    while not (found := look()):
        if time.monotonic() > deadline:
            raise TimeoutError("it took longer than a minute")
        time.sleep(_LOOK_S)
    return found


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
