"""The library: one SQLite file with documents, chunks, their full-text index, the ledger of all
jobs and the job index. `Library` is all that others need."""

from gristmill.storage.library.facade import Library
from gristmill.storage.library.job_index import JobIndexRow

__all__ = ["JobIndexRow", "Library"]
