"""The limit of all work: the same pipeline and the same library commits, called in N processes that
got their share beforehand. No service, no queue, no manifests, nothing to recover."""

import hashlib
import multiprocessing
import os
import time
from collections.abc import Sequence
from multiprocessing.connection import Connection
from pathlib import Path
from typing import NamedTuple

import msgspec

from gristmill.pool.pipeline import registry
from gristmill.pool.pipeline.process import process, versions
from gristmill.pool.pipeline.shapes import Blob, Limits
from gristmill.pool.worker.transaction import Transaction
from gristmill.schemas.errors import DocumentError
from gristmill.schemas.options import Options, pipeline_hash
from gristmill.schemas.results import DocumentResult
from gristmill.schemas.settings import Settings
from gristmill.schemas.states import DocumentState
from gristmill.storage.library import Library

_JOB = "bare"


class Item(NamedTuple):
    """A document to do: a file, or a text under a name."""

    uri: str
    text: str | None = None

    def data(self) -> bytes:
        return Path(self.uri).read_bytes() if self.text is None else self.text.encode()


class Done(NamedTuple):
    """`seconds` of all processes together; `costs` the seconds of each document, by uri."""

    seconds: float
    costs: dict[str, float]


def run_bare(library: Path, shares: Sequence[Sequence[Item]], per_commit: int | None) -> Done:
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
    ended = max(end for end, _ in answers)
    return Done(ended - started, {uri: cost for _, costs in answers for uri, cost in costs.items()})


def results(contents: Sequence[str]) -> list[DocumentResult]:
    """What the pipeline makes of some texts, ready to be committed."""
    pipeline = _Pipeline(_JOB)
    return [pipeline.result(n, Item(f"text:{n}", text)) for n, text in enumerate(contents)]


def _child(
    pipe: Connection, library: Path, number: int, share: Sequence[Item], per_commit: int | None
) -> None:
    # As our workers are: what else runs on the machine then weighs on both alike.
    os.nice(Settings().worker_nice)
    registry.preload()
    with Library.open(library) as opened:
        worker = _Worker(opened, f"{_JOB}-{number}", per_commit)
        pipe.send("ready")
        pipe.recv()
        costs = {item.uri: worker.do(ordinal, item) for ordinal, item in enumerate(share)}
        worker.transaction.commit()
        ended = time.monotonic()
    pipe.send((ended, costs))


class _Worker:
    def __init__(self, library: Library, job_id: str, per_commit: int | None) -> None:
        self.transaction = Transaction(library)
        self._pipeline, self._per_commit, self._done = _Pipeline(job_id), per_commit, 0

    def do(self, ordinal: int, item: Item) -> float:
        """Process and hand over one document; returns the seconds of its processing."""
        started = time.perf_counter()
        result = self._pipeline.result(ordinal, item)
        seconds = time.perf_counter() - started
        self.transaction.add(0, result)
        self._done += 1
        if self._per_commit and self._done % self._per_commit == 0:
            self.transaction.commit()
        return seconds


class _Pipeline:
    def __init__(self, job_id: str) -> None:
        self._job_id, self._options, self._limits = job_id, Options(), Limits()
        self._pipeline = pipeline_hash(self._options, versions())

    def result(self, ordinal: int, item: Item) -> DocumentResult:
        data = item.data()
        result = DocumentResult(
            self._job_id,
            ordinal,
            "default",
            item.uri,
            DocumentState.SUCCEEDED,
            size=len(data),
            sha256=hashlib.sha256(data).hexdigest(),
            pipeline=self._pipeline,
        )
        try:
            content = process(Blob(data, Path(item.uri).name, None), self._options, self._limits)
        except DocumentError as error:
            return msgspec.structs.replace(
                result, state=DocumentState.FAILED, code=error.document_code
            )
        return msgspec.structs.replace(result, content=content, media_type=content.media_type)
