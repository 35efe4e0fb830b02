"""The work on Huey, its SQLite file fsynced at every commit."""

from benchmarks.peers import huey_queue
from benchmarks.peers.huey_queue import huey
from benchmarks.peers.stack import work

PACKAGE = huey_queue.PACKAGE
SETTINGS = f"{huey_queue.SETTINGS}; a running job is lost with its worker"


@huey.task()
def ingest(job_id: str, text: str) -> None:
    """The job."""
    work.ingest(job_id, text)


def worker(processes: int, broker: str) -> list[str]:
    program, _, *flags = huey_queue.worker(processes, broker)
    return [program, f"{__name__}.huey", *flags]


def send(job_id: str, text: str) -> None:
    ingest(job_id, text)
