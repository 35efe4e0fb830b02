"""Bulk actions as they are asked for: looked at first, then begun, watched and stopped."""

import hashlib
import secrets
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import msgspec

from gristmill.pool.bulk.choosing import Chooser, Place, Wanted
from gristmill.pool.client import PoolClient
from gristmill.schemas.bulk import BulkAction, BulkPreview, BulkRecord, BulkView, JobQuery
from gristmill.schemas.filters.of_jobs import micros
from gristmill.schemas.ids import uuid7
from gristmill.schemas.problems.bulk_errors import (
    BulkEnded,
    BulkNotConfirmed,
    BulkNotFound,
    TooManyBulk,
)
from gristmill.schemas.problems.errors import KeyConflict
from gristmill.schemas.problems.overload import TooExpensive
from gristmill.storage.library.roles import JobIndex
from gristmill.storage.stores import Stores

MOST_ACTIVE = 20
_PREVIEW_S = 20.0
_LASTS = timedelta(hours=1)
_NAMED = 10
_FLUSH_S = 0.25
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


class Asker(NamedTuple):
    """Who asks: the name of an API key, and the collections that it is bound to."""

    name: str | None = None
    within: tuple[str, ...] | None = None


class BulkKeeper:
    """For whoever may do the same with one job: it asks nobody for a key. Thread-safe."""

    def __init__(self, stores: Stores, client: PoolClient) -> None:
        self._stores, self._client = stores, client
        self._chooser = Chooser(stores)

    def preview(
        self, library: JobIndex, action: BulkAction, query: JobQuery, asker: Asker
    ) -> BulkPreview:
        """How many jobs an action would be about. Changes nothing. Raises InvalidFilter, and
        TooExpensive where counting takes too long."""
        self._client.flush_index(_FLUSH_S, query.q is not None)
        until, deadline = _now(), time.monotonic() + _PREVIEW_S
        wanted = Wanted.of(action, query, asker.within, until)
        known = self._chooser.count(library, wanted)
        jobs, first, place = 0, list[str](), Place() if not wanted.nothing else None
        while place is not None and (known is None or len(first) < min(known, _NAMED)):
            found, place = self._chooser.page(library, wanted, place)
            jobs, first = jobs + len(found), (first + found)[:_NAMED]
            if time.monotonic() > deadline:
                raise TooExpensive(
                    f"these jobs cannot be counted within {_PREVIEW_S:g} s; narrow them down by "
                    "state, collection or submitted_at"
                )
        jobs = jobs if known is None else known
        token = _token(action, query, asker, until, jobs)
        return BulkPreview(action, query, jobs, tuple(first), token, until + _LASTS)

    def start(
        self, action: BulkAction, query: JobQuery, asker: Asker, confirm: str, key: str | None
    ) -> BulkRecord:
        """Begin what was looked at; durable once this returns. The same `key` (without one: the
        same confirmation) begins nothing twice. Raises InvalidFilter, BulkNotConfirmed,
        KeyConflict, TooManyBulk, SupervisorAway."""
        Wanted.of(action, query, asker.within, _now())
        until, jobs = _confirmed(action, query, asker, confirm)
        self._client.ensure()
        request = _digest(action, query, asker)
        scoped = hashlib.sha256(f"{asker.name}\0{confirm if key is None else key}".encode())

        def make(active: int) -> BulkRecord:
            if active >= MOST_ACTIVE:
                raise TooManyBulk(
                    f"{active} bulk actions wait; stop one, or wait until one is done"
                )
            bulk_id = uuid7(time.time_ns(), secrets.randbits(62))
            return BulkRecord(
                *(bulk_id, action, query, asker.within, until, jobs),
                *(scoped.hexdigest(), request, _now(), asker.name),
            )

        record, _ = self._stores.bulk.begin(scoped.hexdigest(), make)
        if record.request != request:
            raise KeyConflict(f"the key {key!r} was used for another bulk action: {record.bulk_id}")
        return record

    def find(self, bulk_id: str, asker: Asker) -> BulkView:
        """Raises BulkNotFound, also for one that is about collections of others."""
        return self._view(self._found(bulk_id, asker))

    def all_of(self, asker: Asker, after: str | None) -> Iterator[BulkView]:
        """Those that are kept, before `after`, the newest first."""
        for bulk_id in self._stores.bulk.ids():
            if after is None or bulk_id < after:
                record = self._stores.bulk.find(bulk_id)
                if record is not None and _sees(asker, record):
                    yield self._view(record)

    def stop(self, bulk_id: str, asker: Asker) -> BulkView:
        """Have it end before its next jobs. Raises BulkNotFound, BulkEnded."""
        record = self._found(bulk_id, asker)
        if record.state.ended:
            raise BulkEnded(
                f"the bulk action {bulk_id} is {record.state}: there is nothing to stop"
            )
        self._stores.bulk.stop(bulk_id)
        return self._view(record)

    def _found(self, bulk_id: str, asker: Asker) -> BulkRecord:
        record = self._stores.bulk.find(bulk_id)
        if record is None or not _sees(asker, record):
            raise BulkNotFound(f"there is no bulk action {bulk_id!r}")
        return record

    def _view(self, record: BulkRecord) -> BulkView:
        return record.view(stopping=self._stores.bulk.is_stopping(record.bulk_id))


def _sees(asker: Asker, record: BulkRecord) -> bool:
    if asker.within is None:
        return True
    return record.within is not None and set(record.within) <= set(asker.within)


def _token(action: BulkAction, query: JobQuery, asker: Asker, until: datetime, jobs: int) -> str:
    """No secret: whoever may begin the action may make one. It says what was looked at, when."""
    said = f"{micros(until):x}-{jobs:x}"
    return f"{said}-{_digest(action, query, asker, said)[:32]}"


def _confirmed(
    action: BulkAction, query: JobQuery, asker: Asker, confirm: str
) -> tuple[datetime, int]:
    """Until when, and about how many jobs. Raises BulkNotConfirmed."""
    parts = confirm.split("-")
    try:
        moment, jobs = int(parts[0], 16), int(parts[1], 16)
        until = _EPOCH + timedelta(microseconds=moment)
    except (ValueError, IndexError, OverflowError):
        raise BulkNotConfirmed(_LOOK_FIRST) from None
    now = _now()
    if confirm != _token(action, query, asker, until, jobs) or not now - _LASTS <= until <= now:
        raise BulkNotConfirmed(_LOOK_FIRST)
    return until, jobs


_LOOK_FIRST = (
    "`confirm` is not that of this action, or older than an hour; send the request without it, "
    "look at the number of jobs, and send it with the new one"
)


def _digest(action: BulkAction, query: JobQuery, asker: Asker, more: str = "") -> str:
    data = msgspec.json.encode([action, query, asker.within, more])
    return hashlib.sha256(data).hexdigest()


def _now() -> datetime:
    return datetime.now(UTC)
