"""How the service stands at the moment of a scrape."""

import time
from collections.abc import Iterator
from contextlib import suppress
from typing import NamedTuple

from gristmill.pool.processes.vitals import vitals_of
from gristmill.schemas.jobs.offers import QueueStats
from gristmill.schemas.jobs.states import JobState
from gristmill.schemas.problems.errors import SupervisorAway
from gristmill.schemas.problems.library_errors import LibraryTrouble
from gristmill.schemas.telemetry.measures import Kind, Measure
from gristmill.schemas.version import VERSION
from gristmill.server.services import Services
from gristmill.storage.records.meters import Writer


def _gauge(name: str, meaning: str, *labels: str) -> Measure:
    return Measure(f"gristmill_{name}", Kind.GAUGE, meaning, tuple((each, ()) for each in labels))


INFO = _gauge("info", "1, with the version of the web process that answers.", "version")
UP = _gauge("supervisor_up", "1 where the supervisor answers, else 0; its gauges are left out.")
PROBLEM = _gauge("problem", "1 for each thing that keeps the service from being ready.", "code")
WAITING = _gauge("queue_waiting_jobs", "Jobs that wait for a worker.")
RUNNING = _gauge("queue_running_jobs", "Jobs of which a worker has, or had, a part.")
DEPTH = _gauge("queue_depth_jobs", "Jobs that may wait (`queue_depth`).")
OLDEST = _gauge("queue_oldest_seconds", "How long the oldest waiting job has waited; 0: none does.")
LEASES = _gauge("leases", "Tasks that workers hold.")
WORKERS = _gauge("workers", "Workers that are at the queue.")
RESIDENT = _gauge(
    "process_resident_bytes",
    "Resident memory of a process: `supervisor`, `web-1` and so on, `worker-1` and so on in the "
    "order of their pids.",
    "process",
)
DOCUMENTS = _gauge("library_documents", "Documents in the library.")
CHUNKS = _gauge("library_chunks", "Chunks in the library.")
COLLECTIONS = _gauge("library_collections", "Collections that hold something.")
LIBRARY_BYTES = _gauge("library_bytes", "Bytes of the library's file and of its log.")
DISK_TOTAL = _gauge("disk_bytes", "Bytes of the data folder's disk.")
DISK_FREE = _gauge("disk_free_bytes", "Bytes of it that are free, to 64 MiB.")
DISK_NEEDED = _gauge("disk_needed_bytes", "Below so many free bytes intake pauses.")
MEMORY_FREE = _gauge(
    "memory_free_bytes", "Bytes of memory that may be taken, the container's limit included."
)
MEMORY_NEEDED = _gauge("memory_needed_bytes", "Below so many free bytes intake pauses.")
STATE = (
    *(INFO, UP, PROBLEM, WAITING, RUNNING, DEPTH, OLDEST, LEASES, WORKERS, RESIDENT),
    *(DOCUMENTS, CHUNKS, COLLECTIONS, LIBRARY_BYTES),
    *(DISK_TOTAL, DISK_FREE, DISK_NEEDED, MEMORY_FREE, MEMORY_NEEDED),
)


class Reading(NamedTuple):
    """One number of now."""

    measure: Measure
    value: float
    labels: tuple[str, ...] = ()


def readings(services: Services, writers: list[Writer]) -> Iterator[Reading]:
    """How things stand. `writers` are the processes that count. What cannot be seen is left out."""
    yield Reading(INFO, 1.0, (VERSION,))
    yield from _supervisor(services)
    for writer in writers:
        if memory := vitals_of(writer.pid, writer.birth).memory:
            yield Reading(RESIDENT, memory, (writer.name,))
    with suppress(LibraryTrouble):
        yield from _library(services)
    with suppress(OSError):
        yield from _machine(services)


def _supervisor(services: Services) -> Iterator[Reading]:
    client, problems = services.client, set[str]()
    if (shortage := services.room.shortage()) is not None:
        problems.add(shortage.code)
    try:
        stats = client.stats()
        problems |= {problem.code for problem in client.problems()}
        looks = client.workers()
    except SupervisorAway as error:
        problems.add(error.code)
        yield Reading(UP, 0.0)
    else:
        yield Reading(UP, 1.0)
        yield from _queue(stats)
        memories = [look.memory for look in looks if look.memory]
        for number, memory in enumerate(memories, 1):
            yield Reading(RESIDENT, memory, (f"worker-{number}",))
    for code in sorted(problems):
        yield Reading(PROBLEM, 1.0, (code,))


def _queue(stats: QueueStats) -> Iterator[Reading]:
    yield Reading(WAITING, stats.waiting)
    yield Reading(RUNNING, stats.running)
    yield Reading(DEPTH, stats.depth)
    yield Reading(LEASES, stats.leased)
    yield Reading(WORKERS, stats.workers)


def _library(services: Services) -> Iterator[Reading]:
    library = services.library
    oldest = library.oldest_job(state=JobState.QUEUED, collection=None)
    since = 0.0 if oldest is None else time.time() - oldest.submitted_at.timestamp()
    yield Reading(OLDEST, max(0.0, since))
    held = library.stats()
    yield Reading(DOCUMENTS, held["documents"])
    yield Reading(CHUNKS, held["chunks"])
    yield Reading(COLLECTIONS, held["collections"])


def _machine(services: Services) -> Iterator[Reading]:
    yield Reading(LIBRARY_BYTES, services.stores.library_bytes())
    machine = services.room.machine()
    yield Reading(DISK_TOTAL, machine.disk_total)
    yield Reading(DISK_FREE, machine.disk_free)
    yield Reading(DISK_NEEDED, machine.disk_needed)
    yield Reading(MEMORY_FREE, machine.memory_free)
    yield Reading(MEMORY_NEEDED, machine.memory_needed)
