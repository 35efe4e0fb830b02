"""The one seam where tests make things fail: named points, free when nothing is armed.

Points are armed through the environment, so that they reach every process of a service:

    GRISTMILL_FAULTS="accept.before_offer=kill; durable.write=enospc@3; document.start:bad.txt=hang"

A point may be narrowed to a detail (`:bad.txt`: the detail ends with that). `@N` acts from the
N-th pass on, counted per process; `@N!` at the N-th only. `#FILE` acts once over all processes:
the first that creates FILE.

GRISTMILL_FAULTS_FILE names a file with the same text instead, read by each new process.

Actions are those of `ACTIONS` and the lower-case names of errno (`enospc`, `eio`, `emfile`).
"""

import errno
import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NamedTuple, NoReturn

VARIABLE = "GRISTMILL_FAULTS"
FILE_VARIABLE = "GRISTMILL_FAULTS_FILE"


class InjectedFault(RuntimeError):
    """What the action `raise` raises."""


class Unpicklable(Exception):
    """Cannot be unpickled: its arguments are not those of `__init__`. Parser libraries raise
    exceptions of this kind."""

    def __init__(self, one: str, two: str) -> None:
        super().__init__(one + two)


def _signal(number: int) -> Callable[[], None]:
    return lambda: os.kill(os.getpid(), number)


def _raise(error: Callable[[], BaseException]) -> Callable[[], NoReturn]:
    def act() -> NoReturn:
        raise error()

    return act


def _segfault() -> None:
    import ctypes

    ctypes.string_at(0)


def _hang() -> None:
    """For ever, inside one call of C code that holds the interpreter's lock."""
    re.match(r"(a+)+$", "a" * 100 + "b")


def _eat() -> None:
    """Takes 16 MiB after another until somebody stops it."""
    hoard = []
    while True:
        hoard.append(bytearray(os.urandom(4096)) * 4096)


ACTIONS: dict[str, Callable[[], object]] = {
    "kill": _signal(signal.SIGKILL),
    "stop": _signal(getattr(signal, "SIGSTOP", signal.SIGTERM)),
    "exit": lambda: os._exit(0),
    "segfault": _segfault,
    "hang": _hang,
    "eat": _eat,
    "raise": _raise(lambda: InjectedFault("injected")),
    "unpicklable": _raise(lambda: Unpicklable("one", "two")),
    "sysexit": lambda: sys.exit(3),
    "interrupt": _raise(KeyboardInterrupt),
}


class _Fault(NamedTuple):
    detail: str
    action: str
    nth: int
    only: bool
    once: str | None


def _parse(text: str) -> dict[str, list[_Fault]]:
    faults: dict[str, list[_Fault]] = {}
    for item in filter(None, map(str.strip, text.split(";"))):
        place, _, rest = item.partition("=")
        point, _, detail = place.partition(":")
        rest, _, once = rest.partition("#")
        action, _, nth = rest.partition("@")
        fault = _Fault(detail, action, int(nth.rstrip("!") or 1), nth.endswith("!"), once or None)
        faults.setdefault(point, []).append(fault)
    return faults


def _load() -> dict[str, list[_Fault]]:
    # A file can be changed while a service runs; each process reads it when it starts.
    if path := os.environ.get(FILE_VARIABLE):
        with open(path, encoding="utf-8") as file:
            return _parse(file.read())
    return _parse(os.environ.get(VARIABLE, ""))


_armed = _load()


def marks(env: Mapping[str, str]) -> list[str]:
    """The folders that armed points leave their marks in: a locked-in worker has to reach them."""
    if not (env.get(VARIABLE) or env.get(FILE_VARIABLE)):
        return []
    ones = {fault.once for faults in _load().values() for fault in faults if fault.once}
    return sorted(str(Path(one).parent) for one in ones)


def rearm() -> None:
    """Read the variables again: a forked worker has its forkserver's."""
    global _armed
    _armed = _load()


_passes: dict[tuple[str, _Fault], int] = {}
_lock = threading.Lock()


def hit(point: str, detail: str = "") -> None:
    """Pass `point`: does nothing unless a test has armed it."""
    if _armed:
        for fault in _armed.get(point, ()):
            if detail.endswith(fault.detail):
                _act(point, fault)


def disk(point: str) -> None:
    """Pass `point` and then, under the name `disk`, every operation on the disk: with
    `disk=enospc@N!` a test fails the n-th one of a process, for every n."""
    if _armed:
        hit(point)
        hit("disk", point)


def _act(point: str, fault: _Fault) -> None:
    with _lock:
        passes = _passes[point, fault] = _passes.get((point, fault), 0) + 1
    if passes < fault.nth or (fault.only and passes > fault.nth) or not _first(fault.once):
        return
    if fault.action in ACTIONS:
        ACTIONS[fault.action]()
    else:
        number = getattr(errno, fault.action.upper())
        raise OSError(number, os.strerror(number), point)


def _first(once: str | None) -> bool:
    if once is None:
        return True
    try:
        os.close(os.open(once, os.O_CREAT | os.O_EXCL | os.O_WRONLY))
    except FileExistsError:
        return False
    return True
