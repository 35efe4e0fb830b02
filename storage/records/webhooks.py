"""What is to be told to receivers, and what became of it: a file for each run of a job that ended.

`webhooks/due` has what is still tried, `webhooks/done` the rest; `webhooks/collections.json` where
the ends of each collection are told, and the secrets that sign them. None of it is in a library
file, so that a receiver's troubles never hold a writer of documents.
"""

import os
import secrets
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from gristmill.schemas.problems.errors import StorageFailed
from gristmill.schemas.webhooks import Delivery, DeliveryState, Hook, is_webhook_id
from gristmill.storage.disk.durable import make_folder, write_atomic
from gristmill.storage.disk.locks import hold
from gristmill.storage.disk.stamps import Stamp, stamp_of
from gristmill.storage.layout import DataFolder

if TYPE_CHECKING:
    # No command loads the library only to open the stores.
    from gristmill.storage.library.roles import Within

SECRET_PREFIX = "whsec_"
_SECRET_BYTES = 32
_LOOK_S = 1.0
"""For one page: whoever wants more asks for the next."""
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

    def newest(
        self,
        *,
        state: DeliveryState | None = None,
        within: "Within" = None,
        after: str | None = None,
        limit: int = 50,
        look_s: float = _LOOK_S,
    ) -> tuple[list[Delivery], str | None]:
        """Up to `limit` deliveries, of the newest jobs first, and the `webhook_id` after which to
        go on, None at the end. What was found after `look_s` seconds is the page, be it nothing.
        Raises StorageFailed, OSError."""
        seen = within if isinstance(within, tuple) or within is None else (within,)
        begin, deadline = _key(after or ""), time.monotonic() + look_s
        keys = [key for key in self._keys(state) if begin is None or key < begin]
        found = list[Delivery]()
        for number, (job_id, run) in enumerate(sorted(keys, reverse=True)):
            if number and (len(found) == limit or time.monotonic() > deadline):
                return found, after
            one, after = self.find(job_id, run), f"{job_id}-{run}"
            if one is None or state not in (None, one.state):
                continue
            if seen is None or one.collection in seen:
                found.append(one)
        return found, None

    def _keys(self, state: DeliveryState | None) -> set[tuple[str, int]]:
        """Job and run of all that may be in a state."""
        due = _files(self._due) if state in (None, DeliveryState.DUE) else ()
        done = () if state is DeliveryState.DUE else _files(self._done)
        # The folder that they come from is looked at first: none is missed on its way.
        return {key for path in (*due, *done) if (key := _key(path.stem)) is not None}

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


def _key(webhook_id: str) -> tuple[str, int] | None:
    job_id, _, run = webhook_id.rpartition("-")
    return (job_id, int(run)) if is_webhook_id(webhook_id) else None


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
