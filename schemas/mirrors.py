"""Mirrors: folders of the service's machine that a collection is kept in step with."""

from enum import StrEnum
from typing import Annotated

import msgspec
from msgspec import Meta

from gristmill.schemas.jobs.request import Collection
from gristmill.schemas.times import Utc

MirrorName = Annotated[str, Meta(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}\Z")]
Seconds = Annotated[float, Meta(ge=1, le=31_536_000)]
_Glob = Annotated[str, Meta(min_length=1, max_length=1024)]
_Globs = Annotated[tuple[_Glob, ...], Meta(max_length=100)]


class Delete(StrEnum):
    """What becomes of documents whose file is gone."""

    KEEP = "keep"
    REMOVE = "remove"


class MirrorState(StrEnum):
    """Where a mirror is, as the supervisor has it."""

    WAITING = "waiting"
    """Its next run has not come, or nobody has asked for one."""
    RUNNING = "running"
    ASKING = "asking"
    """The brake: files are gone, and somebody has to say that this is meant. All else goes on."""
    BLOCKED = "blocked"
    """Its folder cannot be read, or may not: nothing is done."""
    PAUSED = "paused"


class MirrorRequest(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A folder to be kept in step with. `every_s`: seconds from one comparison to the next (null:
    only when it is asked for). `watch`: changes are told by the system as well; then it is compared
    as a whole each hour, where `every_s` says nothing else. `include` and `exclude` are globs as
    path sources take them; `.gristignore` files count always, `gitignore` adds `.gitignore`."""

    name: MirrorName
    path: Annotated[str, Meta(min_length=1, max_length=4096)]
    collection: Collection
    every_s: Seconds | None = None
    watch: bool = False
    include: _Globs = ()
    exclude: _Globs = ()
    gitignore: bool = False
    delete: Delete = Delete.KEEP


class MirrorRunRequest(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """`confirm_gone`: files that are gone are meant to be, however many they are."""

    confirm_gone: bool = False


class MirrorSpec(MirrorRequest, frozen=True, kw_only=True):
    """A mirror as it is kept. `root` bounds the folder: no link leads outside. `trusted`: whoever
    made it may read any path; else it has to be an allowed one at each run. What is known of its
    files is known since `known_since`: another time, and all is compared with the library anew."""

    root: str
    trusted: bool
    created_at: Utc
    known_since: Utc
    created_by: str | None = None
    paused: bool = False


class MirrorCounts(msgspec.Struct, frozen=True):
    """Files of a run. `moved` are those with the content of one that is gone: their documents got
    another uri, and were not read again. `gone`: with `delete` keep, their documents stay.
    `failed` could not be read, now or when
    they came, or their folder could not be; `unsettled` were still being written."""

    new: int = 0
    changed: int = 0
    moved: int = 0
    unchanged: int = 0
    gone: int = 0
    failed: int = 0
    unsettled: int = 0


class MirrorRun(msgspec.Struct, frozen=True):
    """One comparison with all that follows from it. `jobs` are the last ones that it began."""

    started_at: Utc
    finished_at: Utc | None = None
    counts: MirrorCounts = MirrorCounts()
    jobs: tuple[str, ...] = ()


class MirrorStatus(msgspec.Struct, frozen=True):
    """What the supervisor says of a mirror. `gone` files wait for a yes, for the reason in `why`,
    which says for people what keeps it from going on as well. `device` is the file system that
    its folder was on."""

    state: MirrorState = MirrorState.WAITING
    run: MirrorRun | None = None
    why: str | None = None
    gone: int = 0
    files: int = 0
    due_at: Utc | None = None
    device: int | None = None


class MirrorView(msgspec.Struct, frozen=True):
    """A mirror, as users see it. `files` of it are known; `run` is the one that goes on, or the
    last; `due_at` is when the next one comes by itself. `why` says what it waits for."""

    name: str
    path: str
    collection: str
    state: MirrorState
    every_s: float | None
    watch: bool
    include: tuple[str, ...]
    exclude: tuple[str, ...]
    gitignore: bool
    delete: Delete
    created_at: Utc
    created_by: str | None
    files: int = 0
    gone: int = 0
    why: str | None = None
    due_at: Utc | None = None
    run: MirrorRun | None = None


def view_of(spec: MirrorSpec, status: MirrorStatus, *, asked: bool) -> MirrorView:
    """`asked`: a run is asked for that has not begun."""
    state = MirrorState.PAUSED if spec.paused else status.state
    if asked and state is MirrorState.WAITING:
        state = MirrorState.RUNNING
    return MirrorView(
        spec.name,
        spec.path,
        spec.collection,
        state,
        spec.every_s,
        spec.watch,
        spec.include,
        spec.exclude,
        spec.gitignore,
        spec.delete,
        spec.created_at,
        spec.created_by,
        status.files,
        status.gone,
        status.why,
        None if spec.paused else status.due_at,
        status.run,
    )
