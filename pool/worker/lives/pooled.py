"""What the supervisor hands to its Pool. It pickles the name alone: parsers, chunker and all that
they bring are imported by the workers' forkserver, and never by the supervisor."""

from gristmill.schemas.configuration.settings import Settings
from gristmill.storage.layout import DataFolder


def run_life(settings: Settings, folder: DataFolder) -> int:
    """Live one life in a worker process; see `life.run_life`."""
    from gristmill.pool.worker.lives import life

    return life.run_life(settings, folder)
