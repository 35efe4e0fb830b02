"""`backlog`: what the service costs when it has much behind it or much before it."""

import itertools
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.harness.contest import Contender, Contest, Figures
from benchmarks.harness.load import put_load, rate_figures
from benchmarks.harness.meters import pss
from benchmarks.harness.percentiles import percentile
from benchmarks.harness.plan import Plan
from benchmarks.harness.programs import Service, service
from benchmarks.harness.seeding import seed_finished, seed_pending
from benchmarks.leasing import LeaseOrders, lease

NOTHING = "nothing pending or finished"
FEW = "few pending"
MANY = "many pending"
FINISHED = "many finished"
_FEW_SHARE, _ACCEPT_SHARE = 100, 2
_LEASES, _READS = 200, 100
_STOPPED = {"GRISTMILL_FAULTS": "life.lease=stop"}
"""Workers join and stop before their first lease: the backlog stays as it is."""


@contextmanager
def _opened(plan: Plan) -> Iterator[Sequence[Contender]]:
    with TemporaryDirectory(dir=plan.work, prefix="backlog-") as name:
        many, finished = Path(name) / "many", Path(name) / "finished"
        yield [
            Contender(NOTHING, partial(_measure, plan)),
            Contender(FEW, partial(_few, plan), NOTHING),
            Contender(MANY, partial(_many, plan, many), NOTHING),
            Contender(FINISHED, partial(_finished, plan, finished), NOTHING),
        ]


def _few(plan: Plan, folder: Path) -> Figures:
    seed_pending(folder, max(1, plan.pending // _FEW_SHARE))
    return _measure(plan, folder)


def _many(plan: Plan, data: Path, folder: Path) -> Figures:
    """On a folder that is seeded once: each round adds a little to it."""
    if not data.exists():
        seed_pending(data, plan.pending)
    return _measure(plan, data)


def _finished(plan: Plan, data: Path, folder: Path) -> Figures:
    """On a folder that is seeded once: what a round adds is finished after it."""
    if not data.exists():
        seed_finished(data, plan.finished)
    figures = _measure(plan, data)
    with service(plan, data) as running:
        running.until_idle()
    return figures


def _measure(plan: Plan, data: Path) -> Figures:
    with service(plan, data, env=_STOPPED) as running:
        jobs = running.client.stats().waiting
        memory = pss(running)
        load = put_load(running.address, plan, max(plan.clients, plan.accepts // _ACCEPT_SHARE))
        return {
            "pending": float(jobs),
            "restart s": running.ready_s,
            **rate_figures(load),
            "lease ms": _lease_ms(running),
            **_read_figures(running),
            "supervisor MB": memory["supervisor"],
            "web MB": memory["web"],
        }


def _lease_ms(running: Service) -> float:
    done = lease(running.folder, LeaseOrders(workers=1, leases=_LEASES, release=True))
    return 1000 * percentile(sorted(done.latencies), 50)


def _read_figures(running: Service) -> Figures:
    """Medians of a page of the list and of one job, from a client that keeps its connection."""
    newest = running.http.get("/ingest", params={"limit": "100"}).json()["items"]
    jobs = itertools.cycle([job["job_id"] for job in newest])
    return {
        "list ms": _median_ms(running, lambda: "/ingest"),
        "GET ms": _median_ms(running, lambda: f"/ingest/{next(jobs)}"),
    }


def _median_ms(running: Service, path: Callable[[], str]) -> float:
    times = []
    for _ in range(_READS):
        started = time.perf_counter()
        running.http.get(path()).raise_for_status()
        times.append(time.perf_counter() - started)
    return 1000 * percentile(sorted(times), 50)


CONTEST = Contest(
    "backlog",
    "the service, its workers stopped, on data folders with many jobs that wait or have ended",
    "accepts/s",
    _opened,
)
