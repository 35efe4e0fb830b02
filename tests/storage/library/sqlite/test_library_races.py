"""Processes that make and hold one file at the same time."""

import multiprocessing
import threading
from multiprocessing.synchronize import Barrier
from pathlib import Path
from typing import Any

import pytest
from support.library_samples import succeeded

from gristmill.schemas.jobs.states import DocumentState
from gristmill.storage.disk.locks import try_lock
from gristmill.storage.library import Library
from gristmill.storage.library.sqlite.database.connection import gate_of

WAIT_S = 50


def create(path: Path, barrier: Barrier) -> None:
    barrier.wait(WAIT_S)
    Library.open(path).close()


@pytest.mark.slow
def test_processes_that_create_one_library_at_once_all_succeed(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    context = multiprocessing.get_context("spawn")
    barrier = context.Barrier(3)
    makers = [context.Process(target=create, args=(path, barrier)) for _ in range(3)]
    for maker in makers:
        maker.start()
    for maker in makers:
        maker.join(WAIT_S)
    assert [maker.exitcode for maker in makers] == [0, 0, 0]
    # Of several that close it at once, none may be the last one, which takes these away.
    beside = {"library.db-wal", "library.db-shm"}
    assert {each.name for each in tmp_path.iterdir()} - beside == {"library.db", "library.db.lock"}


def hold_gate_until_killed(path: Path, held: Any) -> None:
    lock = try_lock(gate_of(path))
    held.put(lock is not None)
    threading.Event().wait(WAIT_S)


def test_the_death_of_a_writer_opens_the_gate(tmp_path: Path) -> None:
    path = tmp_path / "library.db"
    with Library.open(path) as library:
        context = multiprocessing.get_context("spawn")
        held = context.Queue()
        holder = context.Process(target=hold_gate_until_killed, args=(path, held))
        holder.start()
        assert held.get(timeout=WAIT_S)
        holder.kill()
        holder.join(WAIT_S)
        assert library.commit([succeeded()]) == [DocumentState.SUCCEEDED]
