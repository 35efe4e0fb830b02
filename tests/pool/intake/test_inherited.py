"""What a job inherits from its collection: looked up seldom, and yet never what was set before."""

from pathlib import Path

import pytest
from support.server_fakes import FakeClient

from gristmill.pool.catalogue.keeper import CatalogueKeeper
from gristmill.pool.intake.inherited import REMEMBERED_S, Inherited
from gristmill.schemas.collections_told import CollectionChange
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.options import GivenOptions
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import TextSource
from gristmill.storage.stores import Stores

TASK = IngestionTask(sources=[TextSource(text="a text")], collection="tax")


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    stores = Stores.open(tmp_path / "data")
    stores.library().close()
    return stores


def test_a_look_holds_for_a_moment_and_no_longer(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [100.0]
    monkeypatch.setattr("gristmill.pool.intake.inherited.time.monotonic", lambda: now[0])
    inherited = Inherited(stores)
    before = inherited.options_of(TASK).chunk_max_chars
    with stores.library() as library:
        library.set_collection("tax", GivenOptions(chunk_max_chars=300))
    assert inherited.options_of(TASK).chunk_max_chars == before
    now[0] += 2 * REMEMBERED_S
    assert inherited.options_of(TASK).chunk_max_chars == 300


def test_once_a_change_is_answered_every_process_knows_it(stores: Stores) -> None:
    settings = Settings()
    keeper = CatalogueKeeper(stores, settings, FakeClient(stores.folder))
    processes = [Inherited(stores), Inherited(stores)]
    for chars in (300, 400, 500):
        for each in processes:
            each.options_of(TASK)
        keeper.change("tax", CollectionChange(options=GivenOptions(chunk_max_chars=chars)))
        assert [each.options_of(TASK).chunk_max_chars for each in processes] == [chars] * 2
