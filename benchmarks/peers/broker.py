"""Where a peer keeps its jobs: a Redis server of our own, or a folder for SQLite."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import NamedTuple

from benchmarks.harness.contest import Skipped

VARIABLE = "GRISTMILL_BENCH_BROKER"
"""Tells workers and clients of a peer: the socket of Redis, or the file of SQLite."""
_REDIS = "Redis on a Unix socket, append-only file fsynced {}, no snapshots"
REDIS_SETTINGS = _REDIS.format("every second")
DURABLE_REDIS_SETTINGS = _REDIS.format("before each answer")
_START_S, _STOP_S = 10.0, 10.0


class Broker(NamedTuple):
    """`place` is what `VARIABLE` has to say; `pid` that of its process, where it is one."""

    place: str
    pid: int | None = None


def place() -> str:
    """The broker of this process, as its parent named it."""
    return os.environ.get(VARIABLE, "")


@contextmanager
def redis_server(folder: Path, fsync: str = "everysec") -> Iterator[Broker]:
    """A Redis that keeps its file in `folder`; with `fsync` "always" an answered command is on the
    disk. Raises Skipped without one."""
    program = shutil.which("redis-server")
    if program is None:
        raise Skipped("there is no redis-server here (Debian: apt install redis-server)")
    folder.mkdir()
    # Not in the folder: a socket's address has room for about 100 bytes.
    with TemporaryDirectory(prefix="redis-") as short:
        path = f"{short}/socket"
        flags = ["--port", "0", "--unixsocket", path, "--dir", str(folder), "--save", ""]
        durability = ["--appendonly", "yes", "--appendfsync", fsync]
        process = subprocess.Popen(
            [program, *flags, *durability], stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
        try:
            _await_ready(process)
            yield Broker(path, process.pid)
        finally:
            process.terminate()
            process.communicate(timeout=_STOP_S)


def _await_ready(process: subprocess.Popen[bytes]) -> None:
    """Its log says so. Nothing more is read of it: the few lines that follow fit in the pipe."""
    assert process.stdout is not None
    for line in process.stdout:
        if b"ready to accept connections" in line.lower():
            return
    raise RuntimeError(f"redis-server did not start: exit code {process.wait(_START_S)}")


@contextmanager
def sqlite_file(folder: Path) -> Iterator[Broker]:
    """A file name on the disk to be measured."""
    folder.mkdir()
    yield Broker(str(folder / "jobs.db"))
