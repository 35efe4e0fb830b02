"""Says once that the library is damaged, whoever has found it out."""

import logging

from gristmill.schemas.problems.library_errors import LibraryDamaged
from gristmill.storage.layout import DataFolder

_log = logging.getLogger(__name__)


class DamageWatch:
    """Used by the supervisor's loop alone."""

    def __init__(self, folder: DataFolder) -> None:
        self._folder, self._told = folder, False

    def look(self) -> bool:
        """Whether the library is known to be damaged."""
        reason = self._folder.library_damage
        if reason is not None and not self._told:
            _log.error("%s", LibraryDamaged(reason).message)
        self._told = reason is not None
        return self._told
