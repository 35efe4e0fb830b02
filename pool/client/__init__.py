"""How other processes reach the supervisor: all that the server and the CLI know of the pool."""

from gristmill.pool.client.connection import PoolClient, SupervisorInfo
from gristmill.pool.client.drafts import Request, Submission
from gristmill.pool.client.handle import (
    IngestionWorker,
    get_ingestion_worker,
    shutdown_ingestion_worker,
)
from gristmill.pool.client.intake import Intake
from gristmill.pool.client.job_ids import new_job_id
from gristmill.pool.client.room import Room
from gristmill.schemas.offers import QueueStats

__all__ = [
    "IngestionWorker",
    "Intake",
    "PoolClient",
    "QueueStats",
    "Request",
    "Room",
    "Submission",
    "SupervisorInfo",
    "get_ingestion_worker",
    "new_job_id",
    "shutdown_ingestion_worker",
]
