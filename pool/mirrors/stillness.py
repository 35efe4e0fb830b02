"""Which files are no longer being written: they look the same at two looks, some time apart."""

from collections.abc import Callable
from typing import NamedTuple

from gristmill.storage.mirrors.files import Seen

_OLD_S = 10.0
"""What was not written for so long is not waited for; so a first look reads a whole folder."""
_MOST = 100_000
_SECOND = 1_000_000_000


class _Look(NamedTuple):
    size: int
    mtime_ns: int
    at: float


class Stillness:
    """Remembers the young files of one mirror from look to look. `now_ns` is the time of files,
    `clock` gives seconds that never go back."""

    def __init__(
        self, still_s: float, now_ns: Callable[[], int], clock: Callable[[], float]
    ) -> None:
        self._still_s, self._now_ns, self._clock = still_s, now_ns, clock
        self._looks: dict[str, _Look] = {}

    def is_still(self, file: Seen) -> bool:
        """A time that lies ahead is that of another clock: then two looks tell."""
        age_ns = self._now_ns() - file.mtime_ns
        if age_ns >= max(_OLD_S, self._still_s) * _SECOND:
            self._looks.pop(file.path, None)
            return True
        last, now = self._looks.get(file.path), self._clock()
        if last is None or (last.size, last.mtime_ns) != (file.size, file.mtime_ns):
            if len(self._looks) < _MOST:
                self._looks[file.path] = _Look(file.size, file.mtime_ns, now)
            return False
        return now - last.at >= self._still_s

    def forget(self) -> None:
        """A run is over: what was still being written is looked at anew."""
        self._looks.clear()
