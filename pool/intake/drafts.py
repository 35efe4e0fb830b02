"""Submissions on their way to being jobs, and what came of each."""

import errno
import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import NamedTuple

from gristmill.pool.intake.job_ids import new_job_id
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.options import Options
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.jobs.sources import Located, Refreshed, Spooled, StoredSource
from gristmill.schemas.problems.errors import GristmillError, StorageFailed, StorageFull, Unexpected
from gristmill.schemas.telemetry.trails import Trail

_log = logging.getLogger(__name__)


class Submitter(NamedTuple):
    """Who submits: the name of an API key, None for whoever has none. `bound`: they see only some
    collections, so their idempotency keys are those of the task's collection alone: no answer may
    tell them of a job that lies in another. `address`: that of whoever has no key, where it has a
    quota. `trail`: of the request that they submit with, if it was one."""

    name: str | None = None
    bound: bool = False
    address: str | None = None
    trail: Trail | None = None


NOBODY = Submitter()


class Request(NamedTuple):
    """A task to accept. `uploads` are in the spool already, under claims of `job_id`, or say what
    of the library is to be read again, or which files a mirror has found. `texts` are UTF-8
    already, by the place of the source that they are the text of, which has none."""

    task: IngestionTask
    key: str | None = None
    uploads: Sequence[Spooled | Refreshed | Located] = ()
    job_id: str | None = None
    submitter: Submitter = NOBODY
    texts: Mapping[int, bytes] = {}


class Submission(NamedTuple):
    """`created` is False where a stored job is returned again for its Idempotency-Key."""

    manifest: Manifest
    created: bool


class Draft:
    """One request on its way. Undecided until it has an outcome."""

    __slots__ = ("job_id", "options", "outcome", "prepared", "request", "stored")

    def __init__(self, request: Request, job_id: str) -> None:
        self.request, self.job_id = request, job_id
        self.stored: tuple[StoredSource, ...] = tuple(request.uploads)
        self.options = Options()
        """With what its collection adds, once it is checked."""
        self.prepared: Manifest | None = None
        self.outcome: Submission | GristmillError | None = None

    @property
    def manifest(self) -> Manifest:
        assert self.prepared is not None
        return self.prepared

    @property
    def decided(self) -> Submission | GristmillError:
        assert self.outcome is not None
        return self.outcome


def drafts_of(requests: Sequence[Request]) -> list[Draft]:
    return [Draft(request, request.job_id or new_job_id()) for request in requests]


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
    failure: GristmillError
    try:
        yield
    except (GristmillError, OSError) as error:
        failure = refusal(error)
    except Exception:
        # One that nobody thought of must not take the others of a batch with it.
        _log.exception("a submission was not accepted")
        failure = Unexpected("something went wrong on our side; the log of the server says more")
    else:
        return
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
