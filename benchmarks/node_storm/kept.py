"""A process that is started again whenever it is gone, as an init system would."""

import subprocess
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path

import psutil

_PAUSE_S = 0.3
_STOP_S = 30.0


class KeptProcess:
    """`argv` with `env`, its output at the end of `log`. `starts` counts."""

    def __init__(self, name: str, argv: Sequence[str], env: Mapping[str, str], log: Path) -> None:
        self._argv, self._env, self._log = list(argv), dict(env), log
        self._process: subprocess.Popen[bytes] | None = None
        self._ending = threading.Event()
        self._thread = threading.Thread(target=self._mind, name=name, daemon=True)
        self.starts = 0

    def start(self) -> None:
        self._thread.start()

    def found(self) -> list[psutil.Process]:
        """The process, if there is one just now."""
        process = self._process
        with suppress(psutil.Error):
            if process is not None and process.poll() is None:
                return [psutil.Process(process.pid)]
        return []

    def stop(self) -> None:
        """Ask it to end, and start it no more."""
        self._ending.set()
        process = self._process
        if process is not None and process.poll() is None:
            process.terminate()
            try:
                process.wait(_STOP_S)
            except subprocess.TimeoutExpired:
                process.kill()
        self._thread.join(_STOP_S)

    def _mind(self) -> None:
        while not self._ending.is_set():
            with open(self._log, "ab") as log:
                self._process = subprocess.Popen(
                    self._argv, env=self._env, stdin=subprocess.DEVNULL, stdout=log, stderr=log
                )
            self.starts += 1
            self._process.wait()
            self._ending.wait(_PAUSE_S)
