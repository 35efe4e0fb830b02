"""The peers as contenders: their workers started, their jobs sent, all of it ended again."""

import importlib
import os
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any, NamedTuple

import psutil

from benchmarks.harness.contest import Contender, Figures, Skipped
from benchmarks.harness.plan import Plan
from benchmarks.peers.broker import VARIABLE, Broker, redis_server, sqlite_file

_WARM_UP = 100
_STOP_S, _LONGEST_S = 20.0, 600.0


class _Peer(NamedTuple):
    """`share`: a slow one tells its rate with this share of the jobs."""

    name: str
    module: str
    broker: Callable[[Path], AbstractContextManager[Broker]]
    share: float = 1.0


_PEERS = (
    _Peer("Celery", "celery_queue", redis_server),
    _Peer("Dramatiq", "dramatiq_queue", redis_server),
    _Peer("RQ", "rq_queue", redis_server, 0.1),
    _Peer("RQ without forks", "rq_simple_queue", redis_server),
    _Peer("Huey", "huey_queue", sqlite_file),
)


def peers(plan: Plan) -> list[Contender]:
    """All of them; one that is not installed is skipped when it is to run."""
    return [
        Contender(
            peer.name, partial(_run, peer, plan), peer=True, settings=settings_of(peer.module)
        )
        for peer in _PEERS
    ]


def module_of(name: str) -> Any:
    """A module of this package. Raises Skipped where the peer is not installed."""
    try:
        return importlib.import_module(f"benchmarks.peers.{name}")
    except ImportError as error:
        raise Skipped(f"{error}; install gristmill[bench]") from None


def settings_of(name: str) -> str:
    """Version and settings, for the report; nothing where the peer is not installed."""
    try:
        module = module_of(name)
        return f"{module.PACKAGE} {version(module.PACKAGE)}: {module.SETTINGS}"
    except (Skipped, PackageNotFoundError):
        return ""


def _run(peer: _Peer, plan: Plan, folder: Path) -> Figures:
    module, jobs = module_of(peer.module), max(1, int(peer.share * plan.jobs))
    with peer.broker(folder) as broker:
        env = {**os.environ, VARIABLE: broker.place}
        with workers(module, plan.workers, env):
            counts = [str(number) for number in (plan.clients, _WARM_UP, jobs)]
            command = [sys.executable, "-m", "benchmarks.peers.load", module.__name__, *counts]
            done = subprocess.run(
                command, env=env, stdout=subprocess.PIPE, text=True, timeout=_LONGEST_S, check=True
            )
    return {"jobs/s": jobs / float(done.stdout)}


@contextmanager
def workers(
    module: Any, processes: int, env: dict[str, str], before: Sequence[str] = ()
) -> Iterator[int]:
    """Run the peer's worker processes; yields the pid of their parent. `before` is a command that
    runs it in its own place, as `nice` does."""
    process = subprocess.Popen(
        [*before, sys.executable, "-m", *module.worker(processes, env[VARIABLE])],
        env=env,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        yield process.pid
    finally:
        _end(process)


def _end(process: subprocess.Popen[bytes]) -> None:
    """Some of them wait for long, or leave children behind: those are killed."""
    family: Sequence[psutil.Process] = psutil.Process(process.pid).children(recursive=True)
    process.terminate()
    try:
        process.wait(_STOP_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()
    for left in psutil.wait_procs(family, 1.0)[1]:
        try:
            left.kill()
        except psutil.NoSuchProcess:
            pass
