"""The gate that writers of a library pass one by one."""

import fcntl, os, sqlite3, time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MODE = os.environ.get("GATE", "poll")


@contextmanager
def pass_gate(path: Path, timeout_s: float) -> Iterator[None]:
    if MODE == "none":
        yield
        return
    fd = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        if MODE == "block":
            fcntl.flock(fd, fcntl.LOCK_EX)
        else:
            deadline = time.monotonic() + timeout_s
            while True:
                try:
                    fcntl.flock(fd, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except BlockingIOError:
                    if time.monotonic() > deadline:
                        raise sqlite3.OperationalError("locked")
                    time.sleep(float(os.environ.get("PAUSE", "0.0003")))
        yield
    finally:
        os.close(fd)
