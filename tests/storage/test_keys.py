"""Idempotency records and the locks that guard them."""

import random
import signal
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from support.arming import arm
from support.patience import WAIT_S

from gristmill.schemas.errors import StorageFailed
from gristmill.schemas.request import key_digest
from gristmill.storage.keys import KeyRecord, Keys
from gristmill.storage.layout import DataFolder

ONE, OTHER = "ab" * 32, "cd" * 32
RECORD = KeyRecord("job one", "request")
_HOLDER = (
    "import sys; from gristmill.storage.keys import Keys\n"
    "from gristmill.storage.layout import DataFolder\n"
    "with Keys(DataFolder.at(sys.argv[1])).hold(sys.argv[2:]):\n"
    "    print('held', flush=True); sys.stdin.read()"
)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    return DataFolder.open(tmp_path / "data")


@pytest.fixture
def keys(folder: DataFolder) -> Keys:
    return Keys(folder)


def test_a_record_is_read_until_it_is_removed(keys: Keys) -> None:
    with keys.hold([ONE]):
        assert keys.read(ONE) is None
        keys.write(ONE, KeyRecord("an older and longer job", "request"))
        keys.write(ONE, RECORD)
        assert keys.read(ONE) == RECORD
        keys.remove(ONE)
        keys.remove(ONE)
        assert keys.read(ONE) is None


@pytest.mark.parametrize("size", [0, 1, 20])
def test_a_torn_record_reads_as_none_and_can_be_written_again(
    keys: Keys, folder: DataFolder, size: int
) -> None:
    with keys.hold([ONE]):
        keys.write(ONE, RECORD)
        path = folder.key_path(ONE)
        path.write_bytes(path.read_bytes()[:size])
        assert keys.read(ONE) is None
        keys.write(ONE, RECORD)
        assert keys.read(ONE) == RECORD


def test_a_durable_record_that_cannot_be_written_leaves_the_old_one(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keys.hold([ONE]):
        keys.write(ONE, RECORD)
        arm(monkeypatch, "durable.fsync=enospc")
        with pytest.raises(OSError, match="No space"):
            keys.write(ONE, KeyRecord("job two", "request"))
        assert keys.read(ONE) == RECORD


def test_threads_exclude_each_other_per_key(folder: DataFolder) -> None:
    first, second = Keys(folder), Keys(folder)
    with first.hold([ONE]):
        with pytest.raises(StorageFailed), second.hold([ONE], timeout_s=0):
            pass
        with second.hold([OTHER], timeout_s=0):
            pass
    counted = 0

    def count() -> None:
        nonlocal counted
        for _ in range(25):
            with first.hold([ONE], timeout_s=60):
                number = int(record.job_id) if (record := first.read(ONE)) else 0
                first.write(ONE, KeyRecord(str(number + 1), "request"))
                counted += 1

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert first.read(ONE) == KeyRecord("100", "request") and counted == 100


def test_processes_exclude_each_other_and_a_killed_holder_blocks_nobody(
    keys: Keys, folder: DataFolder
) -> None:
    with subprocess.Popen(
        [sys.executable, "-c", _HOLDER, str(folder.root), ONE, OTHER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as holder:
        assert holder.stdout is not None and holder.stdout.readline() == "held\n"
        for digest in (ONE, OTHER):
            with pytest.raises(StorageFailed), keys.hold([digest], timeout_s=0):
                pass
        holder.send_signal(signal.SIGKILL)
        with keys.hold([ONE, OTHER]):
            pass


def test_holders_of_many_keys_in_any_order_never_deadlock(folder: DataFolder) -> None:
    digests = [key_digest(str(number), "") for number in range(40)]
    done: list[int] = []

    def take(seed: int) -> None:
        keys, shuffle = Keys(folder), random.Random(seed)
        for _ in range(8):
            with keys.hold(shuffle.sample(digests, 15), timeout_s=20):
                done.append(seed)

    threads = [threading.Thread(target=take, args=(seed,), daemon=True) for seed in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT_S)
    assert len(done) == 48


def test_keys_that_share_a_lock_and_a_key_named_twice_can_be_held_together(keys: Keys) -> None:
    neighbour = ONE[:2] + "0" * 62
    with keys.hold([ONE, neighbour, ONE], timeout_s=0):
        pass
    with keys.hold([]):
        pass


def test_holding_fails_as_a_whole_and_lets_go_of_what_it_got(keys: Keys) -> None:
    with (
        keys.hold([OTHER]),
        pytest.raises(StorageFailed),
        keys.hold([ONE, OTHER], timeout_s=0),
    ):
        pass
    with keys.hold([ONE, OTHER], timeout_s=0):
        pass
