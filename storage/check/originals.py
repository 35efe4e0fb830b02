"""Checks that what is kept of documents' bytes is whole and belongs to a document."""

import time
from functools import partial
from pathlib import Path

from gristmill.schemas.problems.library_errors import LibraryTrouble
from gristmill.storage.check.findings import Checkup, changed_lately
from gristmill.storage.library import Library
from gristmill.storage.opening import open_library
from gristmill.storage.originals import Originals, is_whole

_YOUNG_S = 24 * 3600.0
"""As long as `orphan_hours` is by default."""


def check_originals(checkup: Checkup) -> None:
    folder = checkup.folder
    if not folder.originals.is_dir() or folder.library_damage is not None:
        return
    try:
        with open_library(folder, readonly=True) as library:
            for document, path in Originals(folder).all():
                _check(checkup, library, document, path)
    except LibraryTrouble:
        # That is told where the library is looked at.
        return


def _check(checkup: Checkup, library: Library, document: str, path: Path) -> None:
    if changed_lately(path):
        return
    found = library.document(document)
    try:
        owned = found is not None and found.sha256 == path.name
        if not owned and not library.is_in_trash(document, path.name):
            if time.time() - path.stat().st_mtime >= _YOUNG_S:
                message = "no document was made of these bytes, or it was deleted"
                remove = partial(path.unlink, missing_ok=True)
                checkup.warn("original_orphan", path, message, remove)
        elif not is_whole(path):
            message = "it does not hold the document's bytes; pages cannot be shown"
            remove = partial(path.unlink, missing_ok=True)
            checkup.fail("original_damaged", path, message, remove)
    except FileNotFoundError:
        # Replaced or deleted meanwhile.
        return
