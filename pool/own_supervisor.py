"""A supervisor that a process of ours starts where there is none, as a child of its own."""

import os
import subprocess
import sys
import time

import msgspec

from gristmill.pool.client import PoolClient
from gristmill.schemas.configuration.settings import INHERITED, Settings
from gristmill.schemas.problems.errors import DataFolderUnusable, ServiceFailed, SupervisorAway
from gristmill.storage.damage import refuse_damaged
from gristmill.storage.disk.locks import try_lock
from gristmill.storage.layout import DataFolder

START_S = 30.0
STOP_S = 60.0
_UNUSABLE = 6
"""What a supervisor exits with that cannot use the data folder; it has said why."""


class OwnSupervisor:
    """None as long as nobody needs it. Its methods raise DataFolderUnusable, LibraryDamaged, and
    ServiceFailed where none can be started."""

    def __init__(self, settings: Settings, folder: DataFolder, client: PoolClient) -> None:
        self._settings, self._folder, self._client = settings, folder, client
        self._child: subprocess.Popen[bytes] | None = None

    @property
    def runs(self) -> bool:
        return self._child is not None

    def start_if_away(self) -> None:
        """Start one unless one answers."""
        if not self._client.alive():
            refuse_damaged(self._folder.library)
            _expect_writable(self._folder)
            self._start()

    def take_over(self) -> bool:
        """Start one where the one that we used was another process's and has ended, or is about
        to: then it is waited for. False where it was our own."""
        if self.runs:
            return False
        deadline = time.monotonic() + STOP_S
        while not self._is_served():
            if (lock := try_lock(self._folder.supervisor_lock)) is not None:
                lock.release()
                self._start()
                break
            if time.monotonic() > deadline:
                raise ServiceFailed("another process holds the data folder, and does not answer")
            time.sleep(0.05)
        return True

    def stop(self, timeout_s: float = STOP_S) -> None:
        """It drains and ends; what is not done stays pending on disk. Does nothing where none
        runs."""
        child, self._child = self._child, None
        if child is None:
            return
        assert child.stdin is not None
        child.stdin.close()
        try:
            child.wait(timeout_s)
        except subprocess.TimeoutExpired:
            # It is stuck; its workers see it end and end, too. Nothing accepted is lost.
            child.kill()
            child.wait()

    def _is_served(self) -> bool:
        try:
            return not self._client.stats().draining
        except SupervisorAway:
            return False

    def _start(self) -> None:
        self._child = subprocess.Popen(
            # -P: what lies in the caller's current folder is no module of ours.
            [sys.executable, "-P", "-m", "gristmill", "supervise", "--stop-with-stdin"],
            env={**os.environ, INHERITED: msgspec.json.encode(self._settings).decode()},
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
        deadline = time.monotonic() + START_S
        while not self._client.alive():
            if (code := self._child.poll()) is not None or time.monotonic() > deadline:
                # Another process may have won the race for the folder.
                if self._client.alive():
                    self._child = None
                    return
                self.stop(0.0)
                refuse_damaged(self._folder.library)
                what = f"the supervisor did not start (exit code {code})"
                raise DataFolderUnusable(what) if code == _UNUSABLE else ServiceFailed(what)
            time.sleep(0.02)


def _expect_writable(folder: DataFolder) -> None:
    """Raises DataFolderUnusable where a supervisor would: from here it is a single sentence."""
    for path in (folder.supervisor_lock, folder.library):
        there = path.exists()
        if not os.access(path if there else folder.root, os.R_OK | os.W_OK):
            what = path.name if there else "the folder itself"
            raise DataFolderUnusable(
                f"cannot use the data folder {folder.root}: {what} may not be written by this "
                "user; mend its permissions, or choose another with --data"
            )
