"""The library: one SQLite file with documents, chunks, their full-text index, the ledger of all
jobs and the job index. `Library` is all that others need."""

from gristmill.storage.library.facade import Library
from gristmill.storage.library.gate import Patience
from gristmill.storage.library.job_index import JobIndexRow
from gristmill.storage.library.trouble import of_the_machine

__all__ = ["JobIndexRow", "Library", "Patience", "of_the_machine"]
