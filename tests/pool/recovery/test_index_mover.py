"""The supervisor moves the words of an older library, a while at a time, and says so."""

import logging
from pathlib import Path

import pytest
from support.library_samples import succeeded
from support.older_library import take_back

from gristmill.pool.recovery import index_mover
from gristmill.pool.recovery.index_mover import IndexMover
from gristmill.storage.stores import Stores


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    stores = Stores.open(tmp_path / "data")
    with stores.library() as library:
        library.commit([succeeded(texts=tuple(f"wheel {n}" for n in range(40)))])
    take_back(stores.folder.library, 5)
    return stores


def test_what_one_look_leaves_the_next_one_moves(
    stores: Stores, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(index_mover, "_STEP", 25)
    monkeypatch.setattr(index_mover, "_ROUND_S", 0.0)
    mover = IndexMover(stores)
    with caplog.at_level(logging.INFO), stores.library(readonly=True) as library:
        mover.look()
        assert len(library.search("wheel", collection=None, limit=50)) == 40
        # Another process goes on where this one was killed.
        mover = IndexMover(stores)
        mover.look()
        assert len(library.search("wheel", collection=None, limit=50)) == 40
    assert "15 chunks are left" in caplog.text
    with stores.library() as library:
        assert library.soundness.move_index() == 0
        assert library.soundness.search_index_is_sound()


def test_once_all_has_moved_it_is_said_and_nobody_looks_again(
    stores: Stores, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(index_mover, "_STEP", 25)
    monkeypatch.setattr(index_mover, "_ROUND_S", 0.0)
    mover = IndexMover(stores)
    with caplog.at_level(logging.INFO):
        mover.look()
        mover.look()
    assert "the search index is up to date" in caplog.text
    monkeypatch.setattr(stores, "library", lambda: pytest.fail("nothing is left to look for"))
    mover.tick()
