"""The work on Celery."""

from benchmarks.peers import celery_queue
from benchmarks.peers.celery_queue import app
from benchmarks.peers.stack import work

PACKAGE = celery_queue.PACKAGE
SETTINGS = celery_queue.WORKER_SETTINGS


@app.task
def ingest(job_id: str, text: str) -> None:
    """The job."""
    work.ingest(job_id, text)


def worker(processes: int, broker: str) -> list[str]:
    return celery_queue.worker(processes, broker, __name__)


def send(job_id: str, text: str) -> None:
    ingest.delay(job_id, text)
