"""Submissions on their way to being jobs, and what came of each."""

import errno
import secrets
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import NamedTuple

import msgspec

from gristmill.schemas.errors import GristmillError, StorageFailed, StorageFull
from gristmill.schemas.ids import batch_of, renamed, uuid7
from gristmill.schemas.manifest import Manifest
from gristmill.schemas.request import IngestionTask
from gristmill.schemas.sources import Spooled, StoredSource


class Request(NamedTuple):
    """A task to accept. `uploads` are in the spool already, under claims of `job_id`."""

    task: IngestionTask
    key: str | None = None
    uploads: Sequence[Spooled] = ()
    job_id: str | None = None


class Submission(NamedTuple):
    """`created` is False where a stored job is returned again for its Idempotency-Key."""

    manifest: Manifest
    created: bool


class Draft:
    """One request on its way. Undecided until it has an outcome."""

    __slots__ = ("job_id", "outcome", "prepared", "request", "stored")

    def __init__(self, request: Request, job_id: str) -> None:
        self.request, self.job_id = request, job_id
        self.stored: tuple[StoredSource, ...] = tuple(request.uploads)
        self.prepared: Manifest | None = None
        self.outcome: Submission | GristmillError | None = None

    @property
    def manifest(self) -> Manifest:
        assert self.prepared is not None
        return self.prepared

    @property
    def batch(self) -> str:
        """What the ids of one batch file have in common."""
        return batch_of(self.job_id)

    def rename(self, job_id: str) -> None:
        """Give the job another id, before anybody has seen it."""
        self.job_id = job_id
        self.prepared = msgspec.structs.replace(self.manifest, job_id=job_id)


def drafts_of(requests: Sequence[Request]) -> list[Draft]:
    """Drafts whose job ids name one batch file, where they are several (`storage.batches`)."""
    tag = secrets.randbits(48)
    return [
        Draft(request, request.job_id or _job_id(number % 2**14 << 48 | tag))
        for number, request in enumerate(requests)
    ]


def new_job_id() -> str:
    return _job_id(secrets.randbits(62))


def _job_id(random_62: int) -> str:
    return uuid7(time.time_ns(), random_62)


def share_batch(drafts: Sequence[Draft]) -> None:
    """Have the ids of drafts name one batch file, where they are several and may still change:
    uploads have their job's id in their names."""
    free = [draft for draft in drafts if not draft.request.uploads and not _has_spooled(draft)]
    if len(free) > 1:
        tag = free[0].batch
        for number, draft in enumerate(free):
            draft.rename(renamed(draft.job_id, number, tag))


def by_batch(drafts: Sequence[Draft]) -> list[list[Draft]]:
    """The drafts in groups whose ids name one batch file."""
    groups: dict[str, list[Draft]] = {}
    for draft in drafts:
        groups.setdefault(draft.batch, []).append(draft)
    return list(groups.values())


def _has_spooled(draft: Draft) -> bool:
    return any(isinstance(source, Spooled) for source in draft.stored)


def undecided(drafts: Sequence[Draft]) -> list[Draft]:
    return [draft for draft in drafts if draft.outcome is None]


def rounds(drafts: Sequence[Draft]) -> Iterator[list[Draft]]:
    """The drafts in as few groups as hold each key once: the first of a key is decided before
    the next one is looked at."""
    waiting = list(drafts)
    while waiting:
        firsts: dict[str, Draft] = {}
        for draft in waiting:
            firsts.setdefault(draft.manifest.key, draft)
        yield list(firsts.values())
        waiting = [draft for draft in waiting if firsts[draft.manifest.key] is not draft]


@contextmanager
def deciding(drafts: Sequence[Draft]) -> Iterator[None]:
    """What goes wrong inside is the outcome of those that have none yet."""
    try:
        yield
    except (GristmillError, OSError) as error:
        failure = refusal(error)
        for draft in undecided(drafts):
            draft.outcome = failure


def refusal(error: GristmillError | OSError) -> GristmillError:
    """What a submitter is told: a failing disk is the service's trouble, which may pass."""
    if isinstance(error, GristmillError):
        return error
    full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    told: GristmillError
    if full:
        told = StorageFull("the disk of the data folder is full; nothing was accepted")
    else:
        reason = error.strerror
        told = StorageFailed(f"the data folder cannot be written ({reason}); nothing was accepted")
    told.__cause__ = error
    return told
