"""From a request to an accepted job, durable before it is answered."""

from gristmill.pool.intake.drafts import Request, Submission
from gristmill.pool.intake.intake import Intake
from gristmill.pool.intake.job_ids import new_job_id
from gristmill.pool.intake.room import Room

__all__ = ["Intake", "Request", "Room", "Submission", "new_job_id"]
