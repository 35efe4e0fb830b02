"""How processes end, as seen by one that is not their parent."""

import multiprocessing.forkserver
import os
import signal
from collections.abc import Iterator
from multiprocessing.connection import wait as wait_for
from multiprocessing.context import BaseContext
from pathlib import Path
from typing import Any

import psutil
import pytest
from support.patience import WAIT_S
from support.running import stop

from gristmill.pool.engines.local import endings
from gristmill.pool.engines.local.processes import Registry, pool_context


@pytest.fixture(autouse=True, scope="module")
def _no_forkserver_stays() -> Iterator[None]:
    yield
    private: Any = multiprocessing.forkserver
    private._forkserver._stop()


needs_pidfd = pytest.mark.skipif(not hasattr(os, "pidfd_open"), reason="the system has no pidfd")


def _started(registry: Registry, context: BaseContext, code: int) -> psutil.Process:
    """A process of the forkserver's that ends itself; with a negative code, by that signal."""
    arguments = (os.getpid(), -code) if code < 0 else (code,)
    process = context.Process(target=_end, args=arguments)  # type: ignore[attr-defined]
    process.start()
    return psutil.Process(process.pid)


def _end(*arguments: int) -> None:
    if len(arguments) == 2:
        os.kill(os.getpid(), arguments[1])
    os._exit(arguments[0])


@pytest.mark.parametrize("code", [0, 7, 255, -signal.SIGKILL, -signal.SIGSEGV])
def test_an_exit_code_is_known_whoever_collects_the_process(code: int) -> None:
    registry = Registry()
    process = _started(registry, pool_context(registry), code)
    ended: list[int] = []
    while not ended:
        ended = registry.wait(WAIT_S)
    assert ended == [process.pid]
    assert registry.collect(process.pid) == code
    assert registry.living() == {} and registry.wait(0) == []


@needs_pidfd
def test_a_death_is_seen_while_the_forkserver_stands_still() -> None:
    registry = Registry()
    context = pool_context(registry)
    process = context.Process(target=signal.pause)  # type: ignore[attr-defined]
    process.start()
    forkserver = psutil.Process(process.pid).parent()
    assert forkserver is not None and forkserver.pid != os.getpid()
    stop(forkserver)
    try:
        os.kill(process.pid, signal.SIGKILL)
        assert registry.wait(WAIT_S) == [process.pid]
        assert registry.collect(process.pid) == -signal.SIGKILL
    finally:
        forkserver.resume()


@needs_pidfd
def test_a_descriptor_is_ready_when_its_process_has_ended() -> None:
    descriptor = endings.watch(os.getpid())
    assert descriptor is not None
    assert wait_for([descriptor], 0) == []
    os.close(descriptor)
    assert endings.watch(_no_pid()) is None


def _no_pid() -> int:
    return int(Path("/proc/sys/kernel/pid_max").read_text()) - 1
