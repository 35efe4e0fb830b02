"""Bulk actions on disk: a small file each, under `active` until it ends, then under `ended`.

The supervisor's mover alone writes a record once it is there. Whoever wants it to stop leaves a
mark beside it. A record that is under both has ended.
"""

import logging
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import msgspec

from gristmill.schemas.bulk import BulkRecord
from gristmill.schemas.ids import is_job_id
from gristmill.storage import faults
from gristmill.storage.damaged import UNREADABLE
from gristmill.storage.disk.durable import make_folder, sync_folder, write_atomic
from gristmill.storage.disk.locks import hold
from gristmill.storage.layout import DataFolder

KEPT = 500
"""Records of actions that have ended: the newest stay."""
_LOCK_WAIT_S = 5.0
_log = logging.getLogger(__name__)
_complained: set[Path] = set()
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(BulkRecord).decode


class BulkRecords:
    """The records of one data folder; making this does no I/O. Safe from any process."""

    def __init__(self, folder: DataFolder) -> None:
        self._active, self._ended = folder.bulk / "active", folder.bulk / "ended"

    def begin(self, key: str, make: Callable[[int], BulkRecord]) -> tuple[BulkRecord, bool]:
        """The record with an idempotency key, and whether it is new: then it is `make`'s, which is
        told how many are active, and is durable. Raises OSError, StorageFailed and what `make`
        does."""
        make_folder(self._active)
        with hold(self._active / ".lock", _LOCK_WAIT_S):
            active = list(self.active())
            for record in (*active, *self.ended()):
                if record.key == key:
                    return record, False
            record = make(len(active))
            write_atomic(self._path(record.bulk_id), _encode(record))
        return record, True

    def write(self, record: BulkRecord) -> None:
        """Replace an active record, or end it, durably. Raises OSError."""
        faults.hit("bulk.before_write")
        if not record.state.ended:
            write_atomic(self._path(record.bulk_id), _encode(record))
            return
        make_folder(self._ended)
        write_atomic(self._ended / f"{record.bulk_id}.json", _encode(record))
        self.tidy(record.bulk_id)

    def tidy(self, bulk_id: str) -> None:
        """Remove what is left under `active` of one that has ended, and the oldest of the ended.
        Raises OSError."""
        for path in (self._path(bulk_id), self._mark(bulk_id)):
            path.unlink(missing_ok=True)
        sync_folder(self._active)
        for old in _ids(self._ended)[:-KEPT]:
            (self._ended / f"{old}.json").unlink(missing_ok=True)

    def stop(self, bulk_id: str) -> None:
        """Ask for an end, durably. Raises OSError."""
        write_atomic(self._mark(bulk_id), b"")

    def is_stopping(self, bulk_id: str) -> bool:
        return self._mark(bulk_id).exists()

    def has_active(self) -> bool:
        """Whether there may be something to do; costs a look at one folder."""
        return bool(_ids(self._active))

    def active(self) -> Iterator[BulkRecord]:
        """Those that have not ended, the oldest first. What cannot be read is left out."""
        for bulk_id in _ids(self._active):
            if (record := _read(self._path(bulk_id))) is not None:
                yield record

    def ended(self) -> Iterator[BulkRecord]:
        """The others that are kept, the newest first."""
        for bulk_id in reversed(_ids(self._ended)):
            if (record := _read(self._ended / f"{bulk_id}.json")) is not None:
                yield record

    def has_ended(self, bulk_id: str) -> bool:
        return (self._ended / f"{bulk_id}.json").exists()

    def find(self, bulk_id: str) -> BulkRecord | None:
        """One of them. It may end between two looks."""
        if not is_job_id(bulk_id):
            return None
        places = (self._ended / f"{bulk_id}.json", self._path(bulk_id))
        for path in (*places, places[0]):
            if (record := _read(path)) is not None:
                return record
        return None

    def ids(self) -> list[str]:
        """All of them, the newest first."""
        return sorted({*_ids(self._active), *_ids(self._ended)}, reverse=True)

    def _path(self, bulk_id: str) -> Path:
        return self._active / f"{bulk_id}.json"

    def _mark(self, bulk_id: str) -> Path:
        return self._active / f"{bulk_id}.stop"


def _ids(folder: Path) -> list[str]:
    found: list[str] = []
    with suppress(FileNotFoundError):
        found = [path.stem for path in folder.iterdir() if path.suffix == ".json"]
    return sorted(each for each in found if is_job_id(each))


def _read(path: Path) -> BulkRecord | None:
    try:
        return _decode(path.read_bytes())
    except FileNotFoundError:
        return None
    except UNREADABLE as error:
        # It must not stop the others.
        if path not in _complained:
            _complained.add(path)
            _log.warning("the bulk action in %s is left out: it cannot be read: %s", path, error)
        return None
