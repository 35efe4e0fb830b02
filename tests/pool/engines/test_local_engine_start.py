"""The start of the local engine."""

import multiprocessing
import signal
from pathlib import Path
from typing import NoReturn

import pytest
from support.running import until

from gristmill.pool.engines.local import engine as local
from gristmill.pool.engines.local.engine import LocalEngine
from gristmill.schemas.configuration.settings import Settings
from gristmill.storage.layout import DataFolder


@pytest.mark.parametrize("error", [EOFError, ConnectionRefusedError])
def test_a_forkserver_that_dies_while_it_makes_the_first_worker_costs_another_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    tries = []

    def dying(*_: object, **__: object) -> NoReturn:
        tries.append(1)
        raise error("unexpected EOF")

    monkeypatch.setattr(local, "Pool", dying)
    folder = DataFolder.open(tmp_path)
    engine = LocalEngine(folder, Settings(data=str(tmp_path)), 1, lambda _: None)
    engine.start()

    def tried_again() -> bool:
        engine.tick()
        return len(tries) >= 2

    until(tried_again, "another try")


@pytest.mark.parametrize("whose", ["its own", "ours"])
def test_only_a_death_that_was_not_our_doing_makes_a_pool_suspect(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, whose: str
) -> None:
    # Where those that we end with their Pool cast doubt on the next one, it is given a second to
    # boot, and on a busy machine no worker ever gets to work again.
    def none_yet(*_: object, **__: object) -> NoReturn:
        raise EOFError

    monkeypatch.setattr(local, "Pool", none_yet)
    engine = LocalEngine(DataFolder.open(tmp_path), Settings(data=str(tmp_path)), 1, lambda _: None)
    booting = multiprocessing.get_context("spawn").Process(target=signal.pause)
    booting.start()
    engine._registry.add(booting)
    if whose == "ours":
        engine._replace_pool()
    else:
        booting.kill()

    def ended() -> bool:
        engine.wait(0.05)
        return engine._registry.living() == {}

    until(ended, "its end")
    assert (engine._suspect_since is None) == (whose == "ours")
