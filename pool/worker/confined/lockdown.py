"""A worker locks itself in before its first document: what reads hostile files may do little.

First, for good: no core dumps, no new privileges, a bound on files, first in line when memory runs
out; and where the kernel has Landlock, writes only below the data folder and no program but
tesseract. Reading is bounded with the first job: a service names its roots in its settings, but a
program on this machine that is trusted may have named any file. A life that a service's job came to
first is bound to the roots, and leaves a job with other files to the life after it.

What a parser shares with the code that commits stays shared: the data folder is open to both.
"""

import logging
import os
import shutil
import signal
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

from gristmill.pool.worker.confined import landlock, reach
from gristmill.schemas.configuration.settings import Settings
from gristmill.schemas.jobs.manifest import Manifest
from gristmill.storage.layout import DataFolder

FILE_ROOM_BYTES = 64 << 30
"""What the library may grow by in one life: far more than that stores, far less than a disk."""
OOM_SCORE = 500
"""Of 1,000: of all processes of a service, a worker is what costs least when it is killed."""
_log = logging.getLogger(__name__)


class Confinement:
    """What this process has given up. There is one for a process, as the kernel has it."""

    def __init__(self) -> None:
        self._settings: Settings | None = None
        self._roots: Sequence[str] | None = None
        self._is_decided = True

    def lock_in(self, settings: Settings, folder: DataFolder) -> None:
        """Give up all but reading; for a process of its own, before it starts a thread."""
        _limit_files(folder.library)
        _be_first_in_line()
        if settings.worker_sandbox == "off" or sys.platform != "linux":
            return
        _tried("no new privileges", landlock.no_new_privileges)
        if not landlock.version():
            return
        temporary = _own_temporary(folder.run / "tmp")
        rules = [*reach.writable(folder.places, temporary, os.environ)]
        rules += reach.executable(os.environ)
        handled = landlock.WRITE | landlock.EXECUTE
        if _tried("Landlock", lambda: landlock.restrict(handled, rules, signals=True)):
            self._settings, self._is_decided = settings, False
            self._places = folder.places
            self._temporary = temporary

    def admits(self, manifest: Manifest) -> bool:
        """Whether this process may read a job's files. The first job decides what it gives up."""
        if not self._is_decided and self._settings is not None:
            self._is_decided = True
            self._bind(self._settings, manifest)
        return self._roots is None or reach.is_within(manifest, self._roots)

    def _bind(self, settings: Settings, manifest: Manifest) -> None:
        roots = [os.path.realpath(root) for root in settings.allow_roots]
        if not reach.is_within(manifest, roots):
            return
        rules = reach.readable(settings, self._places, self._temporary, os.environ)
        if _tried("Landlock", lambda: landlock.restrict(landlock.READ, rules)):
            self._roots = roots


confinement = Confinement()


def file_limit(library_bytes: int, hard: int) -> int:
    """Bytes that no file of a worker may pass. `hard` is the limit that we were given, -1 for
    none."""
    limit = library_bytes + FILE_ROOM_BYTES
    return limit if hard < 0 else min(limit, hard)


def _limit_files(library: Path) -> None:
    with suppress(ImportError, OSError, ValueError):
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
        size = library.stat().st_size if library.exists() else 0
        _, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
        limit = file_limit(size, -1 if hard == resource.RLIM_INFINITY else hard)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
        # Then a file that is full is EFBIG, which has a name, and no death.
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def _be_first_in_line() -> None:
    with suppress(OSError, ValueError):
        score = Path("/proc/self/oom_score_adj")
        if int(score.read_text()) < OOM_SCORE:
            score.write_text(str(OOM_SCORE))


def _own_temporary(place: Path) -> Path:
    """A folder for what parsers and their libraries put aside; those of the dead are dropped."""
    own = place / str(os.getpid())
    with suppress(OSError):
        place.mkdir(exist_ok=True)
        for left in place.iterdir():
            if left == own or not (left.name.isdigit() and psutil.pid_exists(int(left.name))):
                shutil.rmtree(left, ignore_errors=True)
        own.mkdir()
        os.environ["TMPDIR"] = str(own)
        tempfile.tempdir = None
    return own


def _tried(what: str, act: Callable[[], None]) -> bool:
    """Whether it worked: a service runs on where a kernel or container does not let it."""
    try:
        act()
    except OSError as error:
        _log.warning("workers run without %s: %s", what, error)
        return False
    return True
