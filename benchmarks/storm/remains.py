"""What is left when a storm is over: work, processes, temporary files, findings."""

import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import httpx
import msgspec

from benchmarks.storm.target import Target
from gristmill.storage.check.check import Severity, check
from gristmill.storage.layout import DataFolder
from gristmill.storage.manifests import Manifests

_GONE_S = 10.0
_DRAINED_S = 180.0


class Remains(msgspec.Struct):
    """Processes and temporary files that should not be there, by name."""

    processes: list[str]
    temp_files: list[str]


class Findings(msgspec.Struct):
    """What `gristmill check` says, by code; `errors` are those that lost something."""

    by_code: dict[str, int]
    errors: list[str]


def drained(target: Target, timeout_s: float) -> list[str]:
    """Wait until nothing is pending, on disk and in the list that users see; what is left."""
    deadline = time.monotonic() + timeout_s
    left = ["nobody looked"]
    while left and time.monotonic() < deadline:
        left = Manifests(target.folder).pending_ids() or _listed(target.url)
        if left:
            time.sleep(0.1)
    return left


def subside(target: Target, longest_s: float = _DRAINED_S) -> list[str]:
    """Let all that was accepted end, and stop; returns what never ended."""
    undrained = drained(target, longest_s)
    # What a killed process left half-written is removed by the next start: so one more.
    target.restart()
    undrained += drained(target, longest_s)
    target.stop()
    return undrained


def _listed(url: str) -> list[str]:
    try:
        return [
            f"{job['job_id']} is listed as {state}"
            for state in ("queued", "running")
            for job in httpx.get(f"{url}/ingest", params={"state": state}, timeout=10).json()[
                "items"
            ]
        ]
    except (httpx.TransportError, ValueError, KeyError):
        return ["the list is not served"]


def remains(target: Target) -> Remains:
    """Everything of ours that outlived the service, after giving orphans a moment to end."""
    deadline = time.monotonic() + _GONE_S
    while (family := target.family()) and time.monotonic() < deadline:
        time.sleep(0.1)
    return Remains(
        [f"{process.pid} {process.name()}" for process in family],
        [str(path) for path in _temporary(target.folder.root, target.temp)],
    )


def _temporary(data: Path, temp: Path) -> Iterator[Path]:
    yield from (path for path in data.rglob("*") if ".tmp" in path.name)
    yield from temp.iterdir()


def findings(folder: DataFolder) -> Findings:
    found = check(folder, repair=False)
    return Findings(
        dict(Counter(finding.code for finding in found)),
        [f"{f.code} {f.subject}: {f.message}" for f in found if f.severity is Severity.ERROR],
    )
