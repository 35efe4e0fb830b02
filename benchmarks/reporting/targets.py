"""The goals, and for each the parts that its number is made of."""

from benchmarks.contests import (
    accept,
    backlog,
    big_job,
    cores,
    corpus,
    footprint,
    jobs,
    parts,
    stack,
)
from benchmarks.reporting.goals import BEST_PEER, RATIO, Goal, GoalPart

_PARTS = parts.CONTEST.name
_DURABLE = tuple(
    GoalPart(_PARTS, name, "a second")
    for name in (
        parts.ACCEPTED_TOGETHER,
        parts.ROUND_TRIP,
        parts.COMMITTED,
        parts.SETTLED,
    )
)
_BARE = tuple(
    GoalPart(accept.CONTEST.name, accept.BARE, figure) for figure in ("accepts/s", "web ms")
)
_ACCEPT_CPU = tuple(
    GoalPart(accept.CONTEST.name, accept.IDLE, f"{role} ms") for role in ("web", "supervisor")
)
_JOB_CPU = tuple(
    GoalPart(jobs.CONTEST.name, jobs.OURS, f"{role} ms")
    for role in ("web", "supervisor", "workers")
)
_GROUPED = (
    "Submissions that come together share one durable write, and so do ends that wait: what is "
    "left is CPU, most of it Python's."
)
_PEERS = (
    "The fastest peers say that a job is accepted when it is in Redis' memory, and may lose a "
    "second of them; their client enqueues in-process, and their jobs do nothing. Ours come over "
    "HTTP, are on the disk first, and leave a document, its chunks and a search index. Bare "
    "processes that do this work and nothing else are the other floor; what lies between them and "
    "us is HTTP in Python, the round trips to the queue and two more files that are synced. A "
    "server that speaks HTTP in C, and workers that take work from the disk themselves, would "
    "lower it."
)
_STACK_CPU = tuple(
    GoalPart(stack.CONTEST.name, stack.OURS, f"{role} ms")
    for role in ("web", "supervisor", "workers", "CPU")
)
_STACKS = (
    "All do the same pipeline and the same commits, as durable: what differs is the way of a job "
    "to a worker and back, and that a lease holds several jobs which share a commit. The pipeline, "
    "which all share, bounds the ratio: what would raise it is less CPU in the web process and "
    "the supervisor, and fewer rows a document in the commit."
)
_ACCEPTED = (
    "An accept is the bare request and besides: JSON decoded and checked, two digests, a manifest, "
    "its share of one synced write and of one round trip to the queue, all of it in one "
    "interpreter. The waits are shared, and no thread waits for one job. What is left is Python's "
    "own time; HTTP parsed in C, or a second web process where cores are free, would lower it."
)
_SHARED_CORES = (
    "What supervisor and web process take of the cores is missing to the workers, and so is what "
    "the client takes that sends the files; the limit has none of them. The rest is waiting: for "
    "the plan at the beginning, for the disk at each commit, for the last task at the end. A "
    "thread in each worker that commits while the next document is read would lower it."
)
_MEMORY = tuple(
    GoalPart(footprint.CONTEST.name, footprint.OURS, f"{role} MB, idle")
    for role in ("supervisor", "web", "forkserver", "workers")
)
_GROWN = tuple(
    GoalPart(footprint.CONTEST.name, footprint.OURS, f"{role} MB, {when}")
    for role in ("supervisor", "web")
    for when in ("idle", "after all")
)
_GROWING = (
    "What comes is bounded: a thread and a connection for each client thread, SQLite's caches, the "
    "last packs that were read, and room. Most of it is room: Python's allocator and the C "
    "library's keep what was free once, after rounds of ends and of index rows as after a backlog "
    "(half a KB a waiting job). An allocator that gives pages back would lower it."
)


def _corpus(what: str, contender: str, target: float) -> Goal:
    return Goal(
        what,
        GoalPart(corpus.CONTEST.name, contender, RATIO),
        target,
        floor=[
            GoalPart(corpus.CONTEST.name, contender, f"{role} ms")
            for role in ("supervisor", "web", "workers")
        ],
        remedy=_SHARED_CORES,
    )


