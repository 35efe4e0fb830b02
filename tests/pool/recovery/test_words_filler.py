"""Jobs that ended before anybody kept their words are found, and a purge forgets them."""

from datetime import timedelta
from pathlib import Path

import msgspec
import pytest
from support.job_samples import NOON, new_id, queued

from gristmill.pool.recovery import words_filler
from gristmill.pool.recovery.words_filler import WordsFiller
from gristmill.schemas.jobs.sources import InlineText
from gristmill.schemas.jobs.states import JobState
from gristmill.storage.library import JobIndexRow
from gristmill.storage.stores import Stores
from gristmill.storage.upkeep.retention import purge


@pytest.fixture
def stores(tmp_path: Path) -> Stores:
    """A folder with twelve jobs that ended, of which one manifest is broken."""
    stores = Stores.open(tmp_path)
    ended = [
        msgspec.structs.replace(
            queued(InlineText(f"report-{n}.pdf", None), job_id=new_id(n)),
            state=JobState.SUCCEEDED,
            finished_at=NOON,
        )
        for n in range(12)
    ]
    with stores.library() as library:
        for each in ended:
            stores.manifests.settle(each)
        library.index_jobs(map(JobIndexRow.of, ended))
    return stores


def found(stores: Stores, word: str) -> int:
    search = stores.found_jobs().find
    return len(search((word,), state=None, collection=None, after=None, limit=99))


def test_older_jobs_are_told_in_rounds_that_a_crash_may_cut(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(words_filler, "_STEP", 5)
    with stores.library(readonly=True) as library, stores.job_words() as words:
        assert not WordsFiller(stores)._step(library, words)
    assert found(stores, "report") == 5
    WordsFiller(stores).look()
    assert found(stores, "report") == 12
    with stores.job_words() as words:
        assert words.to_fill() is None


def test_a_purge_forgets_the_words_too(stores: Stores) -> None:
    WordsFiller(stores).look()
    assert purge(stores.folder, NOON + timedelta(seconds=1)).jobs == 12
    assert found(stores, "report") == 0


def test_a_purge_that_has_no_room_to_forget_some_forgets_all(
    stores: Stores, monkeypatch: pytest.MonkeyPatch
) -> None:
    WordsFiller(stores).look()

    def refuse(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("gristmill.storage.upkeep.retention.JobWords.drop", refuse)
    assert purge(stores.folder, NOON + timedelta(seconds=1)).jobs == 12
    assert not stores.folder.job_words.exists()
