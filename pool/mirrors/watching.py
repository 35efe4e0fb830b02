"""The system tells of changes below a folder, while somebody listens (extra `watch`)."""

import logging
import threading
from importlib.util import find_spec
from pathlib import Path

_DEBOUNCE_MS, _STEP_MS, _LOOK_MS = 400, 50, 1_000
_MOST = 5_000
"""Paths that are remembered; of more, all is looked at."""
_log = logging.getLogger(__name__)


def can_watch() -> bool:
    """Whether the package is there."""
    return find_spec("watchfiles") is not None


class Watch:
    """Listens below one folder, in a thread of its own. What it misses (a folder that is moved in,
    a network file system) the next whole comparison finds."""

    def __init__(self, top: str) -> None:
        self._top = top
        self._stop, self._lock = threading.Event(), threading.Lock()
        self._paths: set[str] = set()
        self._all = self._listens = False
        self._thread = threading.Thread(target=self._listen, name="watch", daemon=True)
        self._thread.start()

    @property
    def alive(self) -> bool:
        return self._thread.is_alive()

    def take(self) -> frozenset[str] | None:
        """What has changed since the last time, relative to the folder: None where that may be
        anything."""
        with self._lock:
            taken = None if self._all else frozenset(self._paths)
            self._all = False
            self._paths.clear()
        return taken

    def has_some(self) -> bool:
        return self._all or bool(self._paths)

    def put_back(self, paths: frozenset[str]) -> None:
        """Have these told once more."""
        with self._lock:
            self._paths |= paths

    def close(self) -> None:
        self._stop.set()
        self._thread.join(2 * _LOOK_MS / 1000)

    def _listen(self) -> None:
        from watchfiles import watch

        try:
            for changes in watch(
                self._top,
                watch_filter=None,
                debounce=_DEBOUNCE_MS,
                step=_STEP_MS,
                stop_event=self._stop,
                rust_timeout=_LOOK_MS,
                raise_interrupt=False,
                yield_on_timeout=True,
            ):
                # Of what came before it listened, nobody has told.
                self._all, self._listens = self._all or not self._listens, True
                self._note([path for _, path in changes])
        except Exception as error:
            # Too many folders for the system's watches, or the folder is gone.
            _log.warning("%s is not watched, trying again: %s", self._top, error)
        with self._lock:
            self._all = True

    def _note(self, paths: list[str]) -> None:
        top = Path(self._top)
        with self._lock:
            for path in paths:
                below = Path(path).relative_to(top) if Path(path).is_relative_to(top) else None
                name = "" if below is None else below.name
                if below is None or below == Path() or name in (".gristignore", ".gitignore"):
                    self._all = True
                else:
                    self._paths.add(below.as_posix())
            self._all = self._all or len(self._paths) > _MOST
            if self._all:
                self._paths.clear()
