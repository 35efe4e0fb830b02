"""What passes between a node and its supervisor: many workers' news in one message, never bytes of
documents."""

import msgspec

from gristmill.schemas.jobs.manifest import Manifest
from gristmill.schemas.jobs.tasks import Report, Task, WorkerId
from gristmill.schemas.jobs.workers import Glimpse, Loss
from gristmill.schemas.version import VERSION


class Identity(msgspec.Struct, frozen=True):
    """What has to be equal on all machines, so that a document becomes the same on each: the
    version, the packages that documents go through, and the parsers and steps that are there."""

    version: str = VERSION
    pipeline: tuple[str, ...] = ()
    steps: tuple[str, ...] = ()


class Commission(msgspec.Struct, frozen=True):
    """What a node is told when it is taken on. `desk` is where it reports, `settings` the service's
    as JSON, `data` the service's data folder and `mark` what proves that the node sees that one.
    After `silence_s` seconds without a word it is given up."""

    name: str
    desk: str
    settings: bytes
    data: str
    mark: str
    silence_s: float


class Hello(msgspec.Struct, frozen=True):
    """A node presents itself: with room for so many workers at once, or with what keeps it from
    being one."""

    identity: Identity
    workers: int = 0
    trouble: str | None = None


class News(msgspec.Struct, frozen=True):
    """What happened on a node since it told last. `asks` are workers that have nothing to do,
    `glimpses` all that is seen of them, `dropped` jobs whose manifests it has no more, `trouble`
    why no worker can be kept alive there. `number` only grows: what comes twice, because an
    answer was lost, counts once."""

    number: int = 0
    joined: list[WorkerId] = []
    reports: list[tuple[WorkerId, list[Report]]] = []
    left: list[WorkerId] = []
    lost: list[Loss] = []
    asks: list[WorkerId] = []
    glimpses: list[Glimpse] = []
    dropped: list[str] = []
    trouble: str | None = None


class Orders(msgspec.Struct, frozen=True):
    """What a node is to do. `manifests` come before the first task of their jobs. With `drain` its
    workers end after what they hold, with `stop` they are ended and it is done. `number` only
    grows; what a node has not said that it has seen is sent again."""

    number: int = 0
    tasks: list[tuple[WorkerId, list[Task]]] = []
    manifests: list[Manifest] = []
    cancel: list[str] = []
    forget_cancel: list[str] = []
    end: list[WorkerId] = []
    drain: bool = False
    stop: bool = False


class NodeLook(msgspec.Struct, frozen=True):
    """A node as its supervisor sees it. `state` is joining, working, leaving or refused; `busy` of
    its `workers` are at a document; `silent_s` is how long ago it was heard, 0 while that is usual;
    `why` says what is wrong with it."""

    name: str
    address: str
    state: str
    version: str = ""
    workers: int = 0
    busy: int = 0
    silent_s: int = 0
    why: str = ""
