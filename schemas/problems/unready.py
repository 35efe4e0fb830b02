"""What `/readyz` alone says, besides the errors that turn submissions away."""

from gristmill.schemas.problems.errors import Unavailable


class Starting(Unavailable):
    """The service starts: jobs are accepted in a moment."""

    code = "starting"
    retry_after = 2


class WebFailing(Unavailable):
    """A web process keeps dying; the others answer, and it is started again and again."""

    code = "web_failing"
    retry_after = 15
