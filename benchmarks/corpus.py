"""`corpus`: a folder of documents as one path job, beside the same pipeline in bare processes."""

import heapq
import shutil
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx

from benchmarks.bare_workers import Item, run_bare
from benchmarks.contest import Contender, Contest, Figures
from benchmarks.meters import cpu_between, cpu_seconds
from benchmarks.plan import Plan
from benchmarks.programs import Service, service
from gristmill.storage.folders import matching_files

BARE = "bare processes"
OURS = "gristmill"
_WAIT_S = 600.0


class _Corpus:
    """The documents of one contest; `costs` are learnt by the bare processes as they go."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan, self.folder = plan, folder
        self.files = [Path(found.path) for found in matching_files(folder, None)]
        self.megabytes = sum(path.stat().st_size for path in self.files) / 1e6
        self.costs: Mapping[str, float] = {}

    def service(self, data: Path) -> Figures:
        with service(self.plan, data, "--allow-root", str(self.folder.resolve())) as running:
            before = cpu_seconds(running)
            started = time.monotonic()
            total = _ingest(running, self.folder)
            seconds = time.monotonic() - started
            cpu = cpu_between(before, cpu_seconds(running), total)
        if total != len(self.files):
            raise RuntimeError(f"{len(self.files)} files became {total} documents")
        return {**self._figures(seconds), **cpu}

    def bare(self, data: Path) -> Figures:
        data.mkdir()
        done = run_bare(data / "library.db", self._shares(), None)
        self.costs = done.costs
        return self._figures(done.seconds)

    def _figures(self, seconds: float) -> Figures:
        return {"documents/s": len(self.files) / seconds, "MB/s": self.megabytes / seconds}

    def _shares(self) -> list[list[Item]]:
        """Dealt out as evenly as the last run's costs allow (at first: the sizes of the files):
        the dearest document first, always to whoever has least."""
        cost = {str(p): self.costs.get(str(p), p.stat().st_size / 1e6) for p in self.files}
        shares: list[list[Item]] = [[] for _ in range(self.plan.workers)]
        totals = [(0.0, number) for number in range(self.plan.workers)]
        for uri in sorted(cost, key=cost.__getitem__, reverse=True):
            total, number = heapq.heappop(totals)
            shares[number].append(Item(uri))
            heapq.heappush(totals, (total + cost[uri], number))
        return [sorted(share) for share in shares]


def _ingest(running: Service, folder: Path) -> int:
    """Ingest a folder as one job and wait for its end; returns its number of documents."""
    base = f"http://{running.address.host}:{running.address.port}"
    body = {"sources": [{"type": "path", "path": str(folder.resolve())}]}
    with httpx.Client(base_url=base, timeout=60.0) as http:
        answer = http.post("/ingest", json=body)
        deadline = time.monotonic() + _WAIT_S
        while answer.status_code == 202 and time.monotonic() < deadline:
            answer = http.get(f"/ingest/{answer.json()['job_id']}", params={"wait": "30"})
    if answer.status_code != 200:
        raise RuntimeError(f"the job did not end: {answer.status_code} {answer.text}")
    total: int = answer.json()["counts"]["total"]
    return total


@contextmanager
def _opened(plan: Plan) -> Iterator[Sequence[Contender]]:
    with TemporaryDirectory(dir=plan.work, prefix="corpus-") as sample:
        folder = plan.corpus
        if plan.documents:
            folder = Path(sample)
            _copy_sample(plan.corpus, folder, plan.documents)
        corpus = _Corpus(plan, folder)
        if not corpus.files:
            raise RuntimeError(f"there is no document in {plan.corpus}")
        yield [Contender(OURS, corpus.service, BARE), Contender(BARE, corpus.bare)]


def _copy_sample(source: Path, target: Path, documents: int) -> None:
    """Up to `documents` files from all over the folder."""
    files = [Path(found.path) for found in matching_files(source, None)]
    step = max(1, len(files) // documents)
    for number, path in enumerate(files[::step][:documents]):
        shutil.copy(path, target / f"{number:05d}-{path.name}")


CONTEST = Contest(
    "corpus",
    "a folder as one path job; the limit got its work dealt out beforehand",
    "documents/s",
    _opened,
    {OURS: 0.85},
)
