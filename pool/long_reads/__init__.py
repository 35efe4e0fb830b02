"""What takes long to ask the library: a process of its own answers, which may be killed."""

from gristmill.pool.long_reads.long_reads import LongReads
from gristmill.pool.long_reads.steady_library import SteadyLibrary

__all__ = ["LongReads", "SteadyLibrary"]
