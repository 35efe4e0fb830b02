"""Dramatiq on Redis."""

import dramatiq
from dramatiq.brokers.redis import RedisBroker
from redis import Redis

from benchmarks.peers.broker import REDIS_SETTINGS, place

PACKAGE = "dramatiq"
_THREADS = 8
SETTINGS = f"{_THREADS} threads a process (its default), {REDIS_SETTINGS}"
dramatiq.set_broker(RedisBroker(url=f"unix://{place()}"))


@dramatiq.actor
def nothing() -> None:
    """The job."""


def worker(processes: int, broker: str) -> list[str]:
    counts = ["--processes", str(processes), "--threads", str(_THREADS)]
    return ["dramatiq", __name__, *counts, "--skip-logging"]


def enqueue() -> None:
    nothing.send()


def left() -> int:
    return int(Redis(unix_socket_path=place()).hlen("dramatiq:default.msgs"))
