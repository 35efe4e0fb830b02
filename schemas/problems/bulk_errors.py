"""The errors of bulk actions."""

from gristmill.schemas.problems.errors import GristmillError, Unavailable


class BulkNotFound(GristmillError):
    """No bulk action has this id. Of those that have ended the last 500 are kept."""

    code = "bulk_not_found"


class BulkNotConfirmed(GristmillError):
    """What confirms a bulk action is of another one, or older than an hour: look at it anew."""

    code = "bulk_not_confirmed"


class BulkEnded(GristmillError):
    """The bulk action has ended: there is nothing to stop."""

    code = "bulk_ended"


class TooManyBulk(Unavailable):
    """As many bulk actions as there may be wait to be done."""

    code = "too_many_bulk"
    retry_after = 30
