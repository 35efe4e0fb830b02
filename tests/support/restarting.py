"""Uploads by clients while their service is killed and started again."""

import socket
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from itertools import cycle

import psutil
from support.attacking import web_process
from support.patience import WAIT_S
from support.running import Service

from gristmill import Client

SENDERS = 4


def free_port() -> int:
    """A port that a service may come back to: nothing listens there now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def kill_the_web_process(service: Service) -> None:
    """Another one is born by itself."""
    try:
        web_process(service).kill()
    except (StopIteration, psutil.NoSuchProcess):
        return  # The one before is on its way.


def kill_the_service(service: Service) -> None:
    service.kill()
    service.start()


def restart_the_service(service: Service) -> None:
    service.stop()
    service.start()


WAYS: Sequence[Callable[[Service], None]] = (
    kill_the_web_process,
    kill_the_service,
    restart_the_service,
)


def upload_through_restarts(service: Service, url: str, uploads: int, every: int) -> list[str]:
    """Upload so many documents, one a job, by a few threads, and hit the service after every
    `every` of them, in turn in each of the ways. Returns the ids of the jobs."""
    sent = 0
    more = threading.Condition()

    def upload(number: int) -> str:
        nonlocal sent
        job = client.upload(
            (f"{number}.txt", f"document {number} of the mill".encode()), collection="restarts"
        )
        with more:
            sent += 1
            more.notify_all()
        return job.job_id

    def hit() -> None:
        for at, way in zip(range(every, uploads, every), cycle(WAYS), strict=False):
            with more:
                assert more.wait_for(lambda: sent >= at, WAIT_S)  # noqa: B023
            way(service)

    with Client(url, patience_s=WAIT_S) as client, ThreadPoolExecutor(SENDERS + 1) as pool:
        hits = pool.submit(hit)
        jobs = list(pool.map(upload, range(uploads)))
        hits.result()
    return jobs
