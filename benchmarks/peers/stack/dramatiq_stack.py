"""The work on Dramatiq."""

import dramatiq

# For its broker: Dramatiq has one for all actors of a process.
from benchmarks.peers import dramatiq_queue
from benchmarks.peers.stack import work

PACKAGE = dramatiq_queue.PACKAGE
_THREADS = 8
SETTINGS = f"{_THREADS} threads a process (its default)"


@dramatiq.actor
def ingest(job_id: str, text: str) -> None:
    """The job."""
    work.ingest(job_id, text)


def worker(processes: int, broker: str) -> list[str]:
    counts = ["--processes", str(processes), "--threads", str(_THREADS)]
    return ["dramatiq", __name__, *counts, "--skip-logging"]


def send(job_id: str, text: str) -> None:
    ingest.send(job_id, text)
