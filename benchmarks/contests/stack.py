"""`stack`: single-text jobs a second beside what a user would build instead: the same work and the
same client, nothing accepted before it is on the disk."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.contests.jobs import verify
from benchmarks.harness.contest import Contender, Contest, Figures
from benchmarks.harness.load import put_load, rate_figures
from benchmarks.harness.meters import cpu_between, cpu_seconds
from benchmarks.harness.plan import Plan
from benchmarks.harness.programs import service
from benchmarks.peers.stack.contending import WARM_UP, stacks

OURS = "gristmill"


@contextmanager
def _opened(plan: Plan) -> Iterator[Sequence[Contender]]:
    yield [Contender(OURS, partial(_service, plan)), *(stacks(plan) if plan.peers else [])]


def _service(plan: Plan, folder: Path) -> Figures:
    with service(plan, folder) as running:
        put_load(running.address, plan, WARM_UP)
        running.until_idle()
        before = cpu_seconds(running)
        load = put_load(running.address, plan, plan.jobs)
        running.until_idle()
        seconds = time.monotonic() - load.first
        cpu = cpu_between(before, cpu_seconds(running), plan.jobs)
    verify(folder, WARM_UP + plan.jobs)
    return {
        "jobs/s": plan.jobs / seconds,
        **rate_figures(load),
        **cpu,
        "CPU ms": sum(cpu.values()),
    }


CONTEST = Contest(
    "stack",
    "what a user would build instead: single-text jobs over HTTP from 8 keep-alive clients, from "
    "the first request until all are searchable; Falcon + waitress hands them to a job queue, "
    "whose workers, as many as ours, run the same pipeline and commit each job durably to a "
    "library of the same kind. A job is on the disk before it is accepted, but where it says "
    "otherwise",
    "jobs/s",
    _opened,
)
