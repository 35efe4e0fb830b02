"""K12: the wall clock jumps an hour either way during leases, timeouts, retries and polls."""

import ctypes.util
import mmap
import shutil
import struct
import subprocess
import time
from collections.abc import Callable
from datetime import datetime, timedelta, tzinfo
from pathlib import Path

import pytest
from support.one_thread import Mill
from support.patience import WAIT_S
from support.running import Service, path, stopped_workers, text, until

from gristmill.pool.dispatch import job_queue
from gristmill.pool.intake import accepting, preparing
from gristmill.pool.supervisor import control
from gristmill.schemas.jobs.states import JobState

MakeService = Callable[..., Service]
HOUR = 3600

_SHIM = r"""
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static volatile long long *shift;

__attribute__((constructor)) static void begin(void) {
    const char *path = getenv("WALL_CLOCK_SHIFT");
    int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
    if (file < 0) return;
    void *page = mmap(0, sizeof *shift, PROT_READ, MAP_SHARED, file, 0);
    if (page != MAP_FAILED) shift = page;
    close(file);
}

int clock_gettime(clockid_t clock, struct timespec *at) {
    int failed = (int)syscall(SYS_clock_gettime, clock, at);
    if (!failed && shift && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE))
        at->tv_sec += *shift;
    return failed;
}

int gettimeofday(struct timeval *at, void *zone) {
    struct timespec now;
    (void)zone;
    clock_gettime(CLOCK_REALTIME, &now);
    at->tv_sec = now.tv_sec;
    at->tv_usec = now.tv_nsec / 1000;
    return 0;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}
"""


class Clock:
    """The wall clock of every process of a service."""

    def __init__(self, folder: Path) -> None:
        self._library, shift = folder / "shift.so", folder / "shift"
        source = folder / "shift.c"
        source.write_text(_SHIM)
        compiler = shutil.which("cc") or pytest.skip("needs a C compiler")
        subprocess.run(
            [compiler, "-shared", "-fPIC", "-O1", "-o", self._library, source], check=True
        )
        shift.write_bytes(bytes(mmap.PAGESIZE))
        with open(shift, "r+b") as file:
            self._page = mmap.mmap(file.fileno(), 0)
        self.env = {"LD_PRELOAD": str(self._library), "WALL_CLOCK_SHIFT": str(shift)}

    def jump(self, seconds: int) -> None:
        """To so many seconds off the true time."""
        self._page[:8] = struct.pack("q", seconds)


def _hours_off(service: Service, job_id: str) -> float:
    at = datetime.fromisoformat(service.job(job_id)["submitted_at"])
    return (at.timestamp() - time.time()) / HOUR


@pytest.mark.chaos
@pytest.mark.skipif(ctypes.util.find_library("c") is None, reason="needs LD_PRELOAD")
@pytest.mark.parametrize("first", [HOUR, -HOUR])
def test_leases_timeouts_retries_and_polls_do_not_see_the_clock_jump(
    make_service: MakeService, tmp_path: Path, first: int
) -> None:
    clock, folder = Clock(tmp_path), tmp_path / "documents"
    folder.mkdir()
    for name in ("stopped.txt", "hanging.txt", "flaky.txt"):
        (folder / name).write_text(f"The content of {name}.")
    marker = tmp_path / "once"
    faults = (
        f"document.parse:stopped.txt=stop#{marker}; document.parse:hanging.txt=hang; "
        "document.read:flaky.txt=eio@1!"
    )
    service = make_service("--workers", "2", "--allow-root", str(tmp_path), env=clock.env)
    service.start(GRISTMILL_FAULTS=faults)
    before = service.accepted(text("Before."))
    assert service.ended(before)["state"] == "succeeded"
    stopped = service.accepted(path(folder / "stopped.txt"))
    until(marker.exists, "the stopped document")

    clock.jump(first)
    # An hour is over the limit of every document, and none of it has passed.
    after = service.accepted(text("After."))
    assert service.ended(after)["state"] == "succeeded"
    assert abs(_hours_off(service, after) - first / HOUR) < 0.1
    begun = time.monotonic()
    assert service.http.get(f"/ingest/{stopped}", params={"wait": "1"}).json()["state"] == "running"
    assert 0.9 < time.monotonic() - begun < WAIT_S
    assert service.http.get("/readyz").status_code == 200
    for worker in until(lambda: stopped_workers(service), "the worker that stands still"):
        worker.resume()
    assert service.ended(stopped)["state"] == "succeeded"

    begun = time.monotonic()
    hanging = service.accepted(path(folder / "hanging.txt"), timeout_s=1.0)
    clock.jump(-first)
    flaky = service.accepted(path(folder / "flaky.txt"))
    clock.jump(0)
    assert service.ended(flaky)["state"] == "succeeded"
    job = service.ended(hanging)
    assert time.monotonic() - begun < WAIT_S
    assert service.ledger(job["job_id"])[0]["code"] == "timeout"

    # What was submitted in the future or the past is found again after a kill, too.
    clock.jump(-first)
    ids = [service.accepted(text(f"Late {number}.")) for number in range(10)]
    service.kill()
    clock.jump(first)
    service.start()
    assert {service.ended(job_id)["state"] for job_id in ids} == {"succeeded"}
    assert service.stop() == 0


def test_jobs_end_though_the_clock_jumps_between_any_two_steps(
    in_memory: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shift = timedelta(0)
    real_time, real_ns = time.time, time.time_ns

    class Jumping(datetime):
        @classmethod
        def now(cls, tz: tzinfo | None = None) -> datetime:  # type: ignore[override]
            return datetime.now(tz) + shift

    for module in (job_queue, control, accepting, preparing):
        monkeypatch.setattr(module, "datetime", Jumping)
    monkeypatch.setattr(time, "time", lambda: real_time() + shift.total_seconds())
    monkeypatch.setattr(time, "time_ns", lambda: real_ns() + int(shift.total_seconds()) * 10**9)
    mill = Mill(in_memory / "data")
    ids: list[str] = []
    for number in range(12):
        shift = timedelta(hours=(number % 3 - 1) * (1 + number % 2))
        ids.append(mill.submit(f"One {number}.", f"Two {number}.").manifest.job_id)
        shift = -shift
        if number % 4 == 1:
            mill.workers[0].lease()
            shift = -shift
            mill.workers[0].die(strikes=1)
            mill.workers.clear()
            mill.worker()
        if number % 4 == 2:
            mill.queue.cancel(ids[-1])
            mill.settle()
            shift = -shift
            mill.control.retry(ids[-1])
        if number % 4 == 3:
            mill.boot()
    mill.until_idle()
    assert {mill.ended(job_id).state for job_id in ids} == {JobState.SUCCEEDED}
    assert mill.unmended() == []
    mill.close()
