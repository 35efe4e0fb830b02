"""What a job inherits from the settings of its collection."""

import threading
import time
from typing import TYPE_CHECKING

from gristmill.schemas.jobs.options import GivenOptions, Options
from gristmill.schemas.jobs.request import IngestionTask
from gristmill.schemas.problems.errors import InvalidRequest
from gristmill.storage.stores import Stores

if TYPE_CHECKING:
    from gristmill.storage.library import Library

REMEMBERED_S = 0.05
"""How long a look into the library holds. Whoever changes what a collection is set to says so only
after that: then it holds from the next job on, in every process."""
_MOST_REMEMBERED = 1_000
_NOTHING = GivenOptions()


class Inherited:
    """Looks into the library with a connection for each thread. Thread-safe."""

    def __init__(self, stores: Stores) -> None:
        self._stores, self.hooks = stores, stores.hooks
        self._local = threading.local()
        self._remembered: dict[str, tuple[float, GivenOptions]] = {}

    def options_of(self, task: IngestionTask) -> Options:
        """The options of a task in its collection. Raises InvalidRequest where what the two say
        does not go together, LibraryTrouble, DataFolderUnusable."""
        inherited = self._of(task.collection)
        try:
            return task.options.over(inherited)
        except ValueError as error:
            hint = (
                ""
                if inherited == _NOTHING
                else (f" (`gristmill collections show` has what {task.collection!r} is set to)")
            )
            raise InvalidRequest(
                f"the request is not valid: {error} - at `$.options`{hint}"
            ) from None

    def _of(self, collection: str) -> GivenOptions:
        # Before the look: what is set after it counts as set after `now`.
        now = time.monotonic()
        looked_at, options = self._remembered.get(collection, (-REMEMBERED_S, _NOTHING))
        if now - looked_at < REMEMBERED_S:
            return options
        library = self._library()
        options = _NOTHING if library is None else library.collection_options(collection)
        if len(self._remembered) >= _MOST_REMEMBERED:
            self._remembered.clear()
        self._remembered[collection] = now, options
        return options

    def _library(self) -> "Library | None":
        """The calling thread's, opened again where another file took its place; None without."""
        identity = self._stores.library_identity()
        if identity is None:
            return None
        library: Library | None = getattr(self._local, "library", None)
        if library is None or self._local.identity != identity:
            if library is not None:
                library.close()
            self._local.library = library = self._stores.library(readonly=True)
            self._local.identity = identity
        return library
