"""Puts load on a server, from a process of its own."""

import subprocess
import sys

import msgspec

from benchmarks.clients import Load
from benchmarks.contest import Figures
from benchmarks.programs import Address


def put_load(address: Address, clients: int, requests: int, seed: int) -> Load:
    """Send that many ingest requests over keep-alive connections, each waiting for its answer.

    Raises RuntimeError where one is not answered 202.
    """
    numbers = [str(number) for number in (address.port, clients, requests, seed)]
    command = [sys.executable, "-m", "benchmarks.clients", address.host, *numbers]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdin is not None and process.stdout is not None
        process.stdout.readline()
        answer, _ = process.communicate("go\n")
    load = msgspec.json.decode(answer, type=Load)
    if load.statuses != {"202": requests}:
        raise RuntimeError(f"not all requests were accepted: {load.statuses}")
    return load


def latency_figures(load: Load) -> Figures:
    """`p50 ms` and `p99 ms` of the answers."""
    ordered = sorted(load.latencies)
    return {
        f"p{percent} ms": 1000 * ordered[min(len(ordered) - 1, len(ordered) * percent // 100)]
        for percent in (50, 99)
    }
