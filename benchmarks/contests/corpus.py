"""`corpus`: a folder of documents as one job, by path and by upload, beside the same pipeline in
bare processes."""

import heapq
import shutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.harness.contest import LASTED, START, Contender, Contest, Figures
from benchmarks.harness.made_up_documents import make_folder
from benchmarks.harness.meters import cpu_between, cpu_seconds
from benchmarks.harness.plan import Plan
from benchmarks.harness.programs import Service, service
from benchmarks.harness.uploads import upload
from benchmarks.limits.bare_pipeline import Item
from benchmarks.limits.bare_workers import run_bare
from gristmill.storage.walking.folders import matching_files

BARE = "bare processes"
BY_PATH = "gristmill, by path"
BY_UPLOAD = "gristmill, by upload"


class _Corpus:
    """The files of one contest; archives and mails among them hold further documents. `costs` are
    learnt by the bare processes as they go."""

    def __init__(self, plan: Plan, folder: Path) -> None:
        self.plan, self.folder = plan, folder
        self.files = [Path(found.path) for found in matching_files(folder, None)]
        self.megabytes = sum(path.stat().st_size for path in self.files) / 1e6
        self.costs: Mapping[str, float] = {}
        self._documents = 0

    def service(
        self, ingest: Callable[[Service, "_Corpus"], int], single: "_Corpus", data: Path
    ) -> Figures:
        """`single` is a folder of one document, which tells what starting takes."""
        roots = [str(each.folder.resolve()) for each in (self, single)]
        with service(self.plan, data, *(f"--allow-root={root}" for root in roots)) as running:
            began = time.monotonic()
            ingest(running, single)
            start = time.monotonic() - began
            before = cpu_seconds(running)
            started = time.monotonic()
            total = ingest(running, self)
            seconds = time.monotonic() - started
            cpu = cpu_between(before, cpu_seconds(running), total)
        return {**self._figures(seconds, total), START: start, **cpu}

    def bare(self, data: Path) -> Figures:
        data.mkdir()
        done = run_bare(data / "library.db", self._shares(), None)
        self.costs = done.costs
        return self._figures(done.seconds, done.documents)

    def _figures(self, seconds: float, documents: int) -> Figures:
        """Raises RuntimeError where two contenders find a different number of documents."""
        self._documents = self._documents or documents
        if documents != self._documents:
            raise RuntimeError(f"{self._documents} documents were {documents} in another run")
        return {
            "documents/s": documents / seconds,
            "MB/s": self.megabytes / seconds,
            LASTED: seconds,
        }

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


def _by_path(running: Service, corpus: _Corpus) -> int:
    job_id = running.submit({"type": "path", "path": str(corpus.folder.resolve())})
    return _total(running, [job_id])


def _by_upload(running: Service, corpus: _Corpus) -> int:
    return _total(running, upload(running, corpus.folder, corpus.files))


def _total(running: Service, job_ids: Sequence[str]) -> int:
    """The number of documents of some jobs, once all have ended."""
    return sum(int(running.ended(job_id)["counts"]["total"]) for job_id in job_ids)


@contextmanager
def _opened(plan: Plan) -> Iterator[Sequence[Contender]]:
    with TemporaryDirectory(dir=plan.work, prefix="corpus-") as made:
        folder, sample, one = plan.corpus, Path(made, "sample"), Path(made, "one")
        if plan.documents:
            folder = sample
            folder.mkdir()
            _copy_sample(plan.corpus, folder, plan.documents)
        corpus = _Corpus(plan, folder)
        if not corpus.files:
            raise RuntimeError(f"there is no document in {plan.corpus}")
        make_folder(one, 1)
        single = _Corpus(plan, one)
        yield [
            Contender(BY_PATH, partial(corpus.service, _by_path, single), BARE),
            Contender(BY_UPLOAD, partial(corpus.service, _by_upload, single), BARE),
            Contender(BARE, corpus.bare),
        ]


def _copy_sample(source: Path, target: Path, documents: int) -> None:
    """Up to `documents` files from all over the folder."""
    files = [Path(found.path) for found in matching_files(source, None)]
    step = max(1, len(files) // documents)
    for number, path in enumerate(files[::step][:documents]):
        shutil.copy(path, target / f"{number:05d}-{path.name}")


CONTEST = Contest(
    "corpus",
    "a folder of mixed documents, by path (one job) and by upload (many files in a request); the "
    "limit got its work dealt out beforehand",
    "documents/s",
    _opened,
)
