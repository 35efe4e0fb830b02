"""The library: documents, chunks, their full-text index, the ledger of all jobs and the job index.

`roles` says what its users may rely on; `Library` is what keeps it, today one SQLite file. This is
all that others need.
"""

from typing import TYPE_CHECKING, Protocol

from gristmill.storage.library.catalogue_role import Catalogue
from gristmill.storage.library.job_index_row import JobIndexRow
from gristmill.storage.library.meaning_role import SemanticDocuments
from gristmill.storage.library.places_role import Places
from gristmill.storage.library.roles import Documents, JobIndex, Ledger
from gristmill.storage.library.sqlite.database.gate import USUAL, Patience
from gristmill.storage.library.sqlite.deadline import TimedLibrary, open_reader
from gristmill.storage.library.sqlite.facade import Library
from gristmill.storage.library.sqlite.job_words import FoundJobs, JobWords, remove_job_words
from gristmill.storage.library.sqlite.known_files import KnownFiles, remove_known
from gristmill.storage.library.sqlite.repair.copying import copy_library
from gristmill.storage.library.sqlite.repair.mending import Mended, losses, losses_path, mend
from gristmill.storage.library.sqlite.searches.cursors import Place
from gristmill.storage.library.sqlite.searches.query import is_narrowed, meant
from gristmill.storage.library.sqlite.searches.search import MOST_HITS
from gristmill.storage.library.sqlite.vectors.vectored import NearestChunks
from gristmill.storage.library.trash_role import Trash, TrashChoice
from gristmill.storage.library.trouble import of_the_machine

__all__ = [
    "MOST_HITS",
    "USUAL",
    "AllRoles",
    "Catalogue",
    "Documents",
    "FoundJobs",
    "JobIndex",
    "JobIndexRow",
    "JobWords",
    "KnownFiles",
    "Ledger",
    "Library",
    "Mended",
    "NearestChunks",
    "Patience",
    "Place",
    "Places",
    "SemanticDocuments",
    "TimedLibrary",
    "Trash",
    "TrashChoice",
    "copy_library",
    "is_narrowed",
    "losses",
    "losses_path",
    "meant",
    "mend",
    "of_the_machine",
    "open_reader",
    "remove_job_words",
    "remove_known",
]


class AllRoles(Ledger, SemanticDocuments, JobIndex, Catalogue, Places, Trash, Protocol):
    """A store that plays all of them, as ours do: a commit changes ledger and documents at once."""


if TYPE_CHECKING:

    def plays_all_roles(library: Library) -> AllRoles:
        """Where this is no longer true, mypy says what is missing."""
        return library
