"""Landlock: a process takes rights on files from itself and its children, for good.

Linux 5.13 and later, where it is not switched off. What is refused is EACCES. Rules can only be
added to; several sets of rules all hold.
"""

import ctypes
import os
import stat
import sys
from collections.abc import Iterable
from enum import IntFlag
from typing import NamedTuple

_CREATE, _ADD, _RESTRICT = 444, 445, 446  # the same numbers on every architecture
_VERSION = 1
_PATH_BENEATH = 1
_SCOPE_SIGNAL = 2
_PR_SET_NO_NEW_PRIVS = 38  # linux/prctl.h


class Right(IntFlag):
    """Rights on files, as linux/landlock.h numbers them."""

    EXECUTE = 1 << 0
    WRITE_FILE = 1 << 1
    READ_FILE = 1 << 2
    READ_DIR = 1 << 3
    REMOVE_DIR = 1 << 4
    REMOVE_FILE = 1 << 5
    MAKE_CHAR = 1 << 6
    MAKE_DIR = 1 << 7
    MAKE_REG = 1 << 8
    MAKE_SOCK = 1 << 9
    MAKE_FIFO = 1 << 10
    MAKE_BLOCK = 1 << 11
    MAKE_SYM = 1 << 12
    REFER = 1 << 13
    TRUNCATE = 1 << 14
    IOCTL_DEV = 1 << 15


READ = Right.READ_FILE | Right.READ_DIR
EXECUTE = Right.EXECUTE
WRITE = ~(READ | EXECUTE | Right.IOCTL_DEV)
_OF_FILES = Right.EXECUTE | Right.WRITE_FILE | Right.READ_FILE | Right.TRUNCATE | Right.IOCTL_DEV
_SINCE = {2: Right.REFER, 3: Right.TRUNCATE, 5: Right.IOCTL_DEV}
"""The version of the interface that knows a right; all others are of the first."""


class Rule(NamedTuple):
    """`rights` on a file, or on a folder and all below it. One that is not there is left out."""

    path: str
    rights: Right


def version() -> int:
    """The version of the kernel's interface; 0 where there is none."""
    if sys.platform != "linux":
        return 0
    return max(0, int(ctypes.CDLL(None).syscall(_CREATE, None, 0, _VERSION)))


def known(rights: Right, kernel: int) -> Right:
    """Of these rights, those that a kernel's version can take away."""
    for since, right in _SINCE.items():
        if kernel < since:
            rights &= ~right
    return rights


def no_new_privileges() -> None:
    """No program that is started from now on gets rights by its set-user-id bit. Raises
    OSError."""
    if ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0):
        raise _error("no_new_privs")


def restrict(handled: Right, rules: Iterable[Rule], *, signals: bool = False) -> None:
    """Take the rights `handled` from this thread and all that it starts, but where a rule leaves
    them; with `signals` those to processes outside as well, where the kernel can. Needs
    `no_new_privileges`. Raises OSError."""
    libc = ctypes.CDLL(None, use_errno=True)
    kernel = version()
    handled = known(handled, kernel)
    ruleset = _ruleset(libc, handled, kernel, signals=signals)
    try:
        for rule in rules:
            _add(libc, ruleset, rule.path, rule.rights & handled)
        if libc.syscall(_RESTRICT, ruleset, 0):
            raise _error("restrict")
    finally:
        os.close(ruleset)


class _Attributes(ctypes.Structure):
    _fields_ = (
        ("handled_access_fs", ctypes.c_uint64),
        ("handled_access_net", ctypes.c_uint64),
        ("scoped", ctypes.c_uint64),
    )


class _PathBeneath(ctypes.Structure):
    _pack_ = 1
    _fields_ = (("allowed_access", ctypes.c_uint64), ("parent_fd", ctypes.c_int32))


def _ruleset(libc: ctypes.CDLL, handled: Right, kernel: int, *, signals: bool) -> int:
    size, scoped = (24, _SCOPE_SIGNAL if signals else 0) if kernel >= 6 else (8, 0)
    attributes = _Attributes(handled, 0, scoped)
    ruleset = int(libc.syscall(_CREATE, ctypes.byref(attributes), ctypes.c_size_t(size), 0))
    if ruleset < 0:
        raise _error("create a ruleset")
    return ruleset


def _add(libc: ctypes.CDLL, ruleset: int, path: str, rights: Right) -> None:
    try:
        descriptor = os.open(path, getattr(os, "O_PATH", 0) | os.O_CLOEXEC)
    except OSError:
        return
    try:
        if not stat.S_ISDIR(os.fstat(descriptor).st_mode):
            rights &= _OF_FILES
        if not rights:
            return
        beneath = _PathBeneath(rights, descriptor)
        if libc.syscall(_ADD, ruleset, _PATH_BENEATH, ctypes.byref(beneath), 0):
            raise _error(f"add a rule for {path}")
    finally:
        os.close(descriptor)


def _error(what: str) -> OSError:
    number = ctypes.get_errno()
    return OSError(number, f"landlock, {what}: {os.strerror(number)}")
