"""Keeps the bytes of documents whose pages may be shown, where that is wanted."""

import errno

from gristmill.pool.worker.documents.fetching import Fetched
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.outcomes.documents import shows_pages
from gristmill.schemas.problems.library_errors import LibraryFault, LibraryTrouble
from gristmill.storage.originals import Originals


class KeptOriginals:
    """Before a document is committed its bytes are there, so none is ever without."""

    def __init__(self, settings: Settings, originals: Originals) -> None:
        self._originals = originals if settings.keep_originals == "yes" else None

    def keep(self, collection: str, uri: str, media_type: str, fetched: Fetched) -> None:
        """Raises LibraryTrouble: it is the disk's, not the document's, and may pass."""
        if self._originals is None or not shows_pages(media_type):
            return
        try:
            self._originals.keep(collection, uri, fetched.sha256, fetched.blob.data)
        except OSError as error:
            fault = LibraryFault.FULL if error.errno == errno.ENOSPC else LibraryFault.FAILED
            reason = f"an original cannot be kept: {error.strerror or error}"
            raise LibraryTrouble(reason, transient=True, fault=fault) from error
