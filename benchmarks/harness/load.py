"""Puts load on a server, from a process of its own."""

import itertools
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager

import msgspec

from benchmarks.harness.clients import Load, Orders
from benchmarks.harness.contest import Figures, Skipped
from benchmarks.harness.percentiles import USUAL, milliseconds
from benchmarks.harness.plan import Plan
from benchmarks.harness.programs import Address

_seeds = itertools.count(1)
"""No two loads of a benchmark send the same text: none is a duplicate of another's."""


def put_load(address: Address, plan: Plan, jobs: int, *, batch: int = 0, rate: float = 0.0) -> Load:
    """Have single-text jobs sent, and wait for the last answer (`clients.Orders`).

    Raises Skipped where the server has no batches, RuntimeError where a job is not accepted.
    """
    orders = Orders(address.host, address.port, plan.clients, jobs, next(_seeds), batch, rate)
    with _waiting(orders) as process:
        answer, _ = process.communicate("go\n")
    if not answer:
        raise RuntimeError("the clients ended before the last answer; see above")
    load = msgspec.json.decode(answer, type=Load)
    if batch and set(load.statuses) <= {"404", "405"}:
        raise Skipped("POST /ingest/batch is not there in this version")
    if load.statuses != {"202": jobs}:
        raise RuntimeError(f"not all jobs were accepted: {load.statuses}")
    return load


@contextmanager
def _waiting(orders: Orders) -> Iterator[subprocess.Popen[str]]:
    """The clients, connected and waiting for a line."""
    command = [
        sys.executable,
        "-m",
        "benchmarks.harness.clients",
        msgspec.json.encode(orders).decode(),
    ]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process


def rate_figures(load: Load, percents: tuple[float, ...] = USUAL) -> Figures:
    """`accepts/s`, and percentiles of the answers' times."""
    accepts = sum(load.statuses.values()) / (load.last - load.first)
    return {"accepts/s": accepts, **milliseconds(load.latencies, percents)}
