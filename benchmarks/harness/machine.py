"""What the numbers were measured on."""

import os
import platform
import sqlite3
import subprocess
from collections.abc import Iterator
from contextlib import suppress
from importlib.metadata import version

import msgspec
import psutil


class Machine(msgspec.Struct, frozen=True):
    cores: int
    memory_gib: float
    python: str
    sqlite: str
    kernel: str
    load: float

    def __str__(self) -> str:
        return (
            f"{self.cores} cores, {self.memory_gib:g} GiB, Python {self.python}, "
            f"SQLite {self.sqlite}, {self.kernel}; load before: {self.load:.1f}"
        )


def machine() -> Machine:
    """This machine, now. `load` is the mean of the last minute: near 0 where nobody else works."""
    return Machine(
        cores=len(os.sched_getaffinity(0)),
        memory_gib=round(psutil.virtual_memory().total / 2**30, 1),
        python=platform.python_version(),
        sqlite=sqlite3.sqlite_version,
        kernel=f"{platform.system()} {platform.release()}",
        load=os.getloadavg()[0],
    )


def versions() -> dict[str, str]:
    """The service and the libraries that its speed hangs on."""
    names = ("gristmill", "falcon", "waitress", "msgspec", "pypdfium2", "lxml")
    return {name: version(name) for name in names} | dict(_redis_version())


def _redis_version() -> Iterator[tuple[str, str]]:
    """As `redis-server --version` says it: `Redis server v=7.0.15 sha=...`."""
    with suppress(FileNotFoundError):
        told = subprocess.check_output(["redis-server", "--version"], text=True)
        yield "redis", told.partition("v=")[2].partition(" ")[0]
