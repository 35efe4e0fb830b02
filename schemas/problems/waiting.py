"""What a program that waits may meet."""

from gristmill.schemas.problems.errors import GristmillError


class StillPending(GristmillError, TimeoutError):
    """A job has not ended within the time that it was waited for; `extra["job_id"]` names it. It
    goes on."""

    code = "still_pending"
