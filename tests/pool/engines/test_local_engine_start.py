"""The start of the local engine."""

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
