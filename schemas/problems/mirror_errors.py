"""The errors of mirrors."""

from gristmill.schemas.problems.errors import GristmillError, Unavailable


class MirrorNotFound(GristmillError):
    """There is no mirror of this name; `extra["did_you_mean"]` has those that are called nearly
    so."""

    code = "mirror_not_found"


class MirrorExists(GristmillError):
    """The name is that of another mirror, or the collection has one already."""

    code = "mirror_exists"


class WatchUnavailable(Unavailable):
    """Changes cannot be listened for: a package is not installed."""

    code = "watch_unavailable"
