"""`submit`: how many jobs a second are accepted, durably."""

import itertools
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path

from benchmarks.clients import Load
from benchmarks.contest import Contender, Contest, Figures
from benchmarks.load import latency_figures, put_load
from benchmarks.plan import Plan
from benchmarks.programs import listening, paused, service
from gristmill.schemas.settings import Settings

BARE = "bare Falcon + waitress"
IDLE = "gristmill, workers paused"
BUSY = "gristmill, workers at work"
_seeds = itertools.count()


@contextmanager
def _opened(plan: Plan) -> Iterator[Sequence[Contender]]:
    threads = str(Settings().web_threads)
    with listening("benchmarks.bare_web", threads) as (address, _):

        def bare(folder: Path) -> Figures:
            return _figures(put_load(address, plan.clients, plan.accepts, next(_seeds)))

        yield [
            Contender(IDLE, partial(_accept, plan, pause=True), BARE),
            Contender(BUSY, partial(_accept, plan, pause=False), BARE),
            Contender(BARE, bare),
        ]


def _accept(plan: Plan, folder: Path, *, pause: bool) -> Figures:
    with service(plan, folder) as running, paused(running.workers() if pause else []):
        return _figures(put_load(running.address, plan.clients, plan.accepts, next(_seeds)))


def _figures(load: Load) -> Figures:
    return {"accepts/s": len(load.latencies) / (load.last - load.first), **latency_figures(load)}


CONTEST = Contest(
    "submit",
    "POST /ingest of a small text from 8 keep-alive clients; accepted durably, and not at all",
    "accepts/s",
    _opened,
    {IDLE: 0.5},
)
