"""`big job`: one job of very many small documents, and small jobs that come in meanwhile."""

import threading
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import httpx

from benchmarks.harness.contest import Contender, Contest, Figures
from benchmarks.harness.made_up_documents import make_folder
from benchmarks.harness.meters import peaks
from benchmarks.harness.percentiles import milliseconds
from benchmarks.harness.plan import Plan
from benchmarks.harness.programs import Service, accepted, service
from benchmarks.harness.texts import endless

ALONE = "the big job alone"
BESIDE = "the big job, small jobs beside it"
STREAM = "the small jobs alone"
_LOOK_S = 0.02


@contextmanager
def _opened(plan: Plan) -> Iterator[Sequence[Contender]]:
    with TemporaryDirectory(dir=plan.work, prefix="crowd-") as name:
        crowd = Path(name).resolve()
        make_folder(crowd, plan.crowd)
        yield [
            Contender(BESIDE, partial(_beside, plan, crowd), ALONE),
            Contender(ALONE, partial(_alone, plan, crowd)),
            Contender(STREAM, partial(_stream, plan), score="p50 ms"),
        ]


def _alone(plan: Plan, crowd: Path, folder: Path) -> Figures:
    with service(plan, folder, "--allow-root", str(crowd)) as running:
        return _big_job(running, crowd, plan.crowd)


def _beside(plan: Plan, crowd: Path, folder: Path) -> Figures:
    with service(plan, folder, "--allow-root", str(crowd)) as running:
        over = threading.Event()
        times: list[float] = []
        small = threading.Thread(target=_small_jobs, args=(running, over.is_set, times))
        small.start()
        try:
            figures = _big_job(running, crowd, plan.crowd)
        finally:
            over.set()
            small.join()
    return {**figures, **milliseconds(times), "small jobs": float(len(times))}


def _stream(plan: Plan, folder: Path) -> Figures:
    with service(plan, folder) as running:
        deadline = time.monotonic() + plan.seconds
        times: list[float] = []
        _small_jobs(running, lambda: time.monotonic() > deadline, times)
    return {**milliseconds(times), "small jobs": float(len(times))}


def _big_job(running: Service, crowd: Path, documents: int) -> Figures:
    started = time.monotonic()
    with peaks(running) as memory:
        job_id = running.submit({"type": "path", "path": str(crowd)})
        planned = _until(running, job_id, lambda counts: counts["total"] > 0) - started
        first = _until(running, job_id, lambda counts: counts["succeeded"] > 0) - started
        total = running.ended(job_id)["counts"]["total"]
        seconds = time.monotonic() - started
    if total != documents:
        raise RuntimeError(f"{documents} files became {total} documents")
    rates = {"documents/s": documents / seconds, "planned s": planned, "first result s": first}
    return {**rates, **{f"{role} MB": size for role, size in memory.items()}}


def _until(running: Service, job_id: str, reached: Callable[[dict[str, Any]], bool]) -> float:
    """When a job's counts had come so far."""
    while True:
        job = running.http.get(f"/ingest/{job_id}").json()
        if reached(job["counts"]) or job["finished_at"]:
            return time.monotonic()
        time.sleep(_LOOK_S)


def _small_jobs(running: Service, over: Callable[[], bool], times: list[float]) -> None:
    """One small job after the other, each submitted when the last has ended; the seconds of each
    from its submission to its end, as a client that waits for it sees it."""
    contents = endless(1)
    with httpx.Client(base_url=running.url, timeout=60.0) as http:
        while not over():
            body = {"sources": [{"type": "text", "text": next(contents)}]}
            started = time.perf_counter()
            job_id = accepted(http.post("/ingest", json=body))
            while http.get(f"/ingest/{job_id}", params={"wait": "30"}).status_code != 200:
                pass
            times.append(time.perf_counter() - started)


CONTEST = Contest(
    "big job",
    "one job of very many small documents (by path), alone and beside a stream of small jobs",
    "documents/s",
    _opened,
)
