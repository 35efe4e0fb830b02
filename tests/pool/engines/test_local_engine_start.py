"""The start of the local engine."""

from pathlib import Path
from typing import NoReturn

import pytest

from gristmill.pool.engines import local
from gristmill.pool.engines.local import LocalEngine
from gristmill.pool.processes.ladder import KillLadder
from gristmill.pool.watch.roster import Roster
from gristmill.pool.worker.board import Board
from gristmill.schemas.settings import Settings


@pytest.mark.parametrize("error", [EOFError, ConnectionRefusedError])
def test_a_forkserver_that_dies_while_it_makes_the_first_worker_costs_another_try(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, error: type[Exception]
) -> None:
    tries = []

    def dying(*_: object, **__: object) -> NoReturn:
        tries.append(1)
        raise error("unexpected EOF")

    monkeypatch.setattr(local, "Pool", dying)
    (tmp_path / "run").mkdir()
    roster = Roster(Board.create(tmp_path / "run" / "board", 2))
    engine = LocalEngine(Settings(data=str(tmp_path)), 1, roster, KillLadder())
    engine.start()
    engine.tick()
    assert len(tries) == 2
