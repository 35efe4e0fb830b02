"""`accept`: how soon and how often POST /ingest says that a job is safe."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.harness.contest import Contender, Contest, Figures
from benchmarks.harness.load import put_load, rate_figures
from benchmarks.harness.made_up_documents import make_folder
from benchmarks.harness.meters import cpu_between, cpu_of, cpu_seconds
from benchmarks.harness.percentiles import TAIL
from benchmarks.harness.plan import Plan
from benchmarks.harness.programs import Service, listening, paused, service
from gristmill.schemas.configuration.settings import Settings

BARE = "bare Falcon + waitress"
IDLE = "gristmill, workers paused"
BUSY = "gristmill, workers at these jobs"
BARE_PACED = "bare Falcon + waitress, 100/s"
IDLE_PACED = "gristmill, 100/s, else idle"
GRINDING = "gristmill, 100/s, every core grinding"
RATE = 100.0
_DOCUMENTS, _SENTENCES = 64, 2_000
_JOBS_PER_SECOND = 8
"""More folders than all cores grind in a second. Each goes to a collection of its own, where none
of its documents is a duplicate."""


@contextmanager
def _opened(plan: Plan) -> Iterator[Sequence[Contender]]:
    threads = str(Settings().web_threads)
    with ExitStack() as stack:
        address, pid = stack.enter_context(listening("benchmarks.limits.bare_web", threads))
        grist = Path(stack.enter_context(TemporaryDirectory(dir=plan.work, prefix="grist-")))
        make_folder(grist, _DOCUMENTS, _SENTENCES)

        def bare(folder: Path) -> Figures:
            before = cpu_of(pid)
            figures = rate_figures(put_load(address, plan, plan.accepts), TAIL)
            return {**figures, "web ms": 1000 * (cpu_of(pid) - before) / plan.accepts}

        def bare_paced(folder: Path) -> Figures:
            return rate_figures(put_load(address, plan, _paced(plan), rate=RATE), TAIL)

        yield [
            Contender(IDLE, partial(_accept, plan, pause=True), BARE),
            Contender(BUSY, partial(_accept, plan, pause=False), BARE),
            Contender(BARE, bare),
            Contender(GRINDING, partial(_grinding, plan, grist), IDLE_PACED, "p50 ms"),
            Contender(IDLE_PACED, partial(_idle_paced, plan), BARE_PACED, "p50 ms"),
            Contender(BARE_PACED, bare_paced, score="p50 ms"),
        ]


def _accept(plan: Plan, folder: Path, *, pause: bool) -> Figures:
    with service(plan, folder) as running, paused(running.workers() if pause else []):
        before = cpu_seconds(running)
        figures = rate_figures(put_load(running.address, plan, plan.accepts), TAIL)
        return {**figures, **cpu_between(before, cpu_seconds(running), plan.accepts)}


def _idle_paced(plan: Plan, folder: Path) -> Figures:
    with service(plan, folder) as running:
        return _paced_figures(running, plan)


def _grinding(plan: Plan, grist: Path, folder: Path) -> Figures:
    with service(plan, folder, "--allow-root", str(grist.resolve())) as running:
        for number in range(int(plan.seconds * _JOBS_PER_SECOND)):
            running.submit(
                {"type": "path", "path": str(grist.resolve())},
                collection=f"grist-{number}",
            )
        figures = _paced_figures(running, plan)
        if running.client.stats().running < plan.workers:
            raise RuntimeError("the workers had nothing left to grind before the last request")
    return figures


def _paced(plan: Plan) -> int:
    return int(plan.seconds * RATE)


def _paced_figures(running: Service, plan: Plan) -> Figures:
    return rate_figures(put_load(running.address, plan, _paced(plan), rate=RATE), TAIL)


CONTEST = Contest(
    "accept",
    "POST /ingest of a small text: as fast as 8 keep-alive clients can, and at a fixed rate, when "
    "the time of a request counts from when it was due",
    "accepts/s",
    _opened,
)
