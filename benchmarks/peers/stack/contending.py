"""The stacks as contenders: broker, workers and front started, jobs sent over HTTP, all ended."""

import os
import time
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from pathlib import Path
from typing import NamedTuple

from benchmarks.harness.contest import Contender, Figures
from benchmarks.harness.load import put_load, rate_figures
from benchmarks.harness.meters import cpu_of_family
from benchmarks.harness.plan import Plan
from benchmarks.harness.programs import Address, listening
from benchmarks.peers import broker
from benchmarks.peers.broker import DURABLE_REDIS_SETTINGS, REDIS_SETTINGS, Broker
from benchmarks.peers.contending import module_of, settings_of, workers
from benchmarks.peers.stack import work
from gristmill.schemas.configuration.settings import Settings
from gristmill.storage.library import Library

WARM_UP = 100
_LONGEST_S, _LOOK_S = 600.0, 0.01
_FRONT = "benchmarks.peers.stack.front"


class _Stack(NamedTuple):
    """`keeps` says where the broker has its jobs, if the module does not."""

    name: str
    module: str
    broker: Callable[[Path], AbstractContextManager[Broker]]
    keeps: str = ""
    weaker: bool = False


_fsynced_redis = partial(broker.redis_server, fsync="always")
_STACKS = (
    _Stack("Huey", "huey_stack", broker.sqlite_file),
    _Stack("Dramatiq", "dramatiq_stack", _fsynced_redis, DURABLE_REDIS_SETTINGS),
    _Stack(
        "Dramatiq, a second may be lost",
        "dramatiq_stack",
        broker.redis_server,
        REDIS_SETTINGS,
        weaker=True,
    ),
    _Stack("Celery", "celery_stack", _fsynced_redis, DURABLE_REDIS_SETTINGS),
)


def stacks(plan: Plan) -> list[Contender]:
    """All of them; one whose queue is not installed is skipped when it is to run."""
    return [
        Contender(
            f"Falcon + waitress + {stack.name}",
            partial(_run, stack, plan),
            peer=True,
            settings="; ".join(filter(None, (settings_of(f"stack.{stack.module}"), stack.keeps))),
            weaker=stack.weaker,
        )
        for stack in _STACKS
    ]


def _run(stack: _Stack, plan: Plan, folder: Path) -> Figures:
    module = module_of(f"stack.{stack.module}")
    folder.mkdir()
    library = folder / "library.db"
    Library.open(library).close()
    # As our workers are: what else runs on the machine then weighs on both alike.
    nice = ("nice", "-n", str(Settings().worker_nice))
    with stack.broker(folder / "broker") as running:
        env = {**os.environ, broker.VARIABLE: running.place, work.VARIABLE: str(library)}
        front = listening(_FRONT, module.__name__, str(Settings().web_threads), env=env)
        with workers(module, plan.workers, env, nice) as pid, front as (address, web):
            pids = {"web": web, "broker": running.pid, "workers": pid}
            return _measured(plan, address, library, pids)


def _measured(plan: Plan, address: Address, library: Path, pids: dict[str, int | None]) -> Figures:
    with Library.open(library, readonly=True) as opened:
        put_load(address, plan, WARM_UP)
        _until_searchable(opened, WARM_UP)
        before = _cpu(pids)
        load = put_load(address, plan, plan.jobs)
        _until_searchable(opened, WARM_UP + plan.jobs)
        seconds = time.monotonic() - load.first
    after = _cpu(pids)
    cpu = {role: 1000 * (after[role] - before[role]) / plan.jobs for role in after}
    roles = {f"{role} ms": spent for role, spent in cpu.items()}
    return {
        "jobs/s": plan.jobs / seconds,
        **rate_figures(load),
        **roles,
        "CPU ms": sum(cpu.values()),
    }


def _cpu(pids: dict[str, int | None]) -> Figures:
    return {role: cpu_of_family(pid) for role, pid in pids.items() if pid is not None}


def _until_searchable(library: Library, documents: int) -> None:
    """Raises TimeoutError after ten minutes."""
    deadline = time.monotonic() + _LONGEST_S
    while (found := library.stats()["documents"]) < documents:
        if time.monotonic() > deadline:
            raise TimeoutError(f"{found} of {documents} jobs were done after {_LONGEST_S:g} s")
        time.sleep(_LOOK_S)
