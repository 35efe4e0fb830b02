"""Drops what an ended job needs no longer."""

from gristmill.schemas.manifest import Manifest
from gristmill.schemas.sources import Spooled
from gristmill.schemas.states import JobState
from gristmill.storage.keys import Keys
from gristmill.storage.layout import DataFolder
from gristmill.storage.spool import Spool


class Tidy:
    """Called between the two steps of settling, and again where a crash came between them."""

    def __init__(self, folder: DataFolder) -> None:
        self._keys, self._spool = Keys(folder), Spool(folder)

    def __call__(self, ended: Manifest) -> None:
        """Drop the uploads of a success (no retry will read them) and a derived key (it only
        matters while its job is pending). Raises OSError, StorageFailed."""
        if ended.state is JobState.SUCCEEDED:
            for source in ended.sources:
                if isinstance(source, Spooled):
                    self._spool.discard(source)
        if not ended.explicit_key:
            with self._keys.hold([ended.key]):
                record = self._keys.read(ended.key)
                if record is not None and record.job_id == ended.job_id:
                    self._keys.remove(ended.key)
