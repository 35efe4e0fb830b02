"""From a request to an accepted job, durable before it is answered."""

from gristmill.pool.intake.drafts import NOBODY, Request, Submission, Submitter
from gristmill.pool.intake.intake import Intake
from gristmill.pool.intake.job_ids import new_job_id
from gristmill.pool.intake.room import Room

__all__ = ["NOBODY", "Intake", "Request", "Room", "Submission", "Submitter", "new_job_id"]
