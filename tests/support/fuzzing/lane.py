"""One child at a time, given cases; a child that dies, hangs or grows is a finding and replaced."""

import os
import select
import signal
import subprocess
import sys
from collections.abc import Sequence

import msgspec
from support.fuzzing.child import Answer
from support.fuzzing.examining import Outcome

CHILD = (sys.executable, "-m", "support.fuzzing.child")
HANG_S = 60.0
SLOW_S, SLOW_S_PER_MB = 4.0, 4.0
PEAK_BYTES = 900 * 1024 * 1024


class Lane:
    """Cases go in, outcomes come out, whatever becomes of the process in between."""

    def __init__(self, command: Sequence[str] = CHILD, hang_s: float = HANG_S) -> None:
        self._command, self._hang_s = command, hang_s
        self._child: subprocess.Popen[bytes] | None = None

    def run(self, identity: str) -> list[Outcome]:
        """The outcomes of one case, at least one. Never raises for what a document does."""
        child = self._child or self._start()
        assert child.stdin and child.stdout
        child.stdin.write(f"{identity}\n".encode())
        child.stdin.flush()
        line = _line(child.stdout.fileno(), self._hang_s)
        if line is None:
            self.close()
            return [Outcome("process", "hang", f"no answer for {self._hang_s:g} s")]
        if not line:
            end = _end(child.wait())
            self.close()
            return [Outcome("process", "crashed", f"died of {end}")]
        return self._judged(msgspec.json.decode(line, type=Answer))

    def close(self) -> None:
        """End the child, if there is one."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None

    def _start(self) -> "subprocess.Popen[bytes]":
        self._child = subprocess.Popen(
            self._command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))},
        )
        return self._child

    def _judged(self, answer: Answer) -> list[Outcome]:
        outcomes = [Outcome(*each) for each in answer.outcomes]
        target = outcomes[0].target
        if answer.seconds > SLOW_S + SLOW_S_PER_MB * answer.size / 1e6:
            outcomes.append(Outcome(target, "slow", "too much CPU for its size"))
        if answer.peak > PEAK_BYTES:
            outcomes.append(Outcome(target, "large", f"over {PEAK_BYTES >> 20} MiB of memory"))
            self.close()
        return outcomes


def _line(descriptor: int, timeout: float) -> bytes | None:
    """An answer; empty where the child is gone, None where it does not come in time."""
    parts = b""
    while not parts.endswith(b"\n"):
        ready, _, _ = select.select([descriptor], [], [], timeout)
        if not ready:
            return None
        part = os.read(descriptor, 65536)
        if not part:
            return b""
        parts += part
    return parts


def _end(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"
