"""The limit of all work: the same pipeline and the same library commits, called in N processes that
got their share beforehand. No service, no queue, no manifests, nothing to recover."""

import multiprocessing
import os
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

from benchmarks.limits.bare_pipeline import JOB, BarePipeline, Item
from gristmill.pipeline import registry
from gristmill.pool.worker.lives.transaction import Transaction
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.outcomes.results import DocumentResult
from gristmill.storage.library import Library


class DoneDocument(NamedTuple):
    """`seconds` of all processes together; `costs` the seconds of each item, by uri; `documents`
    are more than the items where some hold others."""

    seconds: float
    costs: dict[str, float]
    documents: int


def run_bare(
    library: Path, shares: Sequence[Sequence[Item]], per_commit: int | None
) -> DoneDocument:
    """Do each share in a process of its own and wait for all.

    Commits happen as in a worker of ours, or, with `per_commit`, after that many documents. The
    clock runs while all work: not while they start, import and open the library.
    """
    Library.open(library).close()
    context = multiprocessing.get_context("spawn")
    pipes = [context.Pipe() for _ in shares]
    children = [
        context.Process(target=_child, args=(theirs, library, number, share, per_commit))
        for number, ((_, theirs), share) in enumerate(zip(pipes, shares, strict=True))
    ]
    for child in children:
        child.start()
    ours = [pipe for pipe, _ in pipes]
    for pipe in ours:
        pipe.recv()
    started = time.monotonic()
    for pipe in ours:
        pipe.send("go")
    answers = [pipe.recv() for pipe in ours]
    for child in children:
        child.join()
    ended = max(end for end, _, _ in answers)
    costs = {uri: cost for _, costs, _ in answers for uri, cost in costs.items()}
    return DoneDocument(ended - started, costs, sum(documents for _, _, documents in answers))


def results(contents: Sequence[str]) -> list[DocumentResult]:
    """What the pipeline makes of some texts, ready to be committed."""
    pipeline = BarePipeline()
    items = (Item(f"text:{number}", text) for number, text in enumerate(contents))
    return [result for item in items for result in pipeline.results(item)]


def _child(
    pipe: Connection, library: Path, number: int, share: Sequence[Item], per_commit: int | None
) -> None:
    # As our workers are: what else runs on the machine then weighs on both alike.
    os.nice(Settings().worker_nice)
    registry.preload()
    with Library.open(library) as opened:
        worker = _Worker(opened, f"{JOB}-{number}", per_commit)
        pipe.send("ready")
        pipe.recv()
        costs = {item.uri: worker.do(item) for item in share}
        worker.transaction.commit()
        ended = time.monotonic()
    pipe.send((ended, costs, worker.done))


class _Worker:
    def __init__(self, library: Library, job_id: str, per_commit: int | None) -> None:
        self.transaction = Transaction(library)
        self._pipeline, self._per_commit = BarePipeline(job_id), per_commit
        self.done = 0

    def do(self, item: Item) -> float:
        """Process and hand over one item; returns the seconds of its processing."""
        started = time.perf_counter()
        made = list(self._pipeline.results(item))
        seconds = time.perf_counter() - started
        for result in made:
            self.transaction.add(0, result)
            self.done += 1
            if self._per_commit and self.done % self._per_commit == 0:
                self.transaction.commit()
        return seconds
