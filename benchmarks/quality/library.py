"""A folder ingested by the real program, once for all sections that ask."""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from gristmill.schemas.outcomes.documents import LedgerRow
from gristmill.storage.layout import DataFolder
from gristmill.storage.library import Library

_DONE, _DOCUMENTS_FAILED = 0, 3
_LIMIT_S = 1800.0
_PAGE = 1000


class Ingested(NamedTuple):
    """`home` holds the data folder for as long as this lives."""

    home: TemporaryDirectory[str]
    jobs: list[str]
    seconds: float

    def library(self) -> Library:
        return Library.open(DataFolder.at(Path(self.home.name)).library, readonly=True)

    def ledger(self) -> Iterator[LedgerRow]:
        with self.library() as library:
            for job in self.jobs:
                after = None
                while rows := library.ledger_page(job, state=None, after=after, limit=_PAGE):
                    yield from rows
                    after = rows[-1].ordinal


@cache
def ingested(folder: Path) -> Ingested:
    """All of `folder` through `gristmill ingest` in a new data folder.

    Raises RuntimeError where the program does not get to an end.
    """
    home = TemporaryDirectory(prefix="gristmill-quality-")
    command = [sys.executable, "-m", "gristmill", "ingest", str(folder), "--json"]
    started = time.monotonic()
    done = subprocess.run(
        [*command, "--data", home.name], capture_output=True, text=True, timeout=_LIMIT_S
    )
    if done.returncode not in (_DONE, _DOCUMENTS_FAILED):
        raise RuntimeError(f"gristmill ingest ended with {done.returncode}: {done.stderr[-500:]}")
    jobs = [job["job_id"] for job in json.loads(done.stdout)["jobs"]]
    return Ingested(home, jobs, time.monotonic() - started)
