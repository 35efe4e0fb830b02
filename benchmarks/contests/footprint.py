"""`footprint`: what the service takes when it idles and for each document that it does."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.harness.contest import Contender, Contest, Figures
from benchmarks.harness.fsyncs import by_role, threads, traced, tracer
from benchmarks.harness.load import put_load
from benchmarks.harness.meters import cpu_between, cpu_seconds, disk_bytes, pss, pss_figures
from benchmarks.harness.plan import Plan
from benchmarks.harness.programs import Service, service

OURS = "gristmill"
TRACED = "gristmill, its fsyncs counted"
GROWTH = "growth %"
"""From a service that has done nothing yet to the same one after all documents."""
GROWTH_WARM = "growth %, from a tenth on"
_PARTS, _TRACED_SHARE = 10, 10
_FOLDERS = 1_000
"""Jobs after which the folders exist that keys are spread over: each costs fsyncs, once."""
_CALM_S = 3.0
"""After the last job: until then threads still end what nobody waits for."""


@contextmanager
def _opened(plan: Plan) -> Iterator[Sequence[Contender]]:
    yield [
        Contender(OURS, partial(_weigh, plan)),
        Contender(TRACED, partial(_count, plan), score="fsyncs a job"),
    ]


def _weigh(plan: Plan, folder: Path) -> Figures:
    with service(plan, folder) as running:
        time.sleep(_CALM_S)
        idle, empty = pss(running), disk_bytes(folder)
        cpu = cpu_seconds(running)
        warm = _after(running, plan, 1)
        done = _after(running, plan, _PARTS - 1)
        busy = cpu_between(cpu, cpu_seconds(running), plan.small_documents)
        return {
            "start s": running.ready_s,
            **pss_figures(idle, "idle"),
            **pss_figures(done, "after all"),
            GROWTH: _growth(idle, done),
            GROWTH_WARM: _growth(warm, done),
            "disk bytes/document": (disk_bytes(folder) - empty) / plan.small_documents,
            **busy,
        }


def _after(running: Service, plan: Plan, parts: int) -> Figures:
    """The memory after so many tenths of the documents, each a job of its own."""
    for _ in range(parts):
        _done(running, plan, plan.small_documents // _PARTS)
    time.sleep(_CALM_S)
    return pss(running)


def _done(running: Service, plan: Plan, jobs: int) -> None:
    put_load(running.address, plan, jobs)
    running.until_idle()


def _growth(before: Figures, after: Figures) -> float:
    """Percent, of what lives as long as the service: workers are replaced, and begin anew."""
    return 100 * (_both(after) / _both(before) - 1)


def _both(sizes: Figures) -> float:
    return sizes["supervisor"] + sizes["web"]


def _count(plan: Plan, folder: Path) -> Figures:
    jobs = max(plan.clients, plan.small_documents // _TRACED_SHARE)
    prefix = folder.with_name(f"{folder.name}-trace")
    with service(plan, folder, before=tracer(prefix)) as running:
        _done(running, plan, min(_FOLDERS, plan.small_documents))
        roles, before = threads(running), traced(prefix)
        _done(running, plan, jobs)
        roles |= threads(running)
        time.sleep(_CALM_S)
        counts = by_role(before, traced(prefix), roles)
    parts = {f"{role} fsyncs a job": count / jobs for role, count in counts.items()}
    return {"fsyncs a job": sum(counts.values()) / jobs, **parts}


CONTEST = Contest(
    "footprint",
    "one small service: its start, its memory when it idles and after single-text jobs, and what "
    "each of those costs",
    "PSS MB, idle",
    _opened,
)
