"""Turn piles of documents into clean, searchable chunks: durable, honest, without a broker.

The public names, imported when they are first used:

    from gristmill import IngestionTask, TextSource, get_ingestion_worker
    worker = get_ingestion_worker()
    job = worker.enqueue(IngestionTask(sources=[TextSource(text="Hello")]))
    worker.wait_for_idle()
"""

from importlib import import_module
from typing import TYPE_CHECKING

from gristmill.schemas import version

__version__ = version.VERSION

if TYPE_CHECKING:
    from gristmill.client.awaiting_client import AsyncClient
    from gristmill.client.service_client import Client
    from gristmill.pool.handle import (
        IngestionWorker,
        get_ingestion_worker,
        shutdown_ingestion_worker,
    )
    from gristmill.pool.parse_file import ParsedFile, parse_file
    from gristmill.pool.process_job import process_job
    from gristmill.schemas.configuration.settings import Settings
    from gristmill.schemas.jobs.options import GivenOptions, Options
    from gristmill.schemas.jobs.request import IngestionTask
    from gristmill.schemas.jobs.sources import PathSource, TextSource
    from gristmill.schemas.problems.errors import DuplicateJob, GristmillError, QueueFull

_HOMES = {
    "AsyncClient": "gristmill.client.awaiting_client",
    "Client": "gristmill.client.service_client",
    "DuplicateJob": "gristmill.schemas.problems.errors",
    "GivenOptions": "gristmill.schemas.jobs.options",
    "GristmillError": "gristmill.schemas.problems.errors",
    "IngestionTask": "gristmill.schemas.jobs.request",
    "IngestionWorker": "gristmill.pool.handle",
    "Options": "gristmill.schemas.jobs.options",
    "ParsedFile": "gristmill.pool.parse_file",
    "PathSource": "gristmill.schemas.jobs.sources",
    "QueueFull": "gristmill.schemas.problems.errors",
    "Settings": "gristmill.schemas.configuration.settings",
    "TextSource": "gristmill.schemas.jobs.sources",
    "get_ingestion_worker": "gristmill.pool.handle",
    "parse_file": "gristmill.pool.parse_file",
    "process_job": "gristmill.pool.process_job",
    "shutdown_ingestion_worker": "gristmill.pool.handle",
}

__all__ = [
    "AsyncClient",
    "Client",
    "DuplicateJob",
    "GivenOptions",
    "GristmillError",
    "IngestionTask",
    "IngestionWorker",
    "Options",
    "ParsedFile",
    "PathSource",
    "QueueFull",
    "Settings",
    "TextSource",
    "get_ingestion_worker",
    "parse_file",
    "process_job",
    "shutdown_ingestion_worker",
]


def __getattr__(name: str) -> object:
    # Lazily: importing gristmill must stay cheap for the CLI and for every worker.
    if name not in _HOMES:
        raise AttributeError(f"module 'gristmill' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
