"""Imported once by the forkserver, so that every worker starts with all of this in memory."""

import gc
import os
import signal

import gristmill.pool.worker.lives.life
import gristmill.pool.worker.lives.pooled  # noqa: F401
from gristmill.pipeline import registry

PRELOADED_IN = os.getpid()
"""The forkserver's pid; in a worker that finds its own pid here, the preload did not happen."""

registry.preload()
# A signal to the whole control group must not end the forkserver: it would take the exit codes
# of all workers with it. It ends when the supervisor does.
signal.signal(signal.SIGINT, signal.SIG_IGN)
signal.signal(signal.SIGTERM, signal.SIG_IGN)
gc.collect()
gc.freeze()
