"""`cores`: what a second worker brings, and, by a model of what cannot be shared, the 64th."""

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks import sleeper
from benchmarks.harness.contest import Contender, Contest, Figures
from benchmarks.harness.made_up_documents import make_folder
from benchmarks.harness.plan import Plan
from benchmarks.harness.programs import Service, service
from benchmarks.limits.serial_parts import LibraryCosts, QueueTrial, library_costs
from benchmarks.reporting.saturation import Serial, library_seconds, saturation, tasks_per_second

ONE, TWO = "1 worker", "2 workers"
QUEUE, LIBRARY = "the queue alone", "the library alone"
TASK_S = 0.02
CROWDS = (16, 64, 128)
"""Sleeping workers that lease from the queue alone."""
_SLEEPERS = (1, 4, 16)
"""Worker processes of a whole service whose parser only sleeps. One by itself tells what a task
takes beside its sleep; what more of them do is predicted from that."""
SMALL_JOBS_A_COMMIT = 8
_SECONDS_A_COMMIT = 0.5
"""A folder's documents are committed after this time at the latest: it decides how many of those
that sleep share a transaction."""
_SENTENCES = 400
_LEASES_EACH, _DOCUMENTS_EACH = 100, 100


class _Cores:
    """One contest's runs. What a round finds out of the serial parts, the next one's predictions
    are made of; in the first round, those parts are run before."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self._plan, self._folder = plan, folder
        self._queue_s = 1e-9
        self._library = LibraryCosts(0.0, 0.0)
        self._overhead_s = 0.0

    def grind(self, workers: int, data: Path) -> Figures:
        with self._service(workers, data, self._folder) as running:
            return {"documents/s": _rate(running, self._folder)}

    def queue(self, data: Path) -> Figures:
        """CPU of the process that serves the queue, for each lease; and its rate with workers
        that only sleep over theirs, beside what the model says."""
        tasks = 4 * self._plan.jobs + sum(CROWDS) * _LEASES_EACH
        with QueueTrial.on(data, tasks) as trial:
            rate, self._queue_s = trial.cost(2 * self._plan.jobs)
            figures = {"leases/s": rate, "queue us": 1e6 * self._queue_s}
            figures["saturating workers"] = saturation(TASK_S, self._queue_s)
            alone = Serial(self._queue_s, 0.0)
            for workers in CROWDS:
                name = f"tasks/s, {workers} sleeping"
                figures[name] = trial.rate(workers, _LEASES_EACH, TASK_S)
                predicted = tasks_per_second(workers, TASK_S, 1 / rate, alone)
                figures[f"predicted, {workers}"] = predicted
        return figures

    def library(self, data: Path) -> Figures:
        self._library = costs = library_costs(data, self._plan.jobs)
        together = library_seconds(*costs, SMALL_JOBS_A_COMMIT)
        return {
            "commit us": 1e6 * costs.commit_s,
            "document us": 1e6 * costs.document_s,
            "saturating workers": saturation(TASK_S, together),
        }

    def sleep(self, workers: int, data: Path) -> Figures:
        """Documents that only sleep: two cores stand for as many as there are workers."""
        folder = data.with_name(f"{data.name}-sleepers")
        env = sleeper.installed(data.with_name(f"{data.name}-package"))
        sleeper.documents(folder, workers * _DOCUMENTS_EACH, TASK_S)
        with self._service(workers, data, folder, **env) as running:
            rate = _rate(running, folder)
        library_s = library_seconds(*self._library, _SECONDS_A_COMMIT / TASK_S)
        if workers == 1:
            self._overhead_s = max(0.0, 1 / rate - TASK_S)
        # A task holds many of these documents, so the queue has nothing to do with their rate.
        serial = Serial(0.0, library_s)
        predicted = tasks_per_second(workers, TASK_S, self._overhead_s, serial)
        return {"documents/s": rate, "predicted": predicted}

    @contextmanager
    def _service(self, workers: int, data: Path, root: Path, **env: str) -> Iterator[Service]:
        plan = self._plan._replace(workers=workers)
        with service(plan, data, "--allow-root", str(root), env=env) as running:
            yield running


def _rate(running: Service, folder: Path) -> float:
    """Documents a second of a folder as one job."""
    started = time.monotonic()
    job = running.ended(running.submit({"type": "path", "path": str(folder)}))
    succeeded: int = job["counts"]["succeeded"]
    return succeeded / (time.monotonic() - started)


@contextmanager
def _opened(plan: Plan) -> Iterator[Sequence[Contender]]:
    with TemporaryDirectory(dir=plan.work, prefix="cores-") as name:
        folder = Path(name).resolve() / "grist"
        make_folder(folder, max(8, plan.jobs // 5), _SENTENCES)
        cores = _Cores(plan, folder)
        yield [
            Contender(TWO, partial(cores.grind, 2), ONE),
            Contender(ONE, partial(cores.grind, 1)),
            Contender(QUEUE, cores.queue, score="leases/s"),
            Contender(LIBRARY, cores.library, score="document us"),
            *(
                Contender(f"{each} workers whose parser sleeps", partial(cores.sleep, each))
                for each in _SLEEPERS
            ),
        ]


CONTEST = Contest(
    "cores",
    f"more workers on the same work; and the parts that cannot be shared, for tasks of "
    f"{TASK_S * 1000:g} ms",
    "documents/s",
    _opened,
)
