"""Workers that only lease: threads of one process, each with its own line to the queue.

    python -m benchmarks.leasing DATA ORDERS

`ORDERS` is JSON (`LeaseOrders`). Prints one line of JSON (`LeaseSpeed`). A process of its own: the
supervisor ends a worker that it takes for stuck.
"""

import subprocess
import sys
import threading
import time

import msgspec
import psutil

from gristmill.pool.client import PoolClient
from gristmill.schemas.jobs.tasks import Report, Task, WorkerId
from gristmill.storage.layout import DataFolder
from gristmill.storage.stores import Stores


class LeaseOrders(msgspec.Struct, frozen=True):
    """`workers` threads lease `leases` times each, and sleep `task_s` seconds over each lease.
    With `release` they give back what they got, else they report it as done."""

    workers: int
    leases: int
    task_s: float = 0.0
    release: bool = False


class LeaseSpeed(msgspec.Struct, frozen=True):
    """Seconds of each round trip (it reports the last task and takes the next), and from the first
    one to the end of the last."""

    latencies: list[float]
    seconds: float


def lease(folder: DataFolder, orders: LeaseOrders) -> LeaseSpeed:
    """Have it done, by a process of its own."""
    words = [str(folder.root), msgspec.json.encode(orders).decode()]
    command = [sys.executable, "-m", "benchmarks.leasing", *words]
    answer = subprocess.check_output(command, text=True)
    return msgspec.json.decode(answer, type=LeaseSpeed)


def main(data: str, orders: str) -> None:
    given = msgspec.json.decode(orders, type=LeaseOrders)
    client = PoolClient(Stores.at(data))
    latencies: list[float] = []
    # The clock starts when all have joined, as workers have when work comes.
    joined = threading.Barrier(given.workers + 1)
    threads = [
        threading.Thread(target=_work, args=(client, number, given, joined, latencies))
        for number in range(given.workers)
    ]
    for thread in threads:
        thread.start()
    joined.wait()
    started = time.monotonic()
    for thread in threads:
        thread.join()
    leases = LeaseSpeed(latencies, time.monotonic() - started)
    sys.stdout.write(msgspec.json.encode(leases).decode() + "\n")


def _work(
    client: PoolClient,
    number: int,
    orders: LeaseOrders,
    joined: threading.Barrier,
    latencies: list[float],
) -> None:
    process = psutil.Process()
    worker = WorkerId(process.pid, process.create_time() + number)
    client.join(worker)
    joined.wait()
    reports: list[Report] = []
    for _ in range(orders.leases):
        started = time.perf_counter()
        tasks = client.lease(worker, reports, 1.0)
        latencies.append(time.perf_counter() - started)
        if not tasks:
            break
        if orders.task_s:
            time.sleep(orders.task_s)
        reports = [_report(task, orders) for task in tasks]
    client.leave(worker, reports)
    client.close()


def _report(task: Task, orders: LeaseOrders) -> Report:
    return Report(task.task_id, released=orders.release)


if __name__ == "__main__":
    main(*sys.argv[1:])
