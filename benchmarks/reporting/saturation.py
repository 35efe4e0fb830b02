"""A model of where more workers stop to help: every task passes two places one at a time.

The supervisor's queue spends `queue_s` seconds of its interpreter on each lease, the library's one
writer `document_s` on each document and `commit_s` on each transaction. Whatever else a task takes
is done by as many at once as there are workers, or cores.
"""

from typing import NamedTuple


class Serial(NamedTuple):
    """Seconds that a task takes where only one can be at a time."""

    queue_s: float
    library_s: float


def library_seconds(commit_s: float, document_s: float, documents: float) -> float:
    """Seconds of the writer for each document, when so many share a transaction."""
    return document_s + commit_s / documents


def fixed_and_each(first: tuple[int, float], second: tuple[int, float]) -> tuple[float, float]:
    """From the seconds of transactions of two sizes (documents, seconds): what a transaction
    costs by itself, and each document in it. Neither is below 0."""
    (few, few_s), (many, many_s) = first, second
    each = max(0.0, (many_s - few_s) / (many - few))
    return max(0.0, few_s - few * each), each


def tasks_per_second(workers: int, task_s: float, overhead_s: float, serial: Serial) -> float:
    """The rate of `workers` whose tasks take `task_s` and, beside it, `overhead_s` of their own:
    what the workers can do, until one of the serial places can do no more. A place of 0 seconds
    is none."""
    places = [1 / seconds for seconds in serial if seconds > 0]
    return min([workers / (task_s + overhead_s), *places])


def saturation(task_s: float, serial_s: float) -> float:
    """The number of workers from which a serial place is busy all the time."""
    return task_s / serial_s
