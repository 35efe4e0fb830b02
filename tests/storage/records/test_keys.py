"""Idempotency records and the locks that guard them."""

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from support.arming import arm

from gristmill.schemas.problems.errors import StorageFailed
from gristmill.storage.layout import DataFolder
from gristmill.storage.records.keys import KeyRecord, Keys

ONE, OTHER = "ab" * 32, "cd" * 32
RECORD = KeyRecord("job one", "request")
_HOLDER = (
    "import sys; from gristmill.storage.records.keys import Keys\n"
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


@pytest.mark.parametrize("damaged", [b'{"job_id":"\xff"}', b'{"x":' * 20_000])
def test_a_damaged_record_reads_as_none(keys: Keys, folder: DataFolder, damaged: bytes) -> None:
    with keys.hold([ONE]):
        keys.write(ONE, RECORD)
        folder.key_path(ONE).write_bytes(damaged)
        assert keys.read(ONE) is None


def test_a_durable_record_that_cannot_be_written_leaves_the_old_one(
    keys: Keys, monkeypatch: pytest.MonkeyPatch
) -> None:
    with keys.hold([ONE]):
        keys.write(ONE, RECORD)
        arm(monkeypatch, "durable.fsync=enospc")
        with pytest.raises(OSError, match="No space"):
            keys.write(ONE, KeyRecord("job two", "request"))
        assert keys.read(ONE) == RECORD


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
