"""The service in a storm: it is started, and started again whenever it is gone, on the same data
folder and port, by a thread that does what an init system would."""

import os
import secrets
import socket
import subprocess
import sys
import threading
import time
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import psutil

from benchmarks.harness.programs import role_of
from gristmill.storage.layout import DataFolder

_MARK = "STORM_OF_GRISTMILL"
_HOPELESS = 5
_FIRST_S, _STOP_S = 180.0, 60.0


class Target:
    """`gristmill serve` on `root`/data. `generation` counts its starts; `ready_at` is when the
    present one said that it listens (monotonic seconds), None before; `env` is what all that is
    of the storm is started with."""

    def __init__(
        self,
        root: Path,
        flags: Sequence[str],
        env: Mapping[str, str] | None = None,
        objects: str = "",
    ) -> None:
        self.folder = DataFolder.open(root / "data", objects=objects)
        self.log = root / "service.log"
        self.temp = root / "temp"
        self.temp.mkdir()
        self.mark = secrets.token_hex(8)
        self.port = _free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.generation = 0
        self.ready_at: float | None = None
        self.exits: Counter[str] = Counter()
        self.hopeless = False
        self._flags = flags
        self.env = {**os.environ, **(env or {}), _MARK: self.mark, "TMPDIR": str(self.temp)}
        self._process: subprocess.Popen[str] | None = None
        self._changed = threading.Condition()
        self._keep = True
        self._minder = threading.Thread(target=self._mind, name="minder", daemon=True)

    def start(self) -> None:
        self._minder.start()
        if self.wait_ready(1, _FIRST_S) is None:
            raise RuntimeError(f"the service did not start; see {self.log}")

    def wait_ready(self, generation: int, timeout_s: float = 60.0) -> float | None:
        """When the service of at least this generation was ready; None if it took too long."""
        with self._changed:
            self._changed.wait_for(
                lambda: (
                    self.hopeless or (self.generation >= generation and self.ready_at is not None)
                ),
                timeout_s,
            )
            return self.ready_at

    def restart(self) -> None:
        """Drain it, and wait until it is back."""
        generation = self.generation
        for process in self.supervisor():
            process.terminate()
        self.wait_ready(generation + 1)

    def stop(self) -> int:
        """Drain it for good; returns its exit code."""
        self._keep = False
        process = self._process
        assert process is not None
        process.terminate()
        code = process.wait(_STOP_S)
        self._minder.join(_STOP_S)
        return code

    def wipe(self) -> None:
        """Kill whatever is left of it, where a storm was broken off."""
        self._keep = False
        for process in self.family():
            process.kill()

    # -- its processes -------------------------------------------------------------------------

    def supervisor(self) -> list[psutil.Process]:
        process = self._process
        return _processes([] if process is None else [process.pid])

    def webs(self) -> list[psutil.Process]:
        return [child for child in self._children() if _role(child) == "web"]

    def forkservers(self) -> list[psutil.Process]:
        return [child for child in self._children() if _role(child) == "forkserver"]

    def workers(self) -> list[psutil.Process]:
        workers = []
        for server in self.forkservers():
            try:
                workers += server.children()
            except psutil.Error:
                continue
        return sorted(workers, key=lambda process: process.pid)

    def family(self) -> list[psutil.Process]:
        """Every living process of this service, of all its generations, orphans included."""
        found = []
        for process in psutil.process_iter():
            try:
                ours = process.environ().get(_MARK) == self.mark
                if ours and process.status() != psutil.STATUS_ZOMBIE:
                    found.append(process)
            except psutil.Error:
                continue
        return found

    def _children(self) -> list[psutil.Process]:
        children: list[psutil.Process] = []
        for process in self.supervisor():
            try:
                children += process.children()
            except psutil.Error:
                continue
        return sorted(children, key=lambda process: process.pid)

    # -- the minder ----------------------------------------------------------------------------

    def _mind(self) -> None:
        vain = 0
        while self._keep and vain < _HOPELESS:
            line, code = self._live()
            self.exits[_told(code, bool(line))] += 1
            vain = 0 if line or code < 0 else vain + 1
        with self._changed:
            self.hopeless = self._keep
            self._changed.notify_all()

    def _live(self) -> tuple[str, int]:
        """One life of the service, from its start to its end."""
        with open(self.log, "a") as log:
            process = subprocess.Popen(
                [sys.executable, "-m", "gristmill", "serve", *self._arguments()],
                env=self.env,
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        assert process.stdout is not None
        with self._changed:
            self._process = process
            self.generation += 1
            self.ready_at = None
        line = process.stdout.readline()
        if line:
            with self._changed:
                self.ready_at = time.monotonic()
                self._changed.notify_all()
        code = process.wait()
        process.stdout.close()
        return line, code

    def _arguments(self) -> list[str]:
        return ["--data", str(self.folder.root), "--port", str(self.port), *self._flags]


def _role(process: psutil.Process) -> str:
    try:
        return role_of(process)
    except psutil.Error:
        return "gone"


def _processes(pids: Sequence[int]) -> list[psutil.Process]:
    try:
        return [psutil.Process(pid) for pid in pids]
    except psutil.Error:
        return []


def _told(code: int, was_ready: bool) -> str:
    how = "drained" if code == 0 else f"signal {-code}" if code < 0 else f"exit code {code}"
    return how if was_ready else f"{how} before it was ready"


def _free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port: int = listener.getsockname()[1]
        return port
