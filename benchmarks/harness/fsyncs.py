"""Counts the fsyncs of a service, by role, with strace."""

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import psutil

from benchmarks.harness.contest import Figures, Skipped
from benchmarks.harness.meters import ROLES, processes
from benchmarks.harness.programs import Service

_CALLS = ("fsync(", "fdatasync(")


def tracer(prefix: Path) -> Sequence[str]:
    """The command that runs a program and writes a file a thread, PREFIX.TID. The program stays
    our own child. Raises Skipped where there is no strace, or it may not trace."""
    program = shutil.which("strace")
    if program is None:
        raise Skipped("there is no strace here")
    command = [program, "-D", "-ff", "-qq", "-e", "trace=fsync,fdatasync", "-e", "signal=none"]
    if subprocess.run([program, "true"], capture_output=True).returncode:
        raise Skipped("strace may not trace here (ptrace is forbidden)")
    return [*command, "-o", str(prefix)]


def threads(service: Service) -> dict[int, str]:
    """The role of each thread that lives now."""
    return {
        thread.id: role for role, process in processes(service) for thread in _threads_of(process)
    }


def _threads_of(process: psutil.Process) -> Sequence[Any]:
    try:
        return process.threads()
    except psutil.NoSuchProcess:
        return []


def traced(prefix: Path) -> dict[int, int]:
    """The fsyncs of each thread up to now."""
    return {
        int(file.suffix[1:]): sum(_is_sync(line) for line in file.read_text().splitlines())
        for file in prefix.parent.glob(f"{prefix.name}.*")
    }


def _is_sync(line: str) -> bool:
    """A call that another interrupted has two lines; the second begins otherwise."""
    return line.startswith(_CALLS)


def by_role(
    before: Mapping[int, int], after: Mapping[int, int], roles: Mapping[int, str]
) -> Figures:
    """The fsyncs between two moments, for each of `ROLES`; those of unknown threads in none."""
    counts = dict.fromkeys(ROLES, 0.0)
    for thread, role in roles.items():
        counts[role] += after.get(thread, 0) - before.get(thread, 0)
    return counts
