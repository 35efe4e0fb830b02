"""What is to be told, on disk."""

import stat
import time
from pathlib import Path

import msgspec
import pytest
from support.job_samples import new_id, queued

from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import StorageFailed
from gristmill.schemas.webhooks import Delivery, DeliveryState, delivery_of
from gristmill.storage.backup.backing_up import back_up
from gristmill.storage.stores import Stores


def delivery(**fields: object) -> Delivery:
    end = queued(state=JobState.FAILED, **fields)  # type: ignore[arg-type]
    return delivery_of(end, "https://example.com/")


def test_what_is_due_is_found_until_it_is_done(tmp_path: Path) -> None:
    kept = Stores.open(tmp_path).deliveries
    due = delivery()
    assert list(kept.due()) == [] and kept.find(due.job_id, 1) is None
    kept.put(due)
    assert list(kept.due()) == [due] == [kept.find(due.job_id, 1)]
    done = msgspec.structs.replace(due, state=DeliveryState.DELIVERED)
    kept.put(done)
    assert list(kept.due()) == [] and kept.find(due.job_id, 1) == done
    kept.put(due)
    assert list(kept.due()) == [due] and kept.find(due.job_id, 2) is None


def test_the_newest_jobs_come_first_a_page_at_a_time(tmp_path: Path) -> None:
    kept = Stores.open(tmp_path).deliveries
    made = [
        msgspec.structs.replace(
            delivery(collection=("rye", "wheat")[number % 2]),
            job_id=new_id(number // 2),
            run=9 + number % 2,
            state=list(DeliveryState)[number % 3],
        )
        for number in range(12)
    ]
    for each in made:
        kept.put(each)
    assert kept.newest() == (made[::-1], None)
    pages, after = list[Delivery](), None
    while True:
        page, after = kept.newest(after=after, limit=5)
        pages += page
        if after is None:
            break
    assert pages == made[::-1]
    of_rye, _ = kept.newest(within="rye", state=DeliveryState.FAILED)
    assert of_rye == [made[8], made[2]]
    assert kept.newest(within=()) == ([], None)
    assert kept.newest(within=("wheat",), limit=6) == (made[::-2], made[1].webhook_id)
    assert kept.newest(after=made[1].webhook_id) == ([made[0]], None)


def test_a_look_that_takes_too_long_goes_on_from_where_it_was(tmp_path: Path) -> None:
    kept = Stores.open(tmp_path).deliveries
    for number in range(3):
        kept.put(msgspec.structs.replace(delivery(), job_id=new_id(number)))
    looks, after = 0, None
    while True:
        found, after = kept.newest(within="nobody", after=after, look_s=-1)
        assert found == []
        looks += 1
        if after is None:
            break
    assert looks == 3


def test_what_was_done_long_ago_is_dropped(tmp_path: Path) -> None:
    kept = Stores.open(tmp_path).deliveries
    due, done = delivery(), msgspec.structs.replace(delivery(), state=DeliveryState.FAILED)
    kept.put(due)
    kept.put(done)
    assert kept.drop_done(time.time() - 60) == 0
    assert kept.drop_done(time.time() + 60) == 1
    assert kept.find(done.job_id, 1) is None and kept.find(due.job_id, 1) == due


def test_a_secret_is_new_each_time_and_for_its_owner_alone(tmp_path: Path) -> None:
    stores = Stores.open(tmp_path)
    first, second = (stores.hooks.set("reports", "https://example.com/") for _ in range(2))
    assert first.secret != second.secret and second.secret.startswith("whsec_")
    path = stores.folder.webhooks / "collections.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert Stores.open(tmp_path).hooks.all() == {"reports": second}


def test_a_webhook_goes_with_the_name_of_its_collection(tmp_path: Path) -> None:
    hooks = Stores.open(tmp_path).hooks
    hooks.rename("nobody", "else")
    made = hooks.set("reports", "https://example.com/")
    hooks.rename("reports", "papers")
    assert hooks.all() == {"papers": msgspec.structs.replace(made, collection="papers")}
    assert (hooks.drop("papers"), hooks.drop("papers"), hooks.all()) == (True, False, {})


def test_a_file_that_is_none_is_said(tmp_path: Path) -> None:
    stores = Stores.open(tmp_path)
    stores.hooks.set("reports", "https://example.com/")
    (stores.folder.webhooks / "collections.json").write_text("{")
    with pytest.raises(StorageFailed, match="file of webhooks"):
        Stores.open(tmp_path).hooks.all()


def test_a_backup_has_what_is_to_be_told_and_the_secrets(tmp_path: Path) -> None:
    stores, due = Stores.open(tmp_path / "data"), delivery()
    stores.library().close()
    stores.deliveries.put(due)
    hook = stores.hooks.set("reports", "https://example.com/")
    back_up(stores.folder, tmp_path / "backup")
    copy = Stores.at(tmp_path / "backup")
    assert list(copy.deliveries.due()) == [due] and copy.hooks.all() == {"reports": hook}
