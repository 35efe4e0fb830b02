"""What the supervisor hands to its Pool. It pickles the name alone: parsers, chunker and all that
they bring are imported by the workers' forkserver, and never by the supervisor."""

from gristmill.schemas.configuration.settings import Settings


def run_life(settings: Settings) -> int:
    """Live one life in a worker process; see `life.run_life`."""
    from gristmill.pool.worker.lives import life

    return life.run_life(settings)
