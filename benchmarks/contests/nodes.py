"""`nodes`: two nodes on Dask beside two workers of the same machine, and what nodes cost."""

import json
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from importlib.util import find_spec
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec
import psutil

from benchmarks.harness.contest import Contender, Contest, Figures, Skipped
from benchmarks.harness.dask_nodes import RunningCluster, dask_nodes, joined, lives_of
from benchmarks.harness.load import put_load
from benchmarks.harness.made_up_documents import make_folder
from benchmarks.harness.meters import cpu_of
from benchmarks.harness.plan import Plan
from benchmarks.harness.programs import Service, service
from benchmarks.limits.leased import Leased

LOCAL, DASK, DESK = "2 workers here", "2 nodes of one worker", "the desk alone, 64 lives"
TLS_DESK = f"{DESK}, TLS"
_NODES, _LIVES, _DESK_NODES = 2, 64, 4
_ALONE, _WARM = 20, 5
_SMALL_SENTENCES, _LARGE_SENTENCES = 40, 4_000
_MIDDLING, _MIDDLING_SENTENCES, _KILLS = 2_000, 400, 5
"""Enough to be at work on for a while; one takes some 20 ms."""
_LONGEST_S, _LOOK_S = 60.0, 0.005


class _Sides:
    """What both sides do: a folder of mixed documents, one of small ones, texts, and one alone."""

    def __init__(self, plan: Plan, place: Path) -> None:
        self._plan, self._place = plan._replace(workers=1), place
        self._local: Figures = {}
        make_folder(place / "small", 4 * plan.documents, _SMALL_SENTENCES)
        make_folder(place / "middling", _MIDDLING, _MIDDLING_SENTENCES)
        make_folder(place / "large", max(4, plan.documents // 10), _LARGE_SENTENCES)

    def here(self, data: Path) -> Figures:
        with service(self._plan._replace(workers=2), data, *self._roots()) as running:
            self._local = self._figures(running)
            return self._local

    def on_nodes(self, data: Path) -> Figures:
        _need_dask()
        with self._on_nodes(data) as (cluster, running):
            figures = self._figures(running)
            figures |= {"service MB": _pss(psutil.Process(running.pid))}
            figures |= {"node MB": statistics.mean(_pss(n) for n in cluster.nodes)}
            figures |= {**self._beside(figures), **self._blows(cluster, running)}
        figures["work again s"] = self._work_again(data.with_name(f"{data.name}-again"))
        return figures

    def _beside(self, figures: Figures) -> Figures:
        """How nodes do beside the workers here, measured last: moments ago."""
        beside = {
            f"{name} beside": figures[f"{name}/s"] / local
            for name in ("mixed documents", "small documents", "texts")
            if (local := self._local.get(f"{name}/s"))
        }
        if "lone job ms" in self._local:
            beside["lone job ms more"] = figures["lone job ms"] - self._local["lone job ms"]
        return beside

    def _work_again(self, data: Path) -> float:
        """All lives at work are killed, with spare ones beside them as usual: until the next
        document has been committed, the median of some."""
        pauses = []
        with self._on_nodes(data, spare="1") as (cluster, running):
            _until(lambda: len(_pids(running)) == 2 * _NODES, "spare lives")
            job = running.submit({"type": "path", "path": str(self._place / "middling")})
            for _ in range(_KILLS):
                _until(lambda: len(_pids(running)) == 2 * _NODES, "spare lives")
                before = _succeeded(running, job)
                _until(lambda: _succeeded(running, job) > before, "a document")  # noqa: B023
                for node in cluster.nodes:
                    _busiest(node).kill()
                began, before = time.monotonic(), _succeeded(running, job)
                _until(lambda: _succeeded(running, job) > before, "a document")  # noqa: B023
                pauses.append(time.monotonic() - began)
            running.http.delete(f"/ingest/{job}")
            running.ended(job)
        return statistics.median(pauses)

    @contextmanager
    def _on_nodes(self, data: Path, spare: str = "0") -> Iterator[tuple[RunningCluster, Service]]:
        env = {"GRISTMILL_SPARE_WORKERS": spare}
        with dask_nodes(data.with_name(f"{data.name}-cluster"), _NODES, env) as cluster:
            flags = ("--engine", "dask", "--scheduler", cluster.scheduler, *self._roots())
            with service(self._plan, data, *flags, env=env) as running:
                _until(lambda: len(joined(running.http)) == _NODES, "two nodes")
                yield cluster, running

    def _roots(self) -> Sequence[str]:
        roots = [self._place, self._plan.corpus]
        return [
            word
            for root in roots
            for flag in ("--allow-root", "--shared-root")
            for word in (flag, str(root.resolve()))
        ]

    def _figures(self, running: Service) -> Figures:
        for _ in range(_WARM):
            _alone(running)
        figures = {
            "mixed documents/s": _rate(running, self._plan.corpus),
            "small documents/s": _rate(running, self._place / "small"),
            "lone job ms": 1000 * statistics.median(_alone(running) for _ in range(_ALONE)),
        }
        load = put_load(running.address, self._plan, self._plan.jobs)
        running.until_idle()
        return {**figures, "texts/s": self._plan.jobs / (time.monotonic() - load.first)}

    def _blows(self, cluster: RunningCluster, running: Service) -> Figures:
        """A job is cancelled, a life is killed, a node is killed: until all is as it should be."""
        body = {"type": "path", "path": str(self._place / "large")}
        job = running.submit(body)
        _until(lambda: _is_running(running, job), "the job's start")
        began = time.monotonic()
        running.http.delete(f"/ingest/{job}")
        running.ended(job)
        cancelled = time.monotonic() - began
        victim = cluster.lives()[0]
        before = {life.pid for life in cluster.lives()}
        began = time.monotonic()
        victim.kill()
        _until(lambda: len(_pids(running) - before) > 0, "another life at the queue")
        life = time.monotonic() - began
        began = time.monotonic()
        cluster.nodes[0].kill()
        _until(lambda: len(joined(running.http)) == 1, "the node given up")
        given_up = time.monotonic() - began
        return {"cancel s": cancelled, "life s": life, "node s": given_up}


def desk(plan: Plan, certificates: str, data: Path) -> Figures:
    """CPU of the supervisor's side for each lease, with lives that do nothing else."""
    _need_dask()
    command = [sys.executable, "-m", "benchmarks.limits.bare_desk", str(data)]
    leases = 10 * plan.jobs
    with subprocess.Popen(
        [*command, str(2 * leases), str(_DESK_NODES), certificates],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        address, names = json.loads(process.stdout.readline())
        before = cpu_of(process.pid)
        words = [certificates, address, str(_LIVES), str(leases), *names]
        command = [sys.executable, "-m", "benchmarks.limits.pretend_nodes", *words]
        done = msgspec.json.decode(subprocess.check_output(command), type=Leased)
        cpu = cpu_of(process.pid) - before
        process.communicate()
    return {
        "leases/s": done.leases / done.seconds,
        "lease ms": 1000 * cpu / done.leases,
        "calls a lease": done.calls / done.leases,
    }


def _certificates(place: str) -> str:
    """A folder with an authority and a certificate of it, as users make them."""
    script = Path(__file__).parents[2] / "deploy" / "make-certificates.sh"
    folder = str(Path(place) / "certificates")
    subprocess.run(["sh", str(script), folder], check=True, capture_output=True)
    return folder


def _need_dask() -> None:
    if find_spec("distributed") is None:
        raise Skipped("nodes need Dask: pip install -e '.[dask]'")


def _rate(running: Service, folder: Path) -> float:
    """Documents a second of a folder as one job."""
    began = time.monotonic()
    job = running.ended(running.submit({"type": "path", "path": str(folder.resolve())}))
    ended: int = job["counts"]["total"]
    return ended / (time.monotonic() - began)


def _alone(running: Service) -> float:
    began = time.monotonic()
    running.ended(running.submit({"type": "text", "text": f"A sack, at {began}."}))
    return time.monotonic() - began


def _is_running(running: Service, job: str) -> bool:
    return bool(running.http.get(f"/ingest/{job}").json()["state"] == "running")


def _succeeded(running: Service, job: str) -> int:
    counted: int = running.http.get(f"/ingest/{job}").json()["counts"]["succeeded"]
    return counted


def _busiest(node: psutil.Process) -> psutil.Process:
    """The life that has worked most: a spare one has not."""
    return max(lives_of(node), key=lambda life: life.cpu_times().user)


def _pids(running: Service) -> set[int]:
    return {int(worker["pid"]) for worker in running.http.get("/overview").json()["workers"]}


def _pss(process: psutil.Process) -> float:
    family = [process, *process.children(recursive=True)]
    return sum(each.memory_full_info().pss for each in family) / 1e6


def _until(look: Callable[[], bool], what: str) -> None:
    deadline = time.monotonic() + _LONGEST_S
    while not look():
        if time.monotonic() > deadline:
            raise RuntimeError(f"{what} did not come within {_LONGEST_S:g} s")
        time.sleep(_LOOK_S)


@contextmanager
def _opened(plan: Plan) -> Iterator[Sequence[Contender]]:
    with TemporaryDirectory(dir=plan.work, prefix="nodes-") as name:
        sides = _Sides(plan, Path(name).resolve())
        yield [
            Contender(LOCAL, sides.here),
            Contender(DASK, sides.on_nodes, LOCAL),
            Contender(DESK, partial(desk, plan, ""), score="leases/s"),
            Contender(TLS_DESK, partial(desk, plan, _certificates(name)), score="leases/s"),
        ]


CONTEST = Contest(
    "nodes",
    "two nodes on Dask beside two workers of the same machine: the corpus, documents of about 2 ms "
    "as one job, single texts over HTTP, a job by itself; what nodes weigh and how soon they are "
    "themselves again; and the supervisor's side of 64 lives that only lease",
    "mixed documents/s",
    _opened,
)
