"""`drain`: single-text jobs a second, from the first request to the last durable end."""

import itertools
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.bare_workers import Item, run_bare
from benchmarks.contest import Contender, Contest, Figures
from benchmarks.load import latency_figures, put_load
from benchmarks.meters import cpu_between, cpu_seconds
from benchmarks.plan import Plan
from benchmarks.programs import service
from benchmarks.texts import texts
from gristmill.storage.library import Library

BARE = "bare processes"
OURS = "gristmill"
PER_COMMIT = 8
"""Documents in one commit of the bare processes: as many small jobs as one of our leases holds."""
_IDLE_S = 300.0
_seeds = itertools.count(1)


@contextmanager
def _opened(plan: Plan) -> Iterator[Sequence[Contender]]:
    yield [
        Contender(OURS, partial(_service, plan), BARE),
        Contender(BARE, partial(_bare, plan)),
    ]


def _service(plan: Plan, folder: Path) -> Figures:
    with service(plan, folder) as running:
        before = cpu_seconds(running)
        load = put_load(running.address, plan.clients, plan.jobs, next(_seeds))
        # A job is forgotten by the queue only when its terminal manifest is durable.
        if not running.client.wait_for_idle(_IDLE_S):
            raise RuntimeError(f"the queue was not empty after {_IDLE_S:g} s")
        seconds = time.monotonic() - load.first
        cpu = cpu_between(before, cpu_seconds(running), plan.jobs)
    _verify(folder, plan.jobs)
    accepts = len(load.latencies) / (load.last - load.first)
    rates = {"jobs/s": plan.jobs / seconds, "accepts/s": accepts}
    return {**rates, **latency_figures(load), **cpu}


def _verify(folder: Path, jobs: int) -> None:
    ended = len(list(folder.glob("jobs/*-*-*/*.json")))
    with Library.open(folder / "library.db", readonly=True) as library:
        documents = library.stats()["documents"]
    if (ended, documents) != (jobs, jobs):
        raise RuntimeError(f"{jobs} jobs became {ended} ended jobs and {documents} documents")


def _bare(plan: Plan, folder: Path) -> Figures:
    folder.mkdir()
    items = [Item(f"text:{n}", text) for n, text in enumerate(texts(plan.jobs, next(_seeds)))]
    shares = [items[number :: plan.workers] for number in range(plan.workers)]
    done = run_bare(folder / "library.db", shares, PER_COMMIT)
    return {"jobs/s": plan.jobs / done.seconds}


CONTEST = Contest(
    "drain",
    "single-text jobs over HTTP from 8 keep-alive clients, accepted to ended, all of it durable",
    "jobs/s",
    _opened,
)
