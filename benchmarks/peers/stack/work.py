"""What each job does, whatever queue it came through: the pipeline of our workers, and a commit to
a library of ours."""

import os
import threading
from functools import cache
from pathlib import Path

import msgspec

from benchmarks.limits.bare_pipeline import BarePipeline, Item
from gristmill.pipeline import registry
from gristmill.schemas.ids import text_uri
from gristmill.storage.library import Library

VARIABLE = "GRISTMILL_BENCH_LIBRARY"
"""Tells the workers where the library is."""
_of_this_thread = threading.local()


def ingest(job_id: str, text: str) -> None:
    """Do a job: on return its document and its row in the ledger are durable. One that is run
    again, because its worker died before it was acknowledged, changes nothing.

    Raises sqlite3.Error, and KeyError where no library is named."""
    item = Item(text_uri(text.encode()), text)
    made = [
        msgspec.structs.replace(result, job_id=job_id, ordinal=ordinal)
        for ordinal, result in enumerate(_pipeline().results(item))
    ]
    _library().commit(made)


@cache
def _pipeline() -> BarePipeline:
    registry.preload()
    return BarePipeline()


def _library() -> Library:
    # Opened at the first job: no connection may be carried over a fork, nor be used by two threads.
    library: Library | None = getattr(_of_this_thread, "library", None)
    if library is None:
        library = _of_this_thread.library = Library.open(Path(os.environ[VARIABLE]))
    return library
