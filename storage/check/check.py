"""`gristmill check`: is everything in a data folder as it should be?

    manifests   each can be read, says its own id, and lies where its state and its day want it, in
                a file of its own or in a line of a batch file or a pack
    keys        each record leads to the job that has this key
    spool       what jobs need is there and has its digest; nothing else is there
    originals   each is whole, and of a document of the library
    library     the file, the full-text index, the totals, the ledger, the job index
    the rest    no temporary files of dead processes

Repairing makes again what is derived and moves aside what cannot be read; it deletes nothing that
cannot be made again.
"""

from collections.abc import Iterator
from contextlib import contextmanager

from gristmill.schemas.problems.errors import DataFolderBusy
from gristmill.storage.check.findings import Checkup, Finding, Severity
from gristmill.storage.check.keys import KeyCheck
from gristmill.storage.check.library import LibraryCheck
from gristmill.storage.check.manifests import check_manifests, jobs
from gristmill.storage.check.originals import check_originals
from gristmill.storage.check.spool import SpoolCheck
from gristmill.storage.disk.locks import try_lock
from gristmill.storage.layout import DataFolder
from gristmill.storage.upkeep.leftovers import leftovers

__all__ = ["Finding", "Severity", "check"]


def check(folder: DataFolder, *, repair: bool) -> list[Finding]:
    """Everything that is not as it should be; with `repair`, after mending what can be mended.

    Reads every manifest and all bytes of the spool. While a supervisor works on the folder, what
    changed in the last minute is not judged. Raises DataFolderBusy when asked to repair then.
    """
    with _alone(folder, repair) as live:
        checkup = Checkup(folder, repair=repair, live=live)
        _check_leftovers(checkup)
        check_manifests(checkup)
        spool, keys = SpoolCheck(checkup), KeyCheck(checkup)
        with LibraryCheck(checkup) as library:
            for manifest in jobs(folder):
                spool.see(manifest)
                keys.see(manifest)
                library.see(manifest)
            spool.finish()
            keys.finish()
            library.finish()
        check_originals(checkup)
        return checkup.findings


@contextmanager
def _alone(folder: DataFolder, repair: bool) -> Iterator[bool]:
    """Keeps supervisors away while we repair; yields whether one is at work."""
    if not folder.supervisor_lock.exists() and not repair:
        yield False
        return
    lock = try_lock(folder.supervisor_lock)
    if lock is None and repair:
        raise DataFolderBusy(
            f"a supervisor is at work on {folder.root}; stop it, then repair, "
            "or check without --repair"
        )
    if lock is not None and not repair:
        lock.release()
    try:
        yield lock is None
    finally:
        if lock is not None and repair:
            lock.release()


def _check_leftovers(checkup: Checkup) -> None:
    folder = checkup.folder
    # SQLite's companions of a library whose making was interrupted.
    companions = folder.root.glob(f".{folder.library.name}.*.tmp-*")
    for path in [*leftovers(folder), *companions]:
        if not checkup.in_motion(path):
            checkup.warn("leftover", path, "a temporary file of a dead process", path.unlink)
