"""What is to be told to receivers, and what became of it: a file for each run of a job that ended.

`webhooks/due` has what is still tried, `webhooks/done` the rest; `webhooks/collections.json` where
the ends of each collection are told, and the secrets that sign them. None of it is in a library
file, so that a receiver's troubles never hold a writer of documents.
"""

import os
import secrets
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gristmill.schemas.problems.errors import StorageFailed
from gristmill.schemas.webhooks import Delivery, DeliveryState, Hook
from gristmill.storage.disk.durable import make_folder, write_atomic
from gristmill.storage.disk.locks import hold
from gristmill.storage.disk.stamps import Stamp, stamp_of
from gristmill.storage.layout import DataFolder

SECRET_PREFIX = "whsec_"
_SECRET_BYTES = 32
_encode = msgspec.json.Encoder().encode


class Deliveries:
    """Safe from any thread; the supervisor alone writes. Making this does no I/O."""

    def __init__(self, folder: DataFolder) -> None:
        self._due, self._done = folder.webhooks / "due", folder.webhooks / "done"

    def put(self, delivery: Delivery) -> None:
        """Keep a delivery as it is now, durably. Raises OSError."""
        is_due = delivery.state is DeliveryState.DUE
        here, there = (self._due, self._done) if is_due else (self._done, self._due)
        make_folder(here)
        write_atomic(here / _name(delivery.job_id, delivery.run), _encode(delivery))
        # Where both are there after a crash, the one that is due is sent once more.
        with suppress(FileNotFoundError):
            (there / _name(delivery.job_id, delivery.run)).unlink()

    def find(self, job_id: str, run: int) -> Delivery | None:
        """What became of the end of a run; None where nobody is told. Raises OSError."""
        name = _name(job_id, run)
        # From one folder it goes to the other: who looks in between looks once more.
        for place in (self._due, self._done, self._due):
            if (found := _read(place / name)) is not None:
                return found
        return None

    def due(self) -> Iterator[Delivery]:
        """All that is still to be told, in no order. Raises OSError."""
        for path in _files(self._due):
            if (found := _read(path)) is not None:
                yield found

    def forget(self, job_id: str, runs: int) -> None:
        """Remove what is done of a job that is dropped, of all its runs; what is due is still told.
        Raises OSError."""
        for run in range(1, runs + 1):
            with suppress(FileNotFoundError):
                (self._done / _name(job_id, run)).unlink()

    def drop_done(self, before_s: float) -> int:
        """Remove what was done before a time (seconds since the epoch); returns how many. Raises
        OSError."""
        dropped = 0
        for path in _files(self._done):
            with suppress(FileNotFoundError):
                if path.stat().st_mtime < before_s:
                    path.unlink()
                    dropped += 1
        return dropped


class Hooks:
    """The webhooks of collections. Safe from any thread and process."""

    def __init__(self, folder: DataFolder) -> None:
        self._path = folder.webhooks / "collections.json"
        self._file = os.fspath(self._path)
        self._lock = folder.run / "webhooks.lock"
        self._known: tuple[Stamp | None, dict[str, Hook]] = (None, {})

    def all(self) -> dict[str, Hook]:
        """By collection, as fresh as the file. Costs a stat. Raises StorageFailed, OSError."""
        seen = stamp_of(self._file)
        if self._known[0] != seen or seen is None:
            self._known = (seen, self._read() if seen is not None else {})
        return self._known[1]

    def set(self, collection: str, url: str) -> Hook:
        """Have the ends of a collection told to a receiver, signed by a new secret. Raises
        StorageFailed, OSError."""
        secret = SECRET_PREFIX + b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()
        hook = Hook(collection, url, secret, datetime.now(UTC))
        with hold(self._lock):
            self._write({**self._read(), collection: hook})
        return hook

    def drop(self, collection: str) -> bool:
        """Tell nobody any more; False where nobody was told. Raises StorageFailed, OSError."""
        if collection not in self.all():
            return False
        with hold(self._lock):
            known = self._read()
            if known.pop(collection, None) is None:
                return False
            self._write(known)
        return True

    def rename(self, old: str, new: str) -> None:
        """A collection has another name. Raises StorageFailed, OSError."""
        if old not in self.all():
            return
        with hold(self._lock):
            known = self._read()
            if (hook := known.pop(old, None)) is not None:
                self._write({**known, new: msgspec.structs.replace(hook, collection=new)})

    def _read(self) -> dict[str, Hook]:
        try:
            return msgspec.json.decode(self._path.read_bytes(), type=dict[str, Hook])
        except FileNotFoundError:
            return {}
        except msgspec.MsgspecError as error:
            raise StorageFailed(
                f"the file of webhooks {self._path} cannot be read ({error}); restore it, or move "
                "it away and set them anew"
            ) from None

    def _write(self, hooks: dict[str, Hook]) -> None:
        make_folder(self._path.parent)
        write_atomic(self._path, _encode(hooks))


def _name(job_id: str, run: int) -> str:
    return f"{job_id}-{run}.json"


def _files(folder: Path) -> list[Path]:
    try:
        return [folder / name for name in os.listdir(folder) if name.endswith(".json")]  # noqa: PTH208
    except FileNotFoundError:
        return []


def _read(path: Path) -> Delivery | None:
    try:
        return msgspec.json.decode(path.read_bytes(), type=Delivery)
    except FileNotFoundError:
        return None
    except msgspec.MsgspecError as error:
        raise StorageFailed(f"the file {path} is no delivery of a webhook: {error}") from None
