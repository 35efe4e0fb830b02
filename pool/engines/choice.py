"""Which engine the settings name."""

from gristmill.pool.dispatch.job_queue import JobQueue
from gristmill.pool.engines.local.engine import LocalEngine
from gristmill.pool.engines.protocol import Engine
from gristmill.schemas.configuration.settings import Settings
from gristmill.storage.stores import Stores


def make_engine(stores: Stores, settings: Settings, size: int, queue: JobQueue) -> Engine:
    """The engine that `settings.engine` names, for `size` workers at `queue`."""
    if settings.engine == "inline":
        # Not for all: it brings the whole pipeline into the supervisor.
        from gristmill.pool.engines.inline import InlineEngine

        return InlineEngine(stores, settings, queue)
    return LocalEngine(stores.folder, settings, size, queue.enrol)
