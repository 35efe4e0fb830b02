"""The audit file: whole lines of several writers, rotated by size."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from gristmill.storage.layout import DataFolder
from gristmill.storage.records.audit_log import KEPT, AuditLog


def lines(folder: DataFolder) -> list[bytes]:
    """Of all files, the oldest first."""
    files = [*(folder.root / f"audit.{n}.ndjson" for n in range(KEPT, 0, -1)), folder.audit]
    return [line for file in files if file.exists() for line in file.read_bytes().splitlines()]


def test_only_the_owner_may_read_it(tmp_path: Path) -> None:
    folder = DataFolder.open(tmp_path)
    AuditLog(folder, 1000).append(b"a\n")
    assert stat.S_IMODE(folder.audit.stat().st_mode) == 0o600


def test_several_writers_lose_no_line_while_the_file_is_rotated(tmp_path: Path) -> None:
    folder = DataFolder.open(tmp_path)

    def write(writer: int) -> None:
        log = AuditLog(folder, 4000)
        for number in range(100):
            log.append(b"%d-%d-%s\n" % (writer, number, b"x" * 20))
        log.close()

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(write, range(4)))
    wanted = {b"%d-%d-%s" % (w, n, b"x" * 20) for w in range(4) for n in range(100)}
    found = lines(folder)
    assert len(found) == len(wanted) and set(found) == wanted
    assert (folder.root / "audit.1.ndjson").exists()


def test_no_more_old_files_are_kept_than_said(tmp_path: Path) -> None:
    folder = DataFolder.open(tmp_path)
    log = AuditLog(folder, 10)
    for number in range(10):
        log.append(b"line number %d\n" % number)
    assert [line[-1:] for line in lines(folder)] == [b"6", b"7", b"8", b"9"]


def test_a_file_that_somebody_took_away_is_begun_anew(tmp_path: Path) -> None:
    folder = DataFolder.open(tmp_path)
    log = AuditLog(folder, 1000)
    log.append(b"one\n")
    folder.audit.rename(tmp_path / "taken")
    log.append(b"two\n")
    assert folder.audit.read_bytes() == b"two\n"
