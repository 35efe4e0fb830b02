"""A data folder's stores: opened once, each connection to the library anew."""

import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.job_samples import queued

from gristmill.schemas.problems.errors import DataFolderUnusable
from gristmill.schemas.problems.library_errors import LibraryTrouble
from gristmill.storage.library import Patience
from gristmill.storage.stores import Stores


def test_opening_makes_the_folder_and_naming_it_makes_nothing(tmp_path: Path) -> None:
    root = tmp_path / "data"
    assert Stores.at(root).manifests.read(queued().job_id) is None
    assert not root.exists()
    assert Stores.open(root).folder.pending.is_dir()


def test_a_folder_that_cannot_be_made_is_said_to_be_unusable(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("in the way")
    with pytest.raises(DataFolderUnusable):
        Stores.open(tmp_path / "data")


def test_each_library_is_a_connection_of_its_own(tmp_path: Path) -> None:
    stores, rows = Stores.open(tmp_path / "data"), list[int]()
    with stores.library() as mine:

        def read() -> None:
            with stores.library(readonly=True) as theirs:
                rows.append(theirs.counts("a").total)

        thread = threading.Thread(target=read)
        thread.start()
        thread.join()
        assert mine.counts("a").total == 0 and rows == [0]


def test_a_readonly_library_makes_no_file_and_writes_nothing(tmp_path: Path) -> None:
    stores = Stores.open(tmp_path / "data")
    with stores.library(readonly=True) as library:
        assert library.stats()["documents"] == 0
    assert not stores.folder.library.exists()
    stores.library().close()
    with stores.library(readonly=True) as library, pytest.raises(LibraryTrouble):
        library.drop_job("a")


def test_the_patience_that_is_given_is_the_one_that_counts(tmp_path: Path) -> None:
    stores, beats = Stores.open(tmp_path / "data"), list[None]()

    def beat() -> bool:
        beats.append(None)
        return False

    with stores.library() as writer, writer._writing():
        impatient = stores.library(patience=Patience(0.01, beat))
        with impatient, pytest.raises(LibraryTrouble):
            impatient.drop_job("a")
    assert beats


def test_whoever_only_has_manifests_loads_no_sqlite() -> None:
    look = "import sys, gristmill.pool.handle, gristmill.storage.stores; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", look], capture_output=True, text=True, check=True)
    assert "sqlite3" not in done.stdout.split()
