"""One read-only library connection per thread."""

import threading

from gristmill.schemas.problems.errors import StorageFailed
from gristmill.storage.library import TimedLibrary
from gristmill.storage.stores import Stores


class Readers:
    """Gives each thread its own library. Safe from any thread.

    A library that does not exist yet reads as an empty one; it is opened again as soon as its
    file appears, or when another file takes its place (a restored backup).
    """

    def __init__(self, stores: Stores, timeout_s: float) -> None:
        """`timeout_s`: what one call on a library may take."""
        self._stores, self._timeout_s = stores, timeout_s
        self._local = threading.local()

    def current(self) -> TimedLibrary:
        """The calling thread's library. Raises StorageFailed where the data folder is gone."""
        identity = self._identity()
        if identity is None and not self._stores.folder.root.is_dir():
            # What is gone is not empty.
            raise StorageFailed(f"the data folder {self._stores.folder.root} is gone")
        library: TimedLibrary | None = getattr(self._local, "library", None)
        if library is None or self._local.identity != identity:
            if library is not None:
                library.close()
            self._local.library = library = self._stores.reader(self._timeout_s)
            self._local.identity = identity
        return library

    def _identity(self) -> tuple[int, int] | None:
        return self._stores.library_identity()
