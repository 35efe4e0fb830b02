"""The line to the supervisor, with a deadline on each call."""

from gristmill.pool.client.connection import PoolClient, SupervisorInfo
from gristmill.schemas.jobs.offers import QueueStats

__all__ = ["PoolClient", "QueueStats", "SupervisorInfo"]
