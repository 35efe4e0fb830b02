"""Huey on SQLite, every commit fsynced."""

from huey import SqliteHuey

from benchmarks.peers.broker import place

PACKAGE = "huey"
SETTINGS = (
    "SQLite (WAL) with fsync, worker processes, no results, no periodic tasks, no health checks; "
    "idle workers look every 10 ms"
)
huey = SqliteHuey(filename=place() or ":memory:", fsync=True, results=False)


@huey.task()
def nothing() -> None:
    """The job."""


def worker(processes: int, broker: str) -> list[str]:
    pool = ["-k", "process", "-w", str(processes)]
    looks = ["--delay", "0.01", "--max-delay", "0.01"]
    return ["huey.bin.huey_consumer", f"{__name__}.huey", *pool, *looks, "-n", "-C", "-q"]


def enqueue() -> None:
    nothing()


def left() -> int:
    return int(huey.pending_count())
