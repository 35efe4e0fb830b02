"""The errors of who asks: what keeps a request out before anything is done."""

from gristmill.schemas.problems.errors import GristmillError, Unavailable


class HostNotAllowed(GristmillError):
    """The request names a host that is not this service: a web page may have had a name of its own
    point here."""

    code = "host_not_allowed"


class CrossOrigin(GristmillError):
    """A web page of another origin sent the request."""

    code = "cross_origin"


class Unauthorized(GristmillError):
    """The service has API keys, and the request brings none that is valid."""

    code = "unauthorized"


class Forbidden(GristmillError):
    """The API key may not do this, or not in this collection."""

    code = "forbidden"


class KeyNotFound(GristmillError):
    """No API key has this name."""

    code = "key_not_found"


class KeyExists(GristmillError):
    """There is an API key of this name, valid or not: names are never used again."""

    code = "key_exists"


class TooManyRequests(Unavailable):
    """The key, or the address, has used up what it may ask for."""

    code = "too_many_requests"

    def __init__(self, message: str, retry_after: int = 1, **extra: object) -> None:
        super().__init__(message, **extra)
        self.retry_after = retry_after
