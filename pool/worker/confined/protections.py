"""What workers here are locked in by, in a sentence: the supervisor says it, once."""

import sys

from gristmill.pool.worker.confined import landlock
from gristmill.schemas.configuration.settings import Settings


def protections(settings: Settings) -> str:
    """What workers on this machine are locked in by, as a sentence for the log."""
    always = "no core dumps, bounded files"
    if settings.engine == "inline":
        return "workers are not locked in: the inline engine shares our process"
    if settings.worker_sandbox == "off":
        return f"workers are locked in by: {always}; the rest is off (worker_sandbox)"
    if sys.platform != "linux":
        return f"workers are locked in by: {always}; this system has no more of it"
    kernel = landlock.version()
    what = f"Landlock (version {kernel})" if kernel else "no Landlock, which this kernel lacks"
    return f"workers are locked in by: {always}, no new privileges, {what}"