def _jobs(
    what: str,
    contender: str,
    figure: str,
    target: float,
    unit: str = "/s",
    remedy: str = _GROUPED,
) -> Goal:
    return Goal(
        what,
        GoalPart(jobs.CONTEST.name, contender, figure),
        target,
        unit,
        floor=(*_DURABLE, *_JOB_CPU),
        remedy=remedy,
    )


def _accept(
    what: str, contender: str, figure: str, target: float, unit: str = "", *, at_most: bool = False
) -> Goal:
    floor = (*_BARE, *_ACCEPT_CPU, *_DURABLE[:2])
    part = GoalPart(accept.CONTEST.name, contender, figure)
    return Goal(what, part, target, unit, at_most, floor, _ACCEPTED)


def _backlog(
    what: str, contender: str, figure: str, target: float, unit: str = "", *, at_most: bool = True
) -> Goal:
    name = backlog.CONTEST.name
    floor = (GoalPart(name, backlog.NOTHING, figure),) if figure != RATIO else ()
    remedy = "The floor is the same on an empty folder: what is above it grows with the backlog."
    return Goal(what, GoalPart(name, contender, figure), target, unit, at_most, floor, remedy)


GOALS = (
    _corpus("corpus by path, ratio to the limit", corpus.BY_PATH, 0.95),
    _corpus("corpus by upload, ratio to the limit", corpus.BY_UPLOAD, 0.85),
    _jobs("single-text jobs over HTTP", jobs.OURS, "jobs/s", 1_000),
    _jobs("the same, over the best peer's no-op rate", jobs.OURS, BEST_PEER, 1, "", _PEERS),
    _jobs("the same through /ingest/batch", jobs.BATCHED, "jobs/s", 2_500),
    Goal(
        "single-text jobs, over the best stack as durable (goal to work towards)",
        GoalPart(stack.CONTEST.name, stack.OURS, BEST_PEER),
        2.5,
        floor=_STACK_CPU,
        remedy=_STACKS,
    ),
    _accept(
        "accept p99 at 100/s while every core grinds",
        accept.GRINDING,
        "p99 ms",
        25,
        "ms",
        at_most=True,
    ),
    _accept("its p50, over that of an idle service", accept.GRINDING, RATIO, 3, at_most=True),
    _accept("accept rate, ratio to bare Falcon + waitress", accept.IDLE, RATIO, 0.5),
    _backlog(
        "accept rate with many pending, ratio to none", backlog.MANY, RATIO, 0.9, at_most=False
    ),
    _backlog("restart with many pending", backlog.MANY, "restart s", 5, "s"),
    _backlog("restart with many finished", backlog.FINISHED, "restart s", 1, "s"),
    _backlog("list page with many finished", backlog.FINISHED, "list ms", 20, "ms"),
    _backlog("GET with many finished", backlog.FINISHED, "GET ms", 3, "ms"),
    Goal(
        "small job's wait beside the big one, p99",
        GoalPart(big_job.CONTEST.name, big_job.BESIDE, "p99 ms"),
        1_000,
        "ms",
        at_most=True,
        floor=(GoalPart(big_job.CONTEST.name, big_job.STREAM, "p99 ms"),),
        remedy="A worker ends its task before it takes another: shorter tasks, shorter waits.",
    ),
    Goal(
        "PSS of supervisor, web and workers, idle",
        GoalPart(footprint.CONTEST.name, footprint.OURS, "PSS MB, idle"),
        180,
        "MB",
        at_most=True,
        floor=_MEMORY,
        remedy="Each role imports only what it needs; what the forkserver has is shared.",
    ),
    Goal(
        "growth of supervisor and web, from idle to after all documents",
        GoalPart(footprint.CONTEST.name, footprint.OURS, footprint.GROWTH),
        2,
        "%",
        at_most=True,
        floor=(GoalPart(footprint.CONTEST.name, footprint.OURS, footprint.GROWTH_WARM), *_GROWN),
        remedy=_GROWING,
    ),
    Goal(
        "workers that saturate the queue, 20 ms a task (model)",
        GoalPart(cores.CONTEST.name, cores.QUEUE, "saturating workers"),
        64,
        floor=(GoalPart(cores.CONTEST.name, cores.QUEUE, "queue us"),),
        remedy="A lease for several dear tasks at once, or a queue outside the interpreter.",
    ),
)
