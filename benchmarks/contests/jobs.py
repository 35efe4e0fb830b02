"""`jobs`: single-text jobs a second, from the first request to the last durable end, beside job
queues whose jobs do nothing."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.harness.contest import Contender, Contest, Figures
from benchmarks.harness.load import put_load, rate_figures
from benchmarks.harness.meters import cpu_between, cpu_seconds
from benchmarks.harness.plan import Plan
from benchmarks.harness.programs import service
from benchmarks.harness.texts import texts
from benchmarks.limits.bare_pipeline import Item
from benchmarks.limits.bare_workers import run_bare
from benchmarks.peers.contending import peers
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library
from gristmill.storage.manifests import Manifests

BARE = "bare processes"
OURS = "gristmill, POST /ingest"
BATCHED = "gristmill, POST /ingest/batch"
BATCH = 250
PER_COMMIT = 8
"""Documents in one commit of the bare processes: as many small jobs as one of our leases holds."""


@contextmanager
def _opened(plan: Plan) -> Iterator[Sequence[Contender]]:
    yield [
        Contender(OURS, partial(_service, plan, 0), BARE),
        Contender(BATCHED, partial(_service, plan, BATCH), BARE),
        *(peers(plan) if plan.peers else []),
        Contender(BARE, partial(_bare, plan)),
    ]


def _service(plan: Plan, batch: int, folder: Path) -> Figures:
    with service(plan, folder) as running:
        before = cpu_seconds(running)
        load = put_load(running.address, plan, plan.jobs, batch=batch)
        running.until_idle()
        seconds = time.monotonic() - load.first
        cpu = cpu_between(before, cpu_seconds(running), plan.jobs)
    verify(folder, plan.jobs)
    return {"jobs/s": plan.jobs / seconds, **rate_figures(load), **cpu}


def verify(folder: Path, jobs: int) -> None:
    """Raises RuntimeError where so many jobs did not become as many ends and documents."""
    ended = sum(1 for _ in Manifests(DataFolder.at(folder)).ended_ids())
    with Library.open(folder / "library.db", readonly=True) as library:
        documents = library.stats()["documents"]
    if (ended, documents) != (jobs, jobs):
        raise RuntimeError(f"{jobs} jobs became {ended} ended jobs and {documents} documents")


def _bare(plan: Plan, folder: Path) -> Figures:
    folder.mkdir()
    items = [Item(f"text:{n}", text) for n, text in enumerate(texts(plan.jobs, 0))]
    shares = [items[number :: plan.workers] for number in range(plan.workers)]
    done = run_bare(folder / "library.db", shares, PER_COMMIT)
    return {"jobs/s": plan.jobs / done.seconds}


CONTEST = Contest(
    "jobs",
    "single-text jobs over HTTP from 8 keep-alive clients, accepted to ended, all of it durable; "
    "the peers' jobs do nothing at all and are enqueued in-process, by as many threads",
    "jobs/s",
    _opened,
)
