"""The one seam where tests make things fail: named points, free when nothing is armed.

A point is armed through the environment, so that it reaches any process of a service:
`GRISTMILL_FAULTS="accept.before_offer=kill;durable.write=enospc@3"`. `@N` acts from the N-th pass
on, counted per process; `@N!` at the N-th only. `#FILE` makes it act once over all processes: the
first to create FILE does.

Actions: `kill` (SIGKILL to this process), `exit` (os._exit(0)), `stop` (SIGSTOP), `raise`, and the
lower-case name of an errno (`enospc`, `eio`, `emfile`).
"""

import errno
import os
import signal
import threading
from typing import NamedTuple

VARIABLE = "GRISTMILL_FAULTS"


class _Fault(NamedTuple):
    action: str
    nth: int
    only: bool
    once: str | None


class InjectedFault(RuntimeError):
    """What the action `raise` raises."""


def _parse(text: str) -> dict[str, _Fault]:
    faults = {}
    for item in filter(None, text.split(";")):
        point, _, rest = item.partition("=")
        rest, _, once = rest.partition("#")
        action, _, nth = rest.partition("@")
        faults[point] = _Fault(action, int(nth.rstrip("!") or 1), nth.endswith("!"), once or None)
    return faults


_armed = _parse(os.environ.get(VARIABLE, ""))
_passes: dict[str, int] = {}
_lock = threading.Lock()


def hit(point: str) -> None:
    """Pass `point`: does nothing unless a test has armed it."""
    if _armed and point in _armed:
        _act(point, _armed[point])


def _act(point: str, fault: _Fault) -> None:
    with _lock:
        passes = _passes[point] = _passes.get(point, 0) + 1
    if passes < fault.nth or (fault.only and passes > fault.nth) or not _first(fault.once):
        return
    if fault.action == "kill":
        os.kill(os.getpid(), signal.SIGKILL)
    elif fault.action == "exit":
        os._exit(0)
    elif fault.action == "stop":
        os.kill(os.getpid(), signal.SIGSTOP)
    elif fault.action == "raise":
        raise InjectedFault(point)
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
