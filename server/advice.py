"""What to do about what is wrong with a service, in words for whoever runs it."""

from gristmill.pool.client import QueueStats
from gristmill.schemas.jobs.offers import Problem
from gristmill.schemas.overview import Advice
from gristmill.schemas.problems.errors import Unavailable

_ALMOST_FULL = 0.8
_TODO = {
    "supervisor_away": "Start it: run `gristmill serve` on the data folder. What was accepted is "
    "safe and goes on then; nothing new is accepted until then.",
    "draining": "Nothing is lost. What is waiting goes on when the service is started again.",
    "starting": "Nothing has to be done: it takes a moment.",
    "workers_failing": "Look into the log of the service: a parser, a step or a missing library "
    "may end the workers. Nothing is accepted until they live; it is tried again by itself.",
    "web_failing": "Look into the log of the service. The other web processes answer.",
    "stalled": "Look into the log of the service; if it stays like this, start it again. Nothing "
    "is lost by that.",
    "storage_full": "Free some space: delete documents, run `gristmill purge`, or enlarge the "
    "disk. Work goes on by itself then.",
    "storage_failed": "Look at the disk of the data folder and at its permissions.",
    "memory_short": "End something else on this machine, use fewer workers, or add memory. Work "
    "goes on by itself then.",
    "library_damaged": "Stop the service and run `gristmill check --repair` on the data folder.",
}
_LOG = "Look into the log of the service."


def advice_of(problem: Problem | Unavailable) -> Advice:
    """A problem, with what to do about it."""
    return Advice(problem.code, problem.message, _TODO.get(problem.code, _LOG))


def filling(stats: QueueStats) -> list[Advice]:
    """That the queue is full, or will be."""
    if stats.waiting < stats.depth * _ALMOST_FULL:
        return []
    full = stats.waiting >= stats.depth
    return [
        Advice(
            "queue_full" if full else "queue_filling",
            f"{stats.waiting:,} of {stats.depth:,} places in the queue are taken",
            "Submissions are turned away while it is full (503) and have to be tried again. "
            "More workers empty it faster; `queue_depth` makes it longer.",
        )
    ]
