"""A damaged library: found, mended where we repair, and what that could not bring back is told."""

from gristmill.schemas.problems.errors import DataFolderUnusable
from gristmill.schemas.problems.library_errors import LibraryDamaged, LibraryTrouble
from gristmill.storage.check.findings import Checkup
from gristmill.storage.check.manifests import jobs
from gristmill.storage.damage import note_damage
from gristmill.storage.library import Library, Mended, losses_path, mend
from gristmill.storage.opening import noted_place, open_library

_MOST_NAMES = 5


def sound_library(checkup: Checkup) -> Library | None:
    """The library, opened; a damaged one is reported, and mended. None where no sound one is there
    in the end."""
    folder = checkup.folder
    if noted_place(folder):
        return _elsewhere(checkup)
    reason = folder.library_damage
    if not folder.library.exists() and reason is None:
        return None
    library: Library | None = None
    try:
        if reason is None:
            library = Library.open(folder.library)
            found = library.soundness.damage()
            if not found:
                return library
            reason = found[0] if len(found) == 1 else f"{found[0]}, and {len(found) - 1} more"
    except LibraryDamaged as error:
        reason = error.reason
    except DataFolderUnusable as error:
        checkup.fail("library_unusable", folder.library, error.message)
        return None
    if library is not None:
        library.close()
    return mended_library(checkup, reason)


def _elsewhere(checkup: Checkup) -> Library | None:
    """A library in PostgreSQL, whose server looks after its own files."""
    try:
        return open_library(checkup.folder)
    except (DataFolderUnusable, LibraryTrouble) as error:
        checkup.fail("library_unusable", checkup.folder.library_place, error.message)
        return None


def mended_library(checkup: Checkup, reason: str) -> Library | None:
    """Report damage; the library that took the damaged one's place where we repair."""
    if noted_place(checkup.folder):
        checkup.fail("library_unusable", checkup.folder.library_place, reason)
        return None
    path = checkup.folder.library
    # Whoever finds it out closes the intake of a running service.
    note_damage(path, reason)
    done: list[Mended] = []

    def put_in_place() -> None:
        done.append(mend(path, jobs(checkup.folder)))

    checkup.fail("library_damaged", path, f"it is damaged: {reason}", put_in_place)
    if not done:
        return None
    _tell(checkup, done[0])
    return Library.open(path)


def _tell(checkup: Checkup, mended: Mended) -> None:
    """Losses are findings of their own, which nothing repairs."""
    found, where = mended.salvaged, losses_path(checkup.folder.library)
    kept = f"{found.documents} documents with {found.chunks} chunks and {found.ledger_rows} rows of"
    kept += " ledgers were kept"
    if mended.aside is not None:
        kept += f", the damaged file is {mended.aside}"
    if found.lost or found.nameless:
        names = ", ".join(found.lost[:_MOST_NAMES]) + ("..." if found.lost[_MOST_NAMES:] else "")
        message = f"{len(found.lost)} documents are lost; submit them again: {names}; "
        if found.nameless:
            message += f"so are {found.nameless} of which no name is left; "
        checkup.fail("documents_lost", where, message + kept)
    if found.ledgers:
        message = f"{len(found.ledgers)} ended jobs have lost what was noted of their documents; "
        checkup.fail("ledgers_lost", where, message + kept)
    if not (found.lost or found.nameless or found.ledgers):
        checkup.warn("library_mended", checkup.folder.library, kept, lambda: None)
