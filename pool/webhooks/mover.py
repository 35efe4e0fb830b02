"""Brings the ends of jobs to their receivers, from threads of its own: at least once, whatever is
killed meanwhile. What is to be told is on disk before the end itself is."""

import logging
import random
import threading
import time
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit

import msgspec

from gristmill.pool.webhooks.pauses import is_delivered, pause_s
from gristmill.pool.webhooks.receivers import Receivers
from gristmill.pool.webhooks.sending import send
from gristmill.pool.webhooks.waiting_list import Ticket, WaitingList
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.open_addresses import networks_of
from gristmill.schemas.problems.errors import GristmillError, IllegalTransition
from gristmill.schemas.urls import shown
from gristmill.schemas.webhooks import Attempt, Delivery, DeliveryState, delivery_of
from gristmill.storage import faults
from gristmill.storage.manifests import LEFT_OUT
from gristmill.storage.stores import Stores

THREADS = 4
_DISK_S = 5.0
"""The pause after a record that could not be read or written."""
_LOOK_S = 60.0
_DROP_EVERY_S = 3600.0
_DAY_S = 86_400.0
_log = logging.getLogger(__name__)


class WebhookMover:
    """Thread-safe. Raises SettingsError for a `webhook_allow` that names no networks."""

    def __init__(self, stores: Stores, settings: Settings) -> None:
        self._stores, self._deliveries = stores, stores.deliveries
        self._receivers = Receivers(stores, settings)
        self._allowed = networks_of(settings.webhook_allow)
        self._first_s, self._days = settings.webhook_retry_s, settings.retention_days
        self._list, self._news = WaitingList(), threading.Condition()
        self._over, self._ended = False, threading.Event()
        self._writing = threading.Lock()
        self._threads = [threading.Thread(target=self._keep, name="webhooks", daemon=True)] + [
            threading.Thread(target=self._run, name=f"webhooks-{number}", daemon=True)
            for number in range(THREADS)
        ]

    def start(self) -> None:
        for thread in self._threads:
            thread.start()

    def stop(self, timeout_s: float) -> None:
        """Begin no more attempts. One that is under way is not waited for long: it is made again
        after the next start."""
        with self._news:
            self._over = True
            self._ended.set()
            self._news.notify_all()
        deadline = time.monotonic() + timeout_s
        for thread in self._threads:
            thread.join(max(0.0, deadline - time.monotonic()))

    def expect(self, end: Manifest) -> None:
        """A job is about to end: whoever is to be told of it will be. Before the end is durable;
        what is killed in between ends it again. Raises OSError."""
        url = self._receivers.of(end)
        if url is not None:
            self._deliveries.put(delivery_of(end, url))
            faults.hit("webhook.expected")

    def ended(self, end: Manifest) -> None:
        """That end is durable."""
        url = self._receivers.of(end)
        if url is not None:
            self._add(end.job_id, end.run, url, 0.0)

    def replay(self, end: Manifest) -> None:
        """Tell an end once more, from the first attempt on. Raises IllegalTransition where nobody
        is to be told, OSError."""
        known = self._deliveries.find(end.job_id, end.run)
        url = known.url if known is not None else self._receivers.of(end)
        if url is None:
            raise IllegalTransition(
                f"job {end.job_id} has no webhook: neither it nor its collection names one"
            )
        delivery = msgspec.structs.replace(
            known or delivery_of(end, url),
            state=DeliveryState.DUE,
            attempts=0,
            next_at=datetime.now(UTC),
        )
        with self._writing:
            self._deliveries.put(delivery)
            self._add(end.job_id, end.run, url, 0.0, anew=True)

    def _keep(self) -> None:
        self._load()
        while not self._ended.wait(_DROP_EVERY_S):
            self._drop_old()

    def _load(self) -> None:
        """Take up what an earlier run left."""
        try:
            for delivery in self._deliveries.due():
                if self._over:
                    return
                if self._has_ended(delivery):
                    at = delivery.next_at or datetime.now(UTC)
                    wait_s = (at - datetime.now(UTC)).total_seconds()
                    self._add(delivery.job_id, delivery.run, delivery.url, max(0.0, wait_s))
        except (OSError, GristmillError) as error:
            _log.error("not all webhooks that are due are called: %s", error)

    def _has_ended(self, delivery: Delivery) -> bool:
        """Whether the end is durable. If not, it comes again, and is told then."""
        try:
            manifest = self._stores.manifests.read(delivery.job_id)
        except LEFT_OUT:
            return True
        return manifest is None or manifest.run > delivery.run or manifest.state.terminal

    def _add(self, job_id: str, run: int, url: str, wait_s: float, *, anew: bool = False) -> None:
        host = urlsplit(url).hostname or ""
        with self._news:
            self._list.add(time.monotonic() + wait_s, job_id, run, host, anew=anew)
            self._news.notify()

    def _run(self) -> None:
        while (ticket := self._next()) is not None:
            again_s: float | None = _DISK_S
            try:
                again_s = self._attempt(ticket)
            except (OSError, GristmillError) as error:
                _log.warning("a webhook of job %s is called later: %s", ticket.job_id, error)
            with self._news:
                again_at = None if again_s is None else time.monotonic() + again_s
                self._list.done(ticket, again_at)
                self._news.notify()

    def _next(self) -> Ticket | None:
        with self._news:
            while not self._over:
                now = time.monotonic()
                if (ticket := self._list.take(now)) is not None:
                    return ticket
                due = self._list.next_due()
                self._news.wait(_LOOK_S if due is None else min(_LOOK_S, max(0.0, due - now)))
        return None

    def _attempt(self, ticket: Ticket) -> float | None:
        """Try once; seconds until it is tried again, None where it is done with. Raises OSError,
        StorageFailed."""
        delivery = self._deliveries.find(ticket.job_id, ticket.run)
        if delivery is None or delivery.state is not DeliveryState.DUE:
            return None
        try:
            parcel = self._receivers.parcel(delivery)
        except (OSError, GristmillError) as error:
            tried = Attempt(datetime.now(UTC), None, str(error), 0.0)
        else:
            tried = send(parcel, self._allowed)
        after, again_s = self._after(delivery, tried)
        with self._writing:
            if not self._is_newest(ticket):
                # A replay was asked for meanwhile: its record stands, whatever became of this one.
                return None
            self._deliveries.put(after)
        if after.state is DeliveryState.FAILED:
            _log.warning(
                "the webhook of job %s at %s was given up after %d attempts: %s",
                *(ticket.job_id, shown(delivery.url), after.attempts, tried.error),
            )
        return again_s

    def _is_newest(self, ticket: Ticket) -> bool:
        with self._news:
            return self._list.is_newest(ticket)

    def _after(self, delivery: Delivery, tried: Attempt) -> tuple[Delivery, float | None]:
        attempts = delivery.attempts + 1
        state, again_s, next_at = DeliveryState.DELIVERED, None, None
        if not is_delivered(tried.status):
            again_s = pause_s(attempts, tried.status, self._first_s, random.random())
            state = DeliveryState.FAILED if again_s is None else DeliveryState.DUE
            next_at = None if again_s is None else tried.at + timedelta(seconds=again_s)
        after = msgspec.structs.replace(
            delivery, state=state, attempts=attempts, last=tried, next_at=next_at
        )
        return after, again_s

    def _drop_old(self) -> None:
        """Remove records as old as the jobs that are dropped."""
        if self._days:
            try:
                self._deliveries.drop_done(time.time() - self._days * _DAY_S)
            except OSError as error:
                _log.warning("old records of webhooks were not dropped: %s", error)
